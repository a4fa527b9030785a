"""Equal shares per head of today's people."""

from __future__ import annotations

from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets


def equal_per_capita(basis: Basis, budget: float) -> Budgets:
    """``B_i = B P_i / sum P`` with the population of the last year.

    Args:
        basis: population by region; budget: Gt CO2.

    Raises:
        InputError: a budget not above zero.
    """
    total = checked_budget(budget)
    values = total * basis.people / float(basis.people.sum())
    return Budgets("equal_per_capita", values, total, basis.year).check()
