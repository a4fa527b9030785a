"""Project finance: regimes side by side, and whether certificates replace subsidies."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption
from dualcarbon.report.figures.project_finance import (
    COLUMNS,
    INPUTS,
    KIND,
    return_dots,
    revenue_dots,
    year_of,
)
from dualcarbon.report.figures.replacement_map import COLUMNS as REPLACEMENT
from dualcarbon.report.figures.replacement_map import replacement_map
from dualcarbon.report.numbers import aligned, fixed
from dualcarbon.report.page import Badge, Block, Column, Section, Table
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
        blocks += with_data(return_dots(view, technology), view.text)
        blocks += with_data(revenue_dots(view, technology), view.text)
    return section(view, "project_finance", [*blocks, _finance_table(view, table)])


def build_replacement(view: View) -> Section | None:
    """The map of the certificate price needed, and the answer for every province."""
    table = view.table("subsidy_replacement", *REPLACEMENT, "subsidy_cny_per_mwh", "covered")
    if table is None:
        return None
    blocks: list[Block] = [*with_data(replacement_map(view), view.text)]
    return section(view, "replacement", [*blocks, _answer_table(view, table)])


def _finance_table(view: View, table: pd.DataFrame) -> Table:
    text, unit = view.text, view.text.unit("CNY/MWh")
    columns = [Column(text("label.technology")), Column(text("label.province")),
               Column(text("label.revenue_regime"))]  # fmt: skip
    columns += [
        Column(text("label.revenue"), numeric=True, unit=unit.label),
        Column(text("label.revenue_sd"), numeric=True, unit=unit.label),
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
            fixed(100 * row["wacc"], 2),
            fixed(100 * row["irr"], 2),
        ]
        for _, row in ordered.iterrows()
    ]
    note = note_of(text, caption(view, "", year_of(view), INPUTS))
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
    note = note_of(text, caption(view, "", year_of(view), INPUTS))
    return Table(text("table.replacement"), columns, rows, note, folded=True)
