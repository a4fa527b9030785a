"""The audit of double claims: where each renewable MWh went, and what was counted twice."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption
from dualcarbon.report.figures.tokens import tokens, use_name
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

COUNTED = 1e-6


def build(view: View) -> Section | None:
    """Tokens by use, then the verdict of the audit for every scenario."""
    if view.table("tokens", "scenario") is None and view.tables.get("double_claims") is None:
        return None
    return section(view, "claims", [*with_data(tokens(view), view.text), _audit(view)])


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
    rows: list[list[str | Badge]] = []
    for scenario in view.scenarios:
        found = None if table is None else table[table["scenario"] == scenario]
        if found is None or found[["twh", "mtce"]].to_numpy().sum() < COUNTED:
            clean = Badge(text("audit.none"), "good")
            none = text("audit.exclusive")
            rows.append([text.scenario(scenario), clean, "0", "0", "0", none])
            continue
        factors = {"twh": energy.factor, "mtce": fuel.factor, "mt": carbon.factor}
        rows += _counted(view, scenario, found, factors)
    years = f"{view.years[0]}–{view.years[-1]}" if view.years else ""
    note = note_of(text, caption(view, "", years, ()))
    return Table(text("table.audit"), columns, rows, note)


def _counted(
    view: View, scenario: str, found: pd.DataFrame, factors: dict[str, float]
) -> list[list[str | Badge]]:
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
