"""The power market completed part by part."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import number, signed
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption
from dualcarbon.report.figures.completion_parts import (
    ALONE,
    CUMULATIVE,
    INPUTS,
    LEVEL,
    cost_bars,
    last_year,
    parts_table,
    spread_bars,
    unit_of,
)
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

SHOWN = ("discounted_system_cost", "co2_mt", "curtailment_share", "price_spread", "peak_load",
         "peak_residual_load", "shifted", "service_payments")  # fmt: skip


def build(view: View) -> Section | None:
    """Cost and price spread as figures, every indicator as tables."""
    table = parts_table(view)
    if table is None or table.empty:
        return None
    blocks: list[Block] = []
    for figure in (cost_bars(view), spread_bars(view)):
        blocks += with_data(figure, view.text)
    blocks += [_table(view, table, order) for order in (CUMULATIVE, ALONE)]
    return section(view, "completion", blocks)


def _table(view: View, table: pd.DataFrame, order: str) -> Table:
    text, year = view.text, last_year(table)
    level = table[table["order"] == LEVEL].set_index("indicator")
    names = [n for n in (k if k in level.index else f"{k}_{year}" for k in SHOWN)
             if n in level.index]  # fmt: skip
    units = {name: unit_of(view, str(level.at[name, "unit"])) for name in names}
    columns = [Column(text("label.part"))]
    columns += [
        Column(text.name("indicator", n.removesuffix(f"_{year}")), numeric=True,
               unit=units[n].label)
        for n in names
    ]  # fmt: skip
    first: list[str | Badge] = [text("label.today_level")]
    first += [number(float(level.at[n, "value"]) * units[n].factor, 4) for n in names]
    rows = [first]
    for _, part in table[table["order"] == order].groupby("part", sort=False):
        values = part.set_index("indicator")["value"]
        cells: list[str | Badge] = [text.own(part.iloc[0], "part")]
        cells += [signed(float(values[n]) * units[n].factor) for n in names]
        rows.append(cells)
    note = note_of(text, caption(view, "", year, INPUTS))
    return Table(text(f"table.completion_{order}", year=year), columns, rows, note)
