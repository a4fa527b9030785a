"""The three experiments at a glance: our figure beside the published one, and a verdict."""

from __future__ import annotations

import pandas as pd

from dualcarbon.report.figures.common import PUBLISHED, Spec
from dualcarbon.report.figures.experiment_dots import band_of, comparable, rows_of, tone
from dualcarbon.report.numbers import signed, span
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
    rows, text = rows_of(view, experiment), view.text
    verdict, reading = _verdict(view, experiment)
    if rows is None and verdict is None:
        return None
    return Card(
        title=text.name("experiment", experiment),
        question=text.name("question", experiment),
        verdict=verdict,
        results=[] if rows is None else _results(view, rows),
        reading=reading,
        note=text("caption.published", source=PUBLISHED),
        spec=None if rows is None else _range(view, rows),
    )


def _verdict(view: View, experiment: str) -> tuple[Badge | None, str]:
    table = view.table("verdicts", "experiment", "verdict")
    if table is None or not (table["experiment"] == experiment).any():
        return None, ""
    row = table[table["experiment"] == experiment].iloc[0]
    words = str(row["verdict"])
    badge = Badge(view.text.name("verdict", words), TONES.get(words, "warn"))
    return badge, view.text.own(row, "reading")


def _results(view: View, rows: pd.DataFrame) -> list[Result]:
    """One result per base and indicator of the rows that a published figure stands beside."""
    text = view.text
    results = []
    for _, group in rows.groupby(["indicator", "base"], sort=False, dropna=False):
        first = group.iloc[0]
        others = group["ours"].dropna()
        note = (
            text(
                "label.ours_range",
                low=signed(others.min()),
                high=signed(others.max()),
                count=len(others),
            )
            if len(others) > 1
            else ""
        )
        results.append(
            Result(
                base=text(
                    "label.indicator_base",
                    indicator=text.own(first, "indicator"),
                    base=text.own(first, "base"),
                ),
                ours=signed(first["ours"]) + "%" if pd.notna(first["ours"]) else "–",
                ours_note=note,
                published=span(float(first["published_low"]), float(first["published_high"]), "%"),
            )
        )
    return results


def _range(view: View, rows: pd.DataFrame) -> Spec | None:
    """All variants as dots on one line, over the published band."""
    rows = comparable(rows)
    rows = rows[rows["base"] == rows["base"].iloc[0]].dropna(subset=["ours"])
    if rows.empty:
        return None
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
