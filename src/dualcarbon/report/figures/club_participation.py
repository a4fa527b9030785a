"""How many regions join over price and tariff."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH
from dualcarbon.report.figures.clubs import club_caption
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLUMNS = ("price_usd_per_t", "tariff", "members", "regions", "cycles", "strong", "member_names")


def club_participation(view: View) -> Spec | None:
    """A cell per price and tariff with the number of members; cycles are marked."""
    table = view.table("club_participation", *COLUMNS)
    if table is None:
        return None
    text, most = view.text, int(table["regions"].max())
    prices, tariffs = (sorted(table[c].unique()) for c in ("price_usd_per_t", "tariff"))
    cells = {(r["price_usd_per_t"], r["tariff"]): _cell(view, r) for _, r in table.iterrows()}
    blank = {"value": None, "label": DASH, "name": "", "marked": False}
    marked = int(table["cycles"].sum())
    return {
        "kind": "grid",
        "rows": [f"{p:g}" for p in prices],
        "columns": [f"{100 * t:g}%" for t in tariffs],
        "row_title": text("label.club_price"),
        "column_title": text("label.club_tariff"),
        "cells": [[cells.get((p, t), blank) for t in tariffs] for p in prices],
        "low": 0,
        "high": most,
        "mark": text("label.club_cycles"),
        **club_caption(text, text("unit_phrase.members")),
        "title": text("figure.club_participation"),
        "reading": _reading(view, table, marked),
    }


def _cell(view: View, row: pd.Series) -> Spec:
    known = pd.notna(row["members"])
    count = int(row["members"]) if known else None
    words = view.text(
        "label.club_cell",
        price=f"{row['price_usd_per_t']:g}",
        tariff=f"{100 * row['tariff']:g}",
        members=DASH if count is None else count,
    )
    return {
        "value": count,
        "label": DASH if count is None else str(count),
        "name": words,
        "marked": bool(row["cycles"]) and known,
    }


def _reading(view: View, table: pd.DataFrame, marked: int) -> str:
    text = view.text
    free = table[table["tariff"] == 0]
    none = int((free["members"] == 0).sum())
    key = "reading.club_free_all" if none == len(free) else "reading.club_free"
    words = text(key, none=none, all=len(free)) if len(free) else ""
    everyone = table[table["members"] == table["regions"]]
    if len(everyone):
        best = everyone.sort_values(["price_usd_per_t", "tariff"]).groupby("price_usd_per_t")
        first = best.first().reset_index().iloc[-1]
        words += text("reading.club_everyone", price=f"{first['price_usd_per_t']:g}",
                      tariff=f"{100 * first['tariff']:g}")  # fmt: skip
    return words + text("reading.club_cycles", marked=marked, all=len(table))
