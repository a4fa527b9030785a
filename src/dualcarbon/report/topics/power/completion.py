"""What each part of completing the power market adds, alone and after the others."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import BLUE, caption, change_unit
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View

ALONE, CUMULATIVE, LEVEL = "alone", "cumulative", "base"
COST, SPREAD = "discounted_system_cost", "price_spread"
REAL_TIME = "real_time"
INPUTS = ("fleet", "demand", "links", "flexible_demand", "ev_charging_shape")
SHOWN = (
    *(COST, "co2_mt", "curtailment_share", SPREAD),
    *("peak_load", "peak_residual_load", "shifted", "service_payments"),
)


def build(view: View) -> Section | None:
    """Cost and price spread as figures, every indicator as tables."""
    table = view.table("completion_parts", "part", "order", "indicator", "value", "unit")
    if table is None:
        return None
    year = _last_year(table)
    spread = Figure(
        _bars(
            view,
            table,
            f"{SPREAD}_{year}",
            view.text("figure.completion_within_day", year=year),
            _spread_reading(view, table, year),
        ),
        caption(view, year, INPUTS),
    )
    cost = Figure(
        _bars(view, table, COST, view.text("figure.completion_cost"), _cost_reading(view, table)),
        caption(view, view.period, INPUTS),
    )
    blocks: list[Block] = [*with_data(cost, view.text), *with_data(spread, view.text)]
    blocks += [_table(view, table, order, year) for order in (CUMULATIVE, ALONE)]
    return section(view, "completion", blocks)


def _last_year(table: pd.DataFrame) -> str:
    years = table["indicator"].str.extract(r"_(20\d\d)$")[0].dropna()
    return str(years.max()) if len(years) else ""


def _bars(view: View, table: pd.DataFrame, indicator: str, title: str, reading: str) -> Stacked:
    """Change of an indicator by part, alone and cumulative."""
    text = view.text
    rows = table[(table["indicator"] == indicator) & (table["order"] != LEVEL)]
    unit = change_unit(view.text, str(rows["unit"].iloc[0]))
    groups = []
    for order in (ALONE, CUMULATIVE):
        bars = []
        for _, row in rows[rows["order"] == order].iterrows():
            value = float(row["value"]) * unit.factor
            bars.append(Bar(text.own(row, "part"), {"change": value}, end=signed(value)))
        groups.append(Group(text.name("completion_order", order), bars))
    series = [Series("change", "", BLUE)]
    return Stacked(title=title, unit=unit.label, reading=reading, series=series, groups=groups)


def _cost_reading(view: View, table: pd.DataFrame) -> str:
    text = view.text
    rows = table[(table["indicator"] == COST) & (table["order"] == CUMULATIVE)]
    unit = change_unit(view.text, str(rows["unit"].iloc[0]))
    value = rows["value"].astype(float) * unit.factor
    best = rows.loc[value.idxmin()]
    dearer = rows[value > 0.01 * value.abs().max()]
    names = text.listed([text.own(row, "part") for _, row in dearer.iterrows()] or [""])
    return text(
        "reading.completion_cost",
        total=signed(float(value.sum())),
        unit=unit.label,
        most=text.own(best, "part"),
        share=signed(float(value.min())),
        against=text("reading.completion_against", names=names) if len(dearer) else "",
    )


def _spread_reading(view: View, table: pd.DataFrame, year: str) -> str:
    text = view.text
    unit, gw = text.unit("CNY/MWh"), text.unit("GW")
    spread = table[table["indicator"] == f"{SPREAD}_{year}"]
    level = float(spread[spread["order"] == LEVEL]["value"].iloc[0])
    change = float(spread[spread["order"] == CUMULATIVE]["value"].sum())
    alone = table[(table["order"] == ALONE) & (table["part"] == REAL_TIME)]
    moved = alone.set_index("indicator")["value"].astype(float) * gw.factor
    return text(
        "reading.completion_spread",
        level=number(level * unit.factor),
        after=number((level + change) * unit.factor),
        unit=unit.label,
        peak=signed(moved.get(f"peak_load_{year}", 0.0)),
        residual=signed(moved.get(f"peak_residual_load_{year}", 0.0)),
        gw=gw.label,
    )


def _table(view: View, table: pd.DataFrame, order: str, year: str) -> Table:
    text = view.text
    level = table[table["order"] == LEVEL].set_index("indicator")
    names = [k if k in level.index else f"{k}_{year}" for k in SHOWN]
    names = [n for n in names if n in level.index]
    units = {name: change_unit(view.text, str(level.at[name, "unit"])) for name in names}
    columns = [Column(text("label.part"))]
    columns += [
        Column(
            text.name("indicator", n.removesuffix(f"_{year}")), numeric=True, unit=units[n].label
        )
        for n in names
    ]
    first: Cells = [text("label.today_level")]
    first += [number(float(level.at[n, "value"]) * units[n].factor, 4) for n in names]
    rows = [first]
    for _, part in table[table["order"] == order].groupby("part", sort=False):
        values = part.set_index("indicator")["value"]
        cells: Cells = [text.own(part.iloc[0], "part")]
        cells += [signed(float(values[n]) * units[n].factor) for n in names]
        rows.append(cells)
    note = note_of(text, caption(view, year, INPUTS))
    return Table(text(f"table.completion_{order}", year=year), columns, rows, note)
