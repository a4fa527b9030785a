"""What each region gets without a club, with it, and in full cooperation."""

from __future__ import annotations

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.report.figures.clubs import club_caption, terms
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLOURS = {"no_club": "#8b949e", "club": "#2f6fb3", "cooperative": "#2f9a94"}
COLUMNS = ("arrangement", "region", "name_en", "name_zh", "member", "payoff_bn",
           "club_price_usd_per_t", "tariff")  # fmt: skip


def club_payoffs(view: View) -> Spec | None:
    """A dot per arrangement and region; the figure at the end is the gain of the club."""
    table = view.table("club_payoffs", *COLUMNS)
    if table is None:
        return None
    text = view.text
    unit = text.unit("bn_usd_2011")
    wide = unit.factor * table.pivot(index="region", columns="arrangement", values="payoff_bn")
    first = table.drop_duplicates("region").set_index("region")
    order = wide["cooperative"].sort_values(ascending=False).index
    gain = wide["club"] - wide["no_club"]
    rows = [
        {
            "label": first.loc[r, f"name_{text.lang}"]
            + (text("label.club_member") if first.loc[r, "member"] else ""),
            "points": [
                {
                    "value": float(wide.loc[r, a]),
                    "label": "",
                    "colour": c,
                    "name": text.name("arrangement", a),
                }
                for a, c in COLOURS.items()
            ],
            "end": _end(float(gain[r])),
        }
        for r in order
    ]
    shown = first.iloc[0]
    row = {"price_usd_per_t": shown["club_price_usd_per_t"], "tariff": shown["tariff"]}
    outside = gain[[r for r in order if not first.loc[r, "member"]]]
    return {
        "kind": "dots",
        "rows": rows,
        "band": None,
        "reference": None,
        "legend": [{"name": text.name("arrangement", a), "colour": c} for a, c in COLOURS.items()],
        **club_caption(text, unit.label),
        "title": text("figure.club_payoffs", terms=terms(text, row)),
        "reading": text(
            "reading.club_payoffs",
            members=int(first["member"].sum()),
            world=number(float(gain.sum())),
            best=number(float((wide["cooperative"] - wide["no_club"]).sum())),
            outside=number(float(outside.sum())),
        ),
    }


def _end(gain: float) -> str:
    shown = fixed(gain, 1)
    return f"+{shown}" if gain > 0 else shown
