"""Axes with gridlines at round numbers."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg.element import element, text
from dualcarbon.charts.svg.measure import width
from dualcarbon.charts.svg.scale import Scale


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
        widest = max((width(tick_label(t), 11) for t in ticks), default=0.0)
        if len(ticks) < 2 or abs(scale(ticks[1]) - scale(ticks[0])) > widest + 8:
            return ticks
        most -= 1
    return scale.ticks(1)
