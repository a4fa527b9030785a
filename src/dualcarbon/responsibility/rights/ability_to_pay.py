"""Ability to pay: the richer cut more than in proportion to what they emit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.effort import baseline, share_reduction


def ability_to_pay(
    basis: Basis,
    budget: float,
    *,
    exponent: float = 1 / 3,
    growth: pd.Series | None = None,
    horizon: int | None = None,
) -> Budgets:
    """``B_i = BAU_i - R (y_i / y)^a BAU_i / sum_j (y_j / y)^a BAU_j`` with ``R = sum BAU - B``.

    GDP per head y, exponent a = 1/3 as in van den Berg et al. (Climatic Change 162, 2020), where
    the rule is applied to each year of a path and here to the sum. A region without people counts
    with the world's mean income.

    Args:
        basis: emissions, population, GDP per head; budget: Gt CO2.
        exponent: 0 cuts all in the same proportion.
        growth, horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Raises:
        InputError: no GDP per head, an exponent that is negative or not a number.
    """
    total = checked_budget(budget)
    if not np.isfinite(exponent) or exponent < 0:
        raise InputError(f"must be zero or more, got {exponent:g}", where="exponent")
    income, people = basis.income(), basis.people
    inhabited = people > 0
    mean = float((income * people)[inhabited].sum() / people.sum())
    relative = (income / mean).where(inhabited, 1.0)
    bau = baseline(basis, total, growth=growth, horizon=horizon)
    settings: dict[str, object] = {"exponent": exponent, "horizon": horizon}
    return share_reduction("ability_to_pay", basis, total, relative**exponent * bau, bau, settings)
