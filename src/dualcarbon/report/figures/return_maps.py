"""Return of a given project under both regimes, and its change, by province."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, signed
from dualcarbon.report.figures.common import Spec, caption, map_or_rows
from dualcarbon.report.view import View

INPUTS = ("technologies", "tariffs", "spot_prices", "fuel_prices")


def return_maps(view: View, technology: str) -> list[Spec]:
    """Two figures for a technology: the rate of return by regime, and its change.

    Args:
        view: the run.
        technology: such as ``onwind``.
    """
    table = view.table("returns", "regime", "province", "technology", "irr")
    if table is None:
        return []
    wide = table[table["technology"] == technology].pivot_table(
        index="province", columns="regime", values="irr", sort=False
    )
    wide = wide[list(dict.fromkeys(table["regime"]))].dropna(how="all") * 100
    if wide.empty:
        return []
    name = view.text.carrier(technology)
    panels = [(view.text.name("regime", r), wide[r]) for r in wide.columns]
    years = str(view.meta.get("returns_year", view.years[0] if view.years else ""))
    levels = {
        **map_or_rows(view, panels, "%"),
        **caption(view, view.text("unit_phrase.irr"), years, INPUTS),
        "title": view.text("figure.returns", technology=name),
        "reading": _levels(view, wide, name),
    }
    return [levels, *_change(view, wide, name, years)]


def _levels(view: View, wide: pd.DataFrame, name: str) -> str:
    items = [
        view.text(
            "reading.returns_item",
            regime=view.text.name("regime", r),
            low=fixed(wide[r].min()),
            high=fixed(wide[r].max()),
            median=fixed(wide[r].median()),
        )
        for r in wide.columns
    ]
    return view.text(
        "reading.returns", technology=name, items=view.text("sentence.semicolon").join(items)
    )


def _change(view: View, wide: pd.DataFrame, name: str, years: str) -> list[Spec]:
    if len(wide.columns) < 2:
        return []
    before, after = wide.columns[0], wide.columns[-1]
    change = (wide[after] - wide[before]).dropna()
    if change.empty:
        return []
    unit = view.text("word.point").strip()
    label = view.text(
        "label.change",
        after=view.text.name("regime", after),
        before=view.text.name("regime", before),
    )
    return [
        {
            **map_or_rows(view, [(label, change)], unit, diverging=True),
            **caption(view, view.text("unit_phrase.points"), years, INPUTS),
            "title": view.text("figure.returns_change", technology=name),
            "reading": view.text(
                "reading.returns_change",
                technology=name,
                up=int((change > 0.005).sum()),
                all=len(change),
                median=signed(change.median(), 2),
                best=view.text.province(change.idxmax()),
                worst=view.text.province(change.idxmin()),
                highest=signed(change.max(), 2),
                lowest=signed(change.min(), 2),
            ),
        }
    ]
