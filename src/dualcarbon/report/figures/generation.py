"""Generation by carrier, scenario and year."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import Unit, number
from dualcarbon.report.figures.common import Spec, caption, share_of
from dualcarbon.report.figures.mix import COAL, STORAGE, group_of, stacked
from dualcarbon.report.view import View


def generation(view: View) -> Spec | None:
    """Stacked bars of generation; what storage gives back is left out."""
    table = view.table("generation", "scenario", "year", "carrier", "twh")
    if table is None:
        return None
    table = table[~table["carrier"].isin(STORAGE)]
    unit = view.text.unit("TWh")
    return {
        **stacked(view, table, "twh", unit),
        **caption(view, unit.label, view.span(table)),
        "title": view.text("figure.generation"),
        "reading": _reading(view, table, unit),
    }


def _reading(view: View, table: pd.DataFrame, unit: Unit) -> str:
    text = view.text
    sums = table[table["year"] == view.last].assign(carrier=lambda t: t["carrier"].map(group_of))
    by = sums.groupby(["scenario", "carrier"])["twh"].sum()
    whole = by.groupby("scenario").sum()
    coal = by.xs(COAL, level="carrier") if COAL in by.index.get_level_values(1) else whole * 0
    first = text(
        "reading.generation",
        scenario=text.scenario(view.base),
        year=view.last,
        total=number(whole[view.base] * unit.factor, 4),
        unit=unit.label,
        coal=share_of(coal.get(view.base, 0.0), whole[view.base]),
    )
    others = [
        text(
            "reading.generation_other",
            scenario=text.scenario(s),
            coal=share_of(coal.get(s, 0.0), whole[s]),
        )
        for s in view.scenarios[1:]
        if s in whole
    ]
    if not others:
        return first + text("sentence.end")
    return first + text("sentence.semicolon") + text.listed(others) + text("sentence.end")
