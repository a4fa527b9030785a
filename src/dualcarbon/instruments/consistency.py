"""Links between markets that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import Instrument
from dualcarbon.instruments.links import (
    Conversion,
    GreenPowerForAllowances,
    IntegratedAttributes,
)

MARKETS = {"carbon": "allowances", "green": "certificates"}


def check_consistent(instruments: Mapping[str, Instrument]) -> None:
    """Check that links have the markets they join and do not contradict each other.

    Raises:
        InputError: a link lacks its market; two links would credit one token twice; units can
            be turned in a circle into more than they were.
    """
    both = {GreenPowerForAllowances.key, IntegratedAttributes.key} & set(instruments)
    for key in sorted(both):
        _need(instruments, key, "carbon")
    if len(both) == 2:
        raise InputError(
            "contradictory links: both credit the same certificates to the carbon market",
            where="instruments",
            allowed=f"either {GreenPowerForAllowances.key} or {IntegratedAttributes.key}",
        )
    conversion = instruments.get(Conversion.key)
    if isinstance(conversion, Conversion):
        _check_conversion(conversion, instruments)


def _need(instruments: Mapping[str, Instrument], link: str, market: str) -> None:
    if market not in instruments:
        raise InputError(
            f"'{link}' needs a market for {MARKETS[market]}",
            where="instruments",
            allowed=f"an instrument '{market}' beside it",
        )


def _check_conversion(conversion: Conversion, instruments: Mapping[str, Instrument]) -> None:
    ends = (conversion.source, conversion.target)
    for side, end in zip(("source", "target"), ends, strict=True):
        if end not in MARKETS:
            where = f"instruments.conversion.{side}"
            raise InputError(f"unknown market '{end}'", where=where, allowed=list(MARKETS))
        _need(instruments, Conversion.key, end)
    if conversion.source == conversion.target:
        raise InputError(
            f"converts '{conversion.source}' into itself",
            where="instruments.conversion",
            allowed="two different markets",
        )
    link = instruments.get(IntegratedAttributes.key)
    if not isinstance(link, IntegratedAttributes):
        return
    back = link.k if ends == ("carbon", "green") else 1.0 / link.k
    if (ends == ("carbon", "green") or link.allowances_to_certificates) and (
        conversion.rate * back > 1.0 + 1e-9
    ):
        raise InputError(
            f"circular links: {conversion.source} to {conversion.target} at {conversion.rate:g} "
            f"and back at {back:g} makes more units than went in",
            where="instruments.conversion.rate",
            allowed=f"at most {1.0 / back:g} beside integrated_attributes",
        )
