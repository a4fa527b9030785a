"""The price of certificates: quarterly averages for 2026, weekly ones from 2027."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.international.cbam.allocation import FIRST_YEAR, check_year

CENT = Decimal("0.01")


def period_of(year: int, day: date | None, known: Mapping[str, float] | None = None) -> str:
    """The period whose price applies: a quarter of 2026, later an ISO week; e.g. ``2026-Q1``.

    Args:
        year: year of the import.
        day: day of the import; None stands for the latest known period of the year.
        known: prices by period; None stands for the published ones.

    Raises:
        InputError: a day outside the year, or none where weekly prices apply.

    Source: Regulation (EU) 2023/956, Article 21(1) and (1a).
    """
    check_year(year)
    if day is None:
        held = [p for p in _known(known) if p.startswith(f"{year}-")]
        if held:
            return max(held)
        raise InputError(f"no certificate price of {year} is known here; give one", where="price")
    if day.year != year:
        raise InputError(f"{day} is not in {year}", where="imported_on")
    if year == FIRST_YEAR:
        return f"{year}-Q{(day.month + 2) // 3}"
    week = day.isocalendar()
    return f"{week.year}-W{week.week:02d}"


def price_of(year: int, day: date | None = None, known: Mapping[str, float] | None = None) -> float:
    """Certificate price of the period of an import, EUR/tCO2e.

    Args:
        year: year of the import.
        day: day of the import; None takes the latest known period of the year.
        known: prices by period, ``2026-Q2`` or ``2027-W05``; None takes the published ones.

    Raises:
        InputError: not published, or not known here.

    Source: Implementing Regulation (EU) 2025/2548; the embedded table ``eu_ets_quarterly``.
    """
    prices, period = _known(known), period_of(year, day, known)
    if period not in prices:
        raise InputError(
            f"no certificate price of {period} is known here; give one",
            where="price",
            allowed=[p for p in prices if p >= str(FIRST_YEAR)],
        )
    return float(prices[period])


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


def _known(given: Mapping[str, float] | None) -> Mapping[str, float]:
    return _quarters() if given is None else given


@cache
def _quarters() -> dict[str, float]:
    table = datasets.load("eu_ets_quarterly")
    return dict(zip(table["period"], table["eur_per_t"], strict=True))
