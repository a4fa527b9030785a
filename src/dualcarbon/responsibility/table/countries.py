"""Countries by code: their names in both languages, their people, and what is no country."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.words import LANGUAGES, catalogue
from dualcarbon.datasets.countries import alpha3
from dualcarbon.errors import unknown_name

WORLD = "WLD"
REST = ("ROW", "RoW", "ROTW", "FIGW1", "WWW", "Rest of World", "Rest of the world")
OWN = Path(__file__).with_suffix(".yaml")


def names(language: str = "en") -> dict[str, str]:
    """Name of each region by ISO 3 code; English where there is no Chinese one.

    Args:
        language: en or zh.

    Raises:
        InputError: another language.
    """
    if language not in LANGUAGES:
        raise unknown_name("language", language, LANGUAGES)
    table = datasets.load("countries").set_index("iso3")
    wanted = table[f"name_{language}"]
    return dict(wanted.where(wanted != "", table["name_en"]))


def population_of(regions: Iterable[str], year: int) -> dict[str, float] | None:
    """Persons in the regions of a table, for those that are countries.

    A region named as the rest of the world gets the world without the others, if all the others
    are known.

    Args:
        regions: labels of a table.
        year: 1850 to 2023.

    Returns:
        Persons by label, or None where no label is known or the year is not.
    """
    table = datasets.load("national_emissions")
    persons = table[table["year"] == year].dropna(subset=["population"])
    known = persons.set_index("iso3")["population"].astype(float)
    labels = list(regions)
    codes = {label: alpha3(label) for label in labels if label not in REST}
    found = {label: float(known[code]) for label, code in codes.items() if code in known.index}
    rest = [label for label in labels if label in REST]
    if len(rest) == 1 and len(found) == len(codes) and WORLD in known.index:
        left = float(known[WORLD]) - sum(found.values())
        found |= {rest[0]: left} if left > 0 else {}
    return found or None


@cache
def region_name(code: str, lang: str = "en") -> str:
    """Name of a region of a world table or of the national series; its code where none is known.

    Raises:
        InputError: another language.
    """
    known = names(lang)
    own = catalogue(OWN)
    if code in own:
        return str(own[code][lang])
    return known.get(alpha3(code), code)


def named(table: pd.DataFrame, column: str = "region", prefix: str | None = None) -> pd.DataFrame:
    """Add ``<prefix>_en`` and ``<prefix>_zh`` for the codes of a column."""
    codes = list(dict.fromkeys(table[column].astype(str)))
    for lang in LANGUAGES:
        known = {code: region_name(code, lang) for code in codes}
        table[f"{prefix or column}_{lang}"] = table[column].astype(str).map(known)
    return table
