"""Effective carbon prices of countries, explicit and implicit."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.border import PAID, sourced
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLUMNS = ("country", "part", "usd_per_t", "year", "source", "grade")
COLOURS = {"explicit": PAID, "implicit": "#d1873c"}


def border_prices(view: View) -> Spec | None:
    """A bar per country, highest first."""
    table = view.table("border_prices", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.usd_t")
    wide = table.pivot(index="country", columns="part", values="usd_per_t")
    order = wide.sum(axis=1).sort_values(ascending=False).index
    about = sourced(table, text, unit, str(table["year"].iloc[0]))
    return {
        "kind": "stacked",
        "series": [
            {"key": p, "name": text.name("price_part", p), "colour": c} for p, c in COLOURS.items()
        ],
        "groups": [
            {
                "label": "",
                "bars": [
                    {
                        "label": text.name("place", c),
                        "parts": [{"series": p, "value": float(wide.loc[c, p])} for p in COLOURS],
                    }
                    for c in order
                ],
            }
        ],
        **about,
        "source": text("caption.border_prices"),
        "title": text("figure.border_prices"),
        "reading": _reading(view, wide),
    }


def _reading(view: View, wide: pd.DataFrame) -> str:
    if not {"CN", "EU"} <= set(wide.index):
        return ""
    china, union = wide.loc["CN"], wide.loc["EU"]
    return view.text(
        "reading.border_prices",
        explicit=number(float(union["explicit"] / china["explicit"]), 2),
        total=number(float(union.sum() / china.sum()), 2),
    )
