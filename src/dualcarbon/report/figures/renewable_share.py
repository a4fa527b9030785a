"""Share of renewables in generation over the years."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import percent
from dualcarbon.report.figures.common import Spec, caption, compared
from dualcarbon.report.view import View


def renewable_share(view: View) -> Spec | None:
    """Lines of the renewable share, and of the share without hydro, by scenario."""
    found = [
        (name, table * 100)
        for name in ("renewable_share", "nonhydro_share")
        if (table := view.indicator(name)) is not None
    ]
    if not found:
        return None
    unit = "%"
    panels = [
        {"label": view.text.name("indicator", n), "unit": unit, "zero": False, "lines": lines_of(t)}
        for n, t in found
    ]
    return {
        "kind": "lines",
        "series": view.scenario_series(list(found[0][1].index)),
        "panels": panels,
        **caption(view, view.text("unit_phrase.share"), years_of(found[0][1])),
        "title": view.text("figure.renewable_share"),
        "reading": _reading(view, found[0][1]),
    }


def lines_of(table: pd.DataFrame) -> list[Spec]:
    """A line per row of a table with years as columns."""
    return [
        {"series": s, "points": [(int(y), float(v)) for y, v in row.dropna().items()]}
        for s, row in table.iterrows()
        if row.notna().any()
    ]


def years_of(table: pd.DataFrame) -> str:
    """Years of a table with years as columns, as a range."""
    first, last = int(min(table.columns)), int(max(table.columns))
    return str(first) if first == last else f"{first}–{last}"


def _reading(view: View, table: pd.DataFrame) -> str:
    text, last = view.text, max(table.columns)
    base = table.index[0]
    words = text(
        "reading.share",
        year=int(last),
        scenario=text.scenario(base),
        share=percent(table.loc[base, last] / 100),
    )
    others = [
        text(
            "reading.share_other",
            scenario=text.scenario(s),
            change=compared(text, table.loc[s, last] - table.loc[base, last], text("word.point")),
        )
        for s in table.index[1:]
    ]
    if others:
        words += text("sentence.semicolon") + text.listed(others)
    return words + text("sentence.end")
