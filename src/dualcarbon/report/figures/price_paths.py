"""Prices of allowances, offsets and certificates over the years."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.figures.renewable_share import lines_of, years_of
from dualcarbon.report.view import View

PRICES = {
    "cea_cny_per_t": "CNY/t",
    "ccer_cny_per_t": "CNY/t",
    "gec_cny_per_mwh": "CNY/MWh",
}
ZERO = 0.05


def price_paths(view: View) -> Spec | None:
    """One panel per price, one line per scenario."""
    found = {n: t for n in PRICES if (t := view.indicator(n)) is not None}
    if not found:
        return None
    units = {n: view.text.unit(PRICES[n]) for n in found}
    panels = [
        {
            "label": view.text.name("price", n),
            "unit": units[n].label,
            "lines": lines_of(t * units[n].factor),
        }
        for n, t in found.items()
    ]
    widest = max(found.values(), key=len)
    labels = list(dict.fromkeys(unit.label for unit in units.values()))
    return {
        "kind": "lines",
        "series": view.scenario_series(list(widest.index)),
        "panels": panels,
        **caption(view, view.text.listed(labels), years_of(widest), POLICY),
        "title": view.text("figure.price_paths"),
        "reading": _reading(view, found),
    }


def _reading(view: View, found: dict[str, pd.DataFrame]) -> str:
    text = view.text
    items = []
    for name, table in found.items():
        last = max(table.columns)
        values = table[last].dropna()
        unit = text.unit(PRICES[name]).label
        items.append(
            text(
                "reading.price_item",
                price=text.name("price", name),
                low=number(values.min()),
                high=number(values.max()),
                unit=unit,
            )
            if number(values.min()) != number(values.max())
            else text(
                "reading.price_same",
                price=text.name("price", name),
                value=number(values.min()),
                unit=unit,
            )
        )
    words = text("reading.prices", year=view.last, items=text("sentence.semicolon").join(items))
    slack = [n for n, t in found.items() if (t.abs() < ZERO).to_numpy().any()]
    return words + (text("reading.price_zero") if slack else "")
