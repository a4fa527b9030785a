"""What is left to emit, shared by rule."""

from __future__ import annotations

from dualcarbon.charts.numbers import fixed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.responsibility import REST, names_of, sourced
from dualcarbon.report.figures.responsibility_rights import budget_dots, budget_paths
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Budgets by rule, paths that use them up, all figures as a table."""
    blocks: list[Block] = [
        *with_data(budget_dots(view), view.text),
        *with_data(budget_paths(view), view.text),
        *_budgets(view),
    ]
    return section(view, "carbon_rights", blocks)


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
    rows: list[list[str | Badge]] = [
        [
            text.own(titles.loc[rule], "rule"),
            *(fixed(float(wide.loc[rule, code]), 1) for code in names),
            fixed(float(wide.loc[rule].sum()), 0),
        ]
        for rule in titles.index
    ]
    year = text("label.from_year", year=int(table["year"].iloc[0]) + 1)
    note = note_of(text, sourced(table, text("unit_phrase.gt"), year))
    return [
        Table(text("table.budgets"), columns, rows, note, reading=text("reading.budgets_table"))
    ]
