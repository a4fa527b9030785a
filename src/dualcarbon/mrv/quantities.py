"""What a plant writes down: an exact number with unit, period, item, tier and document.

Numbers are fractions, so that a sum of a year is what paper gives and is rounded once, on the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from dualcarbon.errors import InputError, unknown_name

TIERS = ("measured", "laboratory", "settlement", "default", "estimated")
"""Where a figure comes from, best first."""
LAYERS = ("installation", "enterprise")
"""What the market covers, and what the enterprise reports beside it."""
SPELLED: Mapping[str, Mapping[str, int | str]] = {
    "t": {"t": 1, "kg": "1/1000", "kt": 1000, "Mt": 1_000_000, "吨": 1, "万吨": 10_000},
    "1e4Nm3": {"1e4Nm3": 1, "Nm3": "1/10000", "万Nm3": 1, "万标立方米": 1},
    "MWh": {"MWh": 1, "kWh": "1/1000", "GWh": 1000, "TWh": 1_000_000,
            "兆瓦时": 1, "千瓦时": "1/1000", "万千瓦时": 10},
    "GJ": {"GJ": 1, "MJ": "1/1000", "TJ": 1000, "PJ": 1_000_000, "吉焦": 1},
    "GJ/t": {"GJ/t": 1, "MJ/kg": 1, "kJ/kg": "1/1000", "TJ/kt": 1, "吉焦/吨": 1},
    "GJ/1e4Nm3": {"GJ/1e4Nm3": 1, "MJ/Nm3": 10, "kJ/Nm3": "1/100", "吉焦/万Nm3": 1},
    "tC/GJ": {"tC/GJ": 1, "tC/TJ": "1/1000", "kgC/GJ": "1/1000", "吨碳/吉焦": 1},
    "tC/t": {"tC/t": 1, "%C": "1/100", "吨碳/吨": 1},
    "tC/1e4Nm3": {"tC/1e4Nm3": 1},
    "tCO2/t": {"tCO2/t": 1, "kgCO2/t": "1/1000", "吨二氧化碳/吨": 1},
    "tCO2/1e4Nm3": {"tCO2/1e4Nm3": 1},
    "tC/tAl": {"tC/tAl": 1, "kgC/tAl": "1/1000"},
    "kg/tAl": {"kg/tAl": 1, "g/tAl": "1/1000"},
    "min/cell-day": {"min/cell-day": 1, "分钟/槽日": 1},
    "h": {"h": 1, "小时": 1},
    "1": {"1": 1, "": 1, "share": 1, "%": "1/100"},
}  # fmt: skip
"""Units kept inside, each with the units in which it may come and the factor from them."""
UNITS: Mapping[str, tuple[str, Fraction]] = {
    name: (unit, Fraction(factor))
    for unit, names in SPELLED.items()
    for name, factor in names.items()
}
"""Units in which data may come, with the unit kept inside and the exact factor to it."""
PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?")


def exact(value: Any, where: str | None = None, *, signed: bool = False) -> Fraction:
    """A number as the fraction that was written: 0.1 is one tenth.

    Args:
        value: text, whole number, fraction, or a float, read as its shortest decimal.
        where: place for the message; signed: whether it may be below zero.

    Raises:
        InputError: no finite number, or a negative one where none may be.
    """
    try:
        if isinstance(value, bool) or value is None:
            raise ValueError
        plain = value if isinstance(value, int | Fraction) else str(value).strip().replace(",", "")
        number = Fraction(plain)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"'{value}' is no number", where=where, allowed="e.g. 21.5") from None
    if number < 0 and not signed:
        raise InputError(f"{value} is below zero", where=where, allowed="at least 0")
    return number


def rounded(value: Fraction, digits: int) -> Fraction:
    """Round to decimals, halves to the even neighbour, as GB/T 8170 has it."""
    return Fraction(round(value * 10**digits), 10**digits)


@dataclass(frozen=True, order=True)
class Period:
    """A year, or a month of one.

    Attributes:
        year: calendar year; month: 1 to 12, 0 for the whole year.
    """

    year: int
    month: int = 0

    @classmethod
    def of(cls, text: Any, where: str | None = None) -> Period:
        """Read ``2025`` or ``2025-03``; a spreadsheet may have made a day of it, the first.

        Raises:
            InputError: neither.
        """
        if isinstance(text, date) and text.day == 1:
            return cls(text.year, text.month)
        if isinstance(text, float) and text.is_integer():
            text = int(text)
        found = PERIOD.fullmatch(str(text).strip())
        month = int(found[2] or 0) if found else 0
        if found is None or (found[2] is not None and not 1 <= month <= 12):
            raise InputError(f"'{text}' is no period", where=where, allowed="2025 or 2025-03")
        return cls(int(found[1]), month)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def whole(self) -> Period:
        """The year that it lies in."""
        return Period(self.year)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)


@dataclass(frozen=True)
class Datum:
    """One figure of a plant.

    Attributes:
        plant: whose; installation: unit, kiln, potline; period: year or month.
        item: fuel, material, product; parameter: what of it, such as ``amount``.
        value: in ``unit``, a unit kept inside; tier: one of :data:`TIERS`; layer: one of
            :data:`LAYERS`.
        document: where it is written; instrument: what measured it; place: file and row of it.
    """

    plant: str
    installation: str
    period: Period
    item: str
    parameter: str
    value: Fraction
    unit: str
    tier: str = "measured"
    layer: str = LAYERS[0]
    document: str = ""
    instrument: str = ""
    place: str = ""


def in_unit(value: Fraction, unit: str, wanted: str, where: str | None = None) -> Fraction:
    """A value in the unit kept inside.

    Raises:
        InputError: the unit measures something else, or is not known.
    """
    kept, factor = UNITS.get(unit.strip(), ("", Fraction(0)))
    if kept != wanted:
        allowed = [name for name, (one, _) in UNITS.items() if one == wanted and name]
        raise unknown_name("unit", unit, allowed, where=where)
    return value * factor


def worst(*tiers: str) -> str:
    """The worst of some tiers."""
    return max(tiers, key=TIERS.index)
