"""Mean electricity price by province."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import POWER, Spec, caption, map_or_rows
from dualcarbon.report.view import View

MOST = 4


def power_price_map(view: View) -> Spec | None:
    """A tile map per scenario of the last year's mean price of electricity."""
    table = view.table("prices", "scenario", "year", "instrument", "item", "region", "price")
    if table is None:
        return None
    chosen = table[
        (table["instrument"] == "electricity")
        & (table["item"] == "electricity")
        & (table["year"] == view.last)
    ]
    if chosen.empty:
        return None
    unit = view.text.unit("CNY/MWh")
    by = {
        s: chosen[chosen["scenario"] == s].groupby("region")["price"].mean() * unit.factor
        for s in view.scenarios[:MOST]
        if (chosen["scenario"] == s).any()
    }
    panels = [(view.text.scenario(s), values) for s, values in by.items()]
    return {
        **map_or_rows(view, panels, unit.label),
        **caption(view, unit.label, str(view.last), POWER),
        "title": view.text("figure.power_price_map"),
        "reading": _reading(view, next(iter(by)), next(iter(by.values())), unit.label),
    }


def _reading(view: View, scenario: str, values: pd.Series, unit: str) -> str:
    values = values.dropna()
    return view.text(
        "reading.power_price",
        scenario=view.text.scenario(scenario),
        low=number(values.min()),
        high=number(values.max()),
        cheap=view.text.province(values.idxmin()),
        dear=view.text.province(values.idxmax()),
        unit=unit,
    )
