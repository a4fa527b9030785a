"""Words of the report in the language of its reader: shared ones, then those of each topic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from dualcarbon import datasets
from dualcarbon.charts.numbers import Unit, span
from dualcarbon.common.tables import indicators
from dualcarbon.common.words import LANGUAGES, Entries, catalogue, checked_language

FOLDER = Path(__file__).parent
SHARED = ("words.yaml", "names.yaml")


@dataclass(frozen=True)
class Text:
    """The catalogue seen from one language.

    Attributes:
        lang: ``en`` or ``zh``.
        titles: titles of scenarios that are not in the catalogue.

    Raises:
        InputError: no such language.
    """

    lang: str
    titles: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        checked_language(self.lang)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in."""
        return strings()[key][self.lang].format(**values)

    def name(self, kind: str, key: object) -> str:
        """The name of a thing of a kind; a thing the catalogue does not know keeps its own."""
        entry = strings().get(f"{kind}.{slug(str(key))}")
        if entry:
            return entry[self.lang]
        dated = re.fullmatch(r"(.+)_(20\d\d)", slug(str(key)))
        if dated and f"{kind}.{dated[1]}" in strings():
            return self("label.dated", name=self.name(kind, dated[1]), year=dated[2])
        return plain(str(key))

    def scenario(self, key: object) -> str:
        """Title of a scenario."""
        known = f"scenario.{slug(str(key))}" in strings()
        return (
            self.name("scenario", key)
            if known
            else dict(self.titles).get(str(key), plain(str(key)))
        )

    def unit(self, unit: str) -> Unit:
        """How a unit of the tables is written, and the factor into it."""
        entry = strings().get(f"unit.{slug(unit)}")
        if entry is None:
            return Unit(unit)
        label, _, factor = entry[self.lang].partition(" x")
        return Unit(label, float(factor or 1.0))

    def carrier(self, key: object) -> str:
        """Name of a carrier; groups of carriers are in the catalogue."""
        return _carriers(self.lang).get(str(key)) or self.name("carrier", key)

    def province(self, key: object) -> str:
        """Name of a province."""
        if self.lang == "zh":
            return _provinces().get(str(key), str(key))
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(key))

    def span(self, low: float, high: float, unit: str = "") -> str:
        """A signed range, or one figure where both ends are equal."""
        return span(low, high, unit, self("word.between"))

    def listed(self, words: list[str]) -> str:
        """Several words in a row."""
        if self.lang == "zh":
            return "、".join(words)
        return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]

    def own(self, row: pd.Series, column: str, kind: str | None = None) -> str:
        """A text of a table, in this language.

        Its column of this language comes first, then the name that its key has in the catalogue.
        """
        value = row.get(f"{column}_{self.lang}", row.get(column))
        if value is None or (isinstance(value, float) and pd.isna(value)):
            return ""
        if f"{column}_{self.lang}" in row:
            return str(value)
        return self.name(kind or column, value)


def plain(key: str) -> str:
    """A key as words."""
    return key if " " in key else key.replace("_", " ")


def slug(key: str) -> str:
    """A key in small letters, with one underscore for all that is neither letter nor digit."""
    return re.sub(r"[^a-z0-9一-鿿]+", "_", key.lower()).strip("_")


@cache
def strings() -> Entries:
    """All entries of the catalogue: key, then language."""
    files = (*(FOLDER / name for name in SHARED), *sorted(FOLDER.glob("topics/*/words.yaml")))
    known = {f"indicator.{k}": {n: v[n] for n in LANGUAGES} for k, v in indicators().items()}
    return {**catalogue(*files), **known}


@cache
def _carriers(lang: str) -> dict[str, str]:
    table = datasets.load("carriers")
    return dict(zip(table["carrier"], table[f"name_{lang}"], strict=True))


@cache
def _provinces() -> dict[str, str]:
    table = datasets.load("regions")
    return dict(zip(table["grid"], table["grid_zh"], strict=True)) | dict(
        zip(table["province"], table["name_zh"], strict=True)
    )
