"""How far an experiment's result moves with the assumptions that it rests on."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import MINUS, signed, with_unit
from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.figures.experiment_dots import (
    BAND,
    OURS,
    band_of,
    compared_with,
    unit_of,
)
from dualcarbon.report.view import View

CENTRAL = ("central", "base")
NOTHING = 5e-3
"""Percent; what is smaller counts as no change."""


def sensitivity(view: View, experiment: str) -> Spec | None:
    """A row per assumption, a dot per value; a row named ``central`` gives the line."""
    table = view.table("sensitivity", "experiment", "assumption", "value", "ours")
    if table is None:
        return None
    chosen = table[(table["experiment"] == experiment) & table["ours"].notna()]
    is_central = chosen["assumption"].isin(CENTRAL)
    central = float(chosen[is_central]["ours"].iloc[0]) if is_central.any() else None
    chosen = chosen[~is_central]
    if chosen.empty:
        return None
    groups = _widest_first(chosen, central)
    comparisons = compared_with(view, experiment)
    unit = unit_of(view, comparisons[0]) if comparisons else "%"
    band = band_of(view, comparisons[0]) if comparisons else None
    return {
        "kind": "dots",
        "rows": [_row(view, group) for group in groups],
        "band": band,
        "reference": central,
        "legend": [{"name": band["label"], "colour": BAND}] if band else [],
        **caption(view, unit, _years(view), POLICY),
        "title": view.text("figure.sensitivity", name=view.text.name("experiment", experiment)),
        "reading": _reading(view, groups, chosen, central),
    }


def _widest_first(rows: pd.DataFrame, central: float | None) -> list[pd.DataFrame]:
    """Rows by assumption, the one that moves the result most first."""

    groups = [group for _, group in rows.groupby("assumption", sort=False)]
    level = _level(rows, central)
    return sorted(groups, key=lambda group: _reach(group, level), reverse=True)


def _level(rows: pd.DataFrame, central: float | None) -> float:
    return float(rows["ours"].median()) if central is None else central


def _reach(group: pd.DataFrame, level: float) -> float:
    ends = [*group["ours"], level]
    return float(max(ends) - min(ends))


def _reading(
    view: View, groups: list[pd.DataFrame], rows: pd.DataFrame, central: float | None
) -> str:
    widest = groups[0]
    if _reach(widest, _level(rows, central)) < NOTHING:
        return view.text("reading.sensitivity_none")
    words = view.text(
        "reading.sensitivity" if len(widest) > 1 else "reading.sensitivity_one",
        assumption=_name(view, widest.iloc[0]),
        low=signed(widest["ours"].min()),
        high=signed(widest["ours"].max()),
    )
    if central is not None:
        words += view.text("reading.central", value=signed(central))
    return words + _sign(view, rows, central)


def _row(view: View, rows: pd.DataFrame) -> Spec:
    points = [
        {"value": float(r["ours"]), "label": _value(view, r), "colour": OURS}
        for _, r in rows.iterrows()
    ]
    return {"label": _name(view, rows.iloc[0]), "points": points}


def _name(view: View, row: pd.Series) -> str:
    return view.text.own(row, "assumption")


def _value(view: View, row: pd.Series) -> str:
    unit = view.text.unit(str(row["unit"]) if pd.notna(row.get("unit")) else "")
    if isinstance(row["value"], int | float):
        return with_unit(float(row["value"]), unit)
    words = str(row["value"]).replace("-", MINUS)
    if unit.label in ("", "1"):
        return words
    return words + unit.label if unit.label == "%" else f"{words} {unit.label}"


def _sign(view: View, rows: pd.DataFrame, central: float | None) -> str:
    level = _level(rows, central)
    if abs(level) < NOTHING:
        return ""
    turned = rows[(rows["ours"] * level < 0) & (rows["ours"].abs() >= NOTHING)]
    if turned.empty:
        return view.text("reading.sign_kept")
    names = list(dict.fromkeys(_name(view, row) for _, row in turned.iterrows()))
    return view.text("reading.sign_turns", names=view.text.listed(names))


def _years(view: View) -> str:
    return f"{view.years[0]}–{view.years[-1]}" if view.years else ""
