"""Shapley values of switches, exact from the values of all 2^n settings."""

from __future__ import annotations

from math import factorial

import numpy as np

from dualcarbon.errors import InputError


def shapley_values(values: np.ndarray) -> np.ndarray:
    """Share of each switch in the change from all off to all on.

    ``phi_i = sum_{S without i} |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))``: the mean over all
    orders in which the switches can be turned on of what switch ``i`` adds when its turn comes.

    Args:
        values: ``v(S)``, first axis of length 2^n; bit ``i`` of its index says whether switch
            ``i`` is on. Further axes (indicators, years) are kept.

    Returns:
        ``phi``, first axis of length n, in the unit of ``values``; sums to
        ``v(all) - v(none)``.

    Raises:
        InputError: the first axis is no power of two.

    Source: Shapley (1953), A value for n-person games.
    """
    settings = len(values)
    n = settings.bit_length() - 1
    if settings != 1 << n:
        raise InputError(f"{settings} settings are not all settings of some switches",
                         allowed="2^n values")  # fmt: skip
    return np.tensordot(weights(n), np.asarray(values, float), axes=1)


def weights(n: int) -> np.ndarray:
    """Weight of every setting in every switch's value, shape (n, 2^n).

    ``+(|S|-1)! (n-|S|)! / n!`` where the switch is on in S, ``-|S|! (n-|S|-1)! / n!`` where off.
    """
    masks = np.arange(1 << n)
    on = (masks[None, :] >> np.arange(n)[:, None]) & 1
    size = on.sum(axis=0)
    order = np.array([factorial(k) * factorial(n - k - 1) / factorial(n) for k in range(n)])
    gained = order[np.clip(size - 1, 0, None)] if n else size
    lost = order[np.clip(size, None, n - 1)] if n else size
    return np.where(on == 1, gained, -lost).astype(float)


def gray_path(n: int) -> list[int]:
    """All settings of n switches such that neighbours differ in one: ``k xor (k >> 1)``."""
    return [k ^ (k >> 1) for k in range(1 << n)]
