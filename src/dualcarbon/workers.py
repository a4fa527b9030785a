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

SECONDS = {
    "integrate": 11,
    "integrate_sensitivity": 11,
    "link": 30,
    "today_cap": 25,
    "complete": 4,
    "backcast": 5,
}
USUAL, SETUP, PER_SCENARIO, OUTPUT = 10, 14, 3, 8
SHARE_SESSIONS = {"complete", "backcast"}


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
    """Split experiments between this process and a second one, so that both end together.

    The longest go first, each to the process that is free earlier. Those that use what this
    process solves anyway stay here.

    Args:
        keys: experiments of the run.
        scenarios: scenarios that this process solves itself.
        workers: processes allowed.
    """
    if workers < 2:
        return keys, []
    stay = [k for k in keys if k in SHARE_SESSIONS]
    here = PER_SCENARIO * scenarios + OUTPUT + sum(SECONDS[k] for k in stay)
    there, moved = SETUP, set()
    for key in sorted(set(keys) - set(stay), key=lambda k: -SECONDS.get(k, USUAL)):
        if there <= here:
            there += SECONDS.get(key, USUAL)
            moved.add(key)
        else:
            here += SECONDS.get(key, USUAL)
    return [k for k in keys if k not in moved], [k for k in keys if k in moved]


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
