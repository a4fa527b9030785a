"""Prices under CBAM: of certificates, by quarter for 2026 and by week later, and at origin.

What a carbon price at origin takes off the bill is PROVISIONAL, after the draft of May 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.allocation import FIRST_YEAR, check_year
from dualcarbon.international.cbam.law import AS_OF
from dualcarbon.international.cbam.rules import PROVISIONAL, Line
from dualcarbon.international.cbam.shipment import CarbonPrice
from dualcarbon.international.cbam.specific import exact

CENT = Decimal("0.01")


def period_of(year: int, day: date) -> str:
    """The period whose price applies: a quarter of 2026, later an ISO week; e.g. ``2026-Q1``.

    Args:
        year: year of the import.
        day: day of the import.

    Raises:
        InputError: a day outside the year.

    Source: Regulation (EU) 2023/956, Article 21(1) and (1a).
    """
    check_year(year)
    if day.year != year:
        raise InputError(f"{day} is not in {year}", where="imported_on")
    if year == FIRST_YEAR:
        return f"{year}-Q{(day.month + 2) // 3}"
    week = day.isocalendar()
    return f"{week.year}-W{week.week:02d}"


@dataclass(frozen=True)
class PriceTaken:
    """A certificate price, and why it is this one.

    Attributes:
        eur_per_t: EUR/tCO2e.
        period: of which it is.
        published: whether it is the price of the import's own period.
        note: which price was taken, and why.
    """

    eur_per_t: float
    period: str
    published: bool
    note: str


def price_taken(
    year: int, day: date | None = None, known: Mapping[str, float] | None = None
) -> PriceTaken:
    """Certificate price of the period of an import; where none is published, the newest one.

    Args:
        year: year of the import.
        day: day of the import; None takes the newest price of the year.
        known: prices by period, ``2026-Q2`` or ``2027-W05``, which then must hold that of the
            import; None takes the published ones.

    Raises:
        InputError: prices by period are given and that of the import is not among them.

    Source: Implementing Regulation (EU) 2025/2548; the embedded table ``eu_ets_quarterly``.
    """
    check_year(year)
    prices = _quarters() if known is None else known
    period = None if day is None else period_of(year, day)
    if period is not None and period in prices:
        return PriceTaken(float(prices[period]), period, True, period)
    of_year = [p for p in prices if p.startswith(f"{year}-")]
    if period is None and of_year:
        newest = max(of_year)
        return PriceTaken(float(prices[newest]), newest, True, f"{newest}, the newest of the year")
    if known is not None:
        raise InputError(
            f"no certificate price of {period or year} is known here; give one",
            where="price",
            allowed=[p for p in prices if p >= str(FIRST_YEAR)],
        )
    newest = max(prices)
    note = f"{period or year} not published by {AS_OF.isoformat()}: {newest} taken"
    return PriceTaken(float(prices[newest]), newest, False, note)


def price_of(year: int, day: date | None = None, known: Mapping[str, float] | None = None) -> float:
    """Certificate price of an import, EUR/tCO2e; see :func:`price_taken`."""
    return price_taken(year, day, known).eur_per_t


def published_by(period: str) -> date:
    """Day by which the price of a quarter of 2026 is published: the first full week after it.

    Source: Implementing Regulation (EU) 2025/2548, Article 1 (first calendar week after).
    """
    year, quarter = int(period[:4]), int(period[-1])
    start = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return start + timedelta(days=13)


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


CREDIT_CAP = Decimal("0.10")
"""Largest share of compliance by Article 6 credits that counts; what exceeds it has price zero."""


def effective_price(paid: CarbonPrice) -> Decimal:
    """Carbon price effectively paid, EUR per tonne of embedded CO2e.

    p_eff = p / e * covered * (1 - free) * (1 - rebate) * (1 - max(0, credits - 0.10))

    A default carbon price is net as it stands: p / e.

    Args:
        paid: the price and its conditions.

    Raises:
        InputError: the actual track without a certificate, or a default price with conditions of
            its own, or a currency without its exchange rate.

    Source: draft act of 13 May 2026, Articles 5, 6 and 8, Annex I points 3.3 and 3.5.4.
    """
    price = exact(paid.price) / exact(paid.per_euro)
    if paid.track == "default":
        _check_net(paid)
        return price
    if not paid.certified:
        raise InputError(
            "a price effectively paid counts only when certified (certified: true)",
            where="carbon_price",
            allowed="certified: true, or track: default",
        )
    honoured = 1 - max(Decimal(0), exact(paid.credit_share) - CREDIT_CAP)
    kept = (1 - exact(paid.free_share)) * (1 - exact(paid.rebate_share))
    return price * exact(paid.covered_share) * kept * honoured


def deducted(embedded: Decimal, effective: Decimal, reference: Decimal) -> Decimal:
    """Certificates taken off for a carbon price at origin.

    D = E min(1, p_eff / P_ref)

    Args:
        embedded: embedded emissions that count, tCO2e.
        effective: price effectively paid, EUR/tCO2e.
        reference: average certificate price of the year, EUR/tCO2e.

    Source: draft act of 13 May 2026, Article 6(1) and (2).
    """
    if reference == 0:
        return Decimal(0)
    return embedded * min(Decimal(1), effective / reference)


def deduction_lines(paid: CarbonPrice, effective: Decimal, deduction: Decimal) -> tuple[Line, ...]:
    """How a deduction came about."""
    lines = [
        Line(
            "effective_origin_price",
            float(effective),
            "EUR/tCO2e",
            rules.REBATES,
            PROVISIONAL,
            f"{paid.track} track, {paid.price:g} {paid.currency}/t",
        )
    ]
    if paid.credit_share > CREDIT_CAP:
        excess = float(exact(paid.credit_share) - CREDIT_CAP)
        note = "share of credits above the cap, at price zero"
        lines.append(Line("credits_above_cap", excess, "1", rules.CREDITS, PROVISIONAL, note))
    lines.append(Line("deduction", float(deduction), "tCO2e", rules.DEDUCTION, PROVISIONAL))
    return tuple(lines)


def check_track(paid: CarbonPrice, *, actual: bool) -> None:
    """Default values go with default carbon prices only; actual values with either.

    Raises:
        InputError: a price effectively paid beside default values.

    Source: draft act of 13 May 2026; Regulation (EU) 2023/956, Article 9.
    """
    if paid.track == "actual" and not actual:
        raise InputError(
            "default emissions go with the default carbon price of the country (track: default)",
            where="carbon_price.track",
            allowed="default, or actual emissions",
        )


def _check_net(paid: CarbonPrice) -> None:
    plain = CarbonPrice(price=paid.price)
    names = ("covered_share", "free_share", "rebate_share", "credit_share")
    changed = [name for name in names if getattr(paid, name) != getattr(plain, name)]
    if changed:
        raise InputError(
            f"{changed[0]} belongs to the actual track: a default price is net",
            where="carbon_price",
        )
