"""Emissions of income groups from a national account: by elasticity, or by known shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from dualcarbon.errors import InputError
from dualcarbon.responsibility.households.groups import IncomeGroups

TONNES = 1e6


def by_elasticity(
    total: float,
    people: ArrayLike,
    income: ArrayLike,
    elasticity: float = 1.0,
    *,
    labels: Sequence[str] | None = None,
    region: str = "",
    unit: str = "t CO2",
) -> IncomeGroups:
    """``e_g = E y_g^a / sum_h p_h y_h^a``: emissions per head rise with income.

    Used in this way by Chakravarty et al. (PNAS 2009) on national emissions; the elasticity is an
    assumption (grade D), and differences of lifestyle at the same income are not seen.

    Args:
        total: emissions E of the country, Mt (a consumption account, direct emissions included).
        people: persons p of each group (G,) or one figure; income: y per head (G,), above zero.
        elasticity: a of emissions with respect to income, zero or more.

    Raises:
        InputError: a total or elasticity that is negative, incomes that are not above zero.
    """
    if not np.isfinite(total) or total < 0:
        raise InputError(f"must be zero or more, got {total:g}", where="total")
    if not np.isfinite(elasticity) or elasticity < 0:
        raise InputError(f"must be zero or more, got {elasticity:g}", where="elasticity")
    y = np.asarray(income, dtype=float)
    if not (np.isfinite(y).all() and (y > 0).all()):
        raise InputError("must be above zero", where="income")
    groups = IncomeGroups.of(
        y**elasticity, people, labels=labels, income=y, region=region, unit=unit, grade="D"
    )
    return scaled(groups, total)


def scaled(groups: IncomeGroups, total: float) -> IncomeGroups:
    """The same shares of emissions, on another total (Mt): deciles put on a national account.

    Raises:
        InputError: a total that is negative, or groups without emissions.
    """
    if not np.isfinite(total) or total < 0:
        raise InputError(f"must be zero or more, got {total:g}", where="total")
    if not groups.total > 0:
        raise InputError("no emissions to scale", where="groups")
    return replace(groups, per_head=groups.per_head * (total * TONNES / groups.total))
