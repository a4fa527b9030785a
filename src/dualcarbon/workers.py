"""Experiments in a second process, beside the scenarios and experiments of the first.

The second process is a fresh interpreter (``python -m dualcarbon.workers``) that reads its task
from standard input and writes the tables to standard output, so it works the same on every
platform and from notebooks. It builds its own session and needs nothing of the first one.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from dualcarbon.errors import DualcarbonError

if TYPE_CHECKING:
    from dualcarbon.indicators.experiments import ExperimentTables
    from dualcarbon.scenario.model import Scenario

SOLVES = {"integrate": 9, "link": 11, "today_cap": 10, "complete": 6, "backcast": 3}
USUAL, SETUP, OUTPUT = 5, 3, 6


@dataclass(frozen=True)
class Task:
    """What the second process does.

    Attributes:
        scenarios: scenarios of the run; sets: changes of the command line; given: scenarios
            before those changes.
        keys: experiments to make; threads: threads of the solver.
    """

    scenarios: tuple[Scenario, ...]
    sets: tuple[str, ...]
    given: tuple[Scenario, ...]
    keys: tuple[str, ...]
    threads: int


def shares(keys: list[str], scenarios: int, workers: int) -> tuple[list[str], list[str]]:
    """Split experiments between this process and a second one by their number of solves.

    Args:
        keys: experiments of the run.
        scenarios: scenarios that this process solves itself.
        workers: processes allowed.
    """
    if workers < 2:
        return keys, []
    here: list[str] = []
    there: list[str] = []
    load_here, load_there = scenarios + OUTPUT, SETUP
    for key in sorted(keys, key=lambda k: -SOLVES.get(k, USUAL)):
        if load_there <= load_here:
            there.append(key)
            load_there += SOLVES.get(key, USUAL)
        else:
            here.append(key)
            load_here += SOLVES.get(key, USUAL)
    return [k for k in keys if k in here], [k for k in keys if k in there]


class Beside:
    """A second process at work; use as a context manager so that it never outlives the run."""

    def __init__(self, task: Task) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if task.keys:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dualcarbon.workers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            assert self._process.stdin is not None
            pickle.dump(task, self._process.stdin)
            self._process.stdin.close()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def tables(self) -> list[ExperimentTables]:
        """Tables of the second process, when it is done.

        Raises:
            DualcarbonError: what the experiments raised there.
        """
        if self._process is None:
            return []
        assert self._process.stdout is not None
        answer = self._process.stdout.read()
        self._process.wait()
        if not answer:
            raise DualcarbonError("the second process ended without an answer; use --workers 1")
        result = pickle.loads(answer)
        if isinstance(result, Exception):
            raise result
        return list(result)


def answer(task: Task) -> list[ExperimentTables] | Exception:
    """Make the experiments of a task; errors are handed over as they are."""
    from dualcarbon.indicators.experiments import EXPERIMENTS, ExperimentContext
    from dualcarbon.sessions import Sessions

    by_name = {scenario.name: scenario for scenario in task.scenarios}
    context = ExperimentContext(
        by_name, {}, Sessions(task.threads), task.sets, unchanged=task.given
    )
    try:
        return [EXPERIMENTS[key](context) for key in task.keys]
    except DualcarbonError as error:
        return error


def main(read: IO[bytes], write: IO[bytes]) -> None:
    """Read a task, make its experiments, write their tables."""
    pickle.dump(answer(pickle.load(read)), write)


if __name__ == "__main__":
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr
    from dualcarbon import workers

    workers.main(sys.stdin.buffer, out)
    out.close()
