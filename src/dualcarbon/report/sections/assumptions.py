"""Assumptions with their grades, the weak ones flagged."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.report.numbers import number
from dualcarbon.report.page import Badge, Block, Column, Note, Section, Table
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View

WEAK = ("C", "D")


def build(view: View) -> Section | None:
    """What the run assumes, then the embedded data of the two weaker grades."""
    blocks: list[Block] = [Note(view.text("note.grades"))]
    table = view.table("assumptions", "name", "value", "grade")
    if table is not None:
        blocks.append(_assumptions(view, table))
    if not view.illustrative:
        blocks.append(_data(view))
    return section(view, "assumptions", blocks) if len(blocks) > 1 else None


def grade_badge(grade: object) -> Badge:
    """A grade on its colour."""
    return Badge(str(grade), f"grade-{str(grade).lower()}")


def _assumptions(view: View, table: pd.DataFrame) -> Table:
    text = view.text
    heads = ("assumption", "value", "unit", "year", "grade", "source", "note")
    columns = [Column(text(f"label.{h}"), numeric=h == "value") for h in heads]
    rows: list[list[str | Badge]] = []
    for _, row in table.iterrows():
        unit = text.unit(_plain(row.get("unit")))
        rows.append(
            [
                text.own(row, "name", "assumption"),
                _value(row["value"], unit.factor),
                unit.label,
                _plain(row.get("year")),
                grade_badge(row["grade"]),
                _plain(row.get("source")),
                text.own(row, "note"),
            ]
        )
    weak = table["grade"].isin(WEAK)
    reading = text("reading.assumptions", weak=int(weak.sum()), all=len(table))
    return Table(text("table.assumptions"), columns, rows, reading=reading)


def _data(view: View) -> Table:
    text = view.text
    described = datasets.catalogue()
    weak = described[described["grade"].isin(WEAK)].sort_values(
        ["grade", "table"], ascending=[False, True], kind="stable"
    )
    columns = [Column(text(f"label.{h}")) for h in ("grade", "table", "column", "unit", "source")]
    rows: list[list[str | Badge]] = [
        [
            grade_badge(r.grade),
            text.name("dataset", r.table),
            str(r.column),
            text.unit(str(r.unit)).label,
            str(r.source),
        ]
        for r in weak.itertuples()
    ]
    title = text("table.weak_data", count=len(weak), all=len(described))
    return Table(title, columns, rows, folded=True)


def _value(value: object, factor: float) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(float(value) * factor, 4)


def _plain(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
