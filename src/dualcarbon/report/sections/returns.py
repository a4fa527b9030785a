"""Returns of a given new project under both regimes, by province."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption
from dualcarbon.report.figures.return_maps import INPUTS, return_maps
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Maps for each technology, then all figures as a table."""
    table = view.table("returns", "regime", "province", "technology", "irr")
    if table is None:
        return None
    blocks: list[Block] = []
    for technology in dict.fromkeys(table["technology"].astype(str)):
        for figure in return_maps(view, technology):
            blocks += with_data(figure, view.text)
    return section(view, "returns", [*blocks, _table(view, table)])


def _table(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    price = text.unit("CNY/MWh")
    columns = [Column(text(f"label.{n}")) for n in ("technology", "province", "regime")]
    shown = [
        (column, label, unit)
        for column, label, unit in (
            ("irr", text("label.irr"), "%"),
            ("npv_per_cny", text("label.npv"), text("unit_phrase.per_yuan")),
            ("revenue_cny_per_mwh", text("label.revenue"), price.label),
            ("full_load_hours", text("label.hours"), text("unit_phrase.hours")),
        )
        if column in table.columns
    ]
    columns += [Column(label, numeric=True, unit=unit) for _, label, unit in shown]
    rows: list[list[str | Badge]] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            text.name("regime", row["regime"]),
            *(_cell(column, row[column], price.factor) for column, _, _ in shown),
        ]
        for _, row in table.sort_values(["technology", "province"], kind="stable").iterrows()
    ]
    years = str(view.meta.get("returns_year", view.years[0] if view.years else ""))
    note = note_of(text, caption(view, "", years, INPUTS))
    return Table(text("table.returns"), columns, rows, note, folded=True)


def _cell(column: str, value: float, factor: float) -> str:
    if column == "irr":
        return fixed(100 * value, 2)
    if column == "npv_per_cny":
        return fixed(value, 3)
    return number(value * factor if column == "revenue_cny_per_mwh" else value, 4)
