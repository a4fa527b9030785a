"""National shares of the remaining carbon budget by rule, and paths that use them up."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.figures.responsibility import COLOURS, REST, names_of, sourced
from dualcarbon.report.view import View

COLUMNS = ("rule", "region", "value", "budget", "label", "year", "source", "grade")
REGIONS, LAST, FAR = 4, 2060, 4.0
RULES = (
    "grandfathering",
    "equal_per_capita",
    "contraction_convergence",
    "ability_to_pay",
    "development_rights",
)


def budget_dots(view: View) -> Spec | None:
    """A row per rule, a dot per region."""
    table = view.table("responsibility_budgets", *COLUMNS)
    if table is None:
        return None
    text = view.text
    names = {k: v for k, v in names_of(table, text).items() if k != REST}
    shown = list(names)[:REGIONS]
    colours = dict(zip(shown, COLOURS, strict=False))
    wide = table.pivot(index="rule", columns="region", values="value")
    off = _off_scale(wide[shown])
    rows = [
        {
            "label": text.own(row, "rule"),
            "points": [
                {
                    "value": float(wide.loc[row["rule"], r]),
                    "label": names[r],
                    "colour": colours[r],
                }
                for r in shown
            ],
        }
        for _, row in table.drop_duplicates("rule").iterrows()
        if row["rule"] not in off
    ]
    return {
        "kind": "dots",
        "rows": rows,
        "legend": [{"name": names[r], "colour": colours[r]} for r in shown],
        "band": None,
        "reference": 0.0,
        **sourced(table, text("unit_phrase.gt"), _from(view, table)),
        "title": text("figure.budget_dots"),
        "reading": _reading(view, table, wide) + _apart(view, table, wide[shown], off),
    }


def budget_paths(view: View) -> Spec | None:
    """A panel per region, a line per rule."""
    table = view.table("responsibility_paths", "rule", "region", "year", "value")
    if table is None:
        return None
    text = view.text
    rules = [r for r in RULES if r in set(table["rule"])]
    last = min(int(table["year"].max()), LAST)
    titles = table.drop_duplicates("rule").set_index("rule")
    series = [
        {"key": r, "name": text.own(titles.loc[r], "rule"), "colour": COLOURS[i], "base": False}
        for i, r in enumerate(rules)
    ]
    panels = [
        {
            "label": name,
            "unit": text("unit_phrase.gt_year"),
            "lines": [_line(table, code, rule, last) for rule in rules],
            "marks": False,
        }
        for code, name in names_of(table, text).items()
    ]
    return {
        "kind": "lines",
        "series": series,
        "panels": panels,
        **sourced(table, text("unit_phrase.gt_year"), f"{int(table['year'].min())}–{last}"),
        "title": text("figure.budget_paths"),
        "reading": text("reading.budget_paths"),
    }


def _line(table: pd.DataFrame, code: str, rule: str, last: int) -> Spec:
    """Emissions of one region under one rule, zero after the path has ended."""
    one = table[(table["region"] == code) & (table["rule"] == rule)].set_index("year")["value"]
    filled = one.reindex(range(int(one.index[0]), last + 1), fill_value=0.0)
    return {"series": rule, "points": [(int(y), float(v)) for y, v in filled.items()]}


def _from(view: View, table: pd.DataFrame) -> str:
    return view.text("label.from_year", year=int(table["year"].iloc[0]) + 1)


def _off_scale(wide: pd.DataFrame) -> list[str]:
    """Rules that spread the regions so far that the others could not be told apart."""
    spread = wide.max(axis=1) - wide.min(axis=1)
    return [str(rule) for rule in spread.index[spread > FAR * spread.median()]]


def _apart(view: View, table: pd.DataFrame, wide: pd.DataFrame, off: list[str]) -> str:
    """What the rules off the scale give, in words."""
    text = view.text
    titles = table.drop_duplicates("rule").set_index("rule")
    names = names_of(table, text)
    words = ""
    for rule in off:
        items = [
            text("reading.budget_item", region=names[r], value=number(float(wide.loc[rule, r])))
            for r in wide
        ]
        words += text(
            "reading.budget_apart",
            rule=text.own(titles.loc[rule], "rule"),
            items=text.listed(items),
        )
    return words


def _reading(view: View, table: pd.DataFrame, wide: pd.DataFrame) -> str:
    text = view.text
    if "CHN" not in wide:
        return ""
    row = table.drop_duplicates("rule").set_index("rule")
    best, worst = wide["CHN"].idxmax(), wide["CHN"].idxmin()
    return text(
        "reading.budget_dots",
        budget=number(float(table["budget"].iloc[0])),
        label=str(table["label"].iloc[0]),
        best=text.own(row.loc[best], "rule"),
        most=number(float(wide.loc[best, "CHN"])),
        worst=text.own(row.loc[worst], "rule"),
        least=number(float(wide.loc[worst, "CHN"])),
    )
