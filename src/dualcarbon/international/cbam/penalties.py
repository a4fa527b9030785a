"""Penalties for certificates that were not surrendered."""

from __future__ import annotations

from dataclasses import dataclass

from dualcarbon.errors import InputError
from dualcarbon.international.cbam import rules
from dualcarbon.international.cbam.minimis import THRESHOLD_T

RATE_2013 = 100.0
"""EUR per certificate at prices of 2013; the official amount is indexed and higher."""
LOWEST_MULTIPLE, HIGHEST_MULTIPLE = 3.0, 5.0
SMALL_EXCESS = 1.1


@dataclass(frozen=True)
class Penalty:
    """A range of penalties.

    Attributes:
        low_eur, high_eur: bounds; equal where the law leaves no range.
        still_to_surrender: whether the certificates are owed beside the penalty.
        reducible: whether the authority may go below the range, not below the simple rate.
        article: where the rule stands.
    """

    low_eur: float
    high_eur: float
    still_to_surrender: bool
    reducible: bool
    article: str = rules.PENALTY


def penalty(
    missing: float,
    *,
    authorised: bool = True,
    index: float = 1.0,
    importer_tonnes: float | None = None,
) -> Penalty:
    """Penalty for certificates not surrendered by 30 September.

    An authorised declarant pays the rate and still owes the certificates; who imports without
    authorisation pays three to five times the rate and owes them no more.

    Args:
        missing: certificates not surrendered, tCO2e.
        authorised: whether the importer is an authorised declarant.
        index: consumer prices of the year over those of 2013; 1 gives the lower bound.
        importer_tonnes: net mass over the year, tonnes; an excess of the threshold of 50 t by at
            most a tenth may be treated more mildly.

    Raises:
        InputError: negative certificates, or an index below one.

    Source: Regulation (EU) 2023/956, Article 26(1) to (3); Directive 2003/87/EC, Article 16.
    """
    if missing < 0:
        raise InputError(f"must not be negative, got {missing:g}", where="missing")
    if index < 1:
        raise InputError(f"prices have not fallen since 2013, got {index:g}", where="index")
    amount = missing * RATE_2013 * index
    if authorised:
        return Penalty(amount, amount, still_to_surrender=True, reducible=False)
    near = importer_tonnes is not None and (
        THRESHOLD_T < importer_tonnes <= SMALL_EXCESS * THRESHOLD_T
    )
    low = amount if near else LOWEST_MULTIPLE * amount
    return Penalty(low, HIGHEST_MULTIPLE * amount, still_to_surrender=False, reducible=near)
