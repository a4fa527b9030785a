"""Legends that wrap to the width of the figure."""

from __future__ import annotations

from collections.abc import Iterable

from dualcarbon.charts.svg.element import element, paint, text
from dualcarbon.charts.svg.measure import width as width_of

SIZE = 12.0
ROW = 20.0
BOX = 11.0


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
