"""What an input-output table says of itself: year, grade, source and people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dualcarbon.errors import InputError, unknown_name

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
