"""How far an experiment's result moves with the assumptions that it rests on."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import POLICY, Spec, caption
from dualcarbon.report.figures.experiment_dots import OURS, band_of, comparable, rows_of
from dualcarbon.report.numbers import number, signed
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
    rows = [_row(view, chosen[chosen["assumption"] == a]) for a in
            reach.sort_values(ascending=False, kind="stable").index]
    results = rows_of(view, experiment)
    central = None if results is None else float(results["ours"].iloc[0])
    unit = "%"
    if results is not None:
        name = view.text.own(results.iloc[0], "indicator")
        unit = view.text("unit_phrase.percent_of", indicator=name)
    widest = str(reach.idxmax())
    extremes = chosen[chosen["assumption"] == widest]["ours"]
    return {
        "kind": "dots",
        "rows": rows,
        "band": None if results is None else band_of(view, comparable(results)),
        "reference": central,
        **caption(view, unit, _years(view), POLICY),
        "unit": unit,
        "title": view.text("figure.sensitivity", name=view.text.name("experiment", experiment)),
        "reading": view.text(
            "reading.sensitivity",
            assumption=_name(view, chosen[chosen["assumption"] == widest].iloc[0]),
            low=signed(extremes.min()),
            high=signed(extremes.max()),
        )
        + _sign(view, chosen, central),
    }


def _row(view: View, rows: pd.DataFrame) -> Spec:
    points = [
        {"value": float(r["ours"]), "label": _value(view, r), "colour": OURS}
        for _, r in rows.iterrows()
    ]
    return {"label": _name(view, rows.iloc[0]), "group": "", "points": points}


def _name(view: View, row: pd.Series) -> str:
    return view.text.own(row, "assumption")


def _value(view: View, row: pd.Series) -> str:
    unit = view.text.unit(str(row["unit"])).label if pd.notna(row.get("unit")) else ""
    value = row["value"]
    shown = number(float(value)) if isinstance(value, int | float) else view.text.name(
        "value", value
    )
    if unit in ("", "1", "-"):
        return shown
    return shown + unit if unit == "%" else f"{shown} {unit}"


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
