"""Lines over years, in panels side by side."""

from __future__ import annotations

from typing import Any

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg.axis import beside, tick_label
from dualcarbon.charts.svg.element import Drawing, element, paint, text, title
from dualcarbon.charts.svg.legend import legend
from dualcarbon.charts.svg.measure import width as width_of
from dualcarbon.charts.svg.scale import Scale, nice

HEIGHT, HEAD, FOOT = 190.0, 24.0, 24.0
GAP = 22.0
LABEL = 13.0


def draw(spec: dict[str, Any], width: float) -> Drawing:
    """Draw the spec of kind ``lines``.

    Args:
        spec: ``series`` (key, name, colour, base), ``panels`` (label, unit, zero, lines
            (series, points as pairs of year and value), marks: whether points have dots).
        width: pixels.
    """
    items = [(s["name"], s["colour"]) for s in spec["series"]] if len(spec["series"]) > 1 else []
    key, top = legend(items, width, shape="line")
    panels = spec["panels"]
    columns = min(len(panels), 3 if width > 500 else 1)
    room = (width - GAP * (columns - 1)) / columns
    height = HEAD + HEIGHT + FOOT
    parts = [key]
    for i, panel in enumerate(panels):
        x = (i % columns) * (room + GAP)
        y = top + (i // columns) * (height + 10)
        inner = _panel(panel, {s["key"]: s for s in spec["series"]}, room)
        parts.append(element("g", inner, transform=f"translate({x:.1f} {y:.1f})"))
    rows = -(-len(panels) // columns)
    return Drawing("".join(parts), top + rows * (height + 10))


def _panel(panel: dict[str, Any], series: dict[str, Any], width: float) -> str:
    values = [v for line in panel["lines"] for _, v in line["points"]]
    years = sorted({year for line in panel["lines"] for year, _ in line["points"]})
    up = Scale(*nice(values, zero=panel.get("zero", True), most=5), HEAD + HEIGHT, HEAD + 8)
    left = max(width_of(tick_label(t), 11) for t in up.ticks(5)) + 8
    ends = max((width_of(number(v), 11) for v in values), default=0.0) + 12
    first, last = years[0], years[-1]
    if first == last:
        first, last = first - 1, last + 1
    across = Scale(first, last, left + 10, width - ends)
    head = f"{panel['label']} ({panel['unit']})"
    parts = [text(0, 13, head, class_="st"), beside(up, left, width - ends + 4)]
    parts += [
        text(across(y), HEAD + HEIGHT + 17, str(y), class_="mu", text_anchor="middle")
        for y in _spaced(years, across)
    ]
    parts += [_line(line, series[line["series"]], across, up, panel) for line in panel["lines"]]
    return "".join(parts) + _end_labels(panel["lines"], series, across, up)


def _line(
    line: dict[str, Any], one: dict[str, Any], across: Scale, up: Scale, panel: dict[str, Any]
) -> str:
    points = [(across(x), up(y)) for x, y in line["points"]]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = "6 4" if one.get("base") else None
    parts = [element("path", d=path, class_="sl", fill="none", stroke_dasharray=dash)]
    marks = panel.get("marks", True)
    for (x, y), (year, value) in zip(points, line["points"], strict=True):
        words = f"{one['name']} · {year}: {number(value)} {panel['unit']}"
        if marks:
            parts.append(element("circle", title(words), class_="s dot", cx=x, cy=y, r=3.6))
    return element("g", *parts, style=paint(one["colour"]), class_="line")


def _end_labels(
    lines: list[dict[str, Any]], series: dict[str, Any], across: Scale, up: Scale
) -> str:
    """Values of the last year at the end of each line, moved apart where they would touch."""
    ends = sorted(
        ((up(line["points"][-1][1]), line["points"][-1], line["series"]) for line in lines),
        key=lambda end: end[0],
    )
    merged: list[tuple[float, str, str]] = []
    for y, (_, value), key in ends:
        words = number(value)
        if merged and merged[-1][1] == words and y - merged[-1][0] < LABEL:
            continue
        merged.append((max(y, merged[-1][0] + LABEL) if merged else y, words, key))
    excess = max((merged[-1][0] - up.start) if merged else 0.0, 0.0)
    x = across(lines[0]["points"][-1][0]) + 8 if lines else 0.0
    return "".join(
        text(x, y - excess + 4, words, class_="nu sm", style=paint(series[key]["colour"]))
        for y, words, key in merged
    )


def _spaced(years: list[int], across: Scale) -> list[int]:
    """Years whose labels do not touch; the last is always among them."""
    kept: list[int] = []
    for year in reversed(years):
        if not kept or across(kept[-1]) - across(year) > 34:
            kept.append(year)
    return kept
