"""Price, emissions and warming over the century: alone, some together, all together."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.report.figures.clubs import club_caption
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View

COLOURS = {"base": "#8b949e", "no_club": "#d1873c", "coalition": "#2f6fb3",
           "cooperative": "#2f9a94"}  # fmt: skip
PANELS = {"price_usd_per_t": "usd_2005", "emissions_gtco2": "gt_co2", "warming_degc": "degc"}
COLUMNS = ("year", "arrangement", *PANELS)
FIRST, LAST = 2015, 2105


def club_paths(view: View) -> Spec | None:
    """A panel per quantity, a line per arrangement."""
    table = view.table("club_paths", *COLUMNS)
    if table is None:
        return None
    text = view.text
    shown = table[table["year"].between(FIRST, LAST)]
    names = [a for a in COLOURS if a in set(shown["arrangement"])]
    panels: list[Spec] = [
        {
            "label": text(f"label.club_{column}"),
            "unit": text(f"unit_phrase.{unit}"),
            "lines": [
                {"series": a, "points": _points(shown[shown["arrangement"] == a], column)}
                for a in names
            ],
        }
        for column, unit in PANELS.items()
    ]
    return {
        "kind": "lines",
        "series": [
            {"key": a, "name": text.name("arrangement", a), "colour": COLOURS[a], "base": False}
            for a in names
        ],
        "panels": panels,
        **club_caption(text, text.listed([p["unit"] for p in panels])),
        "years": f"{FIRST}–{LAST}",
        "source": text("caption.rice"),
        "title": text("figure.club_paths"),
        "reading": _reading(view, shown),
    }


def _points(rows: pd.DataFrame, column: str) -> list[tuple[int, float]]:
    return [(int(y), float(v)) for y, v in zip(rows["year"], rows[column], strict=True)]


def _reading(view: View, shown: pd.DataFrame) -> str:
    text = view.text
    last = shown[shown["year"] == shown["year"].max()].set_index("arrangement")
    words = text(
        "reading.club_paths",
        year=int(shown["year"].max()),
        alone=fixed(float(last.loc["no_club", "warming_degc"]), 1),
        some=fixed(float(last.loc["coalition", "warming_degc"]), 1),
        all=fixed(float(last.loc["cooperative", "warming_degc"]), 1),
    )
    gains = view.table("club_path_payoffs", "arrangement", "region", "member", "gain_bn")
    if gains is None:
        return words
    wide = gains.pivot(index="region", columns="arrangement", values="gain_bn")
    members = gains[gains["member"]]["region"].unique()
    more = (wide["coalition"] - wide["no_club"])[members]
    unit = text.unit("bn_usd_2005")
    items = text.listed(
        [text("reading.club_gain", region=text.name("rice_region", r),
              gain=number(unit.factor * float(v))) for r, v in more.items()]
    )  # fmt: skip
    key = "reading.club_paths_all_gain" if (more > 0).all() else "reading.club_paths_gains"
    return words + text(key, items=items, unit=unit.label)
