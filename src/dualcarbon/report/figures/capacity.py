"""Capacity by carrier, scenario and year."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec, caption
from dualcarbon.report.figures.mix import stacked
from dualcarbon.report.view import View

WIND_AND_SOLAR = ("onwind", "offwind", "solar", "solar_dist")


def capacity(view: View) -> Spec | None:
    """Stacked bars of capacity, storage included."""
    table = view.table("capacity", "scenario", "year", "carrier", "gw")
    if table is None:
        return None
    unit = view.text.unit("GW")
    return {
        **stacked(view, table, "gw", unit),
        **caption(view, unit.label, view.span(table), ("technologies", "build_limits")),
        "title": view.text("figure.capacity"),
        "reading": _reading(view, table, unit.factor, unit.label),
    }


def _reading(view: View, table: pd.DataFrame, factor: float, label: str) -> str:
    chosen = table[table["carrier"].isin(WIND_AND_SOLAR) & (table["year"] == view.last)]
    by = chosen.groupby("scenario")["gw"].sum() * factor
    parts = [
        view.text(
            "reading.capacity_item", scenario=view.text.scenario(s), gw=number(by[s], 4), unit=label
        )
        for s in view.scenarios
        if s in by
    ]
    if not parts:
        return ""
    words = view.text("reading.capacity", year=view.last, items=view.text.listed(parts))
    waits = table["carrier"].isin(datasets.load("flexible_demand")["carrier"]).any()
    return words + view.text("reading.capacity_waits") if waits else words
