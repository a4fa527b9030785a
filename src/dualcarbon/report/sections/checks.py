"""Invariants that were verified on every solved run."""

from __future__ import annotations

from dualcarbon.charts.numbers import tiny
from dualcarbon.report.page import Badge, Column, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """A row per invariant, a column per scenario with its violation."""
    table = view.table("checks", "scenario", "invariant", "violation", "holds")
    if table is None:
        return None
    text = view.text
    names = list(dict.fromkeys(table["scenario"].astype(str)))
    columns = [Column(text("label.invariant")), *(Column(text.scenario(s)) for s in names)]
    found = table.drop_duplicates(["invariant", "scenario"]).set_index(["invariant", "scenario"])
    rows: list[list[str | Badge]] = []
    for invariant in dict.fromkeys(table["invariant"]):
        cells: list[str | Badge] = []
        for scenario in names:
            if (invariant, scenario) not in found.index:
                cells.append("–")
                continue
            row = found.loc[(invariant, scenario)]
            words = tiny(float(row["violation"]))
            cells.append(Badge(words, "good" if row["holds"] else "bad"))
        rows.append([text.name("invariant", invariant), *cells])
    held = int(table["holds"].astype(bool).sum())
    reading = text("reading.checks", held=held, all=len(table))
    return section(
        view,
        "checks",
        [Table(text("table.checks"), columns, rows, text("note.checks"), reading=reading)],
    )
