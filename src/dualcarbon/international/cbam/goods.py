"""Goods that CBAM covers, by CN code, and the threshold of 50 tonnes per importer and year.

A code that is not listed is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official

EIGHT = 8
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


def good(code: object, where: str = "cn") -> Good:
    """The good of a CN code of eight digits; of longer codes (TARIC) the first eight count.

    Raises:
        InputError: no code, or one that Annex I does not list; names the nearest that it does.
    """
    key = official.digits(code)
    found = goods().get(key[:EIGHT])
    if found is None or not _plausible(code, key):
        raise _unknown(code, key, where)
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
    rows = official.default_rows()[official.OTHER]
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


def yearly_mass(rows: pd.DataFrame) -> pd.Series:
    """Mass that counts towards the threshold, for each row of its importer and year, tonnes.

    Args:
        rows: columns ``importer``, ``year``, ``tonnes``, ``sector``.
    """
    counted = rows["tonnes"].where(~rows["sector"].isin(ALWAYS_COVERED), 0.0).fillna(0.0)
    return counted.groupby([rows["importer"], rows["year"]]).transform("sum")
