"""Each experiment in detail, and how far its result leans on assumptions."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH
from dualcarbon.report.figure_table import with_data
from dualcarbon.report.figures.common import caption, published_by
from dualcarbon.report.figures.experiment_dots import (
    INPUTS,
    experiment_dots,
    figure_of,
    rows_of,
    unit_of,
)
from dualcarbon.report.figures.sensitivity import sensitivity
from dualcarbon.report.page import Badge, Block, Column, Section, Table
from dualcarbon.report.sections.headline import experiments
from dualcarbon.report.sections.make import note_of, section
from dualcarbon.report.view import View


def build(view: View) -> Section | None:
    """A figure and a table per experiment."""
    blocks: list[Block] = []
    for name in experiments(view):
        rows = rows_of(view, name)
        if rows is not None:
            for figure in experiment_dots(view, name):
                blocks += with_data(figure, view.text)
            blocks.append(_table(view, name, rows))
    return section(view, "experiments", blocks)


def build_sensitivity(view: View) -> Section | None:
    """A figure per experiment."""
    blocks: list[Block] = []
    for name in experiments(view):
        blocks += with_data(sensitivity(view, name), view.text)
    return section(view, "sensitivity", blocks)


def _table(view: View, name: str, rows: pd.DataFrame) -> Table:
    text = view.text
    columns = [
        Column(text("label.variant")),
        Column(text("label.ours"), numeric=True),
        Column(text("label.published_short"), numeric=True),
        Column(text("label.sign")),
        Column(text("label.reading"), wide=True),
    ]
    cells: list[list[str | Badge]] = []
    for _, group in rows.groupby(["indicator", "base"], sort=False, dropna=False):
        cells.append([unit_of(view, group)])
        cells += [_cells(view, row) for _, row in group.iterrows()]
    years = f"{view.years[0]}–{view.years[-1]}" if view.years else ""
    shown = {
        **caption(view, "", years, INPUTS),
        "source": text("caption.beside", published=published_by(name)),
    }
    title = text("table.experiment", name=text.name("experiment", name))
    return Table(title, columns, cells, note_of(text, shown))


def _cells(view: View, row: pd.Series) -> list[str | Badge]:
    return [
        view.text.own(row, "variant"),
        figure_of(view, row) if pd.notna(row["ours"]) else DASH,
        view.text.span(float(row["published_low"]), float(row["published_high"]), "%"),
        _sign(view, row),
        view.text.own(row, "reading"),
    ]


def _sign(view: View, row: pd.Series) -> str | Badge:
    if "sign_holds" not in row or pd.isna(row["sign_holds"]):
        return DASH
    holds = bool(row["sign_holds"])
    words = view.text("sign.holds" if holds else "sign.fails")
    return Badge(words, "good" if holds else "bad")
