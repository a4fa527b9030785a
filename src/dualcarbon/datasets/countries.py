"""Countries by any of their names: two systems of codes, English and Chinese."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from dualcarbon.datasets.reading import load

OTHER_CODES = {"ROM": "ROU", "EL": "GRC", "UK": "GBR", "ZAR": "COD", "KSV": "XKX"}
"""Codes that world tables give countries, and those of ISO 3166-1."""


@dataclass(frozen=True)
class Country:
    """A country or territory.

    Attributes:
        alpha3: ISO 3166-1 alpha-3, the code of accounts.
        alpha2: ISO 3166-1 alpha-2, the code of the border; "" where the tables have none.
        name_en: English name.
        name_zh: Chinese name; "" where the tables have none.
    """

    alpha3: str
    alpha2: str
    name_en: str
    name_zh: str


def country(text: str) -> Country | None:
    """The country of a code of two or three letters, or of a name; None if there is none."""
    return _known().get(text.strip().casefold())


def alpha3(text: str) -> str:
    """The code of three letters of a country given in any way, and any other text as it stands."""
    found = country(text)
    return text if found is None else found.alpha3


def alpha2(text: str) -> str:
    """The code of two letters of a country given in any way, and any other text as it stands."""
    found = country(text)
    return text if found is None or not found.alpha2 else found.alpha2


def among(text: str, labels: Collection[str]) -> str:
    """The label that means a country given in any way; the text as it stands if there is none."""
    found = country(text)
    if text in labels or found is None:
        return text
    names = (found.alpha3, found.alpha2, found.name_en, found.name_zh)
    return next((name for name in names if name and name in labels), text)


@cache
def _known() -> Mapping[str, Country]:
    rows = load("countries")[["iso3", "iso2", "name_en", "name_zh"]].itertuples(index=False)
    found: dict[str, Country] = {}
    for row in rows:
        one = Country(*map(str, row))
        for name in (one.name_zh, one.name_en, one.alpha2, one.alpha3):
            if name:
                found[name.casefold()] = one
    for other, code in OTHER_CODES.items():
        found[other.casefold()] = found[code.casefold()]
    return found
