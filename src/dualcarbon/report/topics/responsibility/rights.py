"""What is left to emit: national shares of the carbon budget by rule, and paths that use them."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import fixed, number
from dualcarbon.charts.specs import Dots, Line, Lines, Panel, Point, Row, Series
from dualcarbon.report.figure import COLOURS, names_of, sourced
from dualcarbon.report.page import Block, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.responsibility.figures import REST
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


def build(view: View) -> Section | None:
    """Budgets by rule, paths that use them up, all figures as a table."""
    blocks: list[Block] = [
        *with_data(budget_dots(view), view.text),
        *with_data(budget_paths(view), view.text),
        *_budgets(view),
    ]
    return section(view, "carbon_rights", blocks)


def budget_dots(view: View) -> Figure | None:
    """A row per rule, a dot per region; rules that spread them too far are told in words."""
    table = view.table("responsibility_budgets", *COLUMNS)
    if table is None:
        return None
    text = view.text
    names = {k: v for k, v in names_of(table, text).items() if k != REST}
    colours = dict(zip(list(names)[:REGIONS], COLOURS, strict=False))
    wide = table.pivot(index="rule", columns="region", values="value")
    shown = wide[list(colours)]
    spread = shown.max(axis=1) - shown.min(axis=1)
    off = [str(rule) for rule in spread.index[spread > FAR * spread.median()]]
    titles = names_of(table, text, "rule")
    reading = _reading(view, table, wide, titles)
    for rule in off:
        items = [
            text("reading.budget_item", region=names[r], value=number(float(wide.loc[rule, r])))
            for r in colours
        ]
        reading += text("reading.budget_apart", rule=titles[rule], items=text.listed(items))
    chart = Dots(
        title=text("figure.budget_dots"),
        unit=text("unit_phrase.gt"),
        reading=reading,
        rows=[
            Row(title, [Point(float(wide.loc[rule, r]), c, names[r]) for r, c in colours.items()])
            for rule, title in titles.items()
            if rule not in off
        ],
        legend=[(names[r], c) for r, c in colours.items()],
        reference=0.0,
    )
    return Figure(chart, sourced(text, table, _from_year(view, table)))


def budget_paths(view: View) -> Figure | None:
    """A panel per region, a line per rule."""
    table = view.table("responsibility_paths", "rule", "region", "year", "value")
    if table is None:
        return None
    text = view.text
    titles = names_of(table, text, "rule")
    rules = [r for r in RULES if r in titles]
    last = min(int(table["year"].max()), LAST)
    unit = text("unit_phrase.gt_year")
    chart = Lines(
        title=text("figure.budget_paths"),
        unit=unit,
        reading=text("reading.budget_paths"),
        series=[Series(r, titles[r], COLOURS[i]) for i, r in enumerate(rules)],
        panels=[
            Panel(name, unit, [_line(table, code, rule, last) for rule in rules], marks=False)
            for code, name in names_of(table, text).items()
        ],
    )
    return Figure(chart, sourced(text, table, f"{int(table['year'].min())}–{last}"))


def _line(table: pd.DataFrame, code: str, rule: str, last: int) -> Line:
    """Emissions of one region under one rule, zero after the path has ended."""
    one = table[(table["region"] == code) & (table["rule"] == rule)].set_index("year")["value"]
    filled = one.reindex(range(int(one.index[0]), last + 1), fill_value=0.0)
    return Line(rule, [(int(y), float(v)) for y, v in filled.items()])


def _from_year(view: View, table: pd.DataFrame) -> str:
    return view.text("label.from_year", year=int(table["year"].iloc[0]) + 1)


def _reading(view: View, table: pd.DataFrame, wide: pd.DataFrame, titles: dict[str, str]) -> str:
    if "CHN" not in wide:
        return ""
    best, worst = wide["CHN"].idxmax(), wide["CHN"].idxmin()
    return view.text(
        "reading.budget_dots",
        budget=number(float(table["budget"].iloc[0])),
        label=str(table["label"].iloc[0]),
        best=titles[best],
        most=number(float(wide.loc[best, "CHN"])),
        worst=titles[worst],
        least=number(float(wide.loc[worst, "CHN"])),
    )


def _budgets(view: View) -> list[Block]:
    table = view.table("responsibility_budgets", "rule", "region", "value", "budget", "label")
    if table is None:
        return []
    text = view.text
    names = names_of(table, text) | {REST: text("label.other_regions")}
    wide = table.pivot(index="rule", columns="region", values="value")
    titles = table.drop_duplicates("rule").set_index("rule")
    columns = [Column(text("label.rule"))]
    columns += [Column(name, numeric=True) for name in names.values()]
    columns += [Column(text("label.total"), numeric=True)]
    rows: list[Cells] = [
        [
            text.own(titles.loc[rule], "rule"),
            *(fixed(float(wide.loc[rule, code]), 1) for code in names),
            fixed(float(wide.loc[rule].sum()), 0),
        ]
        for rule in titles.index
    ]
    note = note_of(text, sourced(text, table, _from_year(view, table)), text("unit_phrase.gt"))
    return [
        Table(text("table.budgets"), columns, rows, note, reading=text("reading.budgets_table"))
    ]
