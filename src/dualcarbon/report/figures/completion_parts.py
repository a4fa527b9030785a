"""What each part of completing the power market adds, alone and after the others."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import Unit, number, signed
from dualcarbon.report.figures.common import Spec, caption
from dualcarbon.report.view import View

ALONE, CUMULATIVE, LEVEL = "alone", "cumulative", "base"
COLOUR = "#2f6fb3"
COST, SPREAD = "discounted_system_cost", "price_spread"
REAL_TIME = "real_time"
INPUTS = ("fleet", "demand", "links", "flexible_demand", "ev_charging_shape")


def parts_table(view: View) -> pd.DataFrame | None:
    """Rows of the experiment."""
    return view.table("completion_parts", "part", "order", "indicator", "value", "unit")


def last_year(table: pd.DataFrame) -> str:
    """Year of the indicators of a year."""
    years = table["indicator"].str.extract(r"_(20\d\d)$")[0].dropna()
    return str(years.max()) if len(years) else ""


def unit_of(view: View, unit: str) -> Unit:
    """Unit of a change; shares change by percentage points."""
    if unit == "1":
        return Unit(view.text("word.point").strip(), 100.0)
    return view.text.unit(unit.removesuffix("/a"))


def cost_bars(view: View) -> Spec | None:
    """Change of cost by part, alone and cumulative."""
    table = parts_table(view)
    if table is None:
        return None
    spec = _bars(view, table, COST)
    years = f"{view.years[0]}–{view.years[-1]}" if view.years else ""
    return {**spec, **caption(view, spec["unit"], years, INPUTS),
            "title": view.text("figure.completion_cost"),
            "reading": _cost_reading(view, table)}  # fmt: skip


def spread_bars(view: View) -> Spec | None:
    """Change of the spread of prices within the day."""
    table = parts_table(view)
    if table is None:
        return None
    year = last_year(table)
    spec = _bars(view, table, f"{SPREAD}_{year}")
    return {**spec, **caption(view, spec["unit"], year, INPUTS),
            "title": view.text("figure.completion_within_day", year=year),
            "reading": _spread_reading(view, table, year)}  # fmt: skip


def _bars(view: View, table: pd.DataFrame, indicator: str) -> Spec:
    text = view.text
    rows = table[(table["indicator"] == indicator) & (table["order"] != LEVEL)]
    unit = unit_of(view, str(rows["unit"].iloc[0]))
    groups = []
    for order in (ALONE, CUMULATIVE):
        bars = []
        for _, row in rows[rows["order"] == order].iterrows():
            value = float(row["value"]) * unit.factor
            part = [{"series": "change", "value": value}]
            bars.append({"label": text.own(row, "part"), "parts": part, "end": signed(value)})
        groups.append({"label": text.name("completion_order", order), "bars": bars})
    series = [{"key": "change", "name": "", "colour": COLOUR}]
    return {"kind": "stacked", "unit": unit.label, "series": series, "groups": groups}


def _cost_reading(view: View, table: pd.DataFrame) -> str:
    text = view.text
    rows = table[(table["indicator"] == COST) & (table["order"] == CUMULATIVE)]
    unit = unit_of(view, str(rows["unit"].iloc[0]))
    value = rows["value"].astype(float) * unit.factor
    best = rows.loc[value.idxmin()]
    dearer = rows[value > 0.01 * value.abs().max()]
    names = text.listed([text.own(row, "part") for _, row in dearer.iterrows()] or [""])
    return text(
        "reading.completion_cost",
        total=signed(float(value.sum())),
        unit=unit.label,
        most=text.own(best, "part"),
        share=signed(float(value.min())),
        against=text("reading.completion_against", names=names) if len(dearer) else "",
    )


def _spread_reading(view: View, table: pd.DataFrame, year: str) -> str:
    text = view.text
    unit, gw = text.unit("CNY/MWh"), text.unit("GW")
    spread = table[table["indicator"] == f"{SPREAD}_{year}"]
    level = float(spread[spread["order"] == LEVEL]["value"].iloc[0])
    change = float(spread[spread["order"] == CUMULATIVE]["value"].sum())
    alone = table[(table["order"] == ALONE) & (table["part"] == REAL_TIME)]
    moved = alone.set_index("indicator")["value"].astype(float) * gw.factor
    return text(
        "reading.completion_spread",
        level=number(level * unit.factor),
        after=number((level + change) * unit.factor),
        unit=unit.label,
        peak=signed(moved.get(f"peak_load_{year}", 0.0)),
        residual=signed(moved.get(f"peak_residual_load_{year}", 0.0)),
        gw=gw.label,
    )
