"""The experiments: cards with direction and size, each beside what was published."""

from __future__ import annotations

import pandas as pd

from dualcarbon.charts.numbers import DASH
from dualcarbon.charts.specs import Dots, Point, Row
from dualcarbon.report.page import Badge, Block, Card, Cards, Cells, Column, Result, Section, Table
from dualcarbon.report.section import note_of, section, with_data
from dualcarbon.report.topics.experiments.figures import (
    band_of,
    beside,
    compared_with,
    experiment_dots,
    figure_of,
    published_by,
    published_words,
    rows_of,
    sensitivity,
    tone,
    unit_label,
    unit_of,
)
from dualcarbon.report.view import View

ORDER = ("link", "integrate", "complete")
TONES = {"holds": "good", "holds only if": "warn", "does not hold": "bad"}
SIZES = {"inside the range": "good"}


def build_headline(view: View) -> Section | None:
    """A card per experiment: our figure beside the published one, its direction and its size."""
    cards = [card for name in _experiments(view) if (card := _card(view, name)) is not None]
    return section(view, "headline", [Cards(cards)] if cards else [])


def build(view: View) -> Section | None:
    """A figure and a table per experiment."""
    blocks: list[Block] = []
    for name in _experiments(view):
        rows = rows_of(view, name)
        if rows is not None:
            for figure in experiment_dots(view, name):
                blocks += with_data(figure, view.text)
            blocks.append(_table(view, name, rows))
    return section(view, "experiments", blocks)


def build_sensitivity(view: View) -> Section | None:
    """A figure per experiment."""
    blocks: list[Block] = []
    for name in _experiments(view):
        blocks += with_data(sensitivity(view, name), view.text)
    return section(view, "sensitivity", blocks)


def _experiments(view: View) -> list[str]:
    """Experiments of the run, the paper's three first and in its order."""
    found = [
        str(name)
        for table in (view.table("experiments", "experiment"), view.table("verdicts", "experiment"))
        if table is not None
        for name in table["experiment"]
    ]
    known = [e for e in ORDER if e in found]
    return known + [e for e in dict.fromkeys(found) if e not in ORDER]


def _card(view: View, experiment: str) -> Card | None:
    text, results = view.text, _results(view, experiment)
    verdict, size, reading = _verdict(view, experiment)
    if not results and verdict is None:
        return None
    return Card(
        title=text.name("experiment", experiment),
        question=text.name("question", experiment),
        verdict=verdict,
        results=results,
        reading=reading,
        note=text("caption.published", source=published_by(experiment)),
        size=size,
    )


def _verdict(view: View, experiment: str) -> tuple[Badge | None, Badge | None, str]:
    """Direction, size where one can be compared, and what was found."""
    table = view.table("verdicts", "experiment", "verdict")
    if table is None or not (table["experiment"] == experiment).any():
        return None, None, ""
    row = table[table["experiment"] == experiment].iloc[0]
    words = str(row["verdict"])
    badge = Badge(view.text.name("verdict", words), TONES.get(words, "warn"))
    how = _size(row)
    size = Badge(view.text.name("size", how), SIZES.get(how, "warn")) if how else None
    return badge, size, view.text.own(row, "reading")


def _size(row: pd.Series) -> str:
    """The size of a row, empty where none was compared."""
    size = row.get("size")
    return size if isinstance(size, str) else ""


def _results(view: View, experiment: str) -> list[Result]:
    """One result per comparison: the range of our variants, and what was published."""
    return [
        Result(
            base=unit_of(view, rows),
            ours=view.text.span(float(rows["ours"].min()), float(rows["ours"].max()), "%"),
            ours_note=view.text("label.variants", count=len(rows)) if len(rows) > 1 else "",
            published=published_words(view, rows),
            chart=_range(view, rows),
        )
        for rows in compared_with(view, experiment)
        if unit_label(view, rows.iloc[0]) == "%"
    ]


def _range(view: View, rows: pd.DataFrame) -> Dots:
    """All variants as dots on one line, over the published band."""
    points = [Point(float(r["ours"]), tone(r)) for _, r in rows.iterrows()]
    row = Row("", points, end="")
    return Dots(title=view.text("figure.range"), unit="%", rows=[row], band=band_of(view, rows))


def _table(view: View, name: str, rows: pd.DataFrame) -> Table:
    text = view.text
    columns = [
        Column(text("label.variant")),
        Column(text("label.ours"), numeric=True),
        Column(text("label.published_short"), numeric=True),
        Column(text("label.sign")),
        Column(text("label.size")),
        Column(text("label.reading"), wide=True),
    ]
    cells: list[Cells] = []
    for _, group in rows.groupby(["indicator", "base"], sort=False, dropna=False):
        cells.append([unit_of(view, group)])
        cells += [_cells(view, row) for _, row in group.iterrows()]
    title = text("table.experiment", name=text.name("experiment", name))
    return Table(title, columns, cells, note_of(text, beside(view, name)))


def _cells(view: View, row: pd.Series) -> Cells:
    return [
        view.text.own(row, "variant"),
        figure_of(view, row) if pd.notna(row["ours"]) else DASH,
        published_words(view, row.to_frame().T),
        _sign(view, row),
        view.text.name("size", _size(row)) if _size(row) else DASH,
        view.text.own(row, "reading"),
    ]


def _sign(view: View, row: pd.Series) -> str | Badge:
    if "sign_holds" not in row or pd.isna(row["sign_holds"]):
        return DASH
    holds = bool(row["sign_holds"])
    words = view.text("sign.holds" if holds else "sign.fails")
    return Badge(words, "good" if holds else "bad")
