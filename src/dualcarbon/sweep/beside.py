"""Experiments in a second process, beside the scenarios and experiments of the first.

The second process is a fresh interpreter (``python -m dualcarbon.sweep.beside``) that reads its
task from standard input and writes the tables to standard output, so it works the same on every
platform and from notebooks. It builds its own session and needs nothing of the first one.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Protocol

from dualcarbon.errors import DualcarbonError

if TYPE_CHECKING:
    from dualcarbon.experiments.context import ExperimentTables
    from dualcarbon.scenario.model import Scenario

SECONDS = {
    "integrate": 11,
    "integrate_sensitivity": 11,
    "link": 30,
    "today_cap": 25,
    "complete": 4,
    "backcast": 5,
    "unified": 60,
    "project_finance": 25,
    "completion_parts": 150,
}
USUAL, SETUP, PER_SCENARIO, OUTPUT = 10, 14, 3, 8
SHARE_SESSIONS = {"complete", "backcast"}


class Work(Protocol):
    """Something a second process can do: a picklable object that says how."""

    def answer(self) -> Any:
        """Do it; an exception that is returned is raised in the first process."""


@dataclass(frozen=True)
class Task:
    """The experiments that the second process makes.

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

    def answer(self) -> list[ExperimentTables] | Exception:
        """Make the experiments; errors are handed over as they are."""
        from dualcarbon.experiments.context import EXPERIMENTS, ExperimentContext
        from dualcarbon.sweep.sessions import Sessions

        by_name = {scenario.name: scenario for scenario in self.scenarios}
        context = ExperimentContext(
            by_name, {}, Sessions(self.threads), self.sets, unchanged=self.given
        )
        try:
            return [EXPERIMENTS[key](context) for key in self.keys]
        except DualcarbonError as error:
            return error


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
    """A second process at work; use as a context manager so that it never outlives the run.

    Args:
        work: what it does; None for nothing.
    """

    def __init__(self, work: Work | None) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if work is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dualcarbon.sweep.beside"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):  # it died at once; the result will say so
                pickle.dump(work, self._process.stdin)
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process is not None and self._process.stdout is not None:
            self._process.stdout.close()

    def result(self) -> Any:
        """What the second process found, when it is done; None if it had nothing to do.

        Raises:
            DualcarbonError: what was raised there.
        """
        if self._process is None:
            return None
        assert self._process.stdout is not None
        answer = self._process.stdout.read()
        self._process.wait()
        if not answer:
            raise DualcarbonError("the second process ended without an answer; use --workers 1")
        result = pickle.loads(answer)
        if isinstance(result, Exception):
            raise result
        return result


def main(read: IO[bytes], write: IO[bytes]) -> None:
    """Read what is to be done, do it, write what was found."""
    pickle.dump(pickle.load(read).answer(), write)


if __name__ == "__main__":
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr
    from dualcarbon.sweep import beside as workers

    workers.main(sys.stdin.buffer, out)
    out.close()
