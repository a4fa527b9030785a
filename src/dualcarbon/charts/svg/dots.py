"""Dots on a common scale, with ranges, a reference and a published band."""

from __future__ import annotations

from typing import Any

from dualcarbon.charts.numbers import signed
from dualcarbon.charts.svg.axis import below
from dualcarbon.charts.svg.element import Drawing, element, lines_of_text, paint, text, title
from dualcarbon.charts.svg.legend import legend
from dualcarbon.charts.svg.measure import width as width_of
from dualcarbon.charts.svg.measure import wrap
from dualcarbon.charts.svg.scale import Scale, nice

ROW, SIZE = 30.0, 12.0


def draw(spec: dict[str, Any], width: float) -> Drawing:
    """Draw the spec of kind ``dots``.

    Args:
        spec: ``unit``, ``legend`` (name, colour), ``band`` (low, high) or None, ``reference``
            (value) or None, ``rows`` (label, low, high, points (value, label, colour)).
        width: pixels.
    """
    rows, band = spec["rows"], spec.get("band")
    key, top = legend(
        [(i["name"], i["colour"]) for i in spec.get("legend", [])], width, shape="dot"
    )
    labels = min(max((width_of(r["label"], SIZE) for r in rows), default=0.0), width * 0.36)
    ends = max((width_of(_end(r, spec), SIZE) for r in rows), default=0.0) + 12
    scale = Scale(*nice(_values(spec)), labels + 18 if labels else 8.0, width - ends)
    y, parts = top + 4.0, []
    for row in rows:
        parts.append(_row(row, spec, scale, labels, y + ROW / 2))
        y += ROW
    shade = ""
    if band is not None:
        left, right = sorted((scale(band["low"]), scale(band["high"])))
        left, right = (left - 1.5, right + 1.5) if right - left < 3 else (left, right)
        shade = element(
            "rect",
            title(band["label"]),
            class_="band",
            x=left,
            y=top + 4,
            width=right - left,
            height=y - top - 4,
        )
    axis = below(scale, top + 4, y, most=5)
    rule = _reference(spec, scale, top + 4, y)
    unit = text(width, y + 31, spec["unit"], class_="mu", text_anchor="end")
    return Drawing(key + shade + axis + rule + "".join(parts) + unit, y + 36)


def _row(row: dict[str, Any], spec: dict[str, Any], scale: Scale, labels: float, y: float) -> str:
    lines = wrap(row["label"], labels, SIZE, most=2)
    size = SIZE if len(lines) == 1 else 11.0
    parts = [lines_of_text(labels, y, lines, size, class_="tx", text_anchor="end", font_size=size)]
    if row.get("low") is not None:
        reach = {"x1": scale(row["low"]), "x2": scale(row["high"]), "y1": y, "y2": y}
        parts.append(element("line", class_="tol", **reach))
    points = sorted(row["points"], key=lambda p: p["value"])
    if len(points) > 1:
        reach = {"x1": scale(points[0]["value"]), "x2": scale(points[-1]["value"])}
        parts.append(element("line", class_="join", y1=y, y2=y, **reach))
    for point in points:
        words = f"{row['label']} {point.get('label', '')}: {signed(point['value'])} {spec['unit']}"
        parts.append(
            element(
                "circle",
                title(words),
                class_="s dot",
                style=paint(point["colour"]),
                cx=scale(point["value"]),
                cy=y,
                r=5,
            )
        )
    parts.append(_point_labels(points, scale, y))
    right = scale.end + 10
    return "".join(parts) + text(right, y + 4, _end(row, spec), class_="nu")


def _point_labels(points: list[dict[str, Any]], scale: Scale, y: float) -> str:
    """Labels over the outermost dots, as far as they do not touch."""
    named = [p for p in points if p.get("label")]
    if len(named) < 2:
        return ""
    ends = [named[0], named[-1]]
    apart = scale(ends[1]["value"]) - scale(ends[0]["value"])
    need = sum(width_of(e["label"], 10) for e in ends) / 2 + 8
    if apart < need:
        return ""
    return "".join(
        text(scale(e["value"]), y - 8, e["label"], class_="mu sm", text_anchor="middle")
        for e in ends
    )


def _end(row: dict[str, Any], spec: dict[str, Any]) -> str:
    if row.get("end") is not None:
        return str(row["end"])
    values = [p["value"] for p in row["points"]]
    if not values:
        return ""
    if len(values) == 1:
        return signed(values[0])
    return f"{signed(min(values))} … {signed(max(values))}"


def _values(spec: dict[str, Any]) -> list[float]:
    values = [p["value"] for row in spec["rows"] for p in row["points"]]
    values += [row[k] for row in spec["rows"] for k in ("low", "high") if row.get(k) is not None]
    if spec.get("band") is not None:
        values += [spec["band"]["low"], spec["band"]["high"]]
    if spec.get("reference") is not None:
        values.append(spec["reference"])
    return values


def _reference(spec: dict[str, Any], scale: Scale, top: float, bottom: float) -> str:
    if spec.get("reference") is None:
        return ""
    x = scale(spec["reference"])
    return element("line", class_="ref", x1=x, x2=x, y1=top, y2=bottom)
