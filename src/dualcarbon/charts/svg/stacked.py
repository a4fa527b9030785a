"""Horizontal stacked bars in groups; what is negative grows to the left of zero."""

from __future__ import annotations

from dualcarbon.charts.numbers import number, signed
from dualcarbon.charts.specs import Bar, Series, Stacked
from dualcarbon.charts.svg.axis import Scale, below, legend, padded
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

BAR, GAP, HEADER, BETWEEN = 17.0, 6.0, 21.0, 12.0
SIZE = 12.0


def draw(chart: Stacked, width: float) -> Drawing:
    """Draw stacked bars on a paper of some width, pixels."""
    series = {s.key: s for s in chart.series}
    items = [(s.name, s.colour) for s in chart.series if s.name]
    key, top = legend(items, width)
    bars = [bar for group in chart.groups for bar in group.bars]
    labels = _label_room(bars, width)
    ends = max((width_of(_end(b), SIZE) for b in bars), default=0.0) + 13
    scale = Scale(*padded([v for b in bars for v in _extent(b)]), labels + 10, width - ends)
    y, parts = top + 4.0, []
    for group in chart.groups:
        if group.label:
            parts.append(text(0, y + 14, group.label, class_="st"))
            y += HEADER
        for bar in group.bars:
            parts.append(_bar(bar, group.label, series, chart.unit, scale, labels, y))
            y += BAR + GAP
        y += BETWEEN
    bottom = y - BETWEEN + 2
    axis = below(scale, top + 4, bottom)
    unit = text(width, bottom + 31, chart.unit, class_="mu", text_anchor="end")
    return Drawing(key + axis + "".join(parts) + unit, bottom + 36)


def _bar(
    bar: Bar,
    group: str,
    series: dict[str, Series],
    unit: str,
    scale: Scale,
    labels: float,
    y: float,
) -> str:
    lines = wrap(bar.label, labels, SIZE, most=2)
    size = SIZE if len(lines) == 1 else 10.5
    parts = [
        lines_of_text(
            labels, y + BAR / 2, lines, size, class_="tx", text_anchor="end", font_size=size
        )
    ]
    ends = {True: 0.0, False: 0.0}
    for key, value in bar.parts.items():
        start = ends[value >= 0]
        ends[value >= 0] = stop = start + value
        left, right = sorted((scale(start), scale(stop)))
        one = series[key]
        where = " · ".join(w for w in (group, bar.label, one.name) if w)
        parts.append(
            element(
                "rect",
                title(f"{where}: {number(value)} {unit}"),
                class_="s seg",
                style=paint(one.colour),
                x=left,
                y=y,
                width=max(right - left, 0.3),
                height=BAR,
            )
        )
    if bar.mark is not None:
        parts.append(_mark(scale(bar.mark), y + BAR / 2, f"{signed(bar.mark)} {unit}"))
    parts.append(text(scale(ends[True]) + 9, y + 13, _end(bar), class_="nu"))
    return "".join(parts)


def _mark(x: float, y: float, words: str) -> str:
    path = f"M{x:.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z"
    return element("path", title(words), d=path, class_="mk")


def _end(bar: Bar) -> str:
    """What stands at the end of a bar: its own words, its net mark or its total."""
    if bar.mark is not None and bar.end is None:
        return signed(bar.mark)
    return bar.end or number(sum(bar.parts.values()))


def _extent(bar: Bar) -> list[float]:
    values = bar.parts.values()
    return [sum(v for v in values if v > 0), sum(v for v in values if v < 0)]


def _label_room(bars: list[Bar], width: float) -> float:
    widest = max((width_of(b.label, SIZE) for b in bars), default=0.0)
    return min(widest + 2, width * 0.3)
