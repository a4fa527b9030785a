"""Prices of allowances, offsets, certificates and electricity."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.charts.specs import Lines, Panel
from dualcarbon.report.figure import POLICY, caption, lines_of, map_or_rows
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.view import View, as_range

PRICES = {"cea_cny_per_t": "CNY/t", "ccer_cny_per_t": "CNY/t", "gec_cny_per_mwh": "CNY/MWh"}
ZERO = 0.05
MOST_MAPS = 4


def build(view: View) -> Section | None:
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
