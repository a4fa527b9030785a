"""Revenue regimes side by side, and whether certificates replace subsidies."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dualcarbon.charts.numbers import aligned, fixed, number
from dualcarbon.charts.specs import Dots, Point, Row
from dualcarbon.report.figure import BLUE, map_or_rows, tables_with_grade
from dualcarbon.report.page import Badge, Block, Caption, Cells, Column, Figure, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.money import INPUTS, returns_caption
from dualcarbon.report.view import View

COLUMNS = (
    *("regime", "province", "technology", "revenue_cny_per_mwh", "revenue_sd"),
    *("gearing", "wacc", "irr"),
)
REPLACEMENT = (
    *("province", "technology", "certificate_price_needed", "certificate_price", "verdict"),
    *("subsidy_cny_per_mwh", "covered"),
)
WACC, RANGE = "#c0602a", "#dfe2e6"
KIND = "revenue_regime"
NOTHING = 0.05
TONE = {"not needed": "good", "replaced": "good", "partly": "warn", "not replaced": "bad"}

Behind = dict[tuple[str, str], pd.Series]
"""Label and unit of a column, to its values by regime."""


def build(view: View) -> Section | None:
    """Return and revenue by regime for each technology, then every figure."""
    table = view.table("project_finance", *COLUMNS)
    if table is None:
        return None
    blocks: list[Block] = []
    for technology, part in table.groupby("technology", sort=False):
        name = view.text.carrier(technology)
        blocks += [_return_dots(view, part, name), _revenue_dots(view, part, name)]
    return section(view, "project_finance", [*blocks, _finance_table(view, table)])


def build_replacement(view: View) -> Section | None:
    """The map of the certificate price needed, and the answer for every province."""
    table = view.table("subsidy_replacement", *REPLACEMENT)
    if table is None:
        return None
    blocks: list[Block] = [*with_data(_replacement_map(view, table), view.text)]
    return section(view, "replacement", [*blocks, _answer_table(view, table)])


def _caption(view: View) -> Caption:
    """Caption of a figure that leans on the terms of finance, which are of grade D."""
    found, text = returns_caption(view), view.text
    if found.grade == "D":
        return found
    weak = [text.name("dataset", t) for t in INPUTS if t in tables_with_grade("D")]
    names = text.listed([*weak, text("dataset.finance_terms")])
    return replace(found, leans=text("caption.leans", tables=names))


def _return_dots(view: View, part: pd.DataFrame, technology: str) -> Figure:
    """Median return with its range over provinces, and the median cost of capital, by regime."""
    text, by = view.text, part.groupby("regime", sort=False)
    irr, wacc = 100 * by["irr"].median(), 100 * by["wacc"].median()
    low, high = 100 * by["irr"].quantile(0.1), 100 * by["irr"].quantile(0.9)
    names = {regime: text.name(KIND, regime) for regime in irr.index}
    chart = Dots(
        title=text("figure.finance_irr", technology=technology),
        unit=text("unit_phrase.percent_year"),
        reading=text(
            "reading.finance_irr",
            technology=technology,
            low=fixed(irr.min()),
            lowest=names[irr.idxmin()],
            high=fixed(irr.max()),
            highest=names[irr.idxmax()],
            cheap=fixed(wacc.min()),
            cheapest=names[wacc.idxmin()],
            dear=fixed(wacc.max()),
            dearest=names[wacc.idxmax()],
        ),
        rows=[
            Row(
                names[regime],
                [Point(float(irr[regime]), BLUE), Point(float(wacc[regime]), WACC)],
                float(low[regime]),
                float(high[regime]),
                f"{fixed(irr[regime])} / {fixed(wacc[regime])}",
            )
            for regime in irr.index
        ],
        legend=[
            (text("legend.irr"), BLUE),
            (text("legend.wacc"), WACC),
            (text("legend.provinces"), RANGE),
        ],
    )
    shown = {
        (text("label.irr"), "%"): irr,
        (text("label.tenth"), "%"): low,
        (text("label.ninetieth"), "%"): high,
        (text("label.wacc"), "%"): wacc,
    }
    return Figure(chart, _caption(view), _behind(view, shown))


def _revenue_dots(view: View, part: pd.DataFrame, technology: str) -> Figure:
    """Median revenue by regime, a line of one standard deviation to either side."""
    text, unit = view.text, view.text.unit("CNY/MWh")
    by = part.groupby("regime", sort=False)
    revenue = by["revenue_cny_per_mwh"].median() * unit.factor
    sd = by["revenue_sd"].median() * unit.factor
    found = {key: number(sd[key]) for key in ("market", "hedged", "mechanism") if key in sd}
    words = text("reading.finance_revenue", technology=technology, unit=unit.label, **found)
    chart = Dots(
        title=text("figure.finance_revenue", technology=technology),
        unit=unit.label,
        reading=words if len(found) == 3 else "",
        rows=[
            Row(
                text.name(KIND, regime),
                [Point(float(mid), BLUE)],
                float(mid - sd[regime]),
                float(mid + sd[regime]),
                f"{number(mid)} ± {number(sd[regime])}",
            )
            for regime, mid in revenue.items()
        ],
    )
    shown = {
        (text("label.revenue"), unit.label): revenue,
        (text("label.revenue_sd"), unit.label): sd,
    }
    return Figure(chart, _caption(view), _behind(view, shown))


def _behind(view: View, shown: Behind) -> Table:
    """The figures behind a chart, a row per regime."""
    text = view.text
    columns = [Column(text("label.revenue_regime"))]
    columns += [Column(label, numeric=True, unit=unit) for label, unit in shown]
    rows: list[Cells] = [
        [text.name(KIND, regime), *(fixed(values[regime]) for values in shown.values())]
        for regime in next(iter(shown.values())).index
    ]
    return Table(text("label.data"), columns, rows, folded=True)


def _replacement_map(view: View, table: pd.DataFrame) -> Figure:
    """A map of the certificate price needed per technology; what needs none is below zero."""
    text, unit = view.text, view.text.unit("CNY/MWh")
    panels = [
        (
            text.carrier(technology),
            part.set_index("province")["certificate_price_needed"] * unit.factor,
        )
        for technology, part in table.groupby("technology", sort=False)
    ]
    chart = map_or_rows(
        view,
        panels,
        unit.label,
        title=text("figure.replacement"),
        unit=unit.label,
        reading=_replacement_reading(view, table),
        diverging=True,
        less_is_good=True,
    )
    return Figure(chart, _caption(view))


def _replacement_reading(view: View, table: pd.DataFrame) -> str:
    text, unit = view.text, view.text.unit("CNY/MWh")
    items = []
    for technology, part in table.groupby("technology", sort=False):
        count = part["verdict"].value_counts()
        items.append(
            text(
                "reading.replacement_item",
                technology=text.carrier(technology),
                all=len(part),
                free=count.get("not needed", 0),
                replaced=count.get("replaced", 0),
                partly=count.get("partly", 0),
                not_=count.get("not replaced", 0),
            )
        )
    words = text("sentence.semicolon").join(items) + text("sentence.end")
    short = table[table["verdict"].isin(["partly", "not replaced"])]
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


def _finance_table(view: View, table: pd.DataFrame) -> Table:
    text, unit = view.text, view.text.unit("CNY/MWh")
    columns = [Column(text(f"label.{key}")) for key in ("technology", "province", KIND)]
    columns += [
        Column(text("label.revenue"), numeric=True, unit=unit.label),
        Column(text("label.revenue_sd"), numeric=True, unit=unit.label),
        Column(text("label.gearing"), numeric=True, unit="%"),
        Column(text("label.wacc"), numeric=True, unit="%"),
        Column(text("label.irr"), numeric=True, unit="%"),
    ]
    ordered = table.sort_values(["technology", "province"], kind="stable")
    rows: list[Cells] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            text.name(KIND, row["regime"]),
            fixed(row["revenue_cny_per_mwh"] * unit.factor),
            fixed(row["revenue_sd"] * unit.factor),
            fixed(100 * row["gearing"], 0),
            fixed(100 * row["wacc"], 2),
            fixed(100 * row["irr"], 2),
        ]
        for _, row in ordered.iterrows()
    ]
    note = note_of(text, _caption(view))
    return Table(text("table.project_finance"), columns, rows, note, folded=True)


def _answer_table(view: View, table: pd.DataFrame) -> Table:
    text, unit = view.text, view.text.unit("CNY/MWh")
    columns = [Column(text("label.technology")), Column(text("label.province"))]
    columns += [
        Column(text(f"label.{key}"), numeric=True, unit=unit.label)
        for key in ("subsidy", "needed", "cleared")
    ]
    columns += [Column(text("label.covered"), numeric=True, unit="%")]
    columns += [Column(text("label.answer"), tight=True), Column(text("label.in_words"), wide=True)]
    ordered = table.sort_values(["technology", "province"], kind="stable")
    keys = ("subsidy_cny_per_mwh", "certificate_price_needed", "certificate_price")
    cells = [aligned(ordered[key] * unit.factor) for key in keys]
    cells.append(aligned(100 * ordered["covered"], 2))
    rows: list[Cells] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            *(column[i] for column in cells),
            Badge(text.name("replacement", row["verdict"]), TONE.get(row["verdict"], "warn")),
            text.own(row, "reading"),
        ]
        for i, (_, row) in enumerate(ordered.iterrows())
    ]
    note = note_of(text, _caption(view))
    return Table(text("table.replacement"), columns, rows, note, folded=True)
