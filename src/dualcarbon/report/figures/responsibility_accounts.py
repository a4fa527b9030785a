"""Accounts under each principle: how far they move from the territorial one, and their sums."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec, compared
from dualcarbon.report.figures.responsibility import COLOURS, REST, largest, names_of, sourced
from dualcarbon.report.view import View

COLUMNS = ("region", "principle", "value", "change", "year", "source", "grade")
SHOWN = (
    "CBA",
    "final_production",
    "income",
    "shared_lenzen",
    "TCBA_exportw",
    "benchmark_finalprod",
)
DOTS, PARTS = 9, 6


def principle_changes(view: View) -> Spec | None:
    """A row per region, a dot per principle: change against the territorial account."""
    table = view.table("responsibility_accounts", *COLUMNS)
    if table is None:
        return None
    text = view.text
    shown = [p for p in SHOWN if p in set(table["principle"])]
    colours = dict(zip(shown, COLOURS, strict=False))
    names = names_of(table, text)
    wide = 100 * table.pivot(index="region", columns="principle", values="change")
    rows = [
        {
            "label": names[code],
            "points": [
                {
                    "value": float(wide.loc[code, p]),
                    "label": text.name("principle", p),
                    "colour": colours[p],
                }
                for p in shown
            ],
        }
        for code in largest(table, DOTS)
    ]
    return {
        "kind": "dots",
        "rows": rows,
        "legend": [{"name": text.name("principle", p), "colour": colours[p]} for p in shown],
        "band": None,
        "reference": 0.0,
        **sourced(table, text("unit_phrase.against_territorial"), view.span(table)),
        "title": text("figure.principle_changes"),
        "reading": _reading(view, table, names),
    }


def account_bars(view: View) -> Spec | None:
    """A bar per principle, parts by region: what the regions add up to."""
    table = view.table("responsibility_accounts", *COLUMNS)
    if table is None:
        return None
    text = view.text
    regions = largest(table, PARTS)
    regions += [] if set(table["region"]) <= set(regions) else [REST]
    names = names_of(table, text) | {REST: text("label.other_regions")}
    known = table["region"].where(table["region"].isin(regions), REST)
    sums = table.assign(region=known).groupby(["principle", "region"], sort=False)["value"].sum()
    sums = sums / 1000.0
    bars = [
        {
            "label": text.name("principle", p),
            "parts": [{"series": r, "value": float(sums[p, r])} for r in regions],
        }
        for p in dict.fromkeys(table["principle"].astype(str))
    ]
    series = [
        {"key": r, "name": names[r], "colour": COLOURS[i] if r != REST else COLOURS[-1]}
        for i, r in enumerate(regions)
    ]
    world = float(sums["PBA"].sum())
    return {
        "kind": "stacked",
        "series": series,
        "groups": [{"label": "", "bars": bars}],
        **sourced(table, text("unit_phrase.gt"), view.span(table)),
        "title": text("figure.account_bars"),
        "reading": text("reading.account_bars", world=number(world)),
    }


def _reading(view: View, table: pd.DataFrame, names: dict[str, str]) -> str:
    text = view.text
    wide = 100 * table.pivot(index="region", columns="principle", values="change")
    if "CBA" not in wide or not {"CHN", "USA"} <= set(wide.index):
        return ""
    return text(
        "reading.principle_changes",
        china=compared(text, float(wide.loc["CHN", "CBA"]), "%"),
        states=compared(text, float(wide.loc["USA", "CBA"]), "%"),
    )
