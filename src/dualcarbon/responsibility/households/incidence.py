"""Who pays a tiered carbon tax, who gains from its dividend, and the indices of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError
from dualcarbon.responsibility.households.groups import IncomeGroups
from dualcarbon.responsibility.households.tiers import TieredTax

Array = NDArray[np.float64]


def gini(values: ArrayLike, people: ArrayLike = 1.0) -> float:
    """Gini coefficient of values per head, between groups.

    ``G = 1 - sum_g p_g (C_g + C_(g-1))`` with population shares p and cumulative shares C, the
    smallest values first. Differences within groups are not seen: it is a lower bound.

    Args:
        values: per head (G,), not negative; people: persons (G,) or one figure for all.

    Raises:
        InputError: negative values, or a sum of zero.
    """
    v, p = _pair(values, people)
    order = np.argsort(v, kind="stable")
    return concentration(v[order], p[order])


def concentration(values: ArrayLike, people: ArrayLike = 1.0) -> float:
    """Concentration index: as :func:`gini`, with the groups in the order given (by income)."""
    v, p = _pair(values, people)
    return _curve_index(p, v * p)


def suits(tax: ArrayLike, income: ArrayLike, people: ArrayLike = 1.0) -> float:
    """Suits index of a tax: above 0 progressive, 0 proportional, below 0 regressive.

    ``S = 1 - sum_g y_g (T_g + T_(g-1))`` with income shares y and cumulative tax shares T over
    groups in the order of income per head (Suits, AER 67(4), 1977).

    Args:
        tax: payments per head (G,), not negative; income: per head (G,); people: persons.

    Raises:
        InputError: negative figures, or a tax or an income that sums to zero.
    """
    t, p = _pair(tax, people)
    y, _ = _pair(income, p)
    order = np.argsort(y, kind="stable")
    return _curve_index((y * p)[order], (t * p)[order])


def _curve_index(base: Array, amount: Array) -> float:
    """One less twice the area below the curve of cumulative amounts over cumulative bases."""
    for name, part in (("people or income", base), ("values", amount)):
        if part.sum() <= 0:
            raise InputError("sums to zero; an index of it has no meaning", where=name)
    share = base / base.sum()
    high = np.cumsum(amount) / amount.sum()
    low = np.concatenate([[0.0], high[:-1]])
    return float(1.0 - share @ (high + low))


def _pair(values: ArrayLike, people: ArrayLike) -> tuple[Array, Array]:
    v = np.atleast_1d(np.asarray(values, dtype=float))
    p = np.broadcast_to(np.asarray(people, dtype=float), v.shape)
    if not (np.isfinite(v).all() and np.isfinite(p).all()) or (v < 0).any() or (p <= 0).any():
        raise InputError("figures must be zero or more and people above zero", where="index")
    return v, p


@dataclass(frozen=True, eq=False)
class Incidence:
    """What a tax does to each group.

    Attributes:
        table: rows groups; columns ``people``, ``per_head`` (t), ``payment``, ``dividend``,
            ``net`` (dividend less payment) in currency per head, ``average_rate`` (per t),
            ``net_total`` (currency), and ``share_of_income`` where incomes are known.
        revenue: sum of all payments; returned: sum of all dividends.
        gini: of emissions per head; concentration: of payments in the order of the groups;
            suits: of the tax, None without incomes or revenue.
        currency: of all money.
    """

    table: pd.DataFrame
    revenue: float
    returned: float
    gini: float
    concentration: float | None
    suits: float | None
    currency: str


def incidence(groups: IncomeGroups, tax: TieredTax, *, returned: float = 1.0) -> Incidence:
    """Payments, an equal dividend per head, and what is left of both.

    ``dividend = share * sum_g p_g T_g / sum_g p_g``; the net effects of all people sum to
    ``-(1 - share)`` of the revenue.

    Args:
        groups: people and emissions; tax: the schedule.
        returned: share of the revenue that comes back as a dividend, 0 to 1.

    Raises:
        InputError: a share outside 0 to 1.
    """
    if not 0.0 <= returned <= 1.0:
        raise InputError(f"must lie between 0 and 1, got {returned:g}", where="returned")
    payment = tax.payments(groups)
    revenue = float(groups.people @ payment)
    dividend = returned * revenue / float(groups.people.sum())
    paid = {
        "people": groups.people,
        "per_head": groups.per_head,
        "payment": payment,
        "average_rate": np.divide(
            payment, groups.per_head, out=np.zeros_like(payment), where=groups.per_head > 0
        ),
        "dividend": np.full_like(payment, dividend),
        "net": dividend - payment,
        "net_total": groups.people * (dividend - payment),
    }
    table = pd.DataFrame(paid, index=pd.Index(groups.labels, name="group"))
    index = None
    if groups.income is not None:
        table["share_of_income"] = payment / groups.income
        index = suits(payment, groups.income, groups.people) if revenue else None
    return Incidence(
        table,
        revenue,
        returned * revenue,
        gini(groups.per_head, groups.people) if groups.total else 0.0,
        concentration(payment, groups.people) if revenue else None,
        index,
        tax.currency,
    )
