"""Gini and Suits indices of grouped data, both by the trapezoid rule on the curve's points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dualcarbon.errors import InputError

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
