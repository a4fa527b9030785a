"""What an input-output table says of itself: year, grade and source; units of its stressors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dualcarbon.errors import InputError, nearest_name, unknown_name

GRADES = ("A", "B", "C", "D")
FIRST_YEAR, LAST_YEAR = 1700, 2200


def people(
    population: Mapping[str, float] | None, regions: tuple[str, ...]
) -> dict[str, float] | None:
    """Persons by region, of all regions or some.

    Raises:
        InputError: an unknown region, or not more than 0.
    """
    if population is None:
        return None
    for region, persons in population.items():
        if region not in regions:
            raise unknown_name("region", region, regions, where="population")
        if not np.isfinite(persons) or persons <= 0:
            raise InputError(f"{persons} persons", where=f"population, region '{region}'",
                             allowed="more than 0")  # fmt: skip
    return {region: float(persons) for region, persons in population.items()}


def checked(*, year: int, grade: str, **words: str) -> dict[str, Any]:
    """What the table is: year, grade, and texts that must not be empty.

    Raises:
        InputError: naming the one that is wrong.
    """
    texts = {name: word(name, value) for name, value in words.items()}
    return {"year": whole_year(year), "grade": known_grade(grade), **texts}


def word(name: str, value: str) -> str:
    """A text that is not empty.

    Raises:
        InputError: it is empty.
    """
    if not str(value).strip():
        raise InputError("must not be empty", where=name)
    return str(value)


def whole_year(year: int) -> int:
    """A year, or 0 where the table has none.

    Raises:
        InputError: not a year.
    """
    if year != int(year) or (year and not FIRST_YEAR <= year <= LAST_YEAR):
        raise InputError(
            f"{year} is no year", where="year", allowed=f"{FIRST_YEAR} to {LAST_YEAR}, 0 if none"
        )
    return int(year)


def known_grade(grade: str) -> str:
    """One of the four grades.

    Raises:
        InputError: another one.
    """
    if grade not in GRADES:
        raise unknown_name("grade", grade, GRADES, where="grade")
    return grade


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


def checked_unit(unit: str, where: str) -> str:
    """Return a unit that says what it is: not empty, and no mass in the wrong case.

    Raises:
        InputError: the unit is empty, or a mass written so that it can be misread (``mt``, ``KT``).
    """
    first = _first(unit)
    if not first:
        raise InputError("a stressor without a unit", where=where, allowed=MEGATONNES)
    by_lower = {name.lower() for name in MEGATONNES}
    if first not in MEGATONNES and first.lower() in by_lower:
        raise InputError(
            f"unit '{unit}' can be misread",
            where=where,
            allowed=MEGATONNES,
            nearest=nearest_name(first, MEGATONNES),
        )
    return unit


def megatonnes(unit: str, where: str = "stressor_units") -> float:
    """Megatonnes in one of a unit of mass; the substance may follow it, as in ``kt CO2``.

    Raises:
        InputError: the unit is no mass.
    """
    first = _first(unit)
    if first not in MEGATONNES:
        raise InputError(
            f"unit '{unit}' is no mass",
            where=where,
            allowed=MEGATONNES,
            nearest=nearest_name(first, MEGATONNES),
        )
    return MEGATONNES[first]


def _first(unit: str) -> str:
    words = str(unit).replace("_", " ").split()
    return words[0] if words else ""
