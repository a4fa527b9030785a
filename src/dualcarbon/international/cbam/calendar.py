"""Dates of the CBAM year."""

from __future__ import annotations

from datetime import date

from dualcarbon.international.cbam.factor import FIRST_YEAR, check_year

SALES_START = date(2027, 2, 1)
"""Certificates are sold from this day: Regulation (EU) 2023/956, Article 20(1)."""


def declaration_day(year: int) -> date:
    """Last day to declare the imports of a year and to surrender for them: 30 September after it.

    Source: Regulation (EU) 2023/956, Articles 6(1) and 22(1), as amended by (EU) 2025/2083.
    """
    check_year(year)
    return date(year + 1, 9, 30)


def repurchase_day(year: int) -> date:
    """Last day to ask for the repurchase of surplus certificates of a year: 31 October after it.

    Source: Regulation (EU) 2023/956, Article 23(1).
    """
    check_year(year)
    return date(year + 1, 10, 31)


def cancellation_day(purchased: int, *, for_imports_of: int | None = None) -> date:
    """Day on which unused certificates are cancelled: 1 November, two years after the purchase.

    Those bought for the imports of 2026 are cancelled on 1 November 2027.

    Args:
        purchased: year of the purchase.
        for_imports_of: year of the imports they were bought for.

    Source: Regulation (EU) 2023/956, Article 24.
    """
    if for_imports_of == FIRST_YEAR:
        return date(2027, 11, 1)
    return date(purchased + 2, 11, 1)
