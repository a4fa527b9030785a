"""The cash flow of a project by year, and the gap of climate finance by region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import number, percent
from dualcarbon.charts.specs import Bar, Group, Series, Stacked
from dualcarbon.report.figure import money
from dualcarbon.report.page import Caption, Figure
from dualcarbon.report.view import View, as_range

PARTS = {
    "revenue": "#2f9a94",
    "claims": "#7a8c3a",
    "support": "#8f6bb8",
    "investment": "#5b636d",
    "opex": "#e0a63a",
    "tax": "#b9478f",
    "debt": "#2f6fb3",
}
GAP = {"supply": "#2f9a94", "gap": "#e0a63a"}
MOST_YEARS = 32
NOISE = 1e-9


def project_flow(view: View) -> Figure | None:
    """A bar per year: money in to the right, out to the left; diamonds mark what equity keeps."""
    table = view.table("finance_flows", "year", "equity_flow", "investment", "currency")
    if table is None:
        return None
    text, unit = view.text, money(view.text, str(table["currency"].iloc[0]))
    parts = _flow_parts(table)
    step = 1 if len(parts) <= MOST_YEARS else 5
    bars = []
    for _, rows in parts.groupby((np.arange(len(parts)) + step - 1) // step):
        sums = {k: float(rows[k].sum()) for k in PARTS}
        shown = {k: v for k, v in sums.items() if abs(v) > NOISE}
        bars.append(Bar(as_range(rows["year"]), shown, mark=float(rows["equity_flow"].sum())))
    used = [k for k in PARTS if parts[k].abs().max() > NOISE]
    chart = Stacked(
        title=text("figure.project_flow"),
        unit=unit,
        reading=_flow_reading(view, unit),
        series=[Series(k, text.name("flow_part", k), PARTS[k]) for k in used],
        groups=[Group("", bars)],
    )
    return Figure(chart, Caption(view.span(table), text("caption.project"), "D"))


def finance_gap(view: View) -> Figure | None:
    """A bar per region: the supply, and what is lacking of the low estimate of the need."""
    amounts = ["need_low", "need_high", "supply", "gap_low"]
    table = view.table("finance_gap", "region", *amounts)
    if table is None:
        return None
    text, unit = view.text, view.text.unit("bn USD a")
    table = table.assign(**{name: table[name] * unit.factor for name in amounts})
    bars = []
    for _, row in table.iterrows():
        supply = 0.0 if row["supply"] != row["supply"] else float(row["supply"])
        parts = {"supply": supply, "gap": max(float(row["gap_low"]), 0.0)}
        need = [number(row[k]) for k in ("need_low", "need_high")]
        label = row["region"] if text.lang == "en" else row["name_zh"]
        shown = {k: v for k, v in parts.items() if v > 0.0}
        bars.append(Bar(label, shown, end="–".join(dict.fromkeys(need))))
    poor = table[table["region"] == "EMDE excluding China"]
    words = ""
    if not poor.empty:
        row = poor.iloc[0]
        words = text(
            "reading.finance_gap",
            supply=number(row["supply"]),
            need=number(row["need_low"]),
            share=percent(row["covered_high"], 2),
        )
    chart = Stacked(
        title=text("figure.finance_gap"),
        unit=unit.label,
        reading=words,
        series=[Series(k, text.name("gap_part", k), c) for k, c in GAP.items()],
        groups=[Group("", bars)],
    )
    return Figure(chart, Caption("2022–2030", text("caption.gap"), "D"))


def _flow_parts(table: pd.DataFrame) -> pd.DataFrame:
    """Signed parts of the flow, which sum to what equity keeps."""
    return pd.DataFrame(
        {
            "year": table["year"],
            "revenue": table["sales"] + table["other"],
            "claims": table["certificates"] + table["credits"],
            "support": table["grant"] + table["drawn"],
            "investment": -table["investment"],
            "opex": -table["opex"],
            "tax": -table["tax_with_debt"],
            "debt": -(table["interest"] + table["principal"] + table["fees"]),
            "equity_flow": table["equity_flow"],
        }
    )


def _flow_reading(view: View, unit: str) -> str:
    measures = view.table("finance_measures", "measure", "value", "status")
    if measures is None:
        return ""
    found = measures.set_index("measure")["value"]
    text, years = view.text, found["payback"]
    rate = found["project_irr"]
    irr = number(100 * rate) + "%" if rate == rate else text("word.no_rate")
    back = text("reading.payback", years=number(years)) if years == years else text("reading.never")
    return text("reading.project_flow", irr=irr, npv=number(found["npv"]), unit=unit) + back
