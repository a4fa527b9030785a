"""Seconds on the clock and of the processor, and peak memory of a process of its own."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

MIB = 1024.0  # ru_maxrss counts KiB


@dataclass(frozen=True)
class Stopwatch:
    """Measures from its making: the clock, and the processor time of this process.

    On a machine that does other work too, processor time is the fairer of the two.
    """

    clock: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.process_time)

    def read(self) -> dict[str, float]:
        """Seconds since the start: ``seconds`` and ``cpu_seconds``."""
        return {
            "seconds": time.perf_counter() - self.clock,
            "cpu_seconds": time.process_time() - self.processor,
        }


def alone(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Result of the work, and the peak memory of its process in MiB."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, arguments))


def _measured(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, float]:
    result = work(*arguments)
    return result, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
