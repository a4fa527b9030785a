"""What all figures share: the caption with unit, years, source and grade, and small helpers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import number, percent
from dualcarbon.report.text import Text
from dualcarbon.report.view import View

Spec = dict[str, Any]

POWER = ("fleet", "demand", "technologies", "fuel_prices", "links", "build_limits")
POLICY = ("ets_benchmarks", "rps_weights", "abatement_steps", "ccer_supply")
PUBLISHED = "Zou, Wang & Sun 2022"
OTHERS = "Goulder et al. 2022, 2023; Chen et al. 2018; Luo et al. 2023"


def published_by(experiment: str) -> str:
    """Who published the figures that an experiment is put beside."""
    return OTHERS if experiment == "bands" else PUBLISHED


def caption(view: View, unit: str, years: str, inputs: tuple[str, ...] = POWER) -> Spec:
    """Unit, years, source and grade of a figure that the model computed.

    Args:
        view: the run.
        unit: unit as written on the figure.
        years: years shown.
        inputs: embedded tables that the figure leans on most; those with figures of grade D are
            named.
    """
    text = view.text
    if view.illustrative:
        return {
            "unit": unit,
            "years": years,
            "source": text("caption.teaching"),
            "grade": "D",
            "leans": "",
            "licence": "Apache-2.0",
        }
    weak = [text.name("dataset", t) for t in inputs if t in tables_with_grade("D")]
    return {
        "unit": unit,
        "years": years,
        "source": text("caption.model"),
        "grade": "C",
        "leans": text("caption.leans", tables=text.listed(weak)) if weak else "",
        "licence": "Apache-2.0",
    }


def tables_with_grade(grade: str) -> list[str]:
    """Embedded tables that hold at least one column of a grade."""
    described = datasets.catalogue()
    return list(dict.fromkeys(described.loc[described["grade"] == grade, "table"]))


def compared(text: Text, change: float, unit: str) -> str:
    """A change in words: so much higher, so much lower, or unchanged.

    Args:
        text: the catalogue.
        change: signed change in ``unit``.
        unit: ``%`` or any label, with its leading blank where it needs one.
    """
    shown = number(abs(change), 2 if abs(change) < 10 else 3)
    if shown == "0":
        return text("word.same")
    return text("word.higher" if change > 0 else "word.lower", amount=f"{shown}{unit}")


def share_of(part: float, whole: float) -> str:
    """A part of a whole as a percentage."""
    return percent(part / whole) if whole else percent(float("nan"))


def totals(table: pd.DataFrame, value: str, keys: list[str]) -> pd.Series:
    """Sums over keys in the order in which they first appear."""
    return table.groupby(keys, sort=False)[value].sum()


def tiles(view: View, values: pd.Series) -> list[Spec]:
    """Cells of the tile map; provinces without a value are left blank."""
    regions = datasets.load("regions")
    shown = values.dropna()
    return [
        {
            "row": int(r.tile_row),
            "column": int(r.tile_col),
            "code": r.name_zh if view.text.lang == "zh" else str(r.iso).removeprefix("CN-"),
            "name": view.text.province(r.province),
            "value": float(shown[r.province]) if r.province in shown.index else None,
        }
        for r in regions.itertuples()
    ]


def map_or_rows(
    view: View, panels: list[tuple[str, pd.Series]], unit: str, **colours: bool
) -> Spec:
    """A tile map per panel on one scale; regions that have no cell are shown as rows of dots.

    Args:
        view: the run.
        panels: label and values by region, in the unit of the page.
        unit: unit as written.
        colours: ``diverging`` for colours that go away from zero, ``less_is_good`` to turn them.
    """
    known = set(datasets.provinces())
    if not all(set(values.index) <= known for _, values in panels):
        return _rows(view, panels, unit)
    finite = pd.concat([values for _, values in panels]).dropna()
    low, high = float(finite.min()), float(finite.max())
    scale = {"low": low, "high": high, "unit": unit, "diverging": False, **colours}
    return {
        "kind": "tiles",
        "panels": [{"label": n, "tiles": tiles(view, v), **scale} for n, v in panels],
    }


def _rows(view: View, panels: list[tuple[str, pd.Series]], unit: str) -> Spec:
    bars = [
        {
            "label": name,
            "bars": [
                {
                    "label": view.text.province(region),
                    "parts": [{"series": "value", "value": float(value)}],
                }
                for region, value in values.dropna().items()
            ],
        }
        for name, values in panels
    ]
    series = [{"key": "value", "name": "", "colour": "#2f6fb3"}]
    return {"kind": "stacked", "unit": unit, "series": series, "groups": bars}
