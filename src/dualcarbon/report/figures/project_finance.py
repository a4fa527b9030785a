"""Revenue regimes side by side: return against cost of capital, revenue with its spread."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.report.figures.common import Spec, caption, tables_with_grade
from dualcarbon.report.view import View

COLUMNS = ("regime", "province", "technology", "revenue_cny_per_mwh", "revenue_sd", "gearing",
           "wacc", "irr")  # fmt: skip
INPUTS = ("technologies", "tariffs", "spot_prices", "fuel_prices")
IRR, WACC, RANGE = "#2f6fb3", "#c0602a", "#dfe2e6"
KIND = "revenue_regime"


def rows_of(view: View, technology: str) -> pd.DataFrame | None:
    """Rows of a technology."""
    table = view.table("project_finance", *COLUMNS)
    return None if table is None else table[table["technology"] == technology]


def year_of(view: View) -> str:
    """Year in which the project is built."""
    return str(view.meta.get("returns_year", view.years[0] if view.years else ""))


def finance_caption(view: View, unit: str) -> Spec:
    """Caption of a figure that leans on the terms of finance, which are of grade D."""
    found, text = caption(view, unit, year_of(view), INPUTS), view.text
    if found["grade"] == "D":
        return found
    weak = [text.name("dataset", t) for t in INPUTS if t in tables_with_grade("D")]
    names = text.listed([*weak, text("dataset.finance_terms")])
    return {**found, "leans": text("caption.leans", tables=names)}


def return_dots(view: View, technology: str) -> Spec | None:
    """Median return with its range over provinces, and the median cost of capital, by regime."""
    table = rows_of(view, technology)
    if table is None or table.empty:
        return None
    text, name = view.text, view.text.carrier(technology)
    by = table.groupby("regime", sort=False)
    irr, wacc = 100 * by["irr"].median(), 100 * by["wacc"].median()
    low, high = 100 * by["irr"].quantile(0.1), 100 * by["irr"].quantile(0.9)
    names = {regime: text.name(KIND, regime) for regime in irr.index}
    rows = [
        {
            "label": names[regime],
            "low": float(low[regime]),
            "high": float(high[regime]),
            "points": [{"value": float(irr[regime]), "label": "", "colour": IRR},
                       {"value": float(wacc[regime]), "label": "", "colour": WACC}],
            "end": f"{fixed(irr[regime])} / {fixed(wacc[regime])}",
        }
        for regime in irr.index
    ]  # fmt: skip
    legend = [{"name": text("legend.irr"), "colour": IRR},
              {"name": text("legend.wacc"), "colour": WACC},
              {"name": text("legend.provinces"), "colour": RANGE}]  # fmt: skip
    return {
        "kind": "dots", "rows": rows, "band": None, "reference": None, "legend": legend,
        **finance_caption(view, text("unit_phrase.percent_year")),
        "title": text("figure.finance_irr", technology=name),
        "reading": text(
            "reading.finance_irr", technology=name,
            low=fixed(irr.min()), lowest=names[irr.idxmin()],
            high=fixed(irr.max()), highest=names[irr.idxmax()],
            cheap=fixed(wacc.min()), cheapest=names[wacc.idxmin()],
            dear=fixed(wacc.max()), dearest=names[wacc.idxmax()],
        ),
    }  # fmt: skip


def revenue_dots(view: View, technology: str) -> Spec | None:
    """Median revenue by regime, a line of one standard deviation to either side."""
    table = rows_of(view, technology)
    if table is None or table.empty:
        return None
    text, name = view.text, view.text.carrier(technology)
    unit = text.unit("CNY/MWh")
    medians = table.groupby("regime", sort=False)[["revenue_cny_per_mwh", "revenue_sd"]].median()
    medians = medians * unit.factor
    rows = [
        {
            "label": text.name(KIND, regime),
            "low": float(r["revenue_cny_per_mwh"] - r["revenue_sd"]),
            "high": float(r["revenue_cny_per_mwh"] + r["revenue_sd"]),
            "points": [{"value": float(r["revenue_cny_per_mwh"]), "label": "", "colour": IRR}],
            "end": f"{number(r['revenue_cny_per_mwh'])} ± {number(r['revenue_sd'])}",
        }
        for regime, r in medians.iterrows()
    ]
    sd = medians["revenue_sd"]
    found = {key: number(sd[key]) for key in ("market", "hedged", "mechanism") if key in sd}
    reading = text("reading.finance_revenue", technology=name, unit=unit.label, **found)
    return {
        "kind": "dots", "rows": rows, "band": None, "reference": None, "legend": [],
        **finance_caption(view, unit.label),
        "title": text("figure.finance_revenue", technology=name),
        "reading": reading if len(found) == 3 else "",
    }  # fmt: skip
