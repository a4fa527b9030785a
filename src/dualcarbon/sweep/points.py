"""Points of a sweep, each solved by itself, and who solves them: here, beside, or on a cluster.

A point is a small picklable object that says how it is solved from where the sweep starts. It
gets copies of the frozen start, so its answer is the same, bit by bit, wherever, beside whatever
and in whatever order it is solved.
"""

from __future__ import annotations

import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from dualcarbon.errors import DualcarbonError
from dualcarbon.sweep.sessions import Frozen

Progress = Callable[[str], None]
"""Told what is done next, in a few words; from another thread where other processes work."""


class Point(Protocol):
    """One piece of work of a sweep."""

    @property
    def label(self) -> str:
        """Its name in progress, log and errors."""

    def answer(self, start: Sequence[Frozen], progress: Progress) -> Any:
        """Solve it.

        Args:
            start: frozen equilibria that all points of the sweep may start from.
            progress: told what is solved next.
        """


@dataclass(frozen=True)
class Answer:
    """What a point found.

    Attributes:
        value: its answer; seconds: wall time.
        warned: warnings issued in another process: text, category, file, line.
    """

    value: Any
    seconds: float
    warned: tuple[tuple[str, type[Warning], str, int], ...] = ()


class Executor(ABC):
    """Solves points; a context manager, so that nothing it started outlives it."""

    def __enter__(self) -> Executor:
        return self

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End what was started; at once if there was an error."""

    @abstractmethod
    def begin(self, points: Sequence[Point], start: Sequence[Frozen] = ()) -> None:
        """Take the points of a sweep, those that take longest first."""

    @abstractmethod
    def results(self) -> list[Answer]:
        """Answers in the order in which the points were given.

        Raises:
            DualcarbonError: a point cannot be solved; names it.
        """

    @abstractmethod
    def finished(self) -> Iterator[tuple[int, Answer | DualcarbonError]]:
        """Every point as soon as it is done: its place, and its answer or why it has none.

        A point that cannot be solved, or takes its process with it, leaves the others alone.
        """


def solved(point: Point, start: Sequence[Frozen], progress: Progress) -> Answer:
    """Solve one point; whatever fails says where."""

    def tell(message: str) -> None:
        progress(message if message.startswith(point.label) else f"{point.label}: {message}")

    began = time.perf_counter()
    progress(point.label)
    try:
        value = point.answer(start, tell)
    except DualcarbonError as error:
        error.args = (f"{point.label}: {error.args[0]}", *error.args[1:])
        raise
    except Exception as error:
        error.add_note(f"while solving {point.label}")
        raise
    return Answer(value, round(time.perf_counter() - began, 3))


def solved_elsewhere(point: Point, start: Sequence[Frozen], progress: Progress) -> Answer:
    """Solve one point in another process, and keep its warnings for the one that asked."""
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("default")
        found = solved(point, start, progress)
    kept = tuple((str(w.message), w.category, w.filename, w.lineno) for w in issued)
    return Answer(found.value, found.seconds, kept)


def died(label: str) -> DualcarbonError:
    """The error that whoever tried a point ended without an answer."""
    return DualcarbonError(f"{label}: the process that solved it ended without an answer, "
                           "perhaps for lack of memory (allowed: fewer workers)")  # fmt: skip


def warned(points: Sequence[Point], answers: Sequence[Answer]) -> None:
    """Issue the warnings of other processes here, each with its point."""
    for point, answer in zip(points, answers, strict=True):
        for text, category, file, line in answer.warned:
            warnings.warn_explicit(f"{text} [{point.label}]", category, file, line)
