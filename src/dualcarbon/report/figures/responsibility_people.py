"""Tiers of emissions by income decile, the tiered tax, and who gains from its dividend."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.responsibility import names_of, sourced
from dualcarbon.report.view import View

TIERS = {
    "survival": "#2f9a94",
    "ordinary": "#e0c56a",
    "luxury": "#d1873c",
    "wasteful": "#b3543c",
}
COLUMNS = ("region", "group", *TIERS, "people", "year", "source", "grade")
COUNTRY = ("#c8503c", "#2f6fb3", "#e0a63a", "#2f9a94", "#8f6bb8", "#7a8c3a")


def tier_bars(view: View) -> Spec | None:
    """A bar per income decile, parts by tier."""
    table = view.table("responsibility_tiers", *COLUMNS)
    if table is None:
        return None
    text = view.text
    groups = [
        {
            "label": name,
            "bars": [
                {
                    "label": str(row["group"]),
                    "parts": [{"series": t, "value": float(row[t])} for t in TIERS if row[t] > 0],
                }
                for _, row in table[table["region"] == code].iterrows()
            ],
        }
        for code, name in names_of(table, text).items()
    ]
    return {
        "kind": "stacked",
        "series": [
            {"key": t, "name": text(f"tier.{t}"), "colour": colour} for t, colour in TIERS.items()
        ],
        "groups": groups,
        **sourced(table, text("unit_phrase.t_head_e"), view.span(table)),
        "title": text("figure.tier_bars"),
        "reading": _reading(view, table),
    }


def tax_curve(view: View) -> Spec | None:
    """What one person pays, by emissions."""
    table = view.table("responsibility_tax", "emissions", "payment", "average", "marginal")
    if table is None:
        return None
    text = view.text
    currency = text.unit(str(table["currency"].iloc[0])).label
    panels = [
        {
            "label": text(f"label.tax_{column}"),
            "unit": text(f"unit_phrase.tax_{column}", currency=currency),
            "lines": [
                {
                    "series": "tax",
                    "points": [
                        (int(e), float(v))
                        for e, v in zip(table["emissions"], table[column], strict=True)
                    ],
                }
            ],
            "marks": False,
        }
        for column in ("payment", "average")
    ]
    rates = [number(float(table[f"rate_{t}"].iloc[0])) for t in TIERS]
    return {
        "kind": "lines",
        "series": [{"key": "tax", "name": "", "colour": "#2f6fb3", "base": False}],
        "panels": panels,
        **sourced(table, text("unit_phrase.over_emissions"), ""),
        "source": text("caption.chosen_rates"),
        "title": text("figure.tax_curve"),
        "reading": text("reading.tax_curve", rates=text("word.slash").join(rates), unit=currency),
    }


def net_incidence(view: View) -> Spec | None:
    """Dividend less payment by income decile, per head."""
    table = view.table("responsibility_tiers", "region", "group", "net", "currency")
    if table is None:
        return None
    text = view.text
    currency = text.unit(str(table["currency"].iloc[0])).label
    names = names_of(table, text)
    series = [
        {"key": code, "name": name, "colour": COUNTRY[i % len(COUNTRY)], "base": False}
        for i, (code, name) in enumerate(names.items())
    ]
    panels = [
        {
            "label": name,
            "unit": text("unit_phrase.per_head_year", currency=currency),
            "lines": [
                {
                    "series": code,
                    "points": [
                        (i + 1, float(v))
                        for i, v in enumerate(table.loc[table["region"] == code, "net"])
                    ],
                }
            ],
        }
        for code, name in names.items()
    ]
    shares = {c: _gainers(table[table["region"] == c]) for c in names}
    items = [text("reading.net_item", region=names[c], share=percent(v)) for c, v in shares.items()]
    return {
        "kind": "lines",
        "series": series,
        "panels": panels,
        **sourced(table, text("unit_phrase.decile_axis"), view.span(table)),
        "grade": "D",
        "title": text("figure.net_incidence"),
        "reading": text("reading.net_incidence", items=text.listed(items)),
    }


def _gainers(table: pd.DataFrame) -> float:
    people = table["people"]
    return float(people[table["net"] > 0].sum() / people.sum())


def _reading(view: View, table: pd.DataFrame) -> str:
    text = view.text
    items = []
    for code, name in names_of(table, text).items():
        one = table[table["region"] == code]
        whole = float((one["people"] * one["per_head"]).sum())
        above = float((one["people"] * (one["luxury"] + one["wasteful"])).sum())
        items.append(text("reading.tier_item", region=name, share=percent(above / whole)))
    return text(
        "reading.tier_bars",
        survival=number(float(table["bound_survival"].iloc[0])),
        luxury=number(float(table["bound_luxury"].iloc[0])),
        wasteful=number(float(table["bound_wasteful"].iloc[0])),
        items=text.listed(items),
    )
