"""Rows of the finance gap and the Belt-and-Road figures."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number, percent
from dualcarbon.report.page import Badge, Block, Column, Table
from dualcarbon.report.view import View


def gap_rows(view: View) -> list[Block]:
    """Need, supply and gap by region with what each figure covers, its sources and grade."""
    table = view.table("finance_gap", "region", "need_low", "supply", "source", "grade")
    if table is None:
        return []
    text, factor = view.text, view.text.unit("bn USD a").factor
    heads = [Column(text("label.region"))]
    heads += [Column(text(f"label.{n}"), numeric=True) for n in ("need", "supply", "gap")]
    heads += [Column(text("label.covers"), wide=True), Column(text("label.grade"))]
    heads.append(Column(text("label.source"), wide=True))
    rows: list[list[str | Badge]] = []
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


def across(view: View) -> list[Block]:
    """The same project at the cost of capital of other regions."""
    table = view.table("finance_across", "region", "name_zh", "rate", "lcoe", "currency")
    if table is None:
        return []
    text = view.text
    name = text.name("currency", str(table["currency"].iloc[0]))
    heads = [
        Column(text("label.region")),
        Column(text.name("measure", "wacc"), numeric=True),
        Column(text.name("measure", "lcoe"), numeric=True, unit=f"{name}/MWh"),
        Column(text("label.source"), wide=True),
    ]
    rows: list[list[str | Badge]] = [
        [
            row["region"] if text.lang == "en" else row["name_zh"],
            percent(row["rate"]),
            number(row["lcoe"], 4),
            str(row["source"]),
        ]
        for _, row in table.iterrows()
    ]
    first, last = table["lcoe"].iloc[0], table["lcoe"].iloc[-1]
    reading = text("reading.across", change=percent(last / first - 1.0, 2))
    note = text("note.across")
    return [Table(text("table.across"), heads, rows, note, folded=True, reading=reading)]


def bri(view: View) -> list[Block]:
    """Figures of Belt-and-Road engagement."""
    table = view.table("finance_bri", "name_en", "name_zh", "year", "value", "unit", "source")
    if table is None:
        return []
    text = view.text
    heads = [Column(text("label.item")), Column(text("label.year"))]
    heads += [Column(text("label.value"), numeric=True), Column(text("label.unit"))]
    heads += [Column(text("label.grade")), Column(text("label.source"), wide=True)]
    rows: list[list[str | Badge]] = [
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
