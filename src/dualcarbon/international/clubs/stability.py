"""Which coalitions are stable when single regions may move, exactly and for all of them at once.

Definitions, with ``W_i(S)`` the payoff of region i in coalition S:

- internal: no member gains by leaving, ``W_i(S) >= W_i(S - i)``;
- external: no outsider gains by joining, ``W_i(S) >= W_i(S + i)``;
- Nash (open membership): both;
- potential internal: members together have enough to pay each its outside option,
  ``sum over i in S of W_i(S) - W_i(S - i) >= 0``, so that transfers can make S internally stable.

A gain counts when it exceeds :data:`TOLERANCE`. Source of the notions: d'Aspremont et al. (1983),
Canadian Journal of Economics 16(1); Carraro, Eyckmans and Finus (2006), Review of International
Organizations 1(4) (potential internal stability).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.game import Game, affine_in_all, all_coalitions, row
from dualcarbon.international.clubs.world import Array

Flags = NDArray[np.bool_]
TOLERANCE = 1e-9  # bn USD: one dollar


@dataclass(frozen=True)
class Stability:
    """Stability of every coalition; position = number of the coalition.

    Attributes:
        gains: what each region gains by being inside rather than outside, shape (2^n, n).
        internal, external, nash, potential: whether the notion holds, shape (2^n).
        surplus: members' payoffs less their outside options, bn USD, shape (2^n).
    """

    gains: Array
    internal: Flags
    external: Flags
    nash: Flags
    potential: Flags
    surplus: Array


def joining_gains(payoffs: Array) -> Array:
    """``W_i(S + i) - W_i(S - i)`` for all coalitions and regions, by flipping bits.

    Args:
        payoffs: shape (2^n, n), row number = bits of the coalition.
    """
    states, n = payoffs.shape
    gains = np.empty((states, n), order="F")
    for i in range(n):
        column = payoffs[:, i].reshape(-1, 2, 1 << i)
        gain = column[:, 1, :] - column[:, 0, :]
        gains[:, i] = np.repeat(gain[:, None, :], 2, axis=1).reshape(states)
    return gains


def gains_of(game: Game) -> Array:
    """What each region gains by being inside, in all coalitions, shape (2^n, n).

    Raises:
        InputError: more regions than can be enumerated.
    """
    if not game.affine:
        return joining_gains(game.every_payoff())
    game.refuse_if_too_many()
    return affine_in_all(game.pairs.base, game.pairs.coupling)


def stability_of(gains: Array) -> Stability:
    """Stability of all coalitions from :func:`gains_of`, shape (2^n, n)."""
    states = all_coalitions(gains.shape[1])
    internal, external = np.ones(len(gains), dtype=bool), np.ones(len(gains), dtype=bool)
    surplus = np.zeros(len(gains))
    for gain, inside in zip(gains.T, states.T, strict=True):
        member = inside > 0
        internal &= ~member | (gain >= -TOLERANCE)
        external &= member | (gain <= TOLERANCE)
        surplus += inside * gain
    nash, potential = internal & external, surplus >= -TOLERANCE
    return Stability(gains, internal, external, nash, potential, surplus)


@dataclass(frozen=True)
class Search:
    """All Nash equilibria, with how they were found.

    Attributes:
        coalitions: numbers of the equilibria, ascending.
        method: ``branch and bound`` or ``enumeration``; both are exhaustive.
        looked_at: branches or coalitions that were examined; no other can hold an equilibrium.
    """

    coalitions: tuple[int, ...]
    method: str
    looked_at: int


def nash_search(game: Game) -> Search:
    """All coalitions in which no single region gains by moving, exactly.

    Games of pairs are searched by branch and bound, for any number of regions; other games by
    enumeration.

    Raises:
        InputError: a game that is not of pairs, with too many regions to enumerate.
    """
    if game.affine:
        found, looked = nash_of_pairs(game.pairs.base, game.pairs.coupling, TOLERANCE)
        return Search(found, "branch and bound", looked)
    nash = stability_of(gains_of(game)).nash
    return Search(tuple(int(s) for s in np.flatnonzero(nash)), "enumeration", len(nash))


def nash_coalitions(game: Game) -> tuple[int, ...]:
    """Numbers of all Nash equilibria, ascending; see :func:`nash_search`."""
    return nash_search(game).coalitions


def stabilising_transfers(game: Game, state: int, weights: Array | None = None) -> Array:
    """Payments that leave every member its outside option and a share of the surplus.

    ``T_i = W_i(S - i) + w_i surplus - W_i(S)`` for members, with ``surplus`` the sum over members
    of ``W_i(S) - W_i(S - i)`` and weights that sum to one; zero outside; the sum is zero.

    Args:
        game: the payoffs.
        state: number of the coalition.
        weights: shares of the surplus before scaling, shape (n); equal by default.

    Returns:
        What each region receives, bn USD a year; negative: pays.

    Raises:
        InputError: the surplus is negative, so that no transfers can stabilise the coalition.
    """
    inside = row(state, game.size) > 0
    gains = np.where(inside, game.gains(row(state, game.size)), 0.0)
    surplus = float(gains.sum())
    if surplus < -TOLERANCE:
        raise InputError(
            f"members lack {-surplus:.4g} bn USD a year to pay one another to stay",
            where="coalition",
            allowed="a coalition with a surplus over its members' outside options",
        )
    shares = np.where(inside, np.ones(game.size) if weights is None else weights, 0.0)
    total = shares.sum() or 1.0
    return np.asarray(np.where(inside, shares / total * surplus - gains, 0.0))


WIDEST = 1 << 16  # branches handled at a time


def nash_of_pairs(base: Array, coupling: Array, tolerance: float) -> tuple[tuple[int, ...], int]:
    """All equilibria of ``g = base + coupling s`` by branch and bound, and how many branches.

    Regions are decided one after another. What region i gains by being inside is
    ``g_i = base_i + sum of coupling_ij s_j``; while some regions are open it lies between
    ``g_i + sum over open j of min(coupling_ij, 0)`` and the same sum of ``max(coupling_ij, 0)``. A
    branch is dropped when a region that was put inside must lose or one that was left outside must
    gain, whatever the open ones do. No equilibrium can be lost that way, so the search is exact.

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
