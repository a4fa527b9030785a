"""The model against the statistics of 2024."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.backcast import backcast, is_within, label_of
from dualcarbon.report.numbers import DASH, change, number
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Errors as a figure, then both figures side by side with their source."""
    table = view.table("backcast", "item", "ours", "observed", "error_pct")
    if table is None:
        return None
    blocks: list[Block] = [*with_data(backcast(view), view.text)[:1]]
    return section(view, "backcast", [*blocks, _table(view, table)])


def _table(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.unit")),
        Column(text("label.ours"), numeric=True),
        Column(text("label.observed"), numeric=True),
        Column(text("label.error"), numeric=True, unit="%"),
        Column(text("label.tolerance"), numeric=True, unit="%"),
        Column(text("label.met")),
        Column(text("label.source")),
    ]
    rows: list[list[str | Badge]] = []
    for _, row in table.iterrows():
        unit = text.unit(str(row.get("unit", "")))
        limit = row.get("tolerance_pct")
        within = (
            Badge(text("word.yes"), "good") if is_within(row) else Badge(text("word.no"), "bad")
        )
        rows.append(
            [
                label_of(view, row),
                unit.label,
                number(row["ours"] * unit.factor, 4),
                number(row["observed"] * unit.factor, 4),
                change(row["error_pct"]),
                "± " + number(float(limit)) if pd.notna(limit) else DASH,
                within if pd.notna(limit) else DASH,
                str(row.get("source", "")),
            ]
        )
    return Table(text("table.backcast"), columns, rows, text("note.backcast"))
