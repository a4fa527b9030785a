"""All Nash equilibria of a game of pairs by branch and bound, with a count of what was looked at.

Regions are decided one after another. What region i gains by being inside is
``g_i = base_i + sum of coupling_ij s_j``; while some regions are open it lies between

    g_i + sum over open j of min(coupling_ij, 0)  and  g_i + sum over open j of max(coupling_ij, 0).

A branch is dropped when a region that was put inside must lose or one that was left outside must
gain, whatever the open ones do. No equilibrium can be lost that way, so the search is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dualcarbon.international.clubs.world import Array

WIDEST = 1 << 16  # branches handled at a time


def nash_of_pairs(base: Array, coupling: Array, tolerance: float) -> tuple[tuple[int, ...], int]:
    """All equilibria of ``g = base + coupling s``.

    Args:
        base: gain of being inside alone, bn USD, shape (n).
        coupling: effect of member j on region i's gain, shape (n, n), zero diagonal.
        tolerance: gains up to this, bn USD, do not count.

    Returns:
        Coalitions in ascending order, and the number of branches that were looked at.
    """
    order = np.argsort(-np.abs(coupling).sum(axis=0), kind="stable")
    ahead = coupling[:, order]
    low, high = _reach(np.minimum(ahead, 0.0)), _reach(np.maximum(ahead, 0.0))
    work = [(0, np.zeros(1, dtype=np.int64), base[None, :].copy())]
    found: list[int] = []
    looked = 0
    while work:
        depth, states, gains = work.pop()
        looked += len(states)
        if depth == len(base):
            found += [int(s) for s in states]
            continue
        region = int(order[depth])
        states = np.concatenate([states, states | (1 << region)])
        gains = np.concatenate([gains, gains + coupling[:, region]])
        keep = _possible(
            states, gains, order[: depth + 1], low[depth + 1], high[depth + 1], tolerance
        )
        states, gains = states[keep], gains[keep]
        work += [
            (depth + 1, states[start : start + WIDEST], gains[start : start + WIDEST])
            for start in range(0, len(states), WIDEST)
        ]
    return tuple(sorted(found)), looked


def _reach(part: Array) -> Array:
    """Row d: what the regions decided at step d or later can add, by region."""
    tail = np.cumsum(part[:, ::-1], axis=1)[:, ::-1]
    return np.vstack([tail.T, np.zeros(len(part))])


def _possible(
    states: NDArray[np.int64],
    gains: Array,
    decided: NDArray[np.intp],
    low: Array,
    high: Array,
    tolerance: float,
) -> NDArray[np.bool_]:
    """Whether every decided region may still want what it does."""
    inside = (states[:, None] >> decided) & 1 > 0
    most, least = (gains + high)[:, decided], (gains + low)[:, decided]
    possible = np.where(inside, most >= -tolerance, least <= tolerance)
    return np.asarray(possible.all(axis=1))
