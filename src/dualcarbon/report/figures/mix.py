"""Stacked bars by carrier, shared by generation and capacity."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import Unit
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.view import View, colour

COAL = "coal"
STORAGE = ("phs", "battery")
COAL_COLOUR = "#444b54"


def stacked(view: View, table: pd.DataFrame, value: str, unit: Unit) -> Spec:
    """Bars by scenario and year, parts by carrier with the coal classes added up.

    Args:
        view: the run.
        table: scenario, year, carrier and the value.
        value: column to add up.
        unit: unit of the page.
    """
    grouped = table.assign(carrier=table["carrier"].astype(str).map(group_of))
    sums = grouped.groupby(["scenario", "year", "carrier"])[value].sum() * unit.factor
    carriers = ordered(sums.index.get_level_values("carrier").unique())
    series = [
        {"key": c, "name": view.text.carrier(c), "colour": colour_of(c, i)}
        for i, c in enumerate(carriers)
    ]
    groups = [
        {
            "label": view.text.scenario(scenario),
            "bars": [
                {"label": str(year), "parts": _parts(sums, scenario, year, carriers)}
                for year in view.years
            ],
        }
        for scenario in view.scenarios
    ]
    return {"kind": "stacked", "unit": unit.label, "series": series, "groups": groups}


def group_of(carrier: str) -> str:
    """The carrier, with the benchmark classes of coal taken together."""
    return COAL if carrier.startswith("coal") else carrier


def ordered(carriers: Iterable[object]) -> list[str]:
    """Carriers in the order of the embedded table; unknown ones follow."""
    order = {group_of(c): i for i, c in enumerate(datasets.load("carriers")["carrier"])}
    return sorted((str(c) for c in carriers), key=lambda c: (order.get(c, len(order)), c))


def colour_of(carrier: str, index: int = 0) -> str:
    """Colour of a carrier or of all coal."""
    table = datasets.load("carriers").set_index("carrier")["colour"]
    return COAL_COLOUR if carrier == COAL else str(table.get(carrier, colour(index)))


def _parts(sums: pd.Series, scenario: str, year: int, carriers: list[str]) -> list[Spec]:
    found = [(c, float(sums.get((scenario, year, c), 0.0))) for c in carriers]
    return [{"series": c, "value": v} for c, v in found if v > 0]
