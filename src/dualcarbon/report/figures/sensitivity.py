"""How far an experiment's result moves with the assumptions that it rests on."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.figures.experiment_dots import (
    BAND,
    OURS,
    band_of,
    comparable,
    rows_of,
    unit_of,
)
from dualcarbon.report.numbers import signed, with_unit
from dualcarbon.report.view import View


def sensitivity(view: View, experiment: str) -> Spec | None:
    """A row per assumption, a dot per value; the line is the central result."""
    table = view.table("sensitivity", "experiment", "assumption", "value", "ours")
    if table is None:
        return None
    chosen = table[(table["experiment"] == experiment) & table["ours"].notna()]
    if chosen.empty:
        return None
    reach = chosen.groupby("assumption", sort=False)["ours"].agg(lambda s: s.max() - s.min())
    rows = [
        _row(view, chosen[chosen["assumption"] == a])
        for a in reach.sort_values(ascending=False, kind="stable").index
    ]
    results = rows_of(view, experiment)
    central = None if results is None else float(results["ours"].iloc[0])
    same = None if results is None else comparable(results)
    same = None if same is None else same[same["base"] == same["base"].iloc[0]]
    unit = "%" if same is None else unit_of(view, same)
    band = None if same is None else band_of(view, same)
    widest = str(reach.idxmax())
    extremes = chosen[chosen["assumption"] == widest]["ours"]
    return {
        "kind": "dots",
        "rows": rows,
        "band": band,
        "legend": [{"name": band["label"], "colour": BAND}] if band else [],
        "reference": central,
        **caption(view, unit, _years(view), POLICY),
        "title": view.text("figure.sensitivity", name=view.text.name("experiment", experiment)),
        "reading": view.text(
            "reading.sensitivity",
            assumption=_name(view, chosen[chosen["assumption"] == widest].iloc[0]),
            low=signed(extremes.min()),
            high=signed(extremes.max()),
        )
        + _sign(view, chosen, central)
        + ("" if central is None else view.text("reading.central", value=signed(central))),
    }


def _row(view: View, rows: pd.DataFrame) -> Spec:
    points = [
        {"value": float(r["ours"]), "label": _value(view, r), "colour": OURS}
        for _, r in rows.iterrows()
    ]
    return {"label": _name(view, rows.iloc[0]), "points": points}


def _name(view: View, row: pd.Series) -> str:
    return view.text.own(row, "assumption")


def _value(view: View, row: pd.Series) -> str:
    value = row["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return view.text.name("value", value)
    unit = view.text.unit(str(row["unit"]) if pd.notna(row.get("unit")) else "")
    return with_unit(float(value), unit)


def _sign(view: View, rows: pd.DataFrame, central: float | None) -> str:
    if not central:
        return ""
    turned = rows[rows["ours"] * central < 0]
    if turned.empty:
        return view.text("reading.sign_kept")
    names = list(dict.fromkeys(_name(view, row) for _, row in turned.iterrows()))
    return view.text("reading.sign_turns", names=view.text.listed(names))


def _years(view: View) -> str:
    return f"{view.years[0]}–{view.years[-1]}" if view.years else ""
