"""Linear scales with ticks at round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Maps ``low..high`` of the data to ``start..end`` on the paper, in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round numbers within the domain."""
        step = round_step(self.high - self.low, most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(i * step, 12) for i in range(first, last + 1)]


def round_step(extent: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten with at most ``most`` steps in the extent."""
    raw = extent / max(most, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(f * power for f in (1.0, 2.0, 5.0, 10.0) if f * power >= raw * (1 - 1e-9))


def padded(values: list[float], room: float = 0.03) -> tuple[float, float]:
    """A domain from zero to just beyond the values, for bars that carry their own numbers."""
    low, high = min([0.0, *values]), max([0.0, *values])
    spare = room * (high - low)
    if spare == 0.0:
        return 0.0, 1.0
    return low - spare * (low < 0), high + spare * (high > 0)


def nice(values: list[float], *, zero: bool = True, most: int = 6) -> tuple[float, float]:
    """A domain that holds the values and ends at round numbers.

    Args:
        values: the data; those that are not finite are ignored.
        zero: whether the domain must hold zero.
        most: how many steps it may have.
    """
    finite = [v for v in values if v is not None and math.isfinite(v)]
    if zero or not finite:
        finite.append(0.0)
    low, high = min(finite), max(finite)
    if high - low < 1e-9 * max(1.0, abs(high)):
        room = abs(high) * 0.1 or 1.0
        low, high = (0.0 if low == 0 else low - room), high + room
    step = round_step(high - low, most)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
