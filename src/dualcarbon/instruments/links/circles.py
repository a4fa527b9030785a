"""Conversions between markets that turn in a circle into more than they began with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import Instrument, Step

ROUNDING = 1e-9
Ends = tuple[str, str]


def check_circles(instruments: Mapping[str, Instrument]) -> None:
    """Check that no circle of conversions of all instruments together makes units out of nothing.

    ``prod rate <= 1`` along every circle from a market back to itself.

    Raises:
        InputError: naming the circle, what it makes of one unit, and a rate that would be allowed.
    """
    steps: dict[Ends, Step] = {}
    owner: dict[Ends, str] = {}
    for key, instrument in instruments.items():
        for step in instrument.converts():
            ends = step.source, step.target
            if ends not in steps or step.rate > steps[ends].rate:
                steps[ends], owner[ends] = step, key
    circle = _gaining_circle({ends: step.rate for ends, step in steps.items()})
    if not circle:
        return
    around = list(pairwise(circle))
    gain = math.prod(steps[ends].rate for ends in around)
    order = list(instruments)
    last = max(around, key=lambda ends: order.index(owner[ends]))
    rate = steps[last].rate
    raise InputError(
        f"circular conversions: {' to '.join(circle)} makes {gain:g} units out of one",
        where=f"instruments.{owner[last]}.{steps[last].field}",
        allowed=f"at most {rate / gain:g} from {last[0]} to {last[1]}",
    )


def _gaining_circle(rates: Mapping[Ends, float]) -> list[str]:
    """A circle of conversions that ends with more units than it began with; empty if none."""

    def walk(path: list[str], amount: float) -> list[str]:
        for (source, target), rate in sorted(rates.items()):
            if source != path[-1]:
                continue
            if target == path[0] and amount * rate > 1.0 + ROUNDING:
                return [*path, target]
            if target not in path:
                found = walk([*path, target], amount * rate)
                if found:
                    return found
        return []

    for start in sorted({source for source, _ in rates}):
        found = walk([start], 1.0)
        if found:
            return found
    return []
