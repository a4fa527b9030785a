"""Where the attribute of each renewable MWh went, and what a tonne costs each sector."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.charts.specs import Bar, Dots, Group, Point, Row, Series, Stacked
from dualcarbon.report.figure import POLICY, caption
from dualcarbon.report.page import Figure
from dualcarbon.report.view import View

COLOURS = {
    "rps": "#2f9a94",
    "voluntary": "#86c5a4",
    "ccer": "#d1873c",
    "carbon": "#2f6fb3",
    "expired": "#b9bfc6",
}
DOUBLE, OTHER = "#b3363c", "#8f6bb8"
EXPIRED = "expired"


def tokens(view: View) -> Figure | None:
    """Stacked bars of tokens by use, scenario and year."""
    table = view.table("tokens", "scenario", "year", "use", "twh")
    if table is None or table["twh"].abs().sum() == 0:
        return None
    unit = view.text.unit("TWh")
    sums = table.groupby(["scenario", "year", "use"])["twh"].sum() * unit.factor
    found = list(dict.fromkeys(table["use"]))
    uses = [u for u in COLOURS if u in found and u != EXPIRED]
    uses += [u for u in found if u not in COLOURS]
    uses += [EXPIRED] if EXPIRED in found else []

    def bar(scenario: str, year: int) -> Bar:
        parts = {u: float(sums.get((scenario, year, u), 0.0)) for u in uses}
        return Bar(str(year), {u: v for u, v in parts.items() if v > 0})

    chart = Stacked(
        title=view.text("figure.tokens"),
        unit=unit.label,
        reading=_tokens_reading(view, sums),
        series=[
            Series(u, use_name(view, u), DOUBLE if "+" in u else COLOURS.get(u, OTHER))
            for u in uses
            if sums.xs(u, level="use").sum() > 0
        ],
        groups=[
            Group(view.text.scenario(s), [bar(s, y) for y in view.years])
            for s in view.scenarios
            if s in sums.index.get_level_values("scenario")
        ],
    )
    return Figure(chart, caption(view, view.span(table), ("rps_weights", "fleet")))


def use_name(view: View, use: str) -> str:
    """Name of a use; a joint use names both."""
    names = [view.text.name("use", u) for u in use.split("+")]
    return names[0] if len(names) == 1 else view.text("label.both", first=names[0], second=names[1])


def marginal_costs(view: View) -> Figure | None:
    """A row per sector: the range over provinces, and the mean of each scenario."""
    table = view.table("regulated", "scenario", "year", "sector", "mt", "cny_per_t")
    spread = view.table("marginal_spread", "scenario", "year", "deviation", "lowest", "highest")
    if table is None or spread is None:
        return None
    last = table[(table["year"] == view.last) & (table["mt"] > 0)]
    if last.empty or (last["cny_per_t"] == 0).all():
        return None
    text, unit = view.text, view.text.unit("CNY/t")
    series = view.scenario_series(list(dict.fromkeys(last["scenario"])))
    first = series[0]
    at = spread[(spread["scenario"] == first.key) & (spread["year"] == view.last)].iloc[0]
    chart = Dots(
        title=text("figure.marginal_costs"),
        unit=unit.label,
        reading=text(
            "reading.marginal_costs",
            scenario=first.name,
            low=number(at["lowest"]),
            high=number(at["highest"]),
            deviation=number(at["deviation"]),
            unit=unit.label,
        ),
        rows=[_row(view, str(sector), part, series) for sector, part in last.groupby("sector")],
        legend=[(s.name, s.colour) for s in series],
        reference=0.0,
    )
    return Figure(chart, caption(view, str(view.last), POLICY))


def _tokens_reading(view: View, sums: pd.Series) -> str:
    at = sums.xs(view.last, level="year").xs(view.base, level="scenario")
    total = at.sum()
    largest = at.drop(EXPIRED, errors="ignore")
    if not total or largest.empty:
        return ""
    return view.text(
        "reading.tokens",
        scenario=view.text.scenario(view.base),
        year=view.last,
        use=use_name(view, str(largest.idxmax())),
        share=percent(largest.max() / total),
        expired=percent(at.get(EXPIRED, 0.0) / total),
    )


def _row(view: View, sector: str, part: pd.DataFrame, series: list[Series]) -> Row:
    points = []
    for one in series:
        own = part[part["scenario"] == one.key]
        if len(own):
            mean = float(np.average(own["cny_per_t"], weights=own["mt"]))
            points.append(Point(mean, one.colour))
    base = part[part["scenario"] == series[0].key]["cny_per_t"]
    low, high = (float(base.min()), float(base.max())) if len(base) else (None, None)
    return Row(view.text.name("sector", sector), points, low, high, end="")
