"""Coalitions as rows of zeros and ones, and as numbers whose bit i stands for region i."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dualcarbon.international.clubs.world import Array

States = NDArray[np.int64]


@lru_cache(maxsize=4)
def all_coalitions(n: int) -> Array:
    """All ``2^n`` coalitions of n regions, one per row; row number = bits. Read-only.

    Columns are contiguous, since most work goes region by region.
    """
    rows = np.asfortranarray(((np.arange(1 << n)[:, None] >> np.arange(n)) & 1).astype(float))
    rows.flags.writeable = False
    return rows


def affine_in_all(base: Array, slope: Array) -> Array:
    """``base_i + sum over j of slope_ij s_j`` in all coalitions, shape (2^n, n).

    The first half of the regions and the second half are summed up apart; then every pair of parts
    is added, which takes one addition per figure.
    """
    n, half = len(base), len(base) // 2
    low = base[:, None] + slope[:, :half] @ all_coalitions(half).T
    high = slope[:, half:] @ all_coalitions(n - half).T
    return (high[:, :, None] + low[:, None, :]).reshape(n, -1).T


def bits(row: Array) -> int:
    """Number of a coalition."""
    return int(sum(1 << i for i, inside in enumerate(row) if inside))


def row(state: int, n: int) -> Array:
    """Coalition of a number."""
    return ((state >> np.arange(n)) & 1).astype(float)


def of_names(members: Iterable[str], names: Sequence[str]) -> int:
    """Number of the coalition of the regions named; each must be among ``names``."""
    return sum(1 << names.index(member) for member in members)


def members(state: int, names: Sequence[str]) -> tuple[str, ...]:
    """Names of the regions in a coalition."""
    return tuple(name for i, name in enumerate(names) if state >> i & 1)
