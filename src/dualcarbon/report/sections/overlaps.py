"""Overlaps: marginal costs by sector, what is regulated or claimed twice, who pays."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import POLICY, caption
from dualcarbon.report.figures.marginal_costs import marginal_costs
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

EFFICIENCY = ("white", "energy_use", "merged_efficiency")


def build(view: View) -> Section | None:
    """The section, where the run has a market of energy efficiency or one market for all."""
    spread = view.table("marginal_spread", "scenario", "year", "deviation")
    burden = view.table("burden", "scenario", "instrument")
    if spread is None or burden is None or not burden["instrument"].isin(EFFICIENCY).any():
        return None
    blocks: list[Block] = [*with_data(marginal_costs(view), view.text)]
    return section(view, "overlaps", [*blocks, _spread(view), *_pairs(view), *_burden(view)])


def _spread(view: View) -> Table:
    text, unit = view.text, view.text.unit("CNY/t")
    table = view.tables["marginal_spread"]
    names = ("mean", "deviation", "lowest", "highest")
    columns = [Column(text("label.scenario")), Column(text("label.year"))]
    columns += [Column(text(f"label.{n}"), numeric=True, unit=unit.label) for n in names]
    rows: list[list[str | Badge]] = [
        [text.scenario(row["scenario"]), str(int(row["year"])),
         *(number(row[n] * unit.factor) for n in names)]
        for _, row in table[table["year"] == view.last].iterrows()
    ]  # fmt: skip
    return Table(text("table.spread"), columns, rows, _note(view))


def _pairs(view: View) -> list[Block]:
    table = view.table("overlap_pairs", "scenario", "year", "first", "second", "mt", "mtce")
    if table is None:
        return []
    text = view.text
    units = [text.unit(u) for u in ("Mt", "Mtce", "bn CNY")]
    heads = ("label.emissions", "label.fuel", "label.second_charge")
    columns = [Column(text("label.scenario")), Column(text("label.first_instrument")),
               Column(text("label.second_instrument"))]  # fmt: skip
    columns += [
        Column(text(head), numeric=True, unit=unit.label)
        for head, unit in zip(heads, units, strict=True)
    ]
    rows: list[list[str | Badge]] = []
    for _, row in table[table["year"] == view.last].iterrows():
        values = (row["mt"], row["mtce"], row["worth_bn_cny"])
        rows.append([
            text.scenario(row["scenario"]),
            text.name("instrument", row["first"]),
            text.name("instrument", row["second"]),
            *(number(v * u.factor) for v, u in zip(values, units, strict=True)),
        ])  # fmt: skip
    return [Table(text("table.pairs"), columns, rows, _note(view))] if rows else []


def _burden(view: View) -> list[Block]:
    """Net payments of each sector by instrument, one table per scenario."""
    table = view.tables["burden"]
    last = table[table["year"] == view.last]
    text, unit = view.text, view.text.unit("bn CNY")
    blocks: list[Block] = []
    for scenario in view.scenarios:
        own = last[(last["scenario"] == scenario) & (last["kind"] == "user")]
        if not own["instrument"].isin(EFFICIENCY).any():
            continue
        wide = own.pivot_table(index="sector", columns="instrument", values="bn_cny", aggfunc="sum")
        columns = [Column(text("label.sector"))]
        columns += [
            Column(text.name("instrument", i), numeric=True, unit=unit.label) for i in wide.columns
        ]
        columns.append(Column(text("label.all_instruments"), numeric=True, unit=unit.label))
        rows: list[list[str | Badge]] = [
            [text.name("sector", sector),
             *(DASH if v != v else number(v * unit.factor) for v in values),
             number(values.sum() * unit.factor)]
            for sector, values in wide.iterrows()
        ]  # fmt: skip
        title = f"{text('table.burden')}: {text.scenario(scenario)}"
        note = f"{_note(view)} {text('table.burden_note')}"
        blocks.append(Table(title, columns, rows, note, folded=True))
    return blocks


def _note(view: View) -> str:
    return note_of(view.text, caption(view, "", str(view.last), POLICY))
