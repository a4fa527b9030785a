"""Emissions by province and what reforms change, and the cost of abating more."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, percent, signed
from dualcarbon.charts.specs import Bar, Group, Line, Lines, Panel, Series, Stacked
from dualcarbon.report.figure import POLICY, caption, map_or_rows
from dualcarbon.report.page import Caption, Figure
from dualcarbon.report.view import View, colour

LARGEST, MOST_MAPS = 5, 4
INPUTS = ("fleet", "carriers", "energy_users", "abatement_steps")
CURVE = ("share", "year", "sector", "abatement_mt", "marginal_cost_cny_per_t")
CURVE_INPUTS = ("technologies", "fuel_prices", *POLICY)
ALL = "all"
LEAST = 0.5
"""CNY/t; a year whose price stays below has no curve."""


def emission_caption(view: View) -> Caption:
    """Caption of emissions in the last year."""
    return caption(view, str(view.last), INPUTS)


def emission_map(view: View) -> Figure | None:
    """A tile map of the base's emissions in the last year."""
    wide = _emissions(view)
    if wide is None:
        return None
    text, unit = view.text, view.text.unit("Mt")
    values = wide[wide.columns[0]] * unit.factor
    largest = values.nlargest(min(LARGEST, max(len(values) // 3, 1)))
    chart = map_or_rows(
        view,
        [(text.scenario(values.name), values)],
        unit.label,
        title=text("figure.emission_map"),
        unit=text("unit_phrase.co2", unit=unit.label),
        reading=text(
            "reading.emissions",
            names=text.listed([text.province(p) for p in largest.index]),
            share=percent(largest.sum() / values.sum()),
            total=number(values.sum(), 4),
            unit=unit.label,
            year=view.last,
        ),
    )
    return Figure(chart, emission_caption(view))


def emission_change_map(view: View) -> Figure | None:
    """Tile maps of each reform's change against the base in the last year."""
    wide = _emissions(view)
    if wide is None or len(wide.columns) < 2:
        return None
    text, unit = view.text, view.text.unit("Mt")
    before = wide[wide.columns[0]]
    change = wide.sub(before, axis=0).iloc[:, 1 : MOST_MAPS + 1] * unit.factor
    items = [
        text(
            "reading.emission_item",
            scenario=text.scenario(s),
            change=signed(change[s].sum()),
            percent=signed(100 * change[s].sum() / (before.sum() * unit.factor), 2),
            unit=unit.label,
        )
        for s in change.columns
    ]
    base = text.scenario(before.name)
    chart = map_or_rows(
        view,
        [(text.scenario(s), change[s]) for s in change.columns],
        unit.label,
        title=text("figure.emission_change", scenario=base),
        unit=text("unit_phrase.co2", unit=unit.label),
        reading=text(
            "reading.emission_change", scenario=base, items=text("sentence.semicolon").join(items)
        ),
        diverging=True,
        less_is_good=True,
    )
    return Figure(chart, emission_caption(view))


def curve_points(view: View) -> pd.DataFrame | None:
    """Points of the abatement curve with the years in which abatement has a price."""
    table = view.table("macc", *CURVE)
    if table is None:
        return None
    price = table.groupby("year")["marginal_cost_cny_per_t"].max()
    table = table[table["year"].isin(price.index[price >= LEAST])]
    return None if table.empty else table


def curve_steps(view: View, table: pd.DataFrame) -> Figure:
    """Price over tonnes abated, a panel per year."""
    text = view.text
    every = table[table["sector"] == ALL]
    years = [int(y) for y in dict.fromkeys(every["year"])]
    last = every[every["year"] == years[-1]].sort_values("share")
    first = last[last["share"] > 0].iloc[0]
    chart = Lines(
        title=text("figure.macc"),
        unit=text("unit_phrase.over_abatement"),
        reading=text(
            "reading.macc",
            year=years[-1],
            first=number(first["abatement_mt"]),
            low=number(first["marginal_cost_cny_per_t"]),
            last=number(last["abatement_mt"].iloc[-1]),
            high=number(last["marginal_cost_cny_per_t"].iloc[-1]),
        ),
        series=[Series("price", text("label.marginal_cost"), colour(0))],
        panels=[
            Panel(
                text("label.cost_curve", year=year),
                text.unit("CNY/t").label,
                [Line("price", _steps(every[every["year"] == year]))],
                marks=False,
            )
            for year in years
        ],
    )
    return Figure(chart, caption(view, view.span(every), CURVE_INPUTS))


def sector_bars(view: View, table: pd.DataFrame) -> Figure:
    """A bar per point of the last year, parts by sector, the price at its end."""
    text, year = view.text, int(table["year"].max())
    last = table[(table["year"] == year) & (table["share"] > 0)]
    sectors = [s for s in dict.fromkeys(last["sector"]) if s != ALL]
    bars = []
    for share, part in last.groupby("share"):
        mt = part.set_index("sector")["abatement_mt"]
        parts = {s: float(mt[s]) for s in sectors if mt[s] > 0}
        price = number(float(part["marginal_cost_cny_per_t"].iloc[0]))
        bars.append(Bar(f"{float(str(share)):.0%}", parts, end=price))
    top = last[last["share"] == last["share"].max()].set_index("sector")["abatement_mt"]
    most = str(top[sectors].idxmax())
    chart = Stacked(
        title=text("figure.macc_sectors", year=year),
        unit=text("unit_phrase.mt_and_price", price=text.unit("CNY/t").label),
        reading=text(
            "reading.macc_sectors",
            share=bars[-1].label,
            sector=text.name("sector", most),
            part=number(top[most]),
            all=number(top[ALL]),
        ),
        series=[Series(s, text.name("sector", s), colour(i)) for i, s in enumerate(sectors)],
        groups=[Group("", bars)],
    )
    return Figure(chart, caption(view, str(year), CURVE_INPUTS))


def _emissions(view: View) -> pd.DataFrame | None:
    """Emissions of the last year in Mt, rows provinces, columns scenarios."""
    table = view.table("emissions", "scenario", "year", "province", "mt")
    if table is None:
        return None
    chosen = table[table["year"] == view.last]
    wide = chosen.pivot_table(index="province", columns="scenario", values="mt", aggfunc="sum")
    return wide[[s for s in view.scenarios if s in wide.columns]]


def _steps(points: pd.DataFrame) -> list[tuple[float, float]]:
    """Corners of the steps: tonnes up to a point cost at most its price."""
    ordered = points.sort_values("share")
    tons = [round(v) for v in ordered["abatement_mt"]]
    prices = [float(v) for v in ordered["marginal_cost_cny_per_t"]]
    corners: list[tuple[float, float]] = []
    for start, end, price in zip(tons[:-1], tons[1:], prices[1:], strict=True):
        corners += [(start, price), (end, price)]
    return corners
