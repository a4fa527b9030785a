"""Points of a sweep that need no solver, for the tests of those who solve them."""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dualcarbon.errors import InputError
from dualcarbon.sweep.points import Progress
from dualcarbon.sweep.sessions import Frozen


@dataclass(frozen=True)
class Square:
    """The square of a number."""

    number: int

    @property
    def label(self) -> str:
        return f"square {self.number}"

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        return self.number**2


class Talks(Square):
    """Says something in every way there is."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        progress("multiply")
        logging.getLogger("dualcarbon.test").warning("a %s word", "logged")
        warnings.warn("a warning", UserWarning, stacklevel=1)
        sys.stdout.write("a printed word")
        sys.stdout.flush()
        return super().answer(start, progress)


class Fails(Square):
    """Cannot use its number."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        raise InputError(f"cannot use {self.number}", where="number", allowed=["1", "2"])


class Breaks(Square):
    """Has a mistake in it."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        return self.number / 0


class Dies(Square):
    """Takes its process with it."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        os._exit(3)


class Waits(Square):
    """Says which process it is and does not end."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        progress(f"process {os.getpid()}")
        time.sleep(600)


class Looks(Square):
    """Says what it sees of the process around it."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        main = sys.modules["__main__"]
        return {"path": sys.path, "main": getattr(main, "__file__", None), "pid": os.getpid(),
                "threads": os.environ.get("OMP_NUM_THREADS")}  # fmt: skip


class Sleeps(Square):
    """Takes a moment."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        time.sleep(0.2)
        return super().answer(start, progress)
