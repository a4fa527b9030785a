"""Marginal cost of a tonne by sector: where markets kept apart price the same tonne unlike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.view import View

COLUMNS = ("scenario", "year", "sector", "mt", "cny_per_t")


def marginal_costs(view: View) -> Spec | None:
    """A row per sector: the range over provinces, and the mean of each scenario."""
    table = view.table("regulated", *COLUMNS)
    spread = view.table("marginal_spread", "scenario", "year", "deviation", "lowest", "highest")
    if table is None or spread is None:
        return None
    last = table[(table["year"] == view.last) & (table["mt"] > 0)]
    if last.empty or (last["cny_per_t"] == 0).all():
        return None
    unit = view.text.unit("CNY/t")
    series = view.scenario_series(list(dict.fromkeys(last["scenario"])))
    rows = [_row(view, str(sector), part, series) for sector, part in last.groupby("sector")]
    shown = series[0]["key"]
    at = spread[(spread["scenario"] == shown) & (spread["year"] == view.last)].iloc[0]
    return {
        "kind": "dots",
        "unit": unit.label,
        "legend": [{"name": s["name"], "colour": s["colour"]} for s in series],
        "band": None,
        "reference": 0.0,
        "rows": rows,
        **caption(view, unit.label, str(view.last), POLICY),
        "title": view.text("figure.marginal_costs"),
        "reading": view.text(
            "reading.marginal_costs",
            scenario=series[0]["name"],
            low=number(at["lowest"]),
            high=number(at["highest"]),
            deviation=number(at["deviation"]),
            unit=unit.label,
        ),
    }


def _row(view: View, sector: str, part: pd.DataFrame, series: list[Spec]) -> Spec:
    base = part[part["scenario"] == series[0]["key"]]["cny_per_t"]
    points = []
    for entry in series:
        own = part[part["scenario"] == entry["key"]]
        if len(own):
            mean = float(np.average(own["cny_per_t"], weights=own["mt"]))
            points.append({"value": mean, "label": "", "colour": entry["colour"]})
    wide = len(base) > 0
    return {
        "label": view.text.name("sector", sector),
        "low": float(base.min()) if wide else None,
        "high": float(base.max()) if wide else None,
        "points": points,
        "end": "",
    }
