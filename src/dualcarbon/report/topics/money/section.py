"""Who pays whom, and what a given new project returns under both regimes."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import aligned, fixed, number
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Block, Cells, Column, Section, Table
from dualcarbon.report.parties import KINDS, NEEDED, net_receipts
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.money.figures import payments, return_maps, returns_caption
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


def build_returns(view: View) -> Section | None:
    """Maps for each technology, then all figures as a table."""
    table = view.table("returns", "regime", "province", "technology", "irr")
    if table is None:
        return None
    blocks: list[Block] = []
    for technology in dict.fromkeys(table["technology"].astype(str)):
        for figure in return_maps(view, technology):
            blocks += with_data(figure, view.text)
    return section(view, "returns", [*blocks, _returns(view, table)])


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
    rows: list[Cells] = [list(row) for row in zip(names, *cells, strict=True)]
    rows.append([text("label.sum"), *(_zero(total) for total in wide.sum())])
    shown = text("unit_phrase.a_year", unit=unit.label)
    note = note_of(text, caption(view, str(view.last), POLICY), shown)
    title = text("table.payments", scenario=text.scenario(scenario), year=view.last)
    return Table(title, columns, rows, note, folded=folded)


def _cells(values: pd.Series) -> list[str]:
    """A column of money; what is below the rounding is left blank."""
    return aligned(v if abs(v) >= ROUNDING else float("nan") for v in values.fillna(0.0))


def _zero(total: float) -> str:
    return "0" if abs(total) < ROUNDING else number(total)


def _returns(view: View, table: pd.DataFrame) -> Table:
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
    rows: list[Cells] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            text.name("regime", row["regime"]),
            *(_return_cell(column, row[column], price.factor) for column, _, _ in shown),
        ]
        for _, row in table.sort_values(["technology", "province"], kind="stable").iterrows()
    ]
    note = note_of(text, returns_caption(view))
    return Table(text("table.returns"), columns, rows, note, folded=True)


def _return_cell(column: str, value: float, factor: float) -> str:
    if column == "irr":
        return fixed(100 * value, 2)
    if column == "npv_per_cny":
        return fixed(value, 3)
    return number(value * factor if column == "revenue_cny_per_mwh" else value, 4)
