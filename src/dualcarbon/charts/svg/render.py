"""The one door to all kinds of figures."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from dualcarbon.charts.svg import curves, dots, flow, grid, lines, stacked, tiles
from dualcarbon.charts.svg.element import Drawing

KINDS: dict[str, Callable[[dict[str, Any], float], Drawing]] = {
    "curves": curves.draw,
    "stacked": stacked.draw,
    "lines": lines.draw,
    "tiles": tiles.draw,
    "dots": dots.draw,
    "grid": grid.draw,
    "flow": flow.draw,
}


def render(spec: dict[str, Any], width: float, name: str) -> str:
    """Turn the specification of a figure into an SVG that says what it shows.

    Args:
        spec: ``kind``, ``title``, ``reading`` and what the kind asks for.
        width: pixels that the figure is laid out for.
        name: unique name within the page, for the accessible title.
    """
    drawing = KINDS[spec["kind"]](spec, width)
    box = f"-1 0 {width + 2:.0f} {drawing.height:.0f}"
    return (
        f'<svg class="at-{name.split("-")[-1]}" viewBox="{box}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" style="--w:{width:.0f}px">'
        f'<title id="{name}-t">{escape(spec["title"])}</title>'
        f'<desc id="{name}-d">{escape(spec.get("reading", ""))}</desc>{drawing.markup}</svg>'
    )
