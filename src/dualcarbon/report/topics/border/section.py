"""The EU border: cost of CBAM, who receives it, exposure, and carbon prices side by side."""

from __future__ import annotations

from dualcarbon.charts.numbers import aligned
from dualcarbon.report.page import Block, Column, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.sourced import sourced
from dualcarbon.report.topics.border.figures import (
    border_bill,
    border_costs,
    border_exposure,
    border_prices,
    border_revenue,
)
from dualcarbon.report.view import View

INDEX = ("origin", "industry", "eu_share", "aggregate", "relative", "year", "grade")


def build(view: View) -> Section | None:
    """Cost by good and origin, composition of a bill, flow of revenue, exposure."""
    blocks: list[Block] = []
    for figure in (border_costs, border_bill, border_revenue, border_exposure):
        blocks += with_data(figure(view), view.text)
    return section(view, "border", [*blocks, *_index(view)])


def build_prices(view: View) -> Section | None:
    """Effective prices of countries."""
    return section(view, "border_prices", [*with_data(border_prices(view), view.text)])


def _index(view: View) -> list[Block]:
    table = view.table("border_index", *INDEX)
    if table is None:
        return []
    text = view.text
    columns = [Column(text("label.country")), Column(text("label.industry"))]
    columns += [
        Column(text(f"label.{name}"), numeric=True, unit="%")
        for name in ("eu_share", "aggregate_index", "relative_index")
    ]
    shown = [aligned(100 * table[c]) for c in ("eu_share", "aggregate", "relative")]
    names = [text.name("place", o) for o in table["origin"]]
    industries = [text.name("cbam_industry", i) for i in table["industry"]]
    rows = [list(row) for row in zip(names, industries, *shown, strict=True)]
    note = note_of(text, sourced(text, table, view.span(table)), "%")
    reading = text("reading.border_index")
    return [Table(text("table.border_index"), columns, rows, note, folded=True, reading=reading)]
