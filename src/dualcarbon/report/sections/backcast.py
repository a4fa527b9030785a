"""The model against the statistics of 2024."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, change, number, signed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.backcast import backcast, is_within, judged, label_of
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Errors as a figure, then both figures side by side with their source."""
    table = view.table("backcast", "item", "ours", "observed", "error_pct")
    if table is None:
        return None
    main = judged(table)
    rest = table.drop(main.index)
    blocks: list[Block] = [*with_data(backcast(view), view.text)[:1]]
    blocks += [_table(view, main)] if len(main) else []
    blocks += [_signs(view, rest)] if len(rest) else []
    return section(view, "backcast", blocks)


def _signs(view: View, table: pd.DataFrame) -> Table:
    """Figures without a tolerance, of which the sign matters: who sends power, who takes it."""
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.ours"), numeric=True),
        Column(text("label.observed"), numeric=True),
        Column(text("label.unit"), tight=True),
        Column(text("label.same_sign")),
    ]
    same = table["ours"] * table["observed"] > 0
    rows: list[list[str | Badge]] = []
    for (_, row), agrees in zip(table.iterrows(), same, strict=True):
        unit = text.unit(str(row.get("unit", "")))
        rows.append(
            [
                label_of(view, row),
                signed(row["ours"] * unit.factor),
                signed(row["observed"] * unit.factor),
                unit.label,
                Badge(text("word.yes"), "good") if agrees else Badge(text("word.no"), "bad"),
            ]
        )
    sources = text.listed(list(dict.fromkeys(table["source"].astype(str))))
    title = text("table.signs", same=int(same.sum()), all=len(table))
    note = text("caption.source", source=sources)
    return Table(title, columns, rows, note, folded=True)


def _table(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    columns = [
        Column(text("label.item")),
        Column(text("label.unit"), tight=True),
        Column(text("label.ours"), numeric=True),
        Column(text("label.observed"), numeric=True),
        Column(text("label.error"), numeric=True, unit="%"),
        Column(text("label.tolerance"), numeric=True, unit="%"),
        Column(text("label.met")),
        Column(text("label.source"), wide=True),
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
