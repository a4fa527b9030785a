"""Need, supply and gap of climate finance, and the Belt-and-Road figures."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.page import Block, Cells, Column, Section, Table
from dualcarbon.report.section import section, with_data
from dualcarbon.report.topics.finance.figures import finance_gap
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Need, supply and gap, then the Belt-and-Road figures."""
    figure = finance_gap(view)
    if figure is None:
        return None
    return section(view, "gap", [*with_data(figure, view.text), *_gap(view), *_bri(view)])


def _gap(view: View) -> list[Block]:
    """Need, supply and gap by region with what each figure covers, its sources and grade."""
    table = view.table("finance_gap", "region", "need_low", "supply", "source", "grade")
    if table is None:
        return []
    text, factor = view.text, view.text.unit("bn USD a").factor
    heads = [Column(text("label.region"))]
    heads += [Column(text(f"label.{n}"), numeric=True) for n in ("need", "supply", "gap")]
    heads += [Column(text("label.covers"), wide=True), Column(text("label.grade"))]
    heads.append(Column(text("label.source"), wide=True))
    rows: list[Cells] = []
    for _, row in table.iterrows():
        scopes = [row[f"{k}_scope_{text.lang}"] for k in ("need", "supply")]
        known = row["supply"] == row["supply"]
        need = _range(row["need_low"] * factor, row["need_high"] * factor)
        rows.append(
            [
                row["region"] if text.lang == "en" else row["name_zh"],
                f"{need} ({int(row['need_year'])})",
                f"{number(row['supply'] * factor)} ({int(row['supply_year'])})" if known else DASH,
                _range(row["gap_low"] * factor, row["gap_high"] * factor),
                text("label.need_against_supply", need=scopes[0], supply=scopes[1])
                if known
                else scopes[0],
                str(row["grade"]),
                str(row["source"]),
            ]
        )
    return [Table(text("table.gap"), heads, rows, text("note.gap"))]


def _bri(view: View) -> list[Block]:
    """Figures of Belt-and-Road engagement."""
    table = view.table("finance_bri", "name_en", "name_zh", "year", "value", "unit", "source")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.item")), Column(text("label.year"))]
    heads += [Column(text("label.value"), numeric=True), Column(text("label.unit"))]
    heads += [Column(text("label.grade")), Column(text("label.source"), wide=True)]
    rows: list[Cells] = [
        [
            text.own(row, "name"),
            str(row["year"]),
            number(row["value"] * text.unit(row["unit"]).factor, 4),
            text.unit(row["unit"]).label,
            str(row["grade"]),
            str(row["source"]),
        ]
        for _, row in table.iterrows()
    ]
    return [Table(text("table.bri"), heads, rows, folded=True)]


def _range(low: float, high: float) -> str:
    ends = [number(low), number(high)]
    return ends[0] if ends[0] == ends[1] else " … ".join(ends)
