"""Emissions over the years and what has added up per head, in three definitions."""

from __future__ import annotations

from dualcarbon.charts.numbers import fixed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.responsibility import names_of, sourced
from dualcarbon.report.figures.responsibility_series import emission_series, per_head_series
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Series as figures, cumulative emissions per head as a table."""
    blocks: list[Block] = [
        *with_data(emission_series(view), view.text),
        *with_data(per_head_series(view), view.text),
        *_cumulative(view),
    ]
    return section(view, "carbon_history", blocks)


def _cumulative(view: View) -> list[Block]:
    table = view.table("responsibility_cumulative", "region", "basis", "start", "definition")
    if table is None:
        return []
    text = view.text
    definitions = list(dict.fromkeys(table["definition"]))
    columns = [
        Column(text("label.region")),
        Column(text("label.cumulative"), numeric=True, unit=text("unit_phrase.gt")),
        *(
            Column(text(f"definition.{d}"), numeric=True, unit=text(f"definition_unit.{d}"))
            for d in definitions
        ),
    ]
    names = names_of(table, text)
    rows: list[list[str | Badge]] = []
    end = int(table["end"].iloc[0])
    for (basis, start), group in table.groupby(["basis", "start"], sort=False):
        rows.append([text("label.period", account=text(f"account.{basis}"), start=start, end=end)])
        wide = group.pivot(index="region", columns="definition", values="value")
        total = group.drop_duplicates("region").set_index("region")["total_gt"]
        rows += [
            [
                names[code],
                fixed(float(total[code]), 0),
                *(fixed(float(wide.loc[code, d]), 1) for d in definitions),
            ]
            for code in names
        ]
    note = note_of(text, sourced(table, "", f"{int(table['start'].min())}–{end}", "CC BY 4.0"))
    reading = text("reading.cumulative")
    return [Table(text("table.cumulative"), columns, rows, note, folded=False, reading=reading)]
