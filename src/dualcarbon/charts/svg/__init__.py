"""Figures as inline SVG: from a specification to markup, without a script or a font file."""

from __future__ import annotations

from html import escape

from dualcarbon.charts.specs import Chart, Curves, Dots, Flow, Grid, Lines, Stacked, Tiles
from dualcarbon.charts.svg import dots, flow, grid, lines, stacked, tiles
from dualcarbon.charts.svg.element import Drawing


def render(chart: Chart, width: float, name: str) -> str:
    """Turn the specification of a figure into an SVG that says what it shows.

    Args:
        chart: what to draw.
        width: pixels that the figure is laid out for.
        name: unique name within the page, for the accessible title.
    """
    drawing = _drawn(chart, width)
    box = f"-1 0 {width + 2:.0f} {drawing.height:.0f}"
    return (
        f'<svg class="at-{name.split("-")[-1]}" viewBox="{box}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" style="--w:{width:.0f}px">'
        f'<title id="{name}-t">{escape(chart.title)}</title>'
        f'<desc id="{name}-d">{escape(chart.reading)}</desc>{drawing.markup}</svg>'
    )


def _drawn(chart: Chart, width: float) -> Drawing:
    match chart:
        case Stacked():
            return stacked.draw(chart, width)
        case Lines():
            return lines.draw(chart, width)
        case Curves():
            return lines.draw_curves(chart, width)
        case Tiles():
            return tiles.draw(chart, width)
        case Dots():
            return dots.draw(chart, width)
        case Flow():
            return flow.draw(chart, width)
        case Grid():
            return grid.draw(chart, width)
