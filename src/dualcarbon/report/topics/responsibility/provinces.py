"""Whose carbon is the electricity of the provinces: a tile map and the largest balances."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, number, signed
from dualcarbon.report.figure import caption, map_or_rows
from dualcarbon.report.page import Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

OBSERVED = "observed"
NEEDED = ("scenario", "year", "province", "production_mt", "consumption_mt", "balance_mt")
ROWS, MAPS = 8, 4


def build(view: View) -> Section | None:
    """Use less production by province: in 2024, or in each scenario's last year."""
    table = view.table("electricity_carbon", *NEEDED)
    if table is None or not (table["balance_mt"].abs() > 0).any():
        return None
    last = table[table["year"] == table.groupby("scenario")["year"].transform("max")]
    blocks: list[Block] = [*with_data(_map(view, last), view.text), *_table(view, table)]
    return section(view, "province_carbon", blocks)


def _map(view: View, table: pd.DataFrame) -> Figure:
    text = view.text
    panels = [
        (_label(view, str(scenario), int(group["year"].iloc[0])), _balance(group))
        for scenario, group in table.groupby("scenario", sort=False)
    ][:MAPS]
    first = panels[0][1]
    reading = text(
        "reading.province_carbon",
        year=int(table["year"].iloc[0]),
        seller=text.province(first.idxmin()),
        sold=number(float(-first.min())),
        buyer=text.province(first.idxmax()),
        bought=number(float(first.max())),
        moved=number(float(first.clip(lower=0.0).sum())),
    )
    chart = map_or_rows(
        view,
        panels,
        text("unit_phrase.mt"),
        title=text("figure.province_carbon"),
        unit=text("unit_phrase.mt"),
        reading=reading,
        diverging=True,
    )
    return Figure(chart, _caption(view, table))


def _table(view: View, table: pd.DataFrame) -> list[Block]:
    """The provinces that move most, in the first year of the first scenario and in the last."""
    text, scenario = view.text, table["scenario"].iloc[0]
    mine = table[table["scenario"] == scenario]
    years = sorted({int(year) for year in mine["year"]})
    shown = list(dict.fromkeys((years[0], years[-1])))
    latest = mine[mine["year"] == shown[-1]].set_index("province")
    moved = latest["balance_mt"].abs().nlargest(2 * ROWS).index
    order = latest.loc[moved, "balance_mt"].sort_values().index
    columns = [Column(text("label.province"))]
    for year in shown:
        columns += [
            Column(f"{text(f'label.{part}')} {year}", numeric=True, unit=text("unit_phrase.mt"))
            for part in ("as_produced", "as_used", "use_less_production")
        ]
    rows: list[Cells] = []
    for province in order:
        row: Cells = [text.province(province)]
        for year in shown:
            one = mine[mine["year"] == year].set_index("province").loc[province]
            row += [fixed(one["production_mt"], 0), fixed(one["consumption_mt"], 0)]
            row += [signed(one["balance_mt"])]
        rows.append(row)
    title = text("table.province_carbon", scenario=_label(view, str(scenario), 0))
    return [Table(title, columns, rows, note_of(text, _caption(view, mine)))]


def _balance(table: pd.DataFrame) -> pd.Series:
    return table.set_index("province")["balance_mt"]


def _label(view: View, scenario: str, year: int) -> str:
    observed = scenario == OBSERVED
    name = view.text("label.as_observed") if observed else view.text.scenario(scenario)
    return f"{name}, {year}" if year and view.text.lang == "en" else f"{name} {year or ''}".strip()


def _caption(view: View, table: pd.DataFrame) -> Caption:
    years = view.span(table)
    if (table["scenario"] == OBSERVED).all():
        return Caption(years, view.text("caption.observed_electricity"), "C")
    return caption(view, years)
