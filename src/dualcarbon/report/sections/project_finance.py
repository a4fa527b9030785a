"""Project finance: regimes side by side, and whether certificates replace subsidies."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import aligned, fixed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.project_finance import (
    COLUMNS,
    KIND,
    finance_caption,
    return_dots,
    revenue_dots,
)
from dualcarbon.report.figures.replacement_map import COLUMNS as REPLACEMENT
from dualcarbon.report.figures.replacement_map import replacement_map
from dualcarbon.report.page import Badge, Block, Column, Figure, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

TONE = {"not needed": "good", "replaced": "good", "partly": "warn", "not replaced": "bad"}


def build(view: View) -> Section | None:
    """Return and revenue by regime for each technology, then every figure."""
    table = view.table("project_finance", *COLUMNS)
    if table is None:
        return None
    blocks: list[Block] = []
    for technology in dict.fromkeys(table["technology"].astype(str)):
        part = table[table["technology"] == technology]
        for spec, columns in (
            (return_dots(view, technology), _return_columns(view, part)),
            (revenue_dots(view, technology), _revenue_columns(view, part)),
        ):
            if spec is not None:
                blocks.append(Figure(spec, _behind(view, columns)))
    return section(view, "project_finance", [*blocks, _finance_table(view, table)])


def build_replacement(view: View) -> Section | None:
    """The map of the certificate price needed, and the answer for every province."""
    table = view.table("subsidy_replacement", *REPLACEMENT, "subsidy_cny_per_mwh", "covered")
    if table is None:
        return None
    blocks: list[Block] = [*with_data(replacement_map(view), view.text)]
    return section(view, "replacement", [*blocks, _answer_table(view, table)])


def _return_columns(view: View, part: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """Median, tenth and ninetieth percentile of the return, median cost of capital, percent."""
    text, by = view.text, 100 * part.set_index("regime")[["irr", "wacc"]]
    irr, wacc = (by[column].groupby(level="regime", sort=False) for column in ("irr", "wacc"))
    return {
        (text("label.irr"), "%"): irr.median(),
        (text("label.tenth"), "%"): irr.quantile(0.1),
        (text("label.ninetieth"), "%"): irr.quantile(0.9),
        (text("label.wacc"), "%"): wacc.median(),
    }


def _revenue_columns(view: View, part: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """Median revenue and its median standard deviation."""
    text, unit = view.text, view.text.unit("CNY/MWh")
    by = part.groupby("regime", sort=False)
    return {
        (text("label.revenue"), unit.label): by["revenue_cny_per_mwh"].median() * unit.factor,
        (text("label.revenue_sd"), unit.label): by["revenue_sd"].median() * unit.factor,
    }


def _behind(view: View, shown: dict[tuple[str, str], pd.Series]) -> Table:
    """The figures behind a chart, a row per regime."""
    text = view.text
    columns = [Column(text("label.revenue_regime"))]
    columns += [Column(label, numeric=True, unit=unit) for label, unit in shown]
    regimes = next(iter(shown.values())).index
    rows: list[list[str | Badge]] = [
        [text.name(KIND, regime), *(fixed(values[regime]) for values in shown.values())]
        for regime in regimes
    ]
    return Table(text("label.data"), columns, rows, folded=True)


def _finance_table(view: View, table: pd.DataFrame) -> Table:
    text, unit = view.text, view.text.unit("CNY/MWh")
    columns = [Column(text("label.technology")), Column(text("label.province")),
               Column(text("label.revenue_regime"))]  # fmt: skip
    columns += [
        Column(text("label.revenue"), numeric=True, unit=unit.label),
        Column(text("label.revenue_sd"), numeric=True, unit=unit.label),
        Column(text("label.gearing"), numeric=True, unit="%"),
        Column(text("label.wacc"), numeric=True, unit="%"),
        Column(text("label.irr"), numeric=True, unit="%"),
    ]
    ordered = table.sort_values(["technology", "province"], kind="stable")
    rows: list[list[str | Badge]] = [
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
    note = note_of(text, finance_caption(view, ""))
    return Table(text("table.project_finance"), columns, rows, note, folded=True)


def _answer_table(view: View, table: pd.DataFrame) -> Table:
    text, unit = view.text, view.text.unit("CNY/MWh")
    columns = [Column(text("label.technology")), Column(text("label.province"))]
    columns += [Column(text(f"label.{key}"), numeric=True, unit=unit.label)
                for key in ("subsidy", "needed", "cleared")]  # fmt: skip
    columns += [Column(text("label.covered"), numeric=True, unit="%")]
    columns += [Column(text("label.answer"), tight=True), Column(text("label.in_words"), wide=True)]
    ordered = table.sort_values(["technology", "province"], kind="stable")
    keys = ("subsidy_cny_per_mwh", "certificate_price_needed", "certificate_price")
    cells = [aligned(ordered[key] * unit.factor) for key in keys]
    cells.append(aligned(100 * ordered["covered"], 2))
    rows: list[list[str | Badge]] = [
        [
            text.carrier(row["technology"]),
            text.province(row["province"]),
            *(column[i] for column in cells),
            Badge(text.name("replacement", row["verdict"]), TONE.get(row["verdict"], "warn")),
            text.own(row, "reading"),
        ]
        for i, (_, row) in enumerate(ordered.iterrows())
    ]
    note = note_of(text, finance_caption(view, ""))
    return Table(text("table.replacement"), columns, rows, note, folded=True)
