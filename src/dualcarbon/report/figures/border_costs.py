"""Cost of CBAM per tonne, by good, origin and year."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.border import origin_series, sourced, span_of
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLUMNS = ("good", "origin", "year", "eur_per_t", "source", "grade")


def border_costs(view: View) -> Spec | None:
    """A panel per good, a line per origin."""
    table = view.table("border_costs", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.eur_t")
    panels = [
        {"label": text.name("good", good), "unit": unit, "lines": _lines(rows)}
        for good, rows in table.groupby("good", sort=False)
    ]
    return {
        "kind": "lines",
        "series": origin_series(text, list(dict.fromkeys(table["origin"]))),
        "panels": panels,
        **sourced(table, text, unit, span_of(table)),
        "title": text("figure.border_costs"),
        "reading": _reading(view, table),
    }


def _lines(rows: pd.DataFrame) -> list[Spec]:
    return [
        {
            "series": origin,
            "points": [
                (int(y), float(v)) for y, v in zip(one["year"], one["eur_per_t"], strict=True)
            ],
        }
        for origin, one in rows.groupby("origin", sort=False)
    ]


def _reading(view: View, table: pd.DataFrame) -> str:
    good, origin = table["good"].iloc[0], table["origin"].iloc[0]
    one = table[(table["good"] == good) & (table["origin"] == origin)].sort_values("year")
    return view.text(
        "reading.border_costs",
        good=view.text.name("good", good),
        origin=view.text.name("place", origin),
        first=int(one["year"].iloc[0]),
        low=number(one["eur_per_t"].iloc[0]),
        last=int(one["year"].iloc[-1]),
        high=number(one["eur_per_t"].iloc[-1]),
    )
