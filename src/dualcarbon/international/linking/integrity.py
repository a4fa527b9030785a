"""Tightening the caps of buyers until a link costs the climate nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dualcarbon.international.linking.clearing import inflated_tonnes
from dualcarbon.international.linking.market import Link, link
from dualcarbon.international.linking.rules import Region, Rules

TOLERANCE = 1e-13


@dataclass(frozen=True)
class Adjusted:
    """A link whose caps were tightened.

    Attributes:
        before: the link under the caps as given.
        after: the link under the tightened caps.
        tightening_mt: by region, Mt added to its requirement.
    """

    before: Link
    after: Link
    tightening_mt: dict[str, float]

    @property
    def extra_abatement_mt(self) -> float:
        """Abatement beyond the caps as given, Mt: only what was cancelled is left."""
        asked = float(self.before.regions["requirement_mt"].sum())
        return float(self.after.regions["abatement_mt"].sum()) - asked


def adjust_caps(regions: Sequence[Region], rules: Rules) -> Adjusted:
    """Tighten the caps of the buyers by exactly the tonnes that the multiplier inflates.

    Solves T = L(T), L being the integrity loss under caps tightened by T in all, shared among the
    buyers in proportion to what they count. Since L' is at most (e - 1) / e, the solution exists
    and is unique. A link that loses nothing is left as it is.

    Raises:
        InputError: the tightened caps exceed what a buyer could abate.
    """
    from scipy.optimize import brentq

    before = link(regions, rules)
    if before.integrity_loss_mt <= 0.0:
        return Adjusted(before, before, {})
    counted = dict(zip(before.regions["region"], before.regions["counted_mt"], strict=True))
    weights = {n: v / before.counted_mt for n, v in counted.items() if v > 0.0}

    def gap(total: float) -> float:
        return total - inflated_tonnes(_tightened(regions, weights, total), rules)

    high = before.integrity_loss_mt
    while gap(high) < 0.0:
        high *= 2.0
    total = float(brentq(gap, 0.0, high, xtol=TOLERANCE * high, rtol=1e-14))
    after = link(_tightened(regions, weights, total), rules)
    return Adjusted(before, after, {n: w * total for n, w in weights.items()})


def _tightened(regions: Sequence[Region], weights: dict[str, float], total: float) -> list[Region]:
    return [
        replace(r, requirement=r.requirement + weights.get(r.name, 0.0) * total) for r in regions
    ]
