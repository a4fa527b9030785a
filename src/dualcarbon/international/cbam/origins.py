"""Countries of origin: by ISO code or name, with their place in the tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dualcarbon import datasets
from dualcarbon.errors import InputError, nearest_name
from dualcarbon.international.cbam import official

UNLISTED = "other"


@dataclass(frozen=True)
class Origin:
    """A third country.

    Attributes:
        code: ISO 3166-1 alpha-2, or ``other``.
        name: as the tables write it.
        row: the country whose rows of default values apply.
    """

    code: str
    name: str
    row: str

    @property
    def listed(self) -> bool:
        """Whether the tables have rows of its own for it."""
        return self.row != official.OTHER


@cache
def origin(name: str, where: str = "origin") -> Origin:
    """The origin of a code or name, such as ``TR``, ``Türkiye`` or ``Turkey``; or ``other``.

    Raises:
        InputError: unknown; or inside the customs union of emissions trading (the EU, Iceland,
            Liechtenstein, Norway, Switzerland: Annex III of Regulation (EU) 2023/956).
    """
    entry = _known().get(_folded(name))
    if entry is None:
        names = [row["name"] for row in _known().values()]
        two = len(name.strip()) == 2
        raise InputError(
            f"unknown origin '{name}'",
            where=where,
            allowed="an ISO code of two letters, a country name, or 'other'",
            nearest=None if two else nearest_name(name, names),
        )
    if entry["status"] in ("eu", "exempt"):
        why = "is in the EU" if entry["status"] == "eu" else "is exempt (Annex III)"
        raise InputError(f"'{name}' {why}: its goods are outside CBAM", where=where)
    row = entry["name"] if entry["status"] == "listed" else official.OTHER
    return Origin(entry["code"], entry["name"], row)


@cache
def listed_origins() -> tuple[Origin, ...]:
    """The origins that the tables tell apart: 118 countries, and all others together."""
    table = datasets.load("cbam_origins")
    codes = table.loc[table["status"] == "listed", "code"]
    return (*(origin(code) for code in codes), origin(UNLISTED))


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    entries: dict[str, Mapping[str, str]] = {}
    for row in datasets.load("cbam_origins").to_dict("records"):
        entry = {**row, "code": row["code"].upper()}
        for name in (row["code"], row["name"], *filter(None, row["alias"].split(";"))):
            entries[_folded(name)] = entry
    other = {"code": UNLISTED, "name": official.OTHER, "status": "other"}
    return entries | {_folded(official.OTHER): other, UNLISTED: other}


def _folded(name: str) -> str:
    """A name without case and accents."""
    plain = unicodedata.normalize("NFKD", str(name).strip().casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
