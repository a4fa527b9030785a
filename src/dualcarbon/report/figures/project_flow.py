"""The cash flow of a project by year, and how it adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import money, stated
from dualcarbon.report.view import View

PARTS = {
    "revenue": "#2f9a94",
    "claims": "#7a8c3a",
    "support": "#8f6bb8",
    "investment": "#5b636d",
    "opex": "#e0a63a",
    "tax": "#b9478f",
    "debt": "#2f6fb3",
}
MOST_YEARS = 32


def project_flow(view: View) -> Spec | None:
    """A bar per year: money in to the right, out to the left; diamonds mark what equity keeps."""
    table = view.table("finance_flows", "year", "equity_flow", "investment", "currency")
    if table is None:
        return None
    text, unit = view.text, money(view.text, str(table["currency"].iloc[0]))
    parts = flow_parts(table)
    step = 1 if len(parts) <= MOST_YEARS else 5
    groups = parts.groupby((np.arange(len(parts)) + step - 1) // step)
    bars = []
    for _, rows in groups:
        first, last = rows["year"].iloc[0], rows["year"].iloc[-1]
        sums = rows[list(PARTS)].sum()
        bars.append(
            {
                "label": str(int(first)) if first == last else f"{int(first)}–{int(last)}",
                "parts": [
                    {"series": k, "value": float(sums[k])} for k in PARTS if abs(sums[k]) > 1e-9
                ],
                "mark": float(rows["equity_flow"].sum()),
            }
        )
    used = [k for k in PARTS if parts[k].abs().max() > 1e-9]
    return {
        "kind": "stacked",
        "series": [{"key": k, "name": text.name("flow_part", k), "colour": PARTS[k]} for k in used],
        "groups": [{"label": "", "bars": bars}],
        **stated(unit, view.span(table), text("caption.project"), "D"),
        "title": text("figure.project_flow"),
        "reading": _reading(view, table, unit),
    }


def flow_parts(table: pd.DataFrame) -> pd.DataFrame:
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


def _reading(view: View, table: pd.DataFrame, unit: str) -> str:
    measures = view.table("finance_measures", "measure", "value", "status")
    if measures is None:
        return ""
    found = measures.set_index("measure")["value"]
    text, years = view.text, found["payback"]
    rate = found["project_irr"]
    irr = number(100 * rate) + "%" if rate == rate else text("word.no_rate")
    back = text("reading.payback", years=number(years)) if years == years else text("reading.never")
    return text("reading.project_flow", irr=irr, npv=number(found["npv"]), unit=unit) + back
