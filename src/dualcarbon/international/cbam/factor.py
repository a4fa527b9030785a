"""How much of the free allocation remains: the CBAM factor, and the cross-sectoral correction."""

from __future__ import annotations

from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import official

FIRST_YEAR, LAST_YEAR = 2026, 2100

_REMAINING = {
    2026: Decimal("0.975"),
    2027: Decimal("0.95"),
    2028: Decimal("0.9"),
    2029: Decimal("0.775"),
    2030: Decimal("0.515"),
    2031: Decimal("0.39"),
    2032: Decimal("0.265"),
    2033: Decimal("0.14"),
}


def cbam_factor(year: int) -> Decimal:
    """Share of free allocation that remains in a year: 0.975 in 2026, zero from 2034.

    Raises:
        InputError: before 2026, when nothing is owed.

    Source: Directive 2003/87/EC, Article 10a(1a), as amended by Directive (EU) 2023/959.
    """
    check_year(year)
    return _REMAINING.get(year, Decimal(0))


def correction_factor(year: int) -> tuple[Decimal, bool]:
    """Cross-sectoral correction factor of a year, and whether it has been published.

    One stands for a factor not yet published: the upper bound of free allocation, hence the lower
    bound of the certificates due.

    Source: Directive 2003/87/EC, Article 10a(5).
    """
    published = official.correction_factors()
    return published.get(year, Decimal(1)), year in published


def check_year(year: int, where: str = "year") -> None:
    """Refuse a year without an obligation.

    Raises:
        InputError: outside 2026 to 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            f"no certificates are due for {year}",
            where=where,
            allowed=f"{FIRST_YEAR} (first year of the obligation) to {LAST_YEAR}",
        )
