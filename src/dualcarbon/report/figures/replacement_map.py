"""The certificate price that a project needs in each province."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec, map_or_rows
from dualcarbon.report.figures.project_finance import finance_caption
from dualcarbon.report.view import View

COLUMNS = ("province", "technology", "certificate_price_needed", "certificate_price", "verdict")
NOTHING = 0.05
HELPED = ("replaced", "partly", "not replaced")


def replacement_map(view: View) -> Spec | None:
    """A map per technology; what needs no certificate is below zero."""
    table = view.table("subsidy_replacement", *COLUMNS)
    if table is None:
        return None
    text, unit = view.text, view.text.unit("CNY/MWh")
    panels = [
        (text.carrier(technology), part.set_index("province")["certificate_price_needed"])
        for technology, part in table.groupby("technology", sort=False)
    ]
    panels = [(name, values * unit.factor) for name, values in panels]
    return {
        **map_or_rows(view, panels, unit.label, diverging=True, less_is_good=True),
        **finance_caption(view, unit.label),
        "title": text("figure.replacement"),
        "reading": _reading(view, table),
    }


def _reading(view: View, table: pd.DataFrame) -> str:
    text, unit = view.text, view.text.unit("CNY/MWh")
    items = []
    for technology, part in table.groupby("technology", sort=False):
        count = part["verdict"].value_counts()
        items.append(text("reading.replacement_item", technology=text.carrier(technology),
                          all=len(part), free=count.get("not needed", 0),
                          replaced=count.get("replaced", 0), partly=count.get("partly", 0),
                          not_=count.get("not replaced", 0)))  # fmt: skip
    words = text("sentence.semicolon").join(items) + text("sentence.end")
    short = table[table["verdict"].isin(HELPED[1:])]
    if short.empty:
        return words + text("reading.replacement_yes")
    cleared = table["certificate_price"] * unit.factor
    key = "reading.replacement_no" if cleared.max() >= NOTHING else "reading.replacement_nothing"
    return words + text(
        key,
        needed=number(float(short["certificate_price_needed"].median()) * unit.factor),
        unit=unit.label,
        cleared=number(float(cleared.min())),
        most=number(float(cleared.max())),
    )
