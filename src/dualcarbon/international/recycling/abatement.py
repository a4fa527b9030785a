"""Abatement that a sum of money buys abroad at least cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dualcarbon.errors import InputError
from dualcarbon.international.linking.curves import Curve

HALVINGS = 200


@dataclass(frozen=True)
class Bought:
    """Abatement bought.

    Attributes:
        price: marginal cost of the last tonne, USD/t.
        abatement_mt: by region.
        spent_musd: million USD; less than offered where the curves end.
    """

    price: float
    abatement_mt: dict[str, float]
    spent_musd: float

    @property
    def total_mt(self) -> float:
        """Abatement in all regions, Mt."""
        return math.fsum(self.abatement_mt.values())


def buy_abatement(curves: Mapping[str, Curve], budget_musd: float) -> Bought:
    """Spend a budget on abatement so that marginal costs are equal: sum of C_i(a_i(p)) = budget.

    Each tonne is paid its own cost, as under contracts by project. The marginal step of a stepwise
    curve is bought in part.

    Args:
        curves: abatement curves by region.
        budget_musd: million USD, not negative.

    Raises:
        InputError: no curve or a negative budget.
    """
    if not curves:
        raise InputError("no region given", where="curves")
    if not (math.isfinite(budget_musd) and budget_musd >= 0.0):
        raise InputError(f"budget is {budget_musd:g}", where="budget", allowed=">= 0")

    def cost(price: float) -> float:
        return math.fsum(c.cost(c.supply(price)) for c in curves.values())

    low, high = 0.0, 1.0
    while cost(high) < budget_musd and high < 1e9:
        high *= 2.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if cost(middle) < budget_musd else (low, middle)
    below = {name: c.supply_below(high) for name, c in curves.items()}
    most = {name: c.supply(high) for name, c in curves.items()}
    least = math.fsum(c.cost(below[n]) for n, c in curves.items())
    span = cost(high) - least
    share = 1.0 if span <= 0.0 else min(max((budget_musd - least) / span, 0.0), 1.0)
    amounts = {n: below[n] + share * (most[n] - below[n]) for n in curves}
    spent = math.fsum(c.cost(amounts[n]) for n, c in curves.items())
    return Bought(high, amounts, spent)
