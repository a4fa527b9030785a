"""What CBAM knows: goods by CN code, the threshold of 50 tonnes, and countries of origin."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from dualcarbon import datasets
from dualcarbon.errors import InputError, nearest_name
from dualcarbon.international.cbam import official

EIGHT = 8
CLAY, CALCINED = "25070080", "80"
"""Of kaolinic clays only calcined ones are goods under CBAM: TARIC 2507 00 80 80."""
ELECTRICITY, HYDROGEN = "electricity", "hydrogen"
SECTORS = ("iron_steel", "aluminium", "cement", "fertilisers", HYDROGEN, ELECTRICITY)
SHOWN = 4

CLINKER_BASIS = ("25231000", "25232100", "25232900", "25239000")
"""Assessed per tonne of clinker contained: Implementing Regulation (EU) 2025/2547, Article 4(5)."""

_INDIRECT_ALLOYS = ("72022", "720230", "720250", "720270", "720280", "72029")
_ANNEX_II_STEEL = tuple(f"73{n:02d}" for n in (*range(1, 12), 18, 26))
_ANNEX_II_ALUMINIUM = tuple(f"76{n:02d}" for n in (1, *range(3, 15), 16))


@dataclass(frozen=True)
class Good:
    """A good under CBAM.

    Attributes:
        cn: code of eight digits.
        table_cn: code under which the tables of values list it; another one where the code has
            since been split.
        direct_only: whether only direct emissions count (Annex II of the Regulation).
    """

    cn: str
    sector: str
    category: str
    description: str
    table_cn: str
    direct_only: bool

    @property
    def per_clinker(self) -> bool:
        """Whether emissions are per tonne of the clinker contained."""
        return self.cn in CLINKER_BASIS


@lru_cache(maxsize=8192)
def good(code: object, where: str = "cn") -> Good:
    """The good of a CN code of eight digits; of longer codes (TARIC) the first eight count.

    Raises:
        InputError: no code, or one that Annex I does not list; names the nearest that it does.
    """
    key = official.digits(code)
    found = goods().get(key[:EIGHT])
    if found is None or not _plausible(code, key):
        raise _unknown(code, key, where)
    if key[:EIGHT] == CLAY and len(key) > EIGHT and key[EIGHT : EIGHT + 2] != CALCINED:
        raise InputError(
            f"'{code}' is clay that is not calcined: outside CBAM (Regulation (EU) 2025/2083)",
            where=where,
            allowed=f"{CLAY}{CALCINED}, calcined clay",
        )
    return found


@cache
def goods() -> Mapping[str, Good]:
    """All goods by code: Annex I, and the codes that have since replaced some of its own."""
    listed = {entry["cn"]: entry for entry in official.goods()}
    known = {
        cn: _good(cn, e["sector"], e["category"], e["description"]) for cn, e in listed.items()
    }
    for cn in official.benchmarks().keys() - listed.keys():
        parent = listed[max(listed, key=lambda c: (_shared(c, cn), c))]
        known[cn] = _good(cn, parent["sector"], parent["category"], parent["description"])
    return dict(sorted(known.items()))


def counts_direct_only(cn: str) -> bool:
    """Whether a good is in Annex II: iron and steel, aluminium and hydrogen, with exceptions.

    Source: Regulation (EU) 2023/956, Annex II; chapter 72 without ferro-silicon and the like and
    without scrap.
    """
    if cn.startswith("72"):
        return not cn.startswith(("7204", *_INDIRECT_ALLOYS))
    return cn.startswith(("280410", *_ANNEX_II_STEEL, *_ANNEX_II_ALUMINIUM))


def nearest_codes(code: str, known: Iterable[str], count: int = SHOWN) -> list[str]:
    """The codes that share the longest beginning with a code, then the nearest in number."""
    padded = int((code[:EIGHT] or "0").ljust(EIGHT, "0"))
    order = sorted(known, key=lambda c: (-_shared(c, code), abs(int(c) - padded)))
    return order[:count]


def _shared(one: str, other: str) -> int:
    """Number of leading digits that two codes share."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _good(cn: str, sector: str, category: str, description: str) -> Good:
    table = cn if cn in official.benchmarks() or sector == ELECTRICITY else _successor(cn)
    return Good(cn, sector, category, description, table, counts_direct_only(cn))


def _successor(cn: str) -> str:
    """The code that has replaced one without values: of its heirs that with the highest default."""
    heirs = [c for c in official.benchmarks() if c[:7] == cn[:7]]
    rows = official.rows_of(official.OTHER) or {}
    return max(heirs, key=lambda c: rows[c][0].total or 0)


def _plausible(code: object, key: str) -> bool:
    """Digits, with nothing between them but blanks and points."""
    return len(key) in (8, 10, 12) and str(code).replace(" ", "").replace(".", "") == key


def _unknown(code: object, key: str, where: str) -> InputError:
    if len(key) < EIGHT:
        inside = [cn for cn in goods() if key and cn.startswith(key)]
        what = f"'{code}' is not a CN code of eight digits"
        if inside:
            return InputError(what, where=where, allowed=inside)
        return InputError(what, where=where, nearest=nearest_codes(key, goods())[0])
    near = nearest_codes(key, goods())
    what = f"'{code}' is not a good under CBAM"
    if proposed_for_2028(key):
        what += " today; COM(2025) 989 proposes it from 2028 (switch 'downstream')"
        return InputError(what, where=where)
    return InputError(what, where=where, allowed=f"{', '.join(near)}, ...", nearest=near[0])


def proposed_for_2028(key: str) -> bool:
    """Whether COM(2025) 989 would add a code to Annex I from 2028."""
    for entry in official.proposed():
        if key.startswith(entry["cn"]):
            return not any(key.startswith(official.digits(x)) for x in entry["excludes"])
    return False


THRESHOLD_T = 50.0
ALWAYS_COVERED = (HYDROGEN, ELECTRICITY)


def is_exempt(sector: str, importer_tonnes: float) -> bool:
    """Whether an importer owes nothing for a good: at most 50 t of covered goods in the year.

    Hydrogen and electricity are never exempt.

    Args:
        sector: sector of the good.
        importer_tonnes: net mass of iron, steel, aluminium, cement and fertilisers that the
            importer brings in over the calendar year, tonnes.

    Source: Regulation (EU) 2023/956, Article 2a, as inserted by Regulation (EU) 2025/2083.
    """
    return sector not in ALWAYS_COVERED and importer_tonnes <= THRESHOLD_T


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
