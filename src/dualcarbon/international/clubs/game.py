"""The payoffs of a club game: terms that depend on pairs of regions, and terms of any other form.

Coalitions are rows of zeros and ones, or numbers whose bit i stands for region i. A game of pairs
gives region i in coalition S (``s_j = 1`` inside, 0 outside)

    W_i(S) = own_i(s_i) + sum over j of v_ij(s_i, s_j),

and what i gains by being inside is then affine in the membership of the others:

    g_i(S) = base_i + sum over j of coupling_ij s_j.

Linear damages and tariffs between pairs are of this form, so one matrix product gives the best
responses to all coalitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dualcarbon.errors import InputError
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


Extra = Callable[[Array], Array]
MOST_ENUMERATED = 20


@dataclass(frozen=True)
class Pairs:
    """Payoffs that depend on pairs, bn USD a year.

    Attributes:
        outside: own part of each region while outside, shape (n).
        inside: own part while inside, shape (n).
        both: v_ij while i and j are inside, shape (n, n), zero diagonal.
        mine: v_ij while i is inside and j outside.
        theirs: v_ij while i is outside and j inside.
        neither: v_ij while both are outside.
    """

    outside: Array
    inside: Array
    both: Array
    mine: Array
    theirs: Array
    neither: Array

    @classmethod
    def zero(cls, n: int) -> Pairs:
        """Payoffs of nothing."""
        none, nothing = np.zeros(n), np.zeros((n, n))
        return cls(none, none, nothing, nothing, nothing, nothing)

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(
            self.outside + other.outside,
            self.inside + other.inside,
            self.both + other.both,
            self.mine + other.mine,
            self.theirs + other.theirs,
            self.neither + other.neither,
        )

    def payoffs(self, states: Array) -> Array:
        """Payoffs in the coalitions given, shape (states, n)."""
        inside = self._alone_inside + states @ (self.both - self.mine).T
        outside = self._alone_outside + states @ (self.theirs - self.neither).T
        return np.where(states > 0, inside, outside)

    def every_payoff(self) -> Array:
        """Payoffs in all coalitions, shape (2^n, n)."""
        inside = affine_in_all(self._alone_inside, self.both - self.mine)
        outside = affine_in_all(self._alone_outside, self.theirs - self.neither)
        return np.where(all_coalitions(len(self.inside)).T > 0, inside.T, outside.T).T

    @property
    def _alone_inside(self) -> Array:
        return np.asarray(self.inside + self.mine.sum(axis=1))

    @property
    def _alone_outside(self) -> Array:
        return np.asarray(self.outside + self.neither.sum(axis=1))

    @property
    def base(self) -> Array:
        """What each region gains by being inside alone, shape (n)."""
        return self.inside - self.outside + (self.mine - self.neither).sum(axis=1)

    @property
    def coupling(self) -> Array:
        """What another member j adds to region i's gain from being inside, shape (n, n)."""
        return self.both - self.mine - self.theirs + self.neither


@dataclass(frozen=True)
class Game:
    """A club game: who gets what in which coalition.

    Attributes:
        names: regions.
        pairs: the part that depends on pairs.
        extras: parts of any other form, each from states (m, n) to payoffs (m, n) in bn USD.
    """

    names: tuple[str, ...]
    pairs: Pairs
    extras: tuple[Extra, ...] = field(default=())

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.names)

    @property
    def affine(self) -> bool:
        """Whether the gain from membership is affine in the others' membership."""
        return not self.extras

    def payoffs(self, states: Array) -> Array:
        """Payoffs in the coalitions given, shape (states, n), bn USD a year."""
        total = self.pairs.payoffs(states)
        for extra in self.extras:
            total = total + extra(states)
        return total

    def every_payoff(self) -> Array:
        """Payoffs in all ``2^n`` coalitions.

        Raises:
            InputError: more regions than can be enumerated.
        """
        self.refuse_if_too_many()
        total = self.pairs.every_payoff()
        for extra in self.extras:
            total = total + extra(all_coalitions(self.size))
        return total

    def refuse_if_too_many(self) -> None:
        """Refuse what enumerates coalitions where they are too many.

        Raises:
            InputError: more than 20 regions.
        """
        if self.size > MOST_ENUMERATED:
            raise InputError(
                f"{self.size} regions are too many to enumerate every coalition",
                allowed=f"at most {MOST_ENUMERATED}",
            )

    def gains(self, state: Array) -> Array:
        """What each region gains by being inside and not outside, the others as in ``state``."""
        n = self.size
        flips = np.repeat(state[None, :], 2 * n, axis=0)
        flips[np.arange(n), np.arange(n)] = 1.0
        flips[n + np.arange(n), np.arange(n)] = 0.0
        both = self.payoffs(flips)
        own = np.arange(n)
        return both[own, own] - both[n + own, own]
