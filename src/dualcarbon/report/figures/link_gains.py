"""Who gains from a link, and by what."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import link_caption
from dualcarbon.report.view import View

PARTS = {"saved": "#2f9a94", "paid": "#2f6fb3"}


def link_gains(view: View) -> Spec | None:
    """A bar per region: abatement cost saved or added, money received or paid, and the net."""
    table = view.table(
        "link_regions", "region", "autarky_cost_musd", "cost_musd", "payment_musd", "gain_musd"
    )
    if table is None or table["gain_musd"].abs().max() == 0.0:
        return None
    text, unit = view.text, view.text.unit("musd a")
    bars = []
    for _, row in table.iterrows():
        values = {
            "saved": float(row["autarky_cost_musd"] - row["cost_musd"]) * unit.factor,
            "paid": -float(row["payment_musd"]) * unit.factor,
        }
        parts = [{"series": k, "value": v} for k, v in values.items() if abs(v) > 1e-9]
        name = text.name("place", row["region"])
        bars.append({"label": name, "parts": parts, "mark": float(row["gain_musd"]) * unit.factor})
    best = table.loc[table["gain_musd"].idxmax()]
    return {
        "kind": "stacked",
        "series": [
            {"key": k, "name": text.name("gain_part", k), "colour": c} for k, c in PARTS.items()
        ],
        "groups": [{"label": "", "bars": bars}],
        **link_caption(text, table["region"], unit.label),
        "title": text("figure.link_gains"),
        "reading": text(
            "reading.link_gains",
            winner=text.name("place", best["region"]),
            gain=number(best["gain_musd"] * unit.factor),
            total=number(table["gain_musd"].sum() * unit.factor),
        ),
    }
