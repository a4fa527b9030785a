"""Conversions between markets that make more along a detour than directly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dualcarbon.common.detours import Detour, Ends, find_detour
from dualcarbon.errors import InputError
from dualcarbon.instruments.base import Instrument, Step

ROUNDING = Fraction(
    1, 10**9
)  # rates are decimals as given, or the inverse of one in floating point


def check_circles(instruments: Mapping[str, Instrument]) -> None:
    """Check that no chain of conversions of all instruments together beats the direct one.

    Along every path ``prod rate <= direct rate``; along every circle from a market back to itself
    ``prod rate <= 1``; between markets without a direct rate there is at most one path, for two
    would price one unit twice.

    Raises:
        InputError: naming the path, what it gains, and the largest rate that would be allowed.
    """
    steps: dict[Ends, Step] = {}
    owner: dict[Ends, str] = {}
    for key, instrument in instruments.items():
        for step in instrument.converts():
            ends = step.source, step.target
            if ends not in steps or step.rate > steps[ends].rate:
                steps[ends], owner[ends] = step, key
    rates = {ends: Fraction(repr(float(step.rate))) for ends, step in steps.items()}
    detour = find_detour(rates, ROUNDING)
    if detour is None:
        return
    order, given = list(instruments), list(steps)
    last = max(detour.steps(), key=lambda ends: (order.index(owner[ends]), given.index(ends)))
    raise InputError(
        _sentence(detour),
        where=f"instruments.{owner[last]}.{steps[last].field}",
        allowed=f"at most {float(detour.largest(last, rates)):.6g} from {last[0]} to {last[1]}",
    )


def _sentence(detour: Detour) -> str:
    """What is wrong, in one sentence."""
    path = " to ".join(detour.path)
    if detour.circle:
        return f"circular conversions: {path} makes {float(detour.product):g} units out of one"
    made = f"{path} makes {float(detour.product):g} of one"
    if detour.rival:
        rival = " to ".join(detour.rival)
        return f"two ways without a direct rate: {made}, {rival} {float(detour.direct):g}"
    return (
        f"detour of conversions: {made}, {float(detour.gain):.1%} more than "
        f"the direct rate {float(detour.direct):g}"
    )
