"""What figures share: captions with unit, year, source and grade; names and colours."""

from __future__ import annotations

from functools import cache

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import Unit, number, percent
from dualcarbon.charts.specs import Bar, Group, Line, Map, Series, Stacked, Tile, Tiles
from dualcarbon.report.page import Caption
from dualcarbon.report.text import Text
from dualcarbon.report.view import View

POWER = ("fleet", "demand", "technologies", "fuel_prices", "links", "build_limits")
POLICY = ("ets_benchmarks", "rps_weights", "abatement_steps", "ccer_supply")
BLUE = "#2f6fb3"


def caption(view: View, years: str, inputs: tuple[str, ...] = POWER) -> Caption:
    """Years, source and grade of what the model computed.

    Args:
        view: the run.
        years: years shown.
        inputs: embedded tables that it leans on most; those with figures of grade D are named.
    """
    text = view.text
    if view.illustrative:
        return Caption(years, text("caption.teaching"), "D", "Apache-2.0")
    weak = [text.name("dataset", t) for t in inputs if t in tables_with_grade("D")]
    leans = text("caption.leans", tables=text.listed(weak)) if weak else ""
    return Caption(years, text("caption.model"), "C", "Apache-2.0", leans)


@cache
def tables_with_grade(grade: str) -> frozenset[str]:
    """Embedded tables that hold at least one column of a grade."""
    described = datasets.catalogue()
    return frozenset(described.loc[described["grade"] == grade, "table"])


def compared(text: Text, change: float, unit: str) -> str:
    """A change in words: so much higher, so much lower, or unchanged.

    Args:
        text: the catalogue.
        change: signed change in ``unit``.
        unit: ``%`` or any label, with its leading blank where it needs one.
    """
    shown = number(abs(change), 2 if abs(change) < 10 else 3)
    if shown == "0":
        return text("word.same")
    return text("word.higher" if change > 0 else "word.lower", amount=f"{shown}{unit}")


def change_unit(text: Text, unit: str) -> Unit:
    """Unit of a change; shares change by percentage points."""
    if unit == "1":
        return Unit(text("word.point").strip(), 100.0)
    return text.unit(unit.removesuffix("/a"))


def share_of(part: float, whole: float) -> str:
    """A part of a whole as a percentage."""
    return percent(part / whole) if whole else percent(float("nan"))


def lines_of(table: pd.DataFrame) -> list[Line]:
    """A line per row of a table with years as columns."""
    return [
        Line(str(name), [(int(y), float(v)) for y, v in row.dropna().items()])
        for name, row in table.iterrows()
        if row.notna().any()
    ]


def points_of(rows: pd.DataFrame, x: str, y: str) -> list[tuple[float, float]]:
    """Points of a line from two columns, the first of whole numbers."""
    return [(int(a), float(b)) for a, b in zip(rows[x], rows[y], strict=True)]


def map_or_rows(
    view: View,
    panels: list[tuple[str, pd.Series]],
    label: str,
    *,
    title: str,
    unit: str,
    reading: str,
    diverging: bool = False,
    less_is_good: bool = False,
) -> Tiles | Stacked:
    """A tile map per panel on one scale; regions that have no cell are shown as bars.

    Args:
        view: the run.
        panels: label and values by region, in the unit of the page.
        label: unit as written on the map; unit: the phrase for it under the figure.
        title, reading: words of the figure.
        diverging: colours that go away from zero; less_is_good: turned round.
    """
    known = set(datasets.provinces())
    if not all(set(values.index) <= known for _, values in panels):
        series = [Series("value", "", BLUE)]
        groups = [Group(name, _bars(view, values)) for name, values in panels]
        return Stacked(title=title, unit=unit, reading=reading, series=series, groups=groups)
    finite = pd.concat([values for _, values in panels]).dropna()
    low, high = float(finite.min()), float(finite.max())
    maps = [
        Map(name, label, _tiles(view, values), low, high, diverging, less_is_good)
        for name, values in panels
    ]
    return Tiles(title=title, unit=unit, reading=reading, panels=maps)


def _tiles(view: View, values: pd.Series) -> list[Tile]:
    """Cells of the tile map; provinces without a value are left blank."""
    shown = values.dropna()
    return [
        Tile(
            int(r.tile_row),
            int(r.tile_col),
            r.name_zh if view.text.lang == "zh" else str(r.iso).removeprefix("CN-"),
            view.text.province(r.province),
            float(shown[r.province]) if r.province in shown.index else None,
        )
        for r in datasets.load("regions").itertuples()
    ]


def _bars(view: View, values: pd.Series) -> list[Bar]:
    shown = values.dropna().items()
    return [Bar(view.text.province(region), {"value": float(v)}) for region, v in shown]


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
