"""What each rule makes of the gain from cooperation."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH, percent
from dualcarbon.report.figures.clubs import club_caption, terms
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLOURS = ("#d1873c", "#2f6fb3", "#2f9a94", "#b9478f")
COLUMNS = ("rule", "price_usd_per_t", "tariff", "members", "captured", "strong")


def club_rules(view: View) -> Spec | None:
    """A dot per rule and terms; behind it the numbers of members."""
    table = view.table("club_rules", *COLUMNS)
    if table is None:
        return None
    text = view.text
    groups = [g for _, g in table.groupby(["price_usd_per_t", "tariff"], sort=False)]
    colours = dict(zip(range(len(groups)), COLOURS, strict=False))
    rows = []
    for rule in dict.fromkeys(table["rule"]):
        found = [g[g["rule"] == rule].iloc[0] for g in groups]
        points = [
            {
                "value": 100 * float(r["captured"]),
                "label": "",
                "colour": colours[k],
                "name": terms(text, r),
            }
            for k, r in enumerate(found)
            if pd.notna(r["captured"])
        ]
        end = " / ".join(_members(r) for r in found)
        rows.append({"label": text.name("club_rule", rule), "points": points, "end": end})
    return {
        "kind": "dots",
        "rows": rows,
        "band": None,
        "reference": None,
        "legend": [
            {"name": terms(text, g.iloc[0]), "colour": colours[k]} for k, g in enumerate(groups)
        ],
        **club_caption(text, text("unit_phrase.captured"), "D"),
        "title": text("figure.club_rules"),
        "reading": _reading(view, groups),
    }


def _members(row: pd.Series) -> str:
    return DASH if pd.isna(row["members"]) else str(int(row["members"]))


def _reading(view: View, groups: list[pd.DataFrame]) -> str:
    text = view.text
    parts = []
    for group in groups:
        by_rule = group.set_index("rule")["captured"]
        if "uniform_tariff" not in by_rule or by_rule.isna().all():
            continue
        best = by_rule.idxmax()
        parts.append(
            text(
                "reading.club_rules",
                terms=terms(text, group.iloc[0]),
                uniform=percent(float(by_rule["uniform_tariff"])),
                rule=text.name("club_rule", best),
                best=percent(float(by_rule[best])),
            )
        )
    return "".join(parts) + text("reading.club_rules_none")
