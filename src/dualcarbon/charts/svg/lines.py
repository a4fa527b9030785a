"""Lines over years in panels side by side, and curves over a continuous axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dualcarbon.charts.numbers import number
from dualcarbon.charts.specs import Curves, Level, Line, Lines, Panel, Series
from dualcarbon.charts.svg.axis import Scale, below, beside, legend, nice, tick_label
from dualcarbon.charts.svg.element import Drawing, element, paint, text, title, width_of

HEIGHT, HEAD, FOOT = 190.0, 24.0, 24.0
GAP = 22.0
LABEL = 13.0
CURVES = 260.0


def draw(chart: Lines, width: float) -> Drawing:
    """Draw panels of lines on a paper of some width, pixels."""
    items = [(s.name, s.colour) for s in chart.series] if len(chart.series) > 1 else []
    key, top = legend(items, width, shape="line")
    panels = chart.panels
    columns = min(len(panels), 3 if width > 500 else 1)
    room = (width - GAP * (columns - 1)) / columns
    height = HEAD + HEIGHT + FOOT
    series = {s.key: s for s in chart.series}
    parts = [key]
    for i, panel in enumerate(panels):
        x = (i % columns) * (room + GAP)
        y = top + (i // columns) * (height + 10)
        inner = _panel(panel, series, room)
        parts.append(element("g", inner, transform=f"translate({x:.1f} {y:.1f})"))
    rows = -(-len(panels) // columns)
    return Drawing("".join(parts), top + rows * (height + 10))


def _panel(panel: Panel, series: Mapping[str, Series], width: float) -> str:
    values = [v for line in panel.lines for _, v in line.points]
    years = sorted({year for line in panel.lines for year, _ in line.points})
    up = Scale(*nice(values, zero=panel.zero, most=5), HEAD + HEIGHT, HEAD + 8)
    left = max(width_of(tick_label(t), 11) for t in up.ticks(5)) + 8
    ends = max((width_of(number(v), 11) for v in values), default=0.0) + 12
    first, last = years[0], years[-1]
    if first == last:
        first, last = first - 1, last + 1
    across = Scale(first, last, left + 10, width - ends)
    head = f"{panel.label} ({panel.unit})"
    parts = [text(0, 13, head, class_="st"), beside(up, left, width - ends + 4)]
    parts += [
        text(across(y), HEAD + HEIGHT + 17, str(y), class_="mu", text_anchor="middle")
        for y in _spaced(years, across)
    ]
    parts += [_line(line, series[line.series], across, up, panel) for line in panel.lines]
    return "".join(parts) + _end_labels(panel.lines, series, across, up)


def _line(line: Line, one: Series, across: Scale, up: Scale, panel: Panel) -> str:
    points = [(across(x), up(y)) for x, y in line.points]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dash = "6 4" if one.base else None
    parts = [element("path", d=path, class_="sl", fill="none", stroke_dasharray=dash)]
    for (x, y), (year, value) in zip(points, line.points, strict=True):
        words = f"{one.name} · {year}: {number(value)} {panel.unit}"
        if panel.marks:
            parts.append(element("circle", title(words), class_="s dot", cx=x, cy=y, r=3.6))
    return element("g", *parts, style=paint(one.colour), class_="line")


def _end_labels(
    lines: Sequence[Line], series: Mapping[str, Series], across: Scale, up: Scale
) -> str:
    """Values of the last year at the end of each line, moved apart where they would touch."""
    ends = sorted(
        ((up(line.points[-1][1]), line.points[-1], line.series) for line in lines),
        key=lambda end: end[0],
    )
    merged: list[tuple[float, str, str]] = []
    for y, (_, value), key in ends:
        words = number(value)
        if merged and merged[-1][1] == words and y - merged[-1][0] < LABEL:
            continue
        merged.append((max(y, merged[-1][0] + LABEL) if merged else y, words, key))
    excess = max((merged[-1][0] - up.start) if merged else 0.0, 0.0)
    x = across(lines[0].points[-1][0]) + 8 if lines else 0.0
    return "".join(
        text(x, y - excess + 4, words, class_="nu sm", style=paint(series[key].colour))
        for y, words, key in merged
    )


def _spaced(years: list[float], across: Scale) -> list[float]:
    """Years whose labels do not touch; the last is always among them."""
    kept: list[float] = []
    for year in reversed(years):
        if not kept or across(kept[-1]) - across(year) > 34:
            kept.append(year)
    return kept


def draw_curves(chart: Curves, width: float) -> Drawing:
    """Draw curves on a paper of some width, pixels."""
    items = [(s.name, s.colour) for s in chart.series]
    key, top = legend(items, width, shape="line")
    points = [p for line in chart.lines for p in line.points]
    level = chart.level
    heights = [y for _, y in points] + ([level.value] if level else [])
    foot = top + HEAD + CURVES
    up = Scale(*nice(heights, most=6), foot, top + HEAD)
    left = max(width_of(tick_label(t), 11) for t in up.ticks(6)) + 8
    along = Scale(*nice([x for x, _ in points]), left + 4, width - 12)
    head = text(0, top + 13, chart.unit, class_="st")
    parts = [head, beside(up, left, width - 8), below(along, top + HEAD, foot)]
    series = {s.key: s for s in chart.series}
    parts += [_curve(line, series[line.series], along, up, chart) for line in chart.lines]
    if level:
        parts.append(_level(level, up, left, width))
    parts.append(text(width, foot + 31, chart.across, class_="mu", text_anchor="end"))
    return Drawing(key + "".join(parts), foot + 38)


def _curve(line: Line, one: Series, along: Scale, up: Scale, chart: Curves) -> str:
    placed = [(along(x), up(y)) for x, y in line.points]
    if chart.dots:
        circles = [element("circle", class_="s dot", cx=x, cy=y, r=2.8) for x, y in placed]
        return element("g", *circles, style=paint(one.colour), class_="line")
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
    last = line.points[-1]
    words = f"{one.name}: {number(last[0])} {chart.across} · {number(last[1])} {chart.unit}"
    drawn = element("path", title(words), d=path, class_="sl", fill="none")
    return element("g", drawn, style=paint(one.colour), class_="line")


def _level(level: Level, up: Scale, left: float, width: float) -> str:
    y = up(level.value)
    rule = element("line", class_="ref", x1=left, x2=width - 8, y1=y, y2=y)
    return rule + text(width - 12, y - 6, level.label, class_="nu", text_anchor="end")
