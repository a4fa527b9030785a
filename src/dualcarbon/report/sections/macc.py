"""The marginal abatement cost curve of the whole system."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import aligned
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.abatement_curve import ALL, curve_steps, rows, sector_bars
from dualcarbon.report.page import Badge, Block, Column, Figure, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """The steps, and who abates at each of them."""
    table = rows(view)
    if table is None or table.empty:
        return None
    blocks: list[Block] = []
    steps = curve_steps(view)
    if steps is not None:
        blocks.append(Figure(steps, _table(view, table)))
    return section(view, "macc", [*blocks, *with_data(sector_bars(view), view.text)])


def _table(view: View, table: pd.DataFrame) -> Table:
    text, year = view.text, int(table["year"].max())
    every = table[(table["year"] == year) & (table["sector"] == ALL)].sort_values("share")
    columns = [
        Column(text("label.abated_share"), numeric=True, unit="%"),
        Column(text("label.abated"), numeric=True, unit=text.unit("Mt").label),
        Column(text("label.marginal_cost"), numeric=True, unit=text.unit("CNY/t").label),
    ]
    cells = [
        aligned(100 * every["share"], 2),
        aligned(every["abatement_mt"] * text.unit("Mt").factor, 4),
        aligned(every["marginal_cost_cny_per_t"], 3),
    ]
    if "discounted_cost_bn_cny" in every.columns:
        unit = text.unit("bn CNY")
        columns.append(Column(text("label.discounted_cost"), numeric=True, unit=unit.label))
        cells.append(aligned(every["discounted_cost_bn_cny"] * unit.factor, 3))
    points: list[list[str | Badge]] = [list(row) for row in zip(*cells, strict=True)]
    return Table(text("table.macc", year=year), columns, points, folded=True)
