"""Assumptions with their grades, the weak ones flagged."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import with_unit
from dualcarbon.report.page import Badge, Block, Cells, Column, Note, Section, Table
from dualcarbon.report.section import section
from dualcarbon.report.view import View

WEAK = ("C", "D")
WORDY = ("source", "note")


def build(view: View) -> Section | None:
    """What the run assumes, then the embedded data of the two weaker grades."""
    blocks: list[Block] = [Note(view.text("note.grades"))]
    table = view.table("assumptions", "name", "value", "grade")
    if table is not None:
        blocks.append(_assumptions(view, table))
    if not view.illustrative:
        blocks.append(_data(view))
    return section(view, "assumptions", blocks) if len(blocks) > 1 else None


def _grade(grade: object) -> Badge:
    """A grade on its colour."""
    return Badge(str(grade), f"grade-{str(grade).lower()}")


def _assumptions(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    heads = ("assumption", "value", "year", "grade", "source", "note")
    columns = [Column(text(f"label.{h}"), wide=h in WORDY) for h in heads]
    rows: list[Cells] = []
    for _, row in table.iterrows():
        rows.append(
            [
                _name(view, row),
                _value(view, row),
                _plain(row.get("year")),
                _grade(row["grade"]),
                text.name("source", _plain(row.get("source"))),
                _note(view, row),
            ]
        )
    weak = table["grade"].isin(WEAK)
    reading = text("reading.assumptions", weak=int(weak.sum()), all=len(table))
    return Table(text("table.assumptions"), columns, rows, reading=reading)


def _data(view: View) -> Table:
    text = view.text
    described = datasets.catalogue()
    if view.meta.get("datasets"):
        described = described[described["table"].isin(list(view.meta["datasets"]))]
    weak = described[described["grade"].isin(WEAK)].sort_values(
        ["grade", "table"], ascending=[False, True], kind="stable"
    )
    columns = [Column(text(f"label.{h}")) for h in ("grade", "table", "column", "unit")]
    columns.append(Column(text("label.source"), wide=True))
    rows: list[Cells] = [
        [
            _grade(r.grade),
            text.name("dataset", r.table),
            str(r.column),
            text.unit(str(r.unit)).label,
            text.name("source", r.source),
        ]
        for r in weak.itertuples()
    ]
    title = text("table.weak_data", count=len(weak), all=len(described))
    return Table(title, columns, rows, folded=True)


def _name(view: View, row: pd.Series) -> str:
    """Name of an assumption; a field of an instrument is named after it."""
    instrument, dot, field = str(row["name"]).partition(".")
    if not dot:
        return view.text.own(row, "name", "assumption")
    return f"{view.text.name('instrument', instrument)} · {field}"


def _note(view: View, row: pd.Series) -> str:
    """The note; where it lists scenarios, their titles."""
    note = view.text.own(row, "note")
    parts = note.split(", ")
    if not set(parts) <= set(view.scenarios):
        return note
    if len(parts) == len(view.scenarios):
        return view.text("label.all_scenarios")
    return view.text.listed([view.text.scenario(part) for part in parts])


def _value(view: View, row: pd.Series) -> str:
    """Value with its unit; what is no single number keeps the unit of the table."""
    unit = _plain(row.get("unit"))
    written = view.text.unit(unit)
    try:
        return with_unit(float(row["value"]), written, 4)
    except ValueError:
        label = written.label if written.factor == 1.0 else unit
        return f"{row['value']}, {label}" if label not in ("", "1", "×") else str(row["value"])


def _plain(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
