"""What a section is made of: its heading, figures with the table behind each, and notes."""

from __future__ import annotations

from dataclasses import replace

from dualcarbon.charts.numbers import DASH, aligned, number
from dualcarbon.charts.specs import Chart, Curves, Dots, Flow, Grid, Lines, Stacked, Tiles
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.text import Text
from dualcarbon.report.view import View

Rows = tuple[list[Column], list[Cells]]


def section(view: View, key: str, blocks: list[Block]) -> Section | None:
    """A section with the heading and the lead of its key; None where it would be empty."""
    if not blocks:
        return None
    text = view.text
    return Section(key, text(f"section.{key}"), text(f"lead.{key}"), blocks)


def note_of(text: Text, caption: Caption, unit: str = "") -> str:
    """Unit, years, source and grade as one line."""
    parts = [
        text("caption.unit", unit=unit) if unit else "",
        text("caption.years", years=caption.years) if caption.years else "",
        text("caption.source", source=caption.source),
        text("caption.licence", licence=caption.licence) if caption.licence else "",
        text("caption.grade", grade=caption.grade, meaning=text(f"grade.{caption.grade}")),
        caption.leans,
    ]
    return text("caption.join").join(p for p in parts if p)


def with_data(figure: Figure | None, text: Text) -> list[Figure]:
    """A figure with its table, or nothing where there is no figure."""
    if figure is None:
        return []
    columns, rows = _read(figure.chart, text)
    return [replace(figure, data=Table(text("label.data"), columns, rows, folded=True))]


def _read(chart: Chart, text: Text) -> Rows:
    match chart:
        case Stacked():
            return _stacked(chart, text)
        case Lines():
            return _lines(chart)
        case Curves():
            return _curves(chart)
        case Tiles():
            return _tiles(chart, text)
        case Dots():
            return _dots(chart)
        case Flow():
            return _flow(chart)
        case Grid():
            return _grid(chart)


def _stacked(chart: Stacked, text: Text) -> Rows:
    series = chart.series
    columns = [Column(""), *(Column(s.name or chart.unit, numeric=True) for s in series)]
    total = len(series) > 1
    if total:
        columns.append(Column(text("label.total"), numeric=True))
    rows: list[Cells] = []
    for group in chart.groups:
        rows += [[group.label]] if group.label else []
        for bar in group.bars:
            cells = [number(bar.parts[s.key]) if s.key in bar.parts else DASH for s in series]
            end = [number(sum(bar.parts.values()), 4)] if total else []
            rows.append([bar.label, *cells, *end])
    return columns, rows


def _lines(chart: Lines) -> Rows:
    names = {s.key: s.name for s in chart.series}
    years = sorted({y for p in chart.panels for line in p.lines for y, _ in line.points})
    columns = [Column(""), *(Column(str(y), numeric=True) for y in years)]
    rows: list[Cells] = []
    for panel in chart.panels:
        rows.append([f"{panel.label} ({panel.unit})"])
        for line in panel.lines:
            values = dict(line.points)
            cells = [number(values[y]) if y in values else DASH for y in years]
            rows.append([names[line.series], *cells])
    return columns, rows


def _curves(chart: Curves) -> Rows:
    columns = [Column(""), *(Column(name, numeric=True) for name in (chart.across, chart.unit))]
    names = {s.key: s.name for s in chart.series}
    rows: list[Cells] = []
    for line in chart.lines:
        rows += [[names[line.series], number(x), number(y)] for x, y in line.points]
    return columns, rows


def _tiles(chart: Tiles, text: Text) -> Rows:
    panels = chart.panels
    columns = [Column(text("label.province"))]
    columns += [Column(p.label, numeric=True, unit=p.unit) for p in panels]
    names = [tile.name for tile in panels[0].tiles]
    shown = [aligned(float("nan") if t.value is None else t.value for t in p.tiles) for p in panels]
    rows: list[Cells] = [
        list(row) for row in zip(names, *shown, strict=True) if set(row[1:]) != {DASH}
    ]
    return columns, rows


def _dots(chart: Dots) -> Rows:
    columns = [Column(""), Column(""), Column(chart.unit, numeric=True)]
    rows: list[Cells] = [
        [row.label if i == 0 else "", point.label or point.name, number(point.value)]
        for row in chart.rows
        for i, point in enumerate(row.points)
    ]
    if not any(r[1] for r in rows):
        return [columns[0], columns[2]], [[r[0], r[2]] for r in rows]
    return columns, rows


def _flow(chart: Flow) -> Rows:
    columns = [Column(""), *(Column(node.name, numeric=True) for node in chart.right)]
    sizes = {(link.source, link.target): link.value for link in chart.links}
    rows: list[Cells] = []
    for node in chart.left:
        found = [sizes.get((node.key, other.key)) for other in chart.right]
        rows.append([node.name, *(DASH if v is None else number(v) for v in found)])
    return columns, rows


def _grid(chart: Grid) -> Rows:
    columns = [Column(chart.row_title), *(Column(label, numeric=True) for label in chart.columns)]
    rows: list[Cells] = [
        [label, *(cell.label + ("*" if cell.marked else "") for cell in cells)]
        for label, cells in zip(chart.rows, chart.cells, strict=True)
    ]
    return columns, rows
