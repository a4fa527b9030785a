"""The marginal abatement cost curve as steps, and who abates at each of them."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.view import View, colour

COLUMNS = ("share", "year", "sector", "abatement_mt", "marginal_cost_cny_per_t")
ALL = "all"
LEAST = 0.5  # CNY/t; a year whose price stays below has no curve
INPUTS = ("technologies", "fuel_prices", *POLICY)


def rows(view: View) -> pd.DataFrame | None:
    """Points of the curve with the years in which abatement has a price."""
    table = view.table("macc", *COLUMNS)
    if table is None:
        return None
    price = table.groupby("year")["marginal_cost_cny_per_t"].max()
    return table[table["year"].isin(price.index[price >= LEAST])]


def curve_steps(view: View) -> Spec | None:
    """Price over tonnes abated, a panel per year."""
    table = rows(view)
    if table is None or table.empty:
        return None
    text = view.text
    every = table[table["sector"] == ALL]
    years = [int(y) for y in dict.fromkeys(every["year"])]
    panels = [
        {
            "label": text("label.cost_curve", year=year),
            "unit": text.unit("CNY/t").label,
            "marks": False,
            "lines": [{"series": "price", "points": _steps(every[every["year"] == year])}],
        }
        for year in years
    ]
    last = every[every["year"] == years[-1]].sort_values("share")
    first = last[last["share"] > 0].iloc[0]
    return {
        "kind": "lines",
        "series": [{"key": "price", "name": text("label.marginal_cost"), "colour": colour(0)}],
        "panels": panels,
        **caption(view, text("unit_phrase.over_abatement"), view.span(every), INPUTS),
        "title": text("figure.macc"),
        "reading": text(
            "reading.macc",
            year=years[-1],
            first=number(first["abatement_mt"]),
            low=number(first["marginal_cost_cny_per_t"]),
            last=number(last["abatement_mt"].iloc[-1]),
            high=number(last["marginal_cost_cny_per_t"].iloc[-1]),
        ),
    }


def _steps(points: pd.DataFrame) -> list[tuple[int, float]]:
    """Corners of the steps: tonnes up to a point cost at most its price."""
    ordered = points.sort_values("share")
    tons = [round(v) for v in ordered["abatement_mt"]]
    prices = [float(v) for v in ordered["marginal_cost_cny_per_t"]]
    corners: list[tuple[int, float]] = []
    for start, end, price in zip(tons[:-1], tons[1:], prices[1:], strict=True):
        corners += [(start, price), (end, price)]
    return corners


def sector_bars(view: View) -> Spec | None:
    """A bar per point of the last year, parts by sector, the price at its end."""
    table = rows(view)
    if table is None or table.empty:
        return None
    text, year = view.text, int(table["year"].max())
    last = table[(table["year"] == year) & (table["share"] > 0)]
    sectors = [s for s in dict.fromkeys(last["sector"]) if s != ALL]
    price = text.unit("CNY/t").label
    bars = []
    for share, part in last.groupby("share"):
        mt = part.set_index("sector")["abatement_mt"]
        bars.append({
            "label": f"{float(str(share)):.0%}",
            "parts": [{"series": s, "value": float(mt[s])} for s in sectors if mt[s] > 0],
            "end": number(float(part["marginal_cost_cny_per_t"].iloc[0])),
        })  # fmt: skip
    top = last[last["share"] == last["share"].max()].set_index("sector")["abatement_mt"]
    most = str(top[sectors].idxmax())
    phrase = text("unit_phrase.mt_and_price", price=price)
    return {
        "kind": "stacked",
        "unit": text.unit("Mt").label,
        "series": [{"key": s, "name": text.name("sector", s), "colour": colour(i)}
                   for i, s in enumerate(sectors)],
        "groups": [{"label": "", "bars": bars}],
        **caption(view, phrase, str(year), INPUTS),
        "title": text("figure.macc_sectors", year=year),
        "reading": text("reading.macc_sectors", share=bars[-1]["label"],
                        sector=text.name("sector", most), part=number(top[most]),
                        all=number(top[ALL])),
    }  # fmt: skip
