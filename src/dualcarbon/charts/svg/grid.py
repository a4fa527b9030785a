"""Tables of coloured cells over two quantities; a mark tells cells that are special."""

from __future__ import annotations

from dualcarbon.charts.colour import SEQUENTIAL, ink_on, ramp
from dualcarbon.charts.specs import Cell, Grid
from dualcarbon.charts.svg.element import Drawing, element, text, title, width_of, wrap

GAP, HEIGHT, HEAD, FOOT = 2.0, 34.0, 40.0, 26.0
STEPS = 7


def draw(chart: Grid, width: float) -> Drawing:
    """Draw a grid on a paper of some width, pixels."""
    left = max(width_of(label, 12) for label in [*chart.rows, chart.row_title]) + 10
    size = (width - left) / len(chart.columns)
    parts = [
        text(left, 12, chart.column_title, class_="mu"),
        text(0, HEAD - 9, chart.row_title, class_="mu"),
    ]
    for i, label in enumerate(chart.columns):
        x = left + (i + 0.5) * size - GAP / 2
        parts.append(text(x, HEAD - 9, label, class_="mu", text_anchor="middle"))
    for j, label in enumerate(chart.rows):
        y = HEAD + j * HEIGHT
        parts.append(text(left - 10, y + 20, label, class_="tx", text_anchor="end"))
        parts += [
            _cell(cell, chart, left + i * size, y, size) for i, cell in enumerate(chart.cells[j])
        ]
    bottom = HEAD + len(chart.rows) * HEIGHT
    key, height = _key(chart, width, bottom + 8)
    return Drawing("".join(parts) + key, bottom + 8 + height)


def _cell(cell: Cell, chart: Grid, x: float, y: float, size: float) -> str:
    box = {"x": x, "y": y, "width": size - GAP, "height": HEIGHT - GAP, "rx": 4}
    middle = x + (size - GAP) / 2
    centre = {"text_anchor": "middle", "pointer_events": "none"}
    if cell.value is None:
        shape = element("rect", title(cell.name), class_="no", **box)
        return shape + text(middle, y + 20, cell.label, class_="mu", **centre)
    extent = (chart.high - chart.low) or 1.0
    colour = ramp((cell.value - chart.low) / extent, SEQUENTIAL)
    ink = ink_on(colour)
    marked = _mark(x, y, size - GAP, ink) if cell.marked else ""
    style = f"fill:{ink};font-weight:600"
    return (
        element("rect", title(cell.name), fill=colour, **box)
        + marked
        + text(middle, y + 20.5, cell.label, style=style, **centre)
    )


def _mark(x: float, y: float, size: float, ink: str) -> str:
    """A dashed frame inside a cell."""
    inside = {"x": x + 2.5, "y": y + 2.5, "width": size - 5, "height": HEIGHT - GAP - 5, "rx": 3}
    dashed = {"stroke": ink, "stroke_width": 1.3, "stroke_dasharray": "3 2.5"}
    return element("rect", **inside, fill="none", **dashed, pointer_events="none")


def _key(chart: Grid, width: float, y: float) -> tuple[str, float]:
    """The scale of colours, and what the mark means."""
    step = min(width * 0.35, 130.0) / STEPS
    parts = [
        element("rect", x=i * step, y=y + 3, width=step, height=9.0, fill=ramp(i / (STEPS - 1)))
        for i in range(STEPS)
    ]
    ends = f"{chart.low:g} … {chart.high:g} {chart.unit}"
    start = STEPS * step + 8
    parts.append(text(start, y + 12, ends, class_="mu"))
    words, x, top = chart.mark, start + width_of(ends, 11) + 24, y
    if x + 22 + width_of(words, 11) > width:
        x, top = 0.0, y + 20
    parts.append(element("rect", x=x, y=top + 2, width=14.0, height=11.0, rx=2, class_="frame"))
    lines = wrap(words, width - x - 22, 11, most=2)
    parts += [text(x + 20, top + 12 + 14 * i, line, class_="mu") for i, line in enumerate(lines)]
    return "".join(parts), top - y + FOOT + 14 * (len(lines) - 1)
