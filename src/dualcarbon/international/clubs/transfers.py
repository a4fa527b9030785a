"""Transfers among members that make a coalition stable, where there is enough to share."""

from __future__ import annotations

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.coalitions import row
from dualcarbon.international.clubs.game import Game
from dualcarbon.international.clubs.stability import TOLERANCE
from dualcarbon.international.clubs.world import Array


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
