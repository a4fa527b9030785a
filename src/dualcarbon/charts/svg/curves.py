"""Curves over a continuous horizontal axis, with a level to compare them with."""

from __future__ import annotations

from typing import Any

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg.axis import below, beside, tick_label
from dualcarbon.charts.svg.element import Drawing, element, paint, text, title
from dualcarbon.charts.svg.legend import legend
from dualcarbon.charts.svg.measure import width as width_of
from dualcarbon.charts.svg.scale import Scale, nice

HEIGHT, HEAD = 260.0, 24.0


def draw(spec: dict[str, Any], width: float) -> Drawing:
    """Draw the spec of kind ``curves``.

    Args:
        spec: ``series`` (key, name, colour), ``unit`` of the vertical and ``across`` name of the
            horizontal axis, ``lines`` (series, points as pairs), ``level`` (value, label) or None.
        width: pixels.
    """
    items = [(s["name"], s["colour"]) for s in spec["series"]]
    key, top = legend(items, width, shape="line")
    points = [p for line in spec["lines"] for p in line["points"]]
    level = spec.get("level")
    heights = [y for _, y in points] + ([level["value"]] if level else [])
    foot = top + HEAD + HEIGHT
    up = Scale(*nice(heights, most=6), foot, top + HEAD)
    left = max(width_of(tick_label(t), 11) for t in up.ticks(6)) + 8
    along = Scale(*nice([x for x, _ in points]), left + 4, width - 12)
    head = text(0, top + 13, spec["unit"], class_="st")
    parts = [head, beside(up, left, width - 8), below(along, top + HEAD, foot)]
    colours = {s["key"]: s for s in spec["series"]}
    parts += [_line(line, colours[line["series"]], along, up, spec) for line in spec["lines"]]
    if level:
        parts.append(_level(level, up, left, width))
    parts.append(text(width, foot + 31, spec["across"], class_="mu", text_anchor="end"))
    return Drawing(key + "".join(parts), foot + 38)


def _line(
    line: dict[str, Any], one: dict[str, Any], along: Scale, up: Scale, spec: dict[str, Any]
) -> str:
    placed = [(along(x), up(y)) for x, y in line["points"]]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed)
    last = line["points"][-1]
    words = f"{one['name']}: {number(last[0])} {spec['across']} · {number(last[1])} {spec['unit']}"
    drawn = element("path", title(words), d=path, class_="sl", fill="none")
    return element("g", drawn, style=paint(one["colour"]), class_="line")


def _level(level: dict[str, Any], up: Scale, left: float, width: float) -> str:
    y = up(level["value"])
    rule = element("line", class_="ref", x1=left, x2=width - 8, y1=y, y2=y)
    return rule + text(width - 12, y - 6, level["label"], class_="nu", text_anchor="end")
