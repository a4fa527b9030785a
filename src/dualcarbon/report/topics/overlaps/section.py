"""What is claimed, regulated or paid for twice, and by whom."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Badge, Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.overlaps.figures import marginal_costs, tokens, use_name
from dualcarbon.report.view import View

COUNTED = 1e-6
EFFICIENCY = ("white", "energy_use", "merged_efficiency")


def build_claims(view: View) -> Section | None:
    """Tokens by use, then the verdict of the audit for every scenario."""
    if view.table("tokens", "scenario") is None and view.tables.get("double_claims") is None:
        return None
    return section(view, "claims", [*with_data(tokens(view), view.text), _audit(view)])


def build(view: View) -> Section | None:
    """The section, where the run has a market of energy efficiency or one market for all."""
    spread = view.table("marginal_spread", "scenario", "year", "deviation")
    burden = view.table("burden", "scenario", "instrument")
    if spread is None or burden is None or not burden["instrument"].isin(EFFICIENCY).any():
        return None
    blocks: list[Block] = [*with_data(marginal_costs(view), view.text)]
    return section(view, "overlaps", [*blocks, _spread(view), *_pairs(view), *_burden(view)])


def _audit(view: View) -> Block:
    text = view.text
    energy, fuel, carbon = text.unit("TWh"), text.unit("Mtce"), text.unit("Mt")
    table = view.table("double_claims", "scenario", "year", "first", "second", "twh", "mt")
    if table is not None:
        table = table.assign(mtce=table.get("mtce", 0.0))
    columns = [
        Column(text("label.scenario")),
        Column(text("label.audit")),
        Column(text("label.counted_energy"), numeric=True, unit=energy.label),
        Column(text("label.counted_fuel"), numeric=True, unit=fuel.label),
        Column(text("label.counted_carbon"), numeric=True, unit=carbon.label),
        Column(text("label.between")),
    ]
    rows: list[Cells] = []
    for scenario in view.scenarios:
        found = None if table is None else table[table["scenario"] == scenario]
        if found is None or found[["twh", "mtce"]].to_numpy().sum() < COUNTED:
            clean = Badge(text("audit.none"), "good")
            none = text("audit.exclusive")
            rows.append([text.scenario(scenario), clean, "0", "0", "0", none])
            continue
        factors = {"twh": energy.factor, "mtce": fuel.factor, "mt": carbon.factor}
        rows += _counted(view, scenario, found, factors)
    note = note_of(text, caption(view, view.period, ()))
    return Table(text("table.audit"), columns, rows, note)


def _counted(
    view: View, scenario: str, found: pd.DataFrame, factors: dict[str, float]
) -> list[Cells]:
    text = view.text
    sums = found.groupby(["first", "second", "year"], sort=False)[list(factors)].sum()
    return [
        [
            text.scenario(scenario),
            Badge(text("audit.double", year=int(year)), "bad"),
            *(number(row[name] * factor) for name, factor in factors.items()),
            use_name(view, f"{first}+{second}"),
        ]
        for (first, second, year), row in sums.iterrows()
    ]


def _spread(view: View) -> Table:
    text, unit = view.text, view.text.unit("CNY/t")
    table = view.tables["marginal_spread"]
    names = ("mean", "deviation", "lowest", "highest")
    columns = [Column(text("label.scenario")), Column(text("label.year"))]
    columns += [Column(text(f"label.{n}"), numeric=True, unit=unit.label) for n in names]
    rows: list[Cells] = [
        [
            text.scenario(row["scenario"]),
            str(int(row["year"])),
            *(number(row[n] * unit.factor) for n in names),
        ]
        for _, row in table[table["year"] == view.last].iterrows()
    ]
    return Table(text("table.spread"), columns, rows, _note(view))


def _pairs(view: View) -> list[Block]:
    table = view.table("overlap_pairs", "scenario", "year", "first", "second", "mt", "mtce")
    if table is None:
        return []
    text = view.text
    units = [text.unit(u) for u in ("Mt", "Mtce", "bn CNY")]
    heads = ("label.emissions", "label.fuel", "label.second_charge")
    columns = [
        Column(text(f"label.{n}")) for n in ("scenario", "first_instrument", "second_instrument")
    ]
    columns += [
        Column(text(head), numeric=True, unit=unit.label)
        for head, unit in zip(heads, units, strict=True)
    ]
    rows: list[Cells] = []
    for _, row in table[table["year"] == view.last].iterrows():
        values = (row["mt"], row["mtce"], row["worth_bn_cny"])
        rows.append(
            [
                text.scenario(row["scenario"]),
                text.name("instrument", row["first"]),
                text.name("instrument", row["second"]),
                *(number(v * u.factor) for v, u in zip(values, units, strict=True)),
            ]
        )
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
        rows: list[Cells] = [
            [
                text.name("sector", sector),
                *(DASH if v != v else number(v * unit.factor) for v in values),
                number(values.sum() * unit.factor),
            ]
            for sector, values in wide.iterrows()
        ]
        title = f"{text('table.burden')}: {text.scenario(scenario)}"
        note = f"{_note(view)} {text('table.burden_note')}"
        blocks.append(Table(title, columns, rows, note, folded=True))
    return blocks


def _note(view: View) -> str:
    return note_of(view.text, caption(view, str(view.last), POLICY))
