"""Dots on a common scale, with ranges, a reference and a published band."""

from __future__ import annotations

from dualcarbon.charts.numbers import signed
from dualcarbon.charts.specs import Dots, Point, Row
from dualcarbon.charts.svg.axis import Scale, below, legend, nice
from dualcarbon.charts.svg.element import (
    Drawing,
    element,
    lines_of_text,
    paint,
    text,
    title,
    width_of,
    wrap,
)

ROW, SIZE = 30.0, 12.0


def draw(chart: Dots, width: float) -> Drawing:
    """Draw rows of dots on a paper of some width, pixels."""
    rows, band = chart.rows, chart.band
    key, top = legend(chart.legend, width, shape="dot")
    labels = min(max((width_of(r.label, SIZE) for r in rows), default=0.0), width * 0.36)
    ends = max((width_of(_end(r), SIZE) for r in rows), default=0.0) + 12
    scale = Scale(*nice(_values(chart)), labels + 18 if labels else 8.0, width - ends)
    y, parts = top + 4.0, []
    for row in rows:
        parts.append(_row(row, chart.unit, scale, labels, y + ROW / 2))
        y += ROW
    shade = ""
    if band is not None:
        left, right = sorted((scale(band.low), scale(band.high)))
        left, right = (left - 1.5, right + 1.5) if right - left < 3 else (left, right)
        shade = element(
            "rect",
            title(band.label),
            class_="band",
            x=left,
            y=top + 4,
            width=right - left,
            height=y - top - 4,
        )
    axis = below(scale, top + 4, y, most=5)
    rule = _reference(chart.reference, scale, top + 4, y)
    unit = text(width, y + 31, chart.unit, class_="mu", text_anchor="end")
    return Drawing(key + shade + axis + rule + "".join(parts) + unit, y + 36)


def _row(row: Row, unit: str, scale: Scale, labels: float, y: float) -> str:
    lines = wrap(row.label, labels, SIZE, most=2)
    size = SIZE if len(lines) == 1 else 11.0
    parts = [lines_of_text(labels, y, lines, size, class_="tx", text_anchor="end", font_size=size)]
    if row.low is not None and row.high is not None:
        reach = {"x1": scale(row.low), "x2": scale(row.high), "y1": y, "y2": y}
        parts.append(element("line", class_="tol", **reach))
    points = sorted(row.points, key=lambda p: p.value)
    if len(points) > 1:
        reach = {"x1": scale(points[0].value), "x2": scale(points[-1].value)}
        parts.append(element("line", class_="join", y1=y, y2=y, **reach))
    for point in points:
        words = f"{row.label} {point.label}: {signed(point.value)} {unit}"
        parts.append(
            element(
                "circle",
                title(words),
                class_="s dot",
                style=paint(point.colour),
                cx=scale(point.value),
                cy=y,
                r=5,
            )
        )
    parts.append(_point_labels(points, scale, y))
    right = scale.end + 10
    return "".join(parts) + text(right, y + 4, _end(row), class_="nu")


def _point_labels(points: list[Point], scale: Scale, y: float) -> str:
    """Labels over the outermost dots, as far as they do not touch."""
    named = [p for p in points if p.label]
    if len(named) < 2:
        return ""
    ends = [named[0], named[-1]]
    apart = scale(ends[1].value) - scale(ends[0].value)
    need = sum(width_of(e.label, 10) for e in ends) / 2 + 8
    if apart < need:
        return ""
    return "".join(
        text(scale(e.value), y - 8, e.label, class_="mu sm", text_anchor="middle") for e in ends
    )


def _end(row: Row) -> str:
    if row.end is not None:
        return row.end
    values = [p.value for p in row.points]
    if not values:
        return ""
    if len(values) == 1:
        return signed(values[0])
    return f"{signed(min(values))} … {signed(max(values))}"


def _values(chart: Dots) -> list[float]:
    values = [p.value for row in chart.rows for p in row.points]
    values += [end for row in chart.rows for end in (row.low, row.high) if end is not None]
    if chart.band is not None:
        values += [chart.band.low, chart.band.high]
    if chart.reference is not None:
        values.append(chart.reference)
    return values


def _reference(value: float | None, scale: Scale, top: float, bottom: float) -> str:
    if value is None:
        return ""
    x = scale(value)
    return element("line", class_="ref", x1=x, x2=x, y1=top, y2=bottom)
