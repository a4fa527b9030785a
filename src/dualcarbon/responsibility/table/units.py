"""Units of stressors: which are masses, and how many megatonnes one of them is."""

from __future__ import annotations

from dualcarbon.errors import InputError, nearest_name

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
