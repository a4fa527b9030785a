"""Captions, names and colours of figures whose sources stand in their tables or texts."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.specs import Series
from dualcarbon.report.page import Caption
from dualcarbon.report.text import Text

COLOURS = (
    *("#c8503c", "#2f6fb3", "#e0a63a", "#2f9a94", "#8f6bb8", "#7a8c3a", "#b9478f", "#5b636d"),
    *("#9aa4ae", "#1d5f7a", "#b3543c", "#d1873c", "#3f8f9c", "#6b4d8f", "#4d7a3a"),
)


def sourced(text: Text, table: pd.DataFrame, years: str, licence: str = "") -> Caption:
    """Years, sources and worst grade of a figure, from the columns of its table."""
    sources = dict.fromkeys(text.own(row, "source") for _, row in table.iterrows())
    joined = "；" if text.lang == "zh" else "; "
    return Caption(years, joined.join(sources), max(table["grade"].astype(str)), licence)


def link_caption(text: Text, regions: pd.Series) -> Caption:
    """Caption of a figure on linked markets: embedded regions, or those of the reader's file."""
    embedded = set(datasets.load("mac_regions")["region"])
    if set(regions) <= embedded:
        return Caption("2011, 2024", text("caption.link"), "C")
    if set(regions) <= {*embedded, *datasets.load("rice_regions")["name_en"]}:
        return Caption("2005, 2024", text("caption.link_rice"), "C")
    return Caption("", text("caption.own_regions"), "D")


def names_of(table: pd.DataFrame, text: Text, column: str = "region") -> dict[str, str]:
    """Names by code, in the order of the table."""
    first = table.drop_duplicates(column)
    return {str(row[column]): text.own(row, column) for _, row in first.iterrows()}


def party(text: Text, name: str) -> str:
    """Name of a region, or of a party inside one (``China, exporters``)."""
    place, comma, kind = name.rpartition(", ")
    if not comma:
        return text.name("place", name)
    return text("label.party_of", place=text.name("place", place), kind=text.name("within", kind))


def series(names: list[tuple[str, str]]) -> list[Series]:
    """Keys and names with colours in their order."""
    return [Series(key, name, COLOURS[i % len(COLOURS)]) for i, (key, name) in enumerate(names)]


def money(text: Text, currency: str) -> str:
    """Unit of amounts in millions of a currency."""
    return text("unit_phrase.million", currency=text.name("currency", currency))
