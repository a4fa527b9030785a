"""Where the attribute of each renewable MWh went."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import percent
from dualcarbon.report.figures.common import Spec, caption
from dualcarbon.report.view import View

COLOURS = {
    "rps": "#2f9a94",
    "voluntary": "#86c5a4",
    "ccer": "#d1873c",
    "carbon": "#2f6fb3",
    "expired": "#b9bfc6",
}
DOUBLE = "#b3363c"
OTHER = "#8f6bb8"


def tokens(view: View) -> Spec | None:
    """Stacked bars of tokens by use, scenario and year."""
    table = view.table("tokens", "scenario", "year", "use", "twh")
    if table is None or table["twh"].abs().sum() == 0:
        return None
    unit = view.text.unit("TWh")
    sums = table.groupby(["scenario", "year", "use"])["twh"].sum() * unit.factor
    known = [u for u in COLOURS if u in set(table["use"])]
    uses = known[:-1] if "expired" in known else known
    uses += [u for u in dict.fromkeys(table["use"]) if u not in COLOURS]
    uses += ["expired"] if "expired" in known else []
    return {
        "kind": "stacked",
        "series": [
            {"key": u, "name": use_name(view, u), "colour": colour_of(u)}
            for u in uses
            if sums.xs(u, level="use").sum() > 0
        ],
        "groups": [
            {
                "label": view.text.scenario(s),
                "bars": [
                    {
                        "label": str(y),
                        "parts": [
                            {"series": u, "value": float(sums[(s, y, u)])}
                            for u in uses
                            if sums.get((s, y, u), 0.0) > 0
                        ],
                    }
                    for y in view.years
                ],
            }
            for s in view.scenarios
            if s in sums.index.get_level_values("scenario")
        ],
        **caption(view, unit.label, view.span(table), ("rps_weights", "fleet")),
        "title": view.text("figure.tokens"),
        "reading": _reading(view, sums),
    }


def use_name(view: View, use: str) -> str:
    """Name of a use; a joint use names both."""
    names = [view.text.name("use", u) for u in use.split("+")]
    return names[0] if len(names) == 1 else view.text("label.both", first=names[0], second=names[1])


def colour_of(use: str) -> str:
    """Colour of a use; what is counted twice stands out."""
    return DOUBLE if "+" in use else COLOURS.get(use, OTHER)


def _reading(view: View, sums: pd.Series) -> str:
    at = sums.xs(view.last, level="year").xs(view.base, level="scenario")
    total = at.sum()
    largest = at.drop("expired", errors="ignore")
    if not total or largest.empty:
        return ""
    return view.text(
        "reading.tokens",
        scenario=view.text.scenario(view.base),
        year=view.last,
        use=use_name(view, str(largest.idxmax())),
        share=percent(largest.max() / total),
        expired=percent(at.get("expired", 0.0) / total),
    )
