"""Contraction and convergence: from today's shares to equal shares per head by a given year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.paths import linear


def contraction_convergence(basis: Basis, budget: float, *, converge: int = 2050) -> Budgets:
    """``B_i = sum_t (w_t E_i/E + (1 - w_t) P_i/P) W_t``, w falling from 1 to 0 in a straight line.

    The world's path W goes straight from today's emissions to zero and uses up the budget
    (per-capita convergence, van den Berg et al. 2020; Meyer 2000).

    Args:
        basis: emissions and population; budget: Gt CO2.
        converge: year from which on everybody has the same.

    Raises:
        InputError: a budget not above zero, a year of convergence in the past.
    """
    total = checked_budget(budget)
    if converge <= basis.year:
        raise InputError(
            f"{converge} is not after the history", where="converge", allowed=f"> {basis.year}"
        )
    allowed = allowances(basis, total, converge)
    settings = {"converge": converge}
    return Budgets("contraction_convergence", allowed.sum(), total, basis.year, settings).check()


def allowances(basis: Basis, budget: float, converge: int) -> pd.DataFrame:
    """Allowances by year and region, Gt; each year sums to the world's path."""
    world = linear(float(basis.now.sum()), budget, basis.year)
    years = world.index.to_numpy(dtype=float)
    weight = np.clip((converge - years) / (converge - basis.year), 0.0, 1.0)
    old = (basis.now / float(basis.now.sum())).to_numpy()
    equal = (basis.people / float(basis.people.sum())).to_numpy()
    shares = weight[:, None] * old + (1 - weight)[:, None] * equal
    return pd.DataFrame(
        shares * world.to_numpy()[:, None], index=world.index, columns=basis.regions
    )
