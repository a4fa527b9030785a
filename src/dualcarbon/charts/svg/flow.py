"""Flows between two columns of nodes, as ribbons whose width is their size."""

from __future__ import annotations

from collections.abc import Mapping

from dualcarbon.charts.numbers import number
from dualcarbon.charts.specs import Flow, Series
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

HEIGHT, HEAD, GAP, BAR = 420.0, 26.0, 9.0, 11.0
THINNEST, NARROW = 0.5, 500.0

Place = tuple[float, float, float]
"""Top, height and value of a node."""


def draw(chart: Flow, width: float) -> Drawing:
    """Draw flows on a paper of some width, pixels."""
    size, most_room = (12.0, 0.27) if width > NARROW else (10.5, 0.32)
    total = sum(link.value for link in chart.links)
    most = max(len(chart.left), len(chart.right))
    scale = (HEIGHT - GAP * (most - 1)) / total if total > 0 else 0.0
    room = min(
        max((width_of(n.name, size) for n in [*chart.left, *chart.right]), default=0.0)
        + width_of(" 0,000", size)
        + 8,
        width * most_room,
    )
    sides = {"left": room, "right": width - room - BAR}
    columns = {"left": chart.left, "right": chart.right}
    out = {n.key: sum(k.value for k in chart.links if k.source == n.key) for n in chart.left}
    back = {n.key: sum(k.value for k in chart.links if k.target == n.key) for n in chart.right}
    tops = {"left": _tops(out, scale), "right": _tops(back, scale)}
    parts = [
        text(0, 13, chart.left_title, class_="mu"),
        text(width, 13, chart.right_title, class_="mu", text_anchor="end"),
        _ribbons(chart, tops, sides, scale),
    ]
    for side, x in sides.items():
        parts += [_node(n, tops[side][n.key], x, side, room, size) for n in columns[side]]
    height = max((y + h for at in tops.values() for y, h, _ in at.values()), default=HEAD)
    unit = text(width, height + 24, chart.unit, class_="mu", text_anchor="end")
    return Drawing("".join(parts) + unit, height + 30)


def _tops(values: Mapping[str, float], scale: float) -> dict[str, Place]:
    """Top, height and value of each node of a column."""
    y, found = HEAD, {}
    for key, value in values.items():
        found[key] = (y, value * scale, value)
        y += value * scale + GAP
    return found


def _ribbons(
    chart: Flow, tops: dict[str, dict[str, Place]], sides: dict[str, float], scale: float
) -> str:
    colours = {node.key: node.colour for node in chart.left}
    names = {n.key: n.name for n in [*chart.left, *chart.right]}
    start = {key: y for key, (y, _, _) in tops["left"].items()}
    stop = {key: y for key, (y, _, _) in tops["right"].items()}
    order = {node.key: i for i, node in enumerate(chart.right)}
    first = {node.key: i for i, node in enumerate(chart.left)}
    parts = []
    for link in sorted(chart.links, key=lambda k: (first[k.source], order[k.target])):
        high = link.value * scale
        a, b = start[link.source], stop[link.target]
        start[link.source] += high
        stop[link.target] += high
        if high < THINNEST:
            continue
        words = f"{names[link.source]} → {names[link.target]}: {number(link.value)} {chart.unit}"
        parts.append(
            element(
                "path",
                title(words),
                class_="s seg",
                style=paint(colours[link.source]),
                fill_opacity="0.5",
                d=_ribbon(sides["left"] + BAR, a, sides["right"], b, high),
            )
        )
    return "".join(parts)


def _ribbon(left: float, a: float, right: float, b: float, high: float) -> str:
    middle = (left + right) / 2
    return (
        f"M{left:.1f} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {b:.1f} {right:.1f} {b:.1f}"
        f"L{right:.1f} {b + high:.1f}C{middle:.1f} {b + high:.1f} {middle:.1f} {a + high:.1f} "
        f"{left:.1f} {a + high:.1f}Z"
    )


def _node(node: Series, at: Place, x: float, side: str, room: float, size: float) -> str:
    y, height, value = at
    bar = element(
        "rect", class_="s", style=paint(node.colour), x=x, y=y, width=BAR, height=max(height, 1)
    )
    outer = side == "left"
    place = x - 6 if outer else x + BAR + 6
    anchor = "end" if outer else "start"
    amount = number(value)
    lines = wrap(node.name, room - width_of(amount, size) - 10, size, most=1)
    words = f"{lines[0]} {amount}" if outer else f"{amount} {lines[0]}"
    label = lines_of_text(
        place,
        y + max(height, 1) / 2,
        [words],
        size,
        class_="tx",
        text_anchor=anchor,
        font_size=size,
    )
    return bar + label
