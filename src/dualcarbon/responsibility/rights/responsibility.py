"""Effort in proportion to responsibility, by any accounting principle."""

from __future__ import annotations

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.rights.basis import Basis, checked_budget
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.effort import baseline, share_reduction


def responsibility(
    basis: Basis,
    budget: float,
    *,
    account: pd.Series | None = None,
    start: int = 1990,
    growth: pd.Series | None = None,
    horizon: int | None = None,
) -> Budgets:
    """``B_i = BAU_i - R a_i / sum a`` with ``R = sum BAU - B`` and account a.

    Args:
        basis: emissions by region; budget: Gt CO2.
        account: responsibility by region under any principle, in any unit (a column of
            ``accounts(...)``, or cumulative consumption emissions); by default cumulative
            territorial emissions since ``start``.
        start: first year of the default account.
        growth, horizon: see :func:`~dualcarbon.responsibility.rights.effort.baseline`.

    Raises:
        InputError: a region without an account, a negative account, a start year outside the
            series.
    """
    total = checked_budget(budget)
    settings: dict[str, object] = {"horizon": horizon}
    if account is None:
        account = basis.since(start).sum()
        settings |= {"start": start, "account": "cumulative territorial"}
    else:
        settings["account"] = str(account.name or "given")
        for region in basis.regions:
            if region not in account.index:
                raise unknown_name("region", region, map(str, account.index), where="account")
    bau = baseline(basis, total, growth=growth, horizon=horizon)
    weights = account[basis.regions].astype(float)
    return share_reduction("responsibility", basis, total, weights, bau, settings)
