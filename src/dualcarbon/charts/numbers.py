"""Numbers as people read them: rounded to what they can bear, with separators and a true minus."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

MINUS = "−"
DASH = "–"


@dataclass(frozen=True)
class Unit:
    """A unit as readers of a language write it; tables hold ``value``, pages ``value * factor``."""

    label: str
    factor: float = 1.0


def number(value: float, digits: int = 3) -> str:
    """Round to ``digits`` significant digits, never cutting digits before the point.

    Args:
        value: any number; not a number gives a dash.
        digits: significant digits.
    """
    if value is None or not math.isfinite(value):
        return DASH
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    decimals = min(max(digits - 1 - magnitude, 0), 3)
    text = f"{abs(value):,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    negative = value < 0 and float(text.replace(",", "")) != 0
    return MINUS + text if negative else text


def in_text(value: float) -> str:
    """A number of a plain-text table: about four significant digits, thousands apart."""
    size = abs(value)
    if size == 0 or size >= 1000:
        return f"{value:,.0f}"
    if size < 1e-4:
        return f"{value:.1e}"
    decimals = 3 if size < 1 else 2 if size < 10 else 1
    return f"{value:,.{decimals}f}"


def precise(value: float, size: float = 0.0) -> str:
    """A number with six significant digits; 0 where it is nothing beside the terms summed up.

    Args:
        value: a sum; size: sum of the absolute values of its terms.
    """
    negligible = abs(value) <= 1e-12 * size or value == 0
    return "0" if negligible else f"{value:,.6g}"


def fixed(value: float, decimals: int = 1) -> str:
    """Round to a fixed number of decimals, as in a column of a table."""
    if value is None or not math.isfinite(value):
        return DASH
    text = f"{abs(value):,.{decimals}f}"
    return MINUS + text if value < 0 and float(text.replace(",", "")) != 0 else text


def signed(value: float, digits: int = 3) -> str:
    """A number with its sign, for changes."""
    text = number(value, digits)
    return text if text[0] in MINUS + DASH or text == "0" else "+" + text


def change(value: float, decimals: int = 1) -> str:
    """A change with its sign and a fixed number of decimals."""
    text = fixed(value, decimals)
    return text if text[0] in MINUS + DASH or not text.strip("0.,") else "+" + text


def tiny(value: float) -> str:
    """The order of magnitude of a small figure, such as 3 × 10⁻⁹."""
    if not value or not math.isfinite(value):
        return "0" if value == 0 else DASH
    mantissa, exponent = f"{value:.0e}".split("e")
    power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa} × 10{power}"


def percent(share: float, digits: int = 3) -> str:
    """A share as a percentage."""
    text = number(100 * share, digits)
    return text if text == DASH else text + "%"


def with_unit(value: float, unit: Unit, digits: int = 3) -> str:
    """A value of a table with its unit, such as 6%, ×0.97 or 72 CNY/t."""
    shown = number(value * unit.factor, digits)
    if unit.label == "×":
        return f"×{shown}"
    if unit.label in ("", "1", "-"):
        return shown
    return shown + unit.label if unit.label == "%" else f"{shown} {unit.label}"


def span(low: float, high: float, unit: str = "", between: str = " … ") -> str:
    """A signed range, or one figure where both ends are equal."""
    if not (math.isfinite(low) and math.isfinite(high)):
        one = low if math.isfinite(low) else high
        return DASH if not math.isfinite(one) else signed(one) + unit
    if low == high:
        return signed(low) + unit
    places = max(decimals_of([low, high], 2), 1)
    ends = [change(low, places), change(high, places)]
    while places and all(end.endswith("0") for end in ends):
        places -= 1
        ends = [change(low, places), change(high, places)]
    return f"{ends[0]}{between}{ends[1]}{unit}"


def aligned(values: Iterable[float], digits: int = 3) -> list[str]:
    """The numbers of one column, all with the decimals that suit its largest."""
    listed = [float(v) for v in values]
    places = decimals_of(listed, digits)
    return [fixed(v, places) for v in listed]


def decimals_of(values: Iterable[float], digits: int = 3) -> int:
    """Decimals that suit a whole column: those of its largest figure."""
    finite = [abs(v) for v in values if v is not None and math.isfinite(v)]
    largest = max(finite, default=0.0)
    if largest == 0:
        return 0
    return min(max(digits - 1 - math.floor(math.log10(largest)), 0), 3)
