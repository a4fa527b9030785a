"""Units of mass as people write them, and what they are a mass of.

A unit may be a symbol (``kt``), a word (``tonnes``, ``万吨``) or a count of either (``1000 t``),
and may carry its substance, apart or not (``Mt CO2``, ``MtCO2``, ``kg CO2-eq``). A mass of carbon
is refused: 1 t of carbon is 44/12 t of CO2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dualcarbon.errors import InputError, nearest_name

CO2E = "CO2e"
MEGATONNES = {
    "g": 1e-12,
    "kg": 1e-9,
    "t": 1e-6,
    "Mg": 1e-6,
    "kt": 1e-3,
    "Gg": 1e-3,
    "Mt": 1.0,
    "Tg": 1.0,
    "Gt": 1e3,
    "Pg": 1e3,
}
WORDS = {
    "gram": 1e-12,
    "kilogram": 1e-9,
    "tonne": 1e-6,
    "metric ton": 1e-6,
    "megagram": 1e-6,
    "kilotonne": 1e-3,
    "gigagram": 1e-3,
    "megatonne": 1.0,
    "teragram": 1.0,
    "gigatonne": 1e3,
    "petagram": 1e3,
    "千克": 1e-9,
    "吨": 1e-6,
    "万吨": 1e-2,
    "百万吨": 1.0,
    "亿吨": 1e2,
}
COUNTS = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_COUNT = re.compile(r"(10\^\d+|1(?:[ ,]?000)+|thousand|million|billion)\s+", re.IGNORECASE)
_SUBSTANCE = r"(?:co2|ch4|n2o|sf6|nf3|cf4|c2f6|hfc|pfc|ghg|c\b|二氧化碳|甲烷)"
_SYMBOL = re.compile(rf"({'|'.join(MEGATONNES)})(?=$|\s|(?i:{_SUBSTANCE}))")
_WORD = re.compile(
    rf"({'|'.join(sorted(WORDS, key=len, reverse=True))})s?(?=$|\s|{_SUBSTANCE})", re.IGNORECASE
)
_CARBON = re.compile(r"(?:of )?(?:c|carbon)", re.IGNORECASE)
_EQUIVALENT = re.compile(r"co2[\s_-]*(?:e|eq|eqv|equivalents?)\b|二氧化碳当量", re.IGNORECASE)


@dataclass(frozen=True)
class Mass:
    """What a unit is.

    Attributes:
        megatonnes: Mt in one of it; of: the substance behind it, as written, or empty.
    """

    megatonnes: float
    of: str

    @property
    def equivalent(self) -> bool:
        """Whether it is a mass of CO2 equivalents."""
        return bool(_EQUIVALENT.search(self.of))


def mass(unit: str) -> Mass | None:
    """What a unit of mass is; None where it is none."""
    text = " ".join(str(unit).replace("_", " ").split())
    count, rest = 1.0, text
    counted = _COUNT.match(text)
    if counted:
        said = counted.group(1).lower()
        digits = said.replace(" ", "").replace(",", "")
        count = COUNTS.get(said) or (
            10.0 ** int(digits[3:]) if digits.startswith("10^") else float(digits)
        )
        rest = text[counted.end() :]
    found, sizes = _SYMBOL.match(rest), MEGATONNES
    if found is None:
        found, sizes = _WORD.match(rest), WORDS
    if found is None:
        return None
    name = found.group(1)
    size = sizes[name] if name in sizes else sizes[name.lower()]
    return Mass(count * size, rest[found.end() :].strip())


def megatonnes(unit: str, where: str = "stressor_units") -> float:
    """Megatonnes in one of a unit of mass; the substance may follow it, as in ``kt CO2``.

    Raises:
        InputError: the unit is no mass, or a mass of carbon.
    """
    found = mass(unit)
    if found is None:
        first = _first(unit)
        raise InputError(
            f"unit '{unit}' is no mass",
            where=where,
            allowed=MEGATONNES,
            nearest=nearest_name(first, [*MEGATONNES, *WORDS]),
        )
    _not_carbon(unit, found, where)
    return found.megatonnes


def checked_unit(unit: str, where: str) -> str:
    """Return a unit that says what it is: not empty, and no mass in the wrong case.

    Raises:
        InputError: the unit is empty, a mass of carbon, or a mass written so that it can be misread
            (``mt``, ``KT``).
    """
    first = _first(unit)
    if not first:
        raise InputError("a stressor without a unit", where=where, allowed=MEGATONNES)
    found = mass(unit)
    if found is not None:
        _not_carbon(unit, found, where)
        return unit
    bare = re.split(_SUBSTANCE, first.lower())[0]
    if bare in {name.lower() for name in MEGATONNES}:
        raise InputError(
            f"unit '{unit}' can be misread",
            where=where,
            allowed=MEGATONNES,
            nearest=nearest_name(bare, MEGATONNES),
        )
    return unit


def _not_carbon(unit: str, found: Mass, where: str) -> None:
    if _CARBON.fullmatch(found.of):
        raise InputError(
            f"unit '{unit}' is a mass of carbon; multiply by 44/12 for CO2", where=where,
            allowed="Mt CO2",
        )  # fmt: skip


def _first(unit: str) -> str:
    words = str(unit).replace("_", " ").split()
    return words[0] if words else ""
