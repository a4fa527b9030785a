"""A change split among its factors, exactly: all orders of change, or the two polar ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dualcarbon.common.shapley import shapley_values
from dualcarbon.errors import unknown_name

Array = NDArray[np.float64]
METHODS = ("all", "polar")
Evaluate = Callable[[frozenset[int]], Array]


def contributions(count: int, value: Evaluate, method: str = "all") -> Array:
    """Contribution of each factor to ``value(all new) - value(all old)``.

    ``all``: mean over the n! orders in which factors can change one after the other (Dietzenbacher
    & Los, Economic Systems Research 10, 1998), computed from the 2^n values as
    ``sum_S |S|! (n - |S| - 1)! / n! (value(S + k) - value(S))``. ``polar``: mean of the order
    first to last and its reverse, 2n values.

    Args:
        count: number of factors n.
        value: what the factors multiply to, with the factors of the set at their new state.
        method: ``all`` or ``polar``.

    Returns:
        (n, ...) contributions; they sum to the change.

    Raises:
        InputError: an unknown method.
    """
    if method not in METHODS:
        raise unknown_name("method", method, METHODS, where="method")
    known: dict[frozenset[int], Array] = {}

    def at(new: frozenset[int]) -> Array:
        if new not in known:
            known[new] = value(new)
        return known[new]

    if method == "polar":
        forth = [_step(at, frozenset(range(k)), k) for k in range(count)]
        back = [_step(at, frozenset(range(k + 1, count)), k) for k in range(count)]
        return (np.stack(forth) + np.stack(back)) / 2
    masks = range(1 << count)
    every = [at(frozenset(k for k in range(count) if mask >> k & 1)) for mask in masks]
    return np.asarray(shapley_values(np.stack(every)))


def _step(at: Evaluate, new: frozenset[int], k: int) -> Array:
    return at(new | {k}) - at(new)
