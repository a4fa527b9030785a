"""Generation, capacity, the renewable share, and flows between provinces."""

from __future__ import annotations

from dualcarbon.charts.numbers import DASH, number
from dualcarbon.report.figure import caption
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.page import Block, Cells, Column, Section, Table
from dualcarbon.report.section import note_of, section
from dualcarbon.report.topics.power.figures import capacity, generation, renewable_share
from dualcarbon.report.view import View

LARGEST = 10


def build(view: View) -> Section | None:
    """Figures with their tables, then the largest flows."""
    blocks: list[Block] = []
    for figure in (generation(view), capacity(view), renewable_share(view)):
        blocks += with_data(figure, view.text)
    return section(view, "quantities", [*blocks, *_flows(view)])


def _flows(view: View) -> list[Block]:
    table = view.table("flows", "scenario", "year", "from", "to", "twh")
    if table is None:
        return []
    text, unit = view.text, view.text.unit("TWh")
    chosen = table[table["year"] == view.last]
    wide = chosen.pivot_table(index=["from", "to"], columns="scenario", values="twh", aggfunc="sum")
    wide = wide[[s for s in view.scenarios if s in wide.columns]] * unit.factor
    if wide.empty:
        return []
    wide = wide.loc[wide[wide.columns[0]].abs().nlargest(LARGEST).index]
    columns = [Column(text("label.from")), Column(text("label.to"))]
    columns += [Column(text.scenario(s), numeric=True, unit=unit.label) for s in wide.columns]
    rows: list[Cells] = [
        [text.province(a), text.province(b), *(number(v) if v == v else DASH for v in row)]
        for (a, b), row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    note = note_of(text, caption(view, str(view.last), ("links",)), unit.label)
    return [Table(text("table.flows", count=len(rows)), columns, rows, note, folded=True)]
