"""Territorial and consumption emissions over the years, in all and per head."""

from __future__ import annotations

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.responsibility import names_of, sourced
from dualcarbon.report.view import View

COLUMNS = ("region", "year", "account", "value", "per_head", "vintage", "source", "grade")
COLOURS = {"territorial": "#5b636d", "consumption": "#2f6fb3"}


def emission_series(view: View) -> Spec | None:
    """A panel per region, Gt."""
    return _figure(view, "value", 1e-3, "unit_phrase.gt_year", "figure.emission_series")


def per_head_series(view: View) -> Spec | None:
    """A panel per region, t per head."""
    return _figure(view, "per_head", 1.0, "unit_phrase.t_head", "figure.per_head_series")


def _figure(view: View, column: str, factor: float, unit: str, title: str) -> Spec | None:
    table = view.table("responsibility_series", *COLUMNS)
    if table is None:
        return None
    text = view.text
    newest = table[table["vintage"] == table["vintage"].max()].dropna(subset=[column])
    panels = []
    for code, name in names_of(newest, text).items():
        lines = []
        for account in COLOURS:
            one = newest[(newest["region"] == code) & (newest["account"] == account)]
            points = zip(one["year"], one[column] * factor, strict=True)
            if len(one):
                lines.append({"series": account, "points": [(int(y), float(v)) for y, v in points]})
        panels.append({"label": name, "unit": text(unit), "lines": lines, "marks": False})
    series = [
        {"key": k, "name": text(f"account.{k}"), "colour": colour, "base": False}
        for k, colour in COLOURS.items()
    ]
    reading = _reading(view) if column == "per_head" else text("reading.emission_series")
    return {
        "kind": "lines",
        "series": series,
        "panels": panels,
        **sourced(newest, text(unit), view.span(newest), "CC BY 4.0"),
        "title": text(title),
        "reading": reading,
    }


def _reading(view: View) -> str:
    table = view.tables["responsibility_series"]
    used = table[(table["account"] == "consumption") & table["per_head"].notna()]
    wide = used[used["vintage"] == used["vintage"].max()].pivot(
        index="year", columns="region", values="per_head"
    )
    if not {"CHN", "USA"} <= set(wide.columns):
        return ""
    ratio = (wide["USA"] / wide["CHN"]).dropna()
    return view.text(
        "reading.per_head_series",
        first=int(ratio.index[0]),
        before=number(float(ratio.iloc[0]), 2),
        last=int(ratio.index[-1]),
        after=number(float(ratio.iloc[-1]), 2),
    )
