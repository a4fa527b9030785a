"""Who pays whom: net receipts by kind of party, which sum to zero."""

from __future__ import annotations

from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import POLICY, caption
from dualcarbon.report.figures.payments import payments
from dualcarbon.report.numbers import DASH, number
from dualcarbon.report.page import Block, Column, Section, Table
from dualcarbon.report.parties import KINDS, net_receipts
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

ROUNDING = 5e-4


def build(view: View) -> Section | None:
    """The figure, then one matrix per scenario with its column sums."""
    table = view.table("settlement", "scenario", "year", "instrument", "payer", "payee", "bn_cny")
    if table is None:
        return None
    net = net_receipts(table[table["year"] == view.last])
    blocks: list[Block] = [*with_data(payments(view), view.text)]
    for i, scenario in enumerate(view.scenarios):
        of_scenario = net[net["scenario"] == scenario]
        if not of_scenario.empty:
            blocks.append(_matrix(view, scenario, of_scenario, folded=i > 0))
    return section(view, "payments", blocks)


def _matrix(view: View, scenario: str, net: object, *, folded: bool) -> Table:
    text, unit = view.text, view.text.unit("bn CNY")
    wide = net.pivot_table(index="kind", columns="instrument", values="bn_cny", aggfunc="sum")
    wide = wide[list(dict.fromkeys(net["instrument"]))] * unit.factor
    wide = wide.reindex([k for k in KINDS if k in wide.index])
    columns = [Column(text("label.party"))]
    columns += [Column(text.name("instrument", i), numeric=True) for i in wide.columns]
    columns.append(Column(text("label.net"), numeric=True))
    rows = [
        [text.name("party", kind), *(_cell(v) for v in row), _cell(row.sum())]
        for kind, row in wide.iterrows()
    ]
    sums = wide.sum()
    rows.append([text("label.sum"), *(_cell(v, zero="0") for v in sums), _cell(sums.sum(), "0")])
    shown = text("unit_phrase.a_year", unit=unit.label)
    note = note_of(text, caption(view, shown, str(view.last), POLICY))
    title = text("table.payments", scenario=text.scenario(scenario), year=view.last)
    return Table(title, columns, rows, note, folded=folded)


def _cell(value: float, zero: str = DASH) -> str:
    if value != value or abs(value) < ROUNDING:
        return zero
    return number(value)
