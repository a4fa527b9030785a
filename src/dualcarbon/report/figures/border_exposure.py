"""CBAM bill of a country's exports to the EU by sector."""

from __future__ import annotations

from dualcarbon.charts.numbers import number, percent
from dualcarbon.report.figures.border import sourced, span_of
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View, colour

COLUMNS = ("origin", "sector", "year", "mn_eur", "cost_share", "source", "grade", "trade_year")
EVERY = 2


def border_exposure(view: View) -> Spec | None:
    """A bar per year, parted by sector."""
    table = view.table("border_exposure", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text("unit_phrase.mn_eur")
    sectors = list(dict.fromkeys(table["sector"]))
    years = sorted(set(table["year"]))[::EVERY]
    wide = table.pivot(index="year", columns="sector", values="mn_eur")
    known = table.dropna(subset=["cost_share"])
    reading = ""
    if len(known):
        last = known[known["year"] == known["year"].max()].iloc[0]
        reading = text(
            "reading.border_exposure",
            year=int(last["year"]),
            sector=text.name("cbam_sector", last["sector"]),
            cost=number(last["mn_eur"]),
            share=percent(last["cost_share"], 2),
            trade=int(last["trade_year"]),
        )
    return {
        "kind": "stacked",
        "series": [
            {"key": s, "name": text.name("cbam_sector", s), "colour": colour(i + 1)}
            for i, s in enumerate(sectors)
        ],
        "groups": [
            {
                "label": "",
                "bars": [
                    {
                        "label": str(y),
                        "parts": [{"series": s, "value": float(wide.loc[y, s])} for s in sectors],
                    }
                    for y in years
                ],
            }
        ],
        **sourced(table, text, unit, span_of(table)),
        "title": text("figure.border_exposure", origin=text.name("place", table["origin"].iloc[0])),
        "reading": reading,
    }
