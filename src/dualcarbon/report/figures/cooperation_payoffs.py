"""Payoffs of competing, partial and full cooperation by actor and issue."""

from __future__ import annotations

from dualcarbon.charts.numbers import number, signed
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import series, stated
from dualcarbon.report.view import View


def cooperation_payoffs(view: View) -> Spec | None:
    """Bars per actor and common strategy, parted by issue; diamonds mark the sum."""
    table = view.table("cooperation_payoffs", "strategy", "actor", "issue", "bn_usd")
    if table is None:
        return None
    text, unit = view.text, view.text.unit("bn USD a")
    table = table.assign(bn_usd=table["bn_usd"] * unit.factor)
    issues = list(dict.fromkeys(table["issue"]))
    groups = []
    for actor, of_actor in table.groupby("actor", sort=False):
        bars = []
        for strategy, rows in of_actor.groupby("strategy", sort=False):
            if strategy == "compete":
                continue
            parts = [
                {"series": issue, "value": float(value)}
                for issue, value in zip(rows["issue"], rows["bn_usd"], strict=True)
                if abs(value) > 1e-9
            ]
            mark = float(rows["bn_usd"].sum())
            bars.append({"label": text.name("strategy", strategy), "parts": parts, "mark": mark})
        groups.append({"label": text.name("place", actor), "bars": bars})
    full = table[table["strategy"] == "full"].groupby("actor", sort=False)["bn_usd"].sum()
    return {
        "kind": "stacked",
        "series": series([(i, text.name("issue", i)) for i in issues]),
        "groups": groups,
        **stated(unit.label, "2030", text("caption.cooperation"), "D"),
        "title": text("figure.cooperation_payoffs"),
        "reading": text(
            "reading.cooperation",
            most=text.name("place", full.idxmax()),
            high=signed(full.max()),
            least=text.name("place", full.idxmin()),
            low=signed(full.min()),
            total=number(full.sum()),
        ),
    }
