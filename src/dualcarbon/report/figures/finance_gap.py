"""Need, supply and gap of climate finance by region."""

from __future__ import annotations

from dualcarbon.charts.numbers import number, percent
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import stated
from dualcarbon.report.view import View

PARTS = {"supply": "#2f9a94", "gap": "#e0a63a"}


def finance_gap(view: View) -> Spec | None:
    """A bar per region: the supply, and what is lacking of the low estimate of the need."""
    table = view.table("finance_gap", "region", "need_low", "need_high", "supply", "gap_low")
    if table is None:
        return None
    text, unit = view.text, view.text.unit("bn USD a")
    amounts = ["need_low", "need_high", "supply", "gap_low"]
    table = table.assign(**{name: table[name] * unit.factor for name in amounts})
    bars = []
    for _, row in table.iterrows():
        supply = 0.0 if row["supply"] != row["supply"] else float(row["supply"])
        values = {"supply": supply, "gap": max(float(row["gap_low"]), 0.0)}
        need = [number(row[k]) for k in ("need_low", "need_high")]
        bars.append(
            {
                "label": row["region"] if text.lang == "en" else row["name_zh"],
                "parts": [{"series": k, "value": v} for k, v in values.items() if v > 0.0],
                "end": need[0] if need[0] == need[1] else "–".join(need),
            }
        )
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
    return {
        "kind": "stacked",
        "series": [
            {"key": k, "name": text.name("gap_part", k), "colour": c} for k, c in PARTS.items()
        ],
        "groups": [{"label": "", "bars": bars}],
        **stated(unit.label, "2022–2030", text("caption.gap"), "D"),
        "title": text("figure.finance_gap"),
        "reading": words,
    }
