"""What a CBAM bill is made of, with and without a carbon price paid at home."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.border import DEDUCTION, FREE, PAID, sourced, span_of
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLUMNS = ("year", "case", "part", "eur_per_t", "cn", "origin", "domestic_price_cny", "source")
COLOURS = {"certificates": PAID, "deduction": DEDUCTION, "free_allocation": FREE}
EVERY = 2


def border_bill(view: View) -> Spec | None:
    """Bars per year, one group per case; the end of a bar is what is left to pay."""
    table = view.table("border_bill", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.eur_t")
    years = sorted(set(table["year"]))
    shown = table[table["year"].isin(years[::EVERY])]
    return {
        "kind": "stacked",
        "series": [
            {"key": part, "name": text.name("bill_part", part), "colour": colour}
            for part, colour in COLOURS.items()
        ],
        "groups": [
            {"label": text.name("bill_case", case), "bars": _bars(rows)}
            for case, rows in shown.groupby("case", sort=False)
        ],
        **sourced(table, text, unit, span_of(table)),
        "title": text("figure.border_bill", origin=text.name("place", table["origin"].iloc[0])),
        "reading": _reading(view, table),
    }


def _bars(rows: pd.DataFrame) -> list[Spec]:
    bars = []
    for year, one in rows.groupby("year"):
        values = one.set_index("part")["eur_per_t"]
        parts = [{"series": part, "value": float(values[part])} for part in COLOURS]
        bars.append(
            {"label": str(year), "parts": parts, "end": number(float(values["certificates"]))}
        )
    return bars


def _reading(view: View, table: pd.DataFrame) -> str:
    last = table["year"].max()
    paid = table[(table["year"] == last) & (table["part"] == "certificates")]
    values = paid.set_index("case")["eur_per_t"]
    return view.text(
        "reading.border_bill",
        year=int(last),
        free=number(float(values["free"])),
        paid=number(float(values["paid"])),
        price=number(float(paid["domestic_price_cny"].iloc[0])),
    )
