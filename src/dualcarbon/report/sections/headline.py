"""The three experiments at a glance: our figure beside the published one, and a verdict."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import Spec, published_by
from dualcarbon.report.figures.experiment_dots import (
    band_of,
    compared_with,
    tone,
    unit_label,
    unit_of,
)
from dualcarbon.report.page import Badge, Card, Cards, Result, Section
from dualcarbon.report.sections.make import section
from dualcarbon.report.view import View

ORDER = ("link", "integrate", "complete")
TONES = {"holds": "good", "holds only if": "warn", "does not hold": "bad"}


def build(view: View) -> Section | None:
    """A card per experiment."""
    cards = [card for name in experiments(view) if (card := _card(view, name)) is not None]
    return section(view, "headline", [Cards(cards)] if cards else [])


def experiments(view: View) -> list[str]:
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
    verdict, reading = _verdict(view, experiment)
    if not results and verdict is None:
        return None
    return Card(
        title=text.name("experiment", experiment),
        question=text.name("question", experiment),
        verdict=verdict,
        results=results,
        reading=reading,
        note=text("caption.published", source=published_by(experiment)),
    )


def _verdict(view: View, experiment: str) -> tuple[Badge | None, str]:
    table = view.table("verdicts", "experiment", "verdict")
    if table is None or not (table["experiment"] == experiment).any():
        return None, ""
    row = table[table["experiment"] == experiment].iloc[0]
    words = str(row["verdict"])
    badge = Badge(view.text.name("verdict", words), TONES.get(words, "warn"))
    return badge, view.text.own(row, "reading")


def _results(view: View, experiment: str) -> list[Result]:
    """One result per comparison: the range of our variants, and what was published."""
    return [
        Result(
            base=unit_of(view, rows),
            ours=view.text.span(float(rows["ours"].min()), float(rows["ours"].max()), "%"),
            ours_note=view.text("label.variants", count=len(rows)) if len(rows) > 1 else "",
            published=view.text.span(*_published(rows), "%"),
            spec=_range(view, rows),
        )
        for rows in compared_with(view, experiment)
        if unit_label(view, rows.iloc[0]) == "%"
    ]


def _published(rows: pd.DataFrame) -> tuple[float, float]:
    return float(rows["published_low"].min()), float(rows["published_high"].max())


def _range(view: View, rows: pd.DataFrame) -> Spec:
    """All variants as dots on one line, over the published band."""
    points = [
        {"value": float(r["ours"]), "label": "", "colour": tone(r)} for _, r in rows.iterrows()
    ]
    return {
        "kind": "dots",
        "rows": [{"label": "", "points": points, "end": ""}],
        "band": band_of(view, rows),
        "reference": None,
        "unit": "%",
        "title": view.text("figure.range"),
        "reading": "",
    }
