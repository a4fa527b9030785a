"""What each reform contributes to the indicators."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.report.figures.attribution import attribution_bars, part_name, parts, unit_of
from dualcarbon.report.page import Badge, Block, Column, Figure, Note, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """A figure per indicator with its table, and what the answer cost."""
    blocks: list[Block] = [
        Figure(attribution_bars(view, part), _table(view, part)) for part in parts(view)
    ]
    table = view.table("attribution", "solves", "seconds")
    if blocks and table is not None:
        first = table.iloc[0]
        cost = view.text(
            "reading.attribution_cost",
            solves=int(first["solves"]),
            seconds=number(float(first["seconds"])),
        )
        blocks.append(Note(cost))
    return section(view, "attribution", blocks)


def _table(view: View, part: pd.DataFrame) -> Table:
    """What each reform adds alone, last, and on average."""
    text, unit = view.text, unit_of(view, part)
    shown = [c for c in ("alone", "last", "shapley") if c in part.columns]
    heads = {"alone": "label.alone", "last": "label.last_added", "shapley": "label.shapley"}
    columns = [Column(text("label.reform"))]
    columns += [Column(text(heads[c]), numeric=True, unit=unit.label) for c in shown]
    rows: list[list[str | Badge]] = [
        [text.own(row, "reform"), *(signed(float(row[c]) * unit.factor) for c in shown)]
        for _, row in part.iterrows()
    ]
    total = signed(float(part["total"].iloc[0]) * unit.factor)
    rows.append([text("label.all_reforms"), *("" for _ in shown[1:]), total])
    title = f"{text('table.attribution')}: {text.name('indicator', part_name(part))}"
    return Table(title, columns, rows, folded=True)
