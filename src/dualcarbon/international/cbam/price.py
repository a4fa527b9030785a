"""The price of certificates: quarterly averages for 2026, weekly ones from 2027."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.international.cbam.factor import FIRST_YEAR, check_year

CENT = Decimal("0.01")


def period_of(year: int, day: date | None) -> str:
    """The period whose price applies: a quarter of 2026, later an ISO week; e.g. ``2026-Q1``.

    Args:
        year: year of the import.
        day: day of the import; None stands for the latest published quarter of 2026.

    Raises:
        InputError: a day outside the year, or none where weekly prices apply.

    Source: Regulation (EU) 2023/956, Article 21(1) and (1a).
    """
    check_year(year)
    if day is None:
        published = [p for p in _quarters() if p.startswith(f"{year}-")]
        if published:
            return max(published)
        raise InputError(f"no certificate price of {year} is known here; give one", where="price")
    if day.year != year:
        raise InputError(f"{day} is not in {year}", where="imported_on")
    if year == FIRST_YEAR:
        return f"{year}-Q{(day.month + 2) // 3}"
    week = day.isocalendar()
    return f"{week.year}-W{week.week:02d}"


def price_of(year: int, day: date | None = None) -> float:
    """Published certificate price of a period, EUR/tCO2e.

    Raises:
        InputError: not published, or not known here.

    Source: Implementing Regulation (EU) 2025/2548; the embedded table ``eu_ets_quarterly``.
    """
    period = period_of(year, day)
    if period not in _quarters():
        raise InputError(
            f"no certificate price of {period} is known here; give one",
            where="price",
            allowed=f"known: {', '.join(p for p in _quarters() if p >= str(FIRST_YEAR))}",
        )
    return _quarters()[period]


def volume_weighted(auctions: Iterable[tuple[float, float]]) -> float:
    """Volume-weighted average of auction clearing prices, EUR/tCO2e, rounded to the cent.

    P = sum_k p_k q_k / sum_k q_k

    Args:
        auctions: clearing price and volume of each auction; cancelled ones have volume zero.

    Raises:
        InputError: nothing was auctioned, or a volume is negative.

    Source: Implementing Regulation (EU) 2025/2548, Articles 1 and 5.
    """
    pairs = [(Decimal(str(p)), Decimal(str(q))) for p, q in auctions]
    volume = sum((q for _, q in pairs), Decimal(0))
    if any(q < 0 for _, q in pairs) or volume == 0:
        raise InputError("auctions need volumes that are not negative and not all zero")
    return float((sum(p * q for p, q in pairs) / volume).quantize(CENT, ROUND_HALF_UP))


def price_path(flat: float | None = None, growth: float = 0.0, last: int = 2034) -> pd.Series:
    """A path of certificate prices for scenarios, EUR/tCO2e by year: flat, or with growth.

    Args:
        flat: price of 2026; None takes the published one.
        growth: relative growth per year.
        last: last year.
    """
    start = price_of(FIRST_YEAR) if flat is None else flat
    years = range(FIRST_YEAR, last + 1)
    return pd.Series({y: start * (1 + growth) ** (y - FIRST_YEAR) for y in years}, name="price")


@cache
def _quarters() -> dict[str, float]:
    table = datasets.load("eu_ets_quarterly")
    return dict(zip(table["period"], table["eur_per_t"], strict=True))
