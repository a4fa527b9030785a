"""Grandfathering: who emits today may emit tomorrow."""

from __future__ import annotations

from dualcarbon.errors import InputError
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets


def grandfathering(basis: Basis, budget: float, *, years: int = 1) -> Budgets:
    """``B_i = B E_i / sum E``, with E the mean of the last years.

    Args:
        basis: emissions by region; budget: Gt CO2.
        years: number of last years that are averaged.

    Raises:
        InputError: a budget not above zero, no years or more than the series has.
    """
    total = checked_budget(budget)
    if not 1 <= years <= len(basis.emissions):
        raise InputError(
            f"{years} years of the series", where="years", allowed=f"1 to {len(basis.emissions)}"
        )
    shares = basis.emissions.iloc[-years:].sum()
    values = total * shares / float(shares.sum())
    return Budgets("grandfathering", values, total, basis.year, {"years": years}).check()
