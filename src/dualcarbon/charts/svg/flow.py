"""Flows between two columns of nodes, as ribbons whose width is their size."""

from __future__ import annotations

from typing import Any

from dualcarbon.charts.numbers import number
from dualcarbon.charts.svg.element import Drawing, element, lines_of_text, paint, text, title
from dualcarbon.charts.svg.measure import width as width_of
from dualcarbon.charts.svg.measure import wrap

HEIGHT, HEAD, GAP, BAR = 420.0, 26.0, 9.0, 11.0
THINNEST, NARROW = 0.5, 500.0


def draw(spec: dict[str, Any], width: float) -> Drawing:
    """Draw the spec of kind ``flow``.

    Args:
        spec: ``unit``, ``left_title``, ``right_title``, ``left`` and ``right`` (key, name,
            colour), ``links`` (source, target, value).
        width: pixels.
    """
    size, most_room = (12.0, 0.27) if width > NARROW else (10.5, 0.32)
    total = sum(link["value"] for link in spec["links"])
    most = max(len(spec["left"]), len(spec["right"]))
    scale = (HEIGHT - GAP * (most - 1)) / total if total > 0 else 0.0
    room = min(
        max((width_of(n["name"], size) for n in [*spec["left"], *spec["right"]]), default=0.0)
        + width_of(" 0,000", size)
        + 8,
        width * most_room,
    )
    sides = {"left": room, "right": width - room - BAR}
    tops = {
        side: _tops(spec[side], spec["links"], "source" if side == "left" else "target", scale)
        for side in sides
    }
    parts = [
        text(0, 13, spec["left_title"], class_="mu"),
        text(width, 13, spec["right_title"], class_="mu", text_anchor="end"),
        _ribbons(spec, tops, sides, scale),
    ]
    for side, x in sides.items():
        parts += [_node(node, tops[side][node["key"]], x, side, room, size) for node in spec[side]]
    height = max((y + h for at in tops.values() for y, h, _ in at.values()), default=HEAD)
    unit = text(width, height + 24, spec["unit"], class_="mu", text_anchor="end")
    return Drawing("".join(parts) + unit, height + 30)


def _tops(
    nodes: list[dict[str, Any]], links: list[dict[str, Any]], end: str, scale: float
) -> dict[str, tuple[float, float, float]]:
    """Top, height and value of each node of a column."""
    y, found = HEAD, {}
    for node in nodes:
        value = sum(link["value"] for link in links if link[end] == node["key"])
        found[node["key"]] = (y, value * scale, value)
        y += value * scale + GAP
    return found


def _ribbons(
    spec: dict[str, Any],
    tops: dict[str, dict[str, tuple[float, float, float]]],
    sides: dict[str, float],
    scale: float,
) -> str:
    colours = {node["key"]: node["colour"] for node in spec["left"]}
    names = {n["key"]: n["name"] for n in [*spec["left"], *spec["right"]]}
    start = {key: y for key, (y, _, _) in tops["left"].items()}
    stop = {key: y for key, (y, _, _) in tops["right"].items()}
    order = {node["key"]: i for i, node in enumerate(spec["right"])}
    first = {node["key"]: i for i, node in enumerate(spec["left"])}
    parts = []
    links = sorted(spec["links"], key=lambda k: (first[k["source"]], order[k["target"]]))
    for link in links:
        high = link["value"] * scale
        a, b = start[link["source"]], stop[link["target"]]
        start[link["source"]] += high
        stop[link["target"]] += high
        if high < THINNEST:
            continue
        words = f"{names[link['source']]} → {names[link['target']]}: {number(link['value'])}"
        parts.append(
            element(
                "path",
                title(f"{words} {spec['unit']}"),
                class_="s seg",
                style=paint(colours[link["source"]]),
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


def _node(
    node: dict[str, Any],
    at: tuple[float, float, float],
    x: float,
    side: str,
    room: float,
    size: float,
) -> str:
    y, height, value = at
    bar = element(
        "rect", class_="s", style=paint(node["colour"]), x=x, y=y, width=BAR, height=max(height, 1)
    )
    outer = side == "left"
    place = x - 6 if outer else x + BAR + 6
    anchor = "end" if outer else "start"
    amount = number(value)
    lines = wrap(node["name"], room - width_of(amount, size) - 10, size, most=1)
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
