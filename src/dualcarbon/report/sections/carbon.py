"""Carbon emissions by province and sector."""

from __future__ import annotations

from dualcarbon.charts.numbers import aligned
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption
from dualcarbon.report.figures.emission_map import INPUTS, emission_change_map, emission_map
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View

LARGEST = 10


def build(view: View) -> Section | None:
    """The map, the change that reforms bring, and the ten largest by sector."""
    text = view.text
    blocks: list[Block] = [*with_data(emission_map(view), text)]
    blocks += with_data(emission_change_map(view), text)
    return section(view, "carbon", [*blocks, *_largest(view)])


def _largest(view: View) -> list[Block]:
    table = view.table("emissions", "scenario", "year", "province", "sector", "mt")
    if table is None:
        return []
    chosen = table[(table["year"] == view.last) & (table["scenario"] == view.base)]
    unit, text = view.text.unit("Mt"), view.text
    wide = chosen.pivot_table(index="province", columns="sector", values="mt", aggfunc="sum")
    wide = wide[list(dict.fromkeys(chosen["sector"]))] * unit.factor
    total = wide.sum(axis=1)
    top = total.nlargest(LARGEST)
    columns = [Column(text("label.province"))]
    columns += [Column(text.name("sector", s), numeric=True) for s in wide.columns]
    columns += [Column(text("label.total"), numeric=True)]
    columns += [Column(text("label.share"), numeric=True, unit="%")]
    shown = wide.assign(total=total).loc[top.index]
    shown.loc["all"] = [*wide.sum(), total.sum()]
    names = [text.province(p) for p in top.index] + [text("label.all_provinces")]
    cells = [aligned(shown[c], 4) for c in shown.columns]
    shares = aligned(100 * shown["total"] / total.sum())
    rows: list[list[str | Badge]] = [list(r) for r in zip(names, *cells, shares, strict=True)]
    phrase = text("unit_phrase.co2", unit=unit.label)
    note = note_of(text, caption(view, phrase, str(view.last), INPUTS))
    title = text(
        "table.emissions", count=len(top), scenario=text.scenario(view.base), year=view.last
    )
    return [Table(title, columns, rows, note)]
