"""Where the revenue of a border charge goes under each use."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.international import money, series, stated
from dualcarbon.report.view import View

KINDS = (
    "exporters", "buyers", "budget", "government", "least developed countries",
    "abatement projects abroad", "climate fund",
)  # fmt: skip


def recycling_net(view: View) -> Spec | None:
    """A bar per use: to the left who pays, to the right who receives; each sums to zero."""
    table = view.table("recycling_net", "party", "use", "million", "currency")
    if table is None:
        return None
    text = view.text
    kinds = table.assign(kind=[kind_of(p) for p in table["party"]])
    sums = kinds.groupby(["use", "kind"], sort=False)["million"].sum().unstack(fill_value=0.0)
    shown = [k for k in KINDS if k in sums and sums[k].abs().max() > 1e-9]
    bars = [
        {
            "label": text.name("revenue_use", use),
            "parts": [
                {"series": k, "value": float(sums.loc[use, k])} for k in shown if sums.loc[use, k]
            ],
            "end": " ",
        }
        for use in dict.fromkeys(table["use"])
        if use != "none"
    ]
    revenue = float(sums.clip(lower=0.0).sum(axis=1).max())
    unit = money(text, str(table["currency"].iloc[0]).removeprefix("M "))
    return {
        "kind": "stacked",
        "series": series([(k, text.name("receiver_kind", k)) for k in shown]),
        "groups": [{"label": "", "bars": bars}],
        **stated(unit, "", text("caption.recycling"), "D"),
        "title": text("figure.recycling_net"),
        "reading": text("reading.recycling_net", revenue=number(revenue), unit=unit),
    }


def kind_of(party: str) -> str:
    """Kind of a party: the word behind its region, or its own name."""
    return party.rpartition(", ")[2]


def uses_of(table: pd.DataFrame) -> list[str]:
    """Uses that move money, in their order."""
    return [u for u in dict.fromkeys(table["use"]) if u != "none"]
