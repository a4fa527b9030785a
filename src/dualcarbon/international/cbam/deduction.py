"""What a carbon price at origin takes off the bill: PROVISIONAL, after the draft of May 2026."""

from __future__ import annotations

from decimal import Decimal

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.rules import PROVISIONAL, Line
from dualcarbon.international.cbam.shipment import CarbonPrice
from dualcarbon.international.cbam.specific import exact

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
