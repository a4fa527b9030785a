"""What the figures on linking, cooperation and finance share: captions, names, colours."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.report.figures.common import Spec
from dualcarbon.report.text import Text

COLOURS = (
    "#c8503c", "#2f6fb3", "#e0a63a", "#2f9a94", "#8f6bb8", "#7a8c3a", "#b9478f", "#5b636d",
    "#9aa4ae", "#1d5f7a", "#b3543c", "#d1873c", "#3f8f9c", "#6b4d8f", "#4d7a3a",
)  # fmt: skip


def stated(unit: str, years: str, source: str, grade: str) -> Spec:
    """Unit, years, source and grade of a figure."""
    return {
        "unit": unit,
        "years": years,
        "source": source,
        "grade": grade,
        "licence": "",
        "leans": "",
    }


def link_caption(text: Text, regions: pd.Series, unit: str) -> Spec:
    """Caption of a figure on linked markets: embedded regions, or those of the reader's file."""
    tables = {"link": datasets.load("mac_regions"), "link_rice": datasets.load("rice_regions")}
    if set(regions) <= set(tables["link"]["region"]):
        return stated(unit, "2011, 2024", text("caption.link"), "C")
    if set(regions) <= {*tables["link"]["region"], *tables["link_rice"]["name_en"]}:
        return stated(unit, "2005, 2024", text("caption.link_rice"), "C")
    return stated(unit, "", text("caption.own_regions"), "D")


def party(text: Text, name: str) -> str:
    """Name of a region, or of a party inside one (``China, exporters``)."""
    place, comma, kind = name.rpartition(", ")
    if not comma:
        return text.name("place", name)
    return text("label.party_of", place=text.name("place", place), kind=text.name("within", kind))


def series(names: list[tuple[str, str]]) -> list[Spec]:
    """Keys and names with colours in their order."""
    return [
        {"key": key, "name": name, "colour": COLOURS[i % len(COLOURS)]}
        for i, (key, name) in enumerate(names)
    ]


def money(text: Text, currency: str) -> str:
    """Unit of amounts in millions of a currency."""
    return text("unit_phrase.million", currency=text.name("currency", currency))
