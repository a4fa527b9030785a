"""Prices of carbon, certificates and electricity."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import POLICY, caption
from dualcarbon.report.figures.power_price_map import power_price_map
from dualcarbon.report.figures.price_paths import price_paths
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """Paths of the policy prices, the map of electricity prices, and all prices as a table."""
    text = view.text
    blocks: list[Block] = [*with_data(price_paths(view), text)]
    blocks += with_data(power_price_map(view), text)
    return section(view, "prices", [*blocks, *_all(view)])


def _all(view: View) -> list[Block]:
    """Every price that is not one province's electricity."""
    table = view.table(
        "prices", "scenario", "year", "instrument", "item", "region", "price", "unit"
    )
    if table is None:
        return []
    chosen = table[table["instrument"] != "electricity"]
    keys = ["instrument", "item", "scenario"]
    wide = chosen.groupby([*keys, "unit", "year"], sort=False)["price"].mean().unstack("year")
    if wide.empty:
        return []
    text = view.text
    columns = [Column(text(f"label.{n}")) for n in ("instrument", "item", "scenario")]
    columns.append(Column(text("label.unit"), tight=True))
    columns += [Column(str(int(y)), numeric=True) for y in wide.columns]
    rows: list[list[str | Badge]] = []
    for (instrument, item, scenario, unit), values in wide.iterrows():
        shown = text.unit(str(unit))
        rows.append(
            [
                text.name("instrument", instrument),
                text.name("item", item),
                text.scenario(scenario),
                shown.label,
                *(number(v * shown.factor) if v == v else DASH for v in values),
            ]
        )
    note = note_of(text, caption(view, "", view.span(chosen), POLICY))
    return [Table(text("table.prices"), columns, rows, note, folded=True)]
