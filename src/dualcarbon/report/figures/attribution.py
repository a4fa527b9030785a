"""Contribution of each reform to an indicator, with their sum."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dualcarbon.charts.numbers import Unit, signed
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.view import View

COLUMNS = ("indicator", "unit", "reform", "shapley", "total")
ONE, SUM = "#2f6fb3", "#7a828c"
NOTHING = 1e-9


def parts(view: View) -> Iterator[pd.DataFrame]:
    """Rows of each indicator."""
    table = view.table("attribution", *COLUMNS)
    if table is not None:
        for _, part in table.groupby("indicator", sort=False):
            yield part


def attribution_bars(view: View, part: pd.DataFrame) -> Spec:
    """A bar per reform and one for all together.

    Args:
        view: the run.
        part: rows of one indicator.
    """
    text, unit = view.text, unit_of(view, part)
    total = float(part["total"].iloc[0]) * unit.factor
    bars = [_bar(text.own(row, "reform"), "one", float(row["shapley"]) * unit.factor)
            for _, row in part.iterrows()]  # fmt: skip
    bars.append(_bar(text("label.all_reforms"), "sum", total))
    return {
        "kind": "stacked",
        "unit": text("unit_phrase.change_in", unit=unit.label),
        "series": [{"key": "one", "name": text("legend.one_reform"), "colour": ONE},
                   {"key": "sum", "name": text("legend.sum"), "colour": SUM}],
        "groups": [{"label": "", "bars": bars}],
        **caption(view, unit.label, _years(view, part), POLICY),
        "title": text("figure.attribution", indicator=text.name("indicator", part_name(part))),
        "reading": _reading(view, part, unit, total),
    }  # fmt: skip


def part_name(part: pd.DataFrame) -> str:
    """Name of the indicator of some rows."""
    return str(part["indicator"].iloc[0])


def unit_of(view: View, part: pd.DataFrame) -> Unit:
    """Unit of a change of the indicator; shares change by percentage points."""
    unit = str(part["unit"].iloc[0])
    if unit == "1":
        return Unit(view.text("word.point").strip(), 100.0)
    return view.text.unit(unit.removesuffix("/a"))


def _bar(label: str, series: str, value: float) -> Spec:
    parts = [{"series": series, "value": value}]
    return {"label": label, "parts": parts, "end": signed(value)}


def _years(view: View, part: pd.DataFrame) -> str:
    year = part_name(part).rpartition("_")[2]
    if year.isdigit():
        return year
    return f"{view.years[0]}–{view.years[-1]}" if view.years else ""


def _reading(view: View, part: pd.DataFrame, unit: Unit, total: float) -> str:
    text = view.text
    shares = part["shapley"].astype(float) * unit.factor
    if abs(total) <= NOTHING:
        return text("reading.attribution_none")
    toward = shares if total > 0 else -shares
    most = part.loc[toward.idxmax()]
    against = part[toward < -0.02 * abs(total)]
    names = text.listed([text.own(row, "reform") for _, row in against.iterrows()] or [""])
    return text(
        "reading.attribution",
        total=signed(total),
        unit=unit.label,
        most=text.own(most, "reform"),
        share=signed(float(shares[toward.idxmax()])),
        against=text("reading.attribution_against", names=names) if len(against) else "",
    )
