"""Prices of power, allowances and certificates, and what completing the power market adds."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, number, signed
from dualcarbon.charts.specs import Bar, Group, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import BLUE, POLICY, caption, change_unit, lines_of, map_or_rows
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View, as_range

PRICES = {"cea_cny_per_t": "CNY/t", "ccer_cny_per_t": "CNY/t", "gec_cny_per_mwh": "CNY/MWh"}
ZERO = 0.05
MOST_MAPS = 4


def build_prices(view: View) -> Section | None:
    """Paths of the policy prices, the map of electricity prices, and all prices as a table."""
    blocks: list[Block] = [*with_data(price_paths(view), view.text)]
    blocks += with_data(power_price_map(view), view.text)
    return section(view, "prices", [*blocks, *_all(view)])


def price_paths(view: View) -> Figure | None:
    """One panel per price, one line per scenario."""
    found = {n: t for n in PRICES if (t := view.indicator(n)) is not None}
    if not found:
        return None
    text = view.text
    units = {n: text.unit(PRICES[n]) for n in found}
    widest = max(found.values(), key=len)
    chart = Lines(
        title=text("figure.price_paths"),
        unit=text.listed(list(dict.fromkeys(unit.label for unit in units.values()))),
        reading=_paths_reading(view, found),
        series=view.scenario_series(list(widest.index)),
        panels=[
            Panel(text.name("price", n), units[n].label, lines_of(t * units[n].factor))
            for n, t in found.items()
        ],
    )
    return Figure(chart, caption(view, as_range(widest.columns), POLICY))


def power_price_map(view: View) -> Figure | None:
    """A tile map per scenario of the last year's mean price of electricity."""
    table = view.table("prices", "scenario", "year", "instrument", "item", "region", "price")
    if table is None:
        return None
    spot = (table["instrument"] == "electricity") & (table["item"] == "electricity")
    chosen = table[spot & (table["year"] == view.last)]
    if chosen.empty:
        return None
    text, unit = view.text, view.text.unit("CNY/MWh")
    by = {
        s: chosen[chosen["scenario"] == s].groupby("region")["price"].mean() * unit.factor
        for s in view.scenarios[:MOST_MAPS]
        if (chosen["scenario"] == s).any()
    }
    first, values = next((s, v.dropna()) for s, v in by.items())
    chart = map_or_rows(
        view,
        [(text.scenario(s), values) for s, values in by.items()],
        unit.label,
        title=text("figure.power_price_map"),
        unit=unit.label,
        reading=text(
            "reading.power_price",
            scenario=text.scenario(first),
            low=number(values.min()),
            high=number(values.max()),
            cheap=text.province(values.idxmin()),
            dear=text.province(values.idxmax()),
            unit=unit.label,
        ),
    )
    return Figure(chart, caption(view, str(view.last)))


def _paths_reading(view: View, found: dict[str, pd.DataFrame]) -> str:
    text = view.text
    items = []
    for name, table in found.items():
        values = table[max(table.columns)].dropna()
        about = {"price": text.name("price", name), "unit": text.unit(PRICES[name]).label}
        low, high = number(values.min()), number(values.max())
        items.append(
            text("reading.price_same", value=low, **about)
            if low == high
            else text("reading.price_item", low=low, high=high, **about)
        )
    words = text("reading.prices", year=view.last, items=text("sentence.semicolon").join(items))
    slack = any((t.abs() < ZERO).to_numpy().any() for t in found.values())
    return words + (text("reading.price_zero") if slack else "")


def _all(view: View) -> list[Block]:
    """Every price that is not one province's electricity."""
    table = view.table(
        "prices", "scenario", "year", "instrument", "item", "region", "price", "unit"
    )
    if table is None:
        return []
    chosen = table[table["instrument"] != "electricity"]
    keys = ["instrument", "item", "scenario"]
    wide = chosen.groupby([*keys, "unit", "year"], sort=False)["price"].mean().unstack("year")
    if wide.empty:
        return []
    text = view.text
    columns = [Column(text(f"label.{n}")) for n in keys]
    columns.append(Column(text("label.unit"), tight=True))
    columns += [Column(str(int(y)), numeric=True) for y in wide.columns]
    rows: list[Cells] = []
    for (instrument, item, scenario, unit), values in wide.iterrows():
        shown = text.unit(str(unit))
        rows.append(
            [
                text.name("instrument", instrument),
                text.name("item", item),
                text.scenario(scenario),
                shown.label,
                *(number(v * shown.factor) if v == v else DASH for v in values),
            ]
        )
    note = note_of(text, caption(view, view.span(chosen), POLICY))
    return [Table(text("table.prices"), columns, rows, note, folded=True)]


ALONE, CUMULATIVE, LEVEL = "alone", "cumulative", "base"
COST, SPREAD = "discounted_system_cost", "price_spread"
REAL_TIME = "real_time"
INPUTS = ("fleet", "demand", "links", "flexible_demand", "ev_charging_shape")
SHOWN = (
    *(COST, "co2_mt", "curtailment_share", SPREAD),
    *("peak_load", "peak_residual_load", "shifted", "service_payments"),
)


def build_completion(view: View) -> Section | None:
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
