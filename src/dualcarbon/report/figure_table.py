"""The figures behind a figure, as a table that folds away under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualcarbon.charts.numbers import DASH, aligned, number
from dualcarbon.report.page import Column, Figure, Table
from dualcarbon.report.text import Text

Rows = tuple[list[Column], list[list[Any]]]


def with_data(spec: dict[str, Any] | None, text: Text) -> list[Figure]:
    """A figure with its table, or nothing where there is no figure."""
    if spec is None:
        return []
    columns, rows = READERS[spec["kind"]](spec, text)
    return [Figure(spec, Table(text("label.data"), columns, rows, folded=True))]


def _stacked(spec: dict[str, Any], text: Text) -> Rows:
    series = spec["series"]
    columns = [Column("")]
    columns += [Column(s["name"] or spec["unit"], numeric=True) for s in series]
    total = len(series) > 1
    if total:
        columns.append(Column(text("label.total"), numeric=True))
    rows: list[list[Any]] = []
    for group in spec["groups"]:
        rows += [[group["label"]]] if group["label"] else []
        for bar in group["bars"]:
            values = {p["series"]: p["value"] for p in bar["parts"]}
            cells = [number(values[s["key"]]) if s["key"] in values else DASH for s in series]
            end = [number(sum(values.values()), 4)] if total else []
            rows.append([bar["label"], *cells, *end])
    return columns, rows


def _lines(spec: dict[str, Any], text: Text) -> Rows:
    names = {s["key"]: s["name"] for s in spec["series"]}
    years = sorted({y for p in spec["panels"] for line in p["lines"] for y, _ in line["points"]})
    columns = [Column(""), *(Column(str(y), numeric=True) for y in years)]
    rows: list[list[Any]] = []
    for panel in spec["panels"]:
        rows.append([f"{panel['label']} ({panel['unit']})"])
        for line in panel["lines"]:
            values = dict(line["points"])
            cells = [number(values[y]) if y in values else DASH for y in years]
            rows.append([names[line["series"]], *cells])
    return columns, rows


def _tiles(spec: dict[str, Any], text: Text) -> Rows:
    panels = spec["panels"]
    columns = [Column(text("label.province"))]
    columns += [Column(p["label"], numeric=True, unit=p["unit"]) for p in panels]
    names = [tile["name"] for tile in panels[0]["tiles"]]
    shown = [aligned(_value(tile) for tile in p["tiles"]) for p in panels]
    rows = [list(row) for row in zip(names, *shown, strict=True) if set(row[1:]) != {DASH}]
    return columns, rows


def _value(tile: dict[str, Any]) -> float:
    return float("nan") if tile["value"] is None else float(tile["value"])


def _dots(spec: dict[str, Any], text: Text) -> Rows:
    columns = [Column(""), Column(""), Column(spec["unit"], numeric=True)]
    rows = [
        [row["label"] if i == 0 else "", point.get("label") or point.get("name") or "",
         number(point["value"])]
        for row in spec["rows"]
        for i, point in enumerate(row["points"])
    ]  # fmt: skip
    if not any(r[1] for r in rows):
        return [columns[0], columns[2]], [[r[0], r[2]] for r in rows]
    return columns, rows


def _flow(spec: dict[str, Any], text: Text) -> Rows:
    columns = [Column(""), *(Column(node["name"], numeric=True) for node in spec["right"])]
    sizes = {(link["source"], link["target"]): link["value"] for link in spec["links"]}
    rows: list[list[Any]] = []
    for node in spec["left"]:
        found = [sizes.get((node["key"], other["key"])) for other in spec["right"]]
        rows.append([node["name"], *(DASH if v is None else number(v) for v in found)])
    return columns, rows


def _curves(spec: dict[str, Any], text: Text) -> Rows:
    columns = [Column("")]
    columns += [Column(spec[k], numeric=True) for k in ("across", "unit")]
    names = {s["key"]: s["name"] for s in spec["series"]}
    rows: list[list[Any]] = []
    for line in spec["lines"]:
        rows += [[names[line["series"]], number(x), number(y)] for x, y in line["points"]]
    return columns, rows


def _grid(spec: dict[str, Any], text: Text) -> Rows:
    columns = [Column(spec["row_title"])]
    columns += [Column(label, numeric=True) for label in spec["columns"]]
    rows: list[list[Any]] = [
        [label, *(cell["label"] + ("*" if cell["marked"] else "") for cell in cells)]
        for label, cells in zip(spec["rows"], spec["cells"], strict=True)
    ]
    return columns, rows


READERS: dict[str, Callable[[dict[str, Any], Text], Rows]] = {
    "stacked": _stacked,
    "lines": _lines,
    "tiles": _tiles,
    "dots": _dots,
    "grid": _grid,
    "flow": _flow,
    "curves": _curves,
}
