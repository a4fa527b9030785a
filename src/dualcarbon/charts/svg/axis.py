"""Scales with ticks at round numbers, axes with gridlines at them, and legends that wrap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg.element import element, paint, text, width_of

SIZE, ROW, BOX = 12.0, 20.0, 11.0
"""Of a legend: letters, line, coloured box; pixels."""


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


def tick_label(value: float) -> str:
    """A tick's number, whole where it is whole."""
    return number(value, 4)


def below(scale: Scale, top: float, bottom: float, *, most: int = 6) -> str:
    """A horizontal axis under a plot: gridlines, the line of zero, numbers."""
    parts = []
    for tick in shown(scale, most):
        x = scale(tick)
        parts.append(
            element("line", class_="ze" if tick == 0 else "gr", x1=x, x2=x, y1=top, y2=bottom)
        )
        parts.append(text(x, bottom + 15, tick_label(tick), class_="mu", text_anchor="middle"))
    return "".join(parts)


def beside(scale: Scale, left: float, right: float, *, most: int = 5) -> str:
    """A vertical axis left of a plot: gridlines, the line of zero, numbers."""
    parts = []
    for tick in scale.ticks(most):
        y = scale(tick)
        parts.append(
            element("line", class_="ze" if tick == 0 else "gr", x1=left, x2=right, y1=y, y2=y)
        )
        parts.append(text(left - 6, y + 4, tick_label(tick), class_="mu", text_anchor="end"))
    return "".join(parts)


def shown(scale: Scale, most: int) -> list[float]:
    """As many ticks as fit side by side."""
    while most > 1:
        ticks = scale.ticks(most)
        widest = max((width_of(tick_label(t), 11) for t in ticks), default=0.0)
        if len(ticks) < 2 or abs(scale(ticks[1]) - scale(ticks[0])) > widest + 8:
            return ticks
        most -= 1
    return scale.ticks(1)


def legend(
    items: Iterable[tuple[str, str]], width: float, *, shape: str = "box", left: float = 0.0
) -> tuple[str, float]:
    """Draw names beside their colours.

    Args:
        items: name and colour of each series.
        width: pixels to the right edge.
        shape: ``box``, ``line`` or ``dot``.
        left: where the first item starts.

    Returns:
        The markup and the height it takes.
    """
    x, y, parts = left, 0.0, []
    for name, colour in items:
        need = BOX + 6 + width_of(name, SIZE) + 16
        if x > left and x + need - 12 > width:
            x, y = left, y + ROW
        parts.append(_swatch(shape, x, y, colour))
        parts.append(text(x + BOX + 6, y + 12, name, class_="tx"))
        x += need
    return "".join(parts), (y + ROW + 6 if parts else 0.0)


def _swatch(shape: str, x: float, y: float, colour: str) -> str:
    style = paint(colour)
    if shape == "line":
        points = {"x1": x - 1, "x2": x + BOX + 1, "y1": y + 7.5, "y2": y + 7.5}
        return element("line", class_="sl", style=style, stroke_width=3, **points)
    if shape == "dot":
        return element("circle", class_="s", style=style, cx=x + BOX / 2, cy=y + 7.5, r=5)
    return element("rect", class_="s", style=style, x=x, y=y + 2, width=BOX, height=BOX, rx=2)
