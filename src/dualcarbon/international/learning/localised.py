"""Experience when a growing share of supply must come from home."""

from __future__ import annotations

import numpy as np

from dualcarbon.errors import InputError

Array = np.ndarray


def ramp(years: int, *, start: float = 0.0, end: float = 1.0, over: int = 10) -> Array:
    """Localised share lambda by year: linear from start to end over some years, then level.

    Args:
        years: how many, the first at ``start``.
        start, end: shares, 0 to 1.
        over: years of the change, at least 1.

    Raises:
        InputError: a share outside 0 to 1, or no years of change.
    """
    for name, share in (("start", start), ("end", end)):
        if not 0.0 <= share <= 1.0:
            raise InputError(f"localised share is {share:g}", where=name, allowed="0 to 1")
    if over < 1:
        raise InputError(f"change over {over} years", where="over", allowed="1 or more")
    return start + (end - start) * np.minimum(np.arange(years) / over, 1.0)


def experience(world: Array, national: Array, share: Array | float) -> Array:
    """Cumulative capacity that a country learns from.

    q_t = Q_0 + sum over years of [n + (1 - lambda)(N - n)], N being the world's and n the
    country's additions: all of the world's where lambda is 0, only its own where it is 1. What
    was learned before the first year stays.

    Args:
        world: cumulative capacity of the world by year.
        national: additions of the country by year, that of the first year not used.
        share: localised share lambda, one figure or by year.

    Source: Helveston, He and Davidson (2022), Nature 612, methods.
    """
    added = np.diff(np.asarray(world, dtype=float), prepend=float(world[0]))
    own = np.asarray(national, dtype=float).copy()
    own[0] = 0.0
    return float(world[0]) + np.cumsum(own + (1.0 - np.asarray(share)) * (added - own))


def premium(q_split: Array, q_open: Array, beta: float) -> Array:
    """How much dearer the split supply chain is: (q_split / q_open)^beta - 1."""
    return (np.asarray(q_split) / np.asarray(q_open)) ** beta - 1.0
