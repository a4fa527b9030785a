"""Who receives the carbon cost of an exported good, by the carbon price at home."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.border import HOME, PAID, sourced
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLUMNS = ("domestic_price_cny", "receiver", "eur_per_t", "origin", "year", "source", "grade")
COLOURS = {"home": HOME, "eu": PAID}
SAME = 0.01


def border_revenue(view: View) -> Spec | None:
    """A bar per price at home, parted by who receives the money."""
    table = view.table("border_revenue", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.eur_t")
    place = text.name("place", table["origin"].iloc[0])
    return {
        "kind": "stacked",
        "series": [
            {"key": r, "name": text.name("receiver", r), "colour": c} for r, c in COLOURS.items()
        ],
        "groups": [{"label": text("label.price_at_home"), "bars": _bars(table)}],
        **sourced(table, text, unit, str(table["year"].iloc[0])),
        "title": text("figure.border_revenue", origin=place),
        "reading": _reading(view, table, place),
    }


def _bars(table: pd.DataFrame) -> list[Spec]:
    bars = []
    for price, one in table.groupby("domestic_price_cny"):
        values = one.set_index("receiver")["eur_per_t"]
        parts = [{"series": r, "value": float(values[r])} for r in COLOURS if values[r] > 0]
        bars.append({"label": number(float(price)), "parts": parts})
    return bars


def _reading(view: View, table: pd.DataFrame, place: str) -> str:
    """Up to which price the exporter's cost stays the same, and what moves home."""
    wide = table.pivot(index="domestic_price_cny", columns="receiver", values="eur_per_t")
    total = wide.sum(axis=1)
    flat = wide[total <= total.iloc[0] * (1 + SAME)]
    return view.text(
        "reading.border_revenue",
        origin=place,
        price=number(float(flat.index[-1])),
        total=number(float(total.iloc[0])),
        home=number(float(flat["home"].iloc[-1])),
    )
