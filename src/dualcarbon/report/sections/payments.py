"""Who pays whom: net receipts by kind of party, which sum to zero."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import aligned, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import POLICY, caption
from dualcarbon.report.figures.payments import payments
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.parties import KINDS, NEEDED, net_receipts
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

ROUNDING = 5e-4


def build(view: View) -> Section | None:
    """The figure, then one matrix per scenario with its column sums."""
    table = view.table("settlement", *NEEDED)
    if table is None:
        return None
    net = net_receipts(table[table["year"] == view.last])
    blocks: list[Block] = [*with_data(payments(view), view.text)]
    blocks += with_data(payments(view, contracts=True), view.text)
    for i, scenario in enumerate(view.scenarios):
        of_scenario = net[net["scenario"] == scenario]
        if not of_scenario.empty:
            blocks.append(_matrix(view, scenario, of_scenario, folded=i > 0))
    return section(view, "payments", blocks)


def _matrix(view: View, scenario: str, net: pd.DataFrame, *, folded: bool) -> Table:
    text, unit = view.text, view.text.unit("bn CNY")
    wide = net.pivot_table(index="kind", columns="instrument", values="bn_cny", aggfunc="sum")
    wide = wide[list(dict.fromkeys(net["instrument"]))] * unit.factor
    wide = wide.reindex([k for k in KINDS if k in wide.index])
    columns = [Column(text("label.party"))]
    columns += [Column(text.name("instrument", i), numeric=True) for i in wide.columns]
    columns.append(Column(text("label.net"), numeric=True))
    wide = wide.assign(net=wide.sum(axis=1))
    cells = [_cells(wide[c]) for c in wide.columns]
    names = [text.name("party", kind) for kind in wide.index]
    rows: list[list[str | Badge]] = [list(row) for row in zip(names, *cells, strict=True)]
    rows.append([text("label.sum"), *(_zero(total) for total in wide.sum())])
    shown = text("unit_phrase.a_year", unit=unit.label)
    note = note_of(text, caption(view, shown, str(view.last), POLICY))
    title = text("table.payments", scenario=text.scenario(scenario), year=view.last)
    return Table(title, columns, rows, note, folded=folded)


def _cells(values: pd.Series) -> list[str]:
    """A column of money; what is below the rounding is left blank."""
    return aligned(v if abs(v) >= ROUNDING else float("nan") for v in values.fillna(0.0))


def _zero(total: float) -> str:
    return "0" if abs(total) < ROUNDING else number(total)
