"""Strong equilibria: coalitions that no group of regions wants to change, and cycles without one.

A group T changes coalition S by moving together: its members inside leave, those outside join. S is
a strong equilibrium when no group exists all of whose members gain (Aumann 1959); the same moves
are those of Nordhaus (2015), where every member of a randomly drawn group must gain. A strong
equilibrium is a Nash equilibrium. Where none exists, every coalition is left by some group, so the
path of moves returns to a coalition it has passed: a cycle. A certificate says which notions of
stability hold for one coalition, and who would move if not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.game import MOST_ENUMERATED, Game, all_coalitions, members, row
from dualcarbon.international.clubs.stability import TOLERANCE
from dualcarbon.international.clubs.world import Array

MOST_STEPS = 10_000


@dataclass(frozen=True)
class Move:
    """A group leaves one coalition for another, to the gain of all its members.

    Attributes:
        start, end: numbers of the coalitions; the group are the regions in which they differ.
        gains: what each region gains, bn USD, shape (n); positive for the group.
    """

    start: int
    end: int
    gains: Array

    @property
    def group(self) -> int:
        """Number of the moving group."""
        return self.start ^ self.end


def improving_move(payoffs: Array, state: int) -> Move | None:
    """The move away from a coalition that suits the smallest group, and among these gives most.

    Args:
        payoffs: payoffs in all coalitions, shape (2^n, n).
        state: number of the coalition.

    Returns:
        None when the coalition is a strong equilibrium: all ``2^n - 1`` groups were tried.
    """
    n = payoffs.shape[1]
    unwilling = np.zeros(len(payoffs), dtype=np.int64)
    for i, column in enumerate(payoffs.T):
        unwilling |= (column - column[state] <= TOLERANCE).astype(np.int64) << i
    group = np.arange(len(payoffs)) ^ state
    willing = (group & unwilling) == 0
    willing[state] = False
    ends = np.flatnonzero(willing)
    if not len(ends):
        return None
    rows = all_coalitions(n)[group[ends]]
    size = rows.sum(axis=1)
    ends, rows = ends[size == size.min()], rows[size == size.min()]
    total = (rows * (payoffs[ends] - payoffs[state])).sum(axis=1)
    end = int(ends[int(np.argmax(total))])
    return Move(state, end, payoffs[end] - payoffs[state])


def strong_coalitions(payoffs: Array, candidates: tuple[int, ...]) -> tuple[int, ...]:
    """Which of the Nash equilibria are strong; exact, since a strong one must be Nash."""
    return tuple(state for state in candidates if improving_move(payoffs, state) is None)


def cycle_from(payoffs: Array, state: int) -> tuple[Move, ...]:
    """Follow moves until one coalition comes again, or a strong equilibrium is reached.

    Returns:
        The moves of the cycle in order, empty when the path ends in a strong equilibrium.

    Raises:
        RuntimeError: neither within ten thousand moves.
    """
    passed: dict[int, int] = {}
    moves: list[Move] = []
    for _ in range(MOST_STEPS):
        if state in passed:
            return tuple(moves[passed[state] :])
        passed[state] = len(moves)
        move = improving_move(payoffs, state)
        if move is None:
            return ()
        moves.append(move)
        state = move.end
    raise RuntimeError("no cycle and no equilibrium found")


def refuse_if_too_many(n: int) -> None:
    """Strong stability looks at every group of regions.

    Raises:
        InputError: more regions than can be enumerated.
    """
    if n > MOST_ENUMERATED:
        raise InputError(
            f"{n} regions are too many for the strong concept, which tries every group",
            where="strong",
            allowed=f"at most {MOST_ENUMERATED} regions",
        )


@dataclass(frozen=True)
class Certificate:
    """What holds for one coalition, with the figures that prove it.

    Attributes:
        names: regions; state: number of the coalition.
        payoffs: payoff by region, bn USD a year.
        gains: what each region gains by being inside rather than outside, bn USD a year.
        surplus: members' payoffs less their outside options, bn USD a year.
        blocking: the group that would move, None when the coalition is strong.
        tried: groups tried for the strong notion; 0 when it was not examined.
    """

    names: tuple[str, ...]
    state: int
    payoffs: Array
    gains: Array
    surplus: float
    blocking: Move | None
    tried: int

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the members."""
        return members(self.state, self.names)

    @property
    def leavers(self) -> tuple[str, ...]:
        """Members that gain by leaving alone."""
        return tuple(n for n, g, s in self._rows() if s and g < -TOLERANCE)

    @property
    def joiners(self) -> tuple[str, ...]:
        """Outsiders that gain by joining alone."""
        return tuple(n for n, g, s in self._rows() if not s and g > TOLERANCE)

    @property
    def internal(self) -> bool:
        """No member gains by leaving."""
        return not self.leavers

    @property
    def external(self) -> bool:
        """No outsider gains by joining."""
        return not self.joiners

    @property
    def nash(self) -> bool:
        """No single region gains by moving."""
        return self.internal and self.external

    @property
    def potential(self) -> bool:
        """Transfers among members can make the coalition internally stable."""
        return self.surplus >= -TOLERANCE

    @property
    def strong(self) -> bool | None:
        """No group gains by moving; None where it was not examined."""
        return (self.blocking is None) if self.tried else None

    def _rows(self) -> list[tuple[str, float, bool]]:
        inside = row(self.state, len(self.names)) > 0
        return list(zip(self.names, self.gains.tolist(), inside.tolist(), strict=True))


def certify(game: Game, state: int, payoffs: Array | None = None) -> Certificate:
    """Examine one coalition.

    Args:
        game: the payoffs.
        state: number of the coalition.
        payoffs: payoffs in all coalitions where they are known; needed for the strong notion and
            computed when there are at most 20 regions.
    """
    here = row(state, game.size)
    own = game.payoffs(here[None, :])[0]
    gains = game.gains(here)
    surplus = float(np.where(here > 0, gains, 0.0).sum())
    if payoffs is None and game.size <= MOST_ENUMERATED:
        payoffs = game.every_payoff()
    blocking = None if payoffs is None else improving_move(payoffs, state)
    tried = 0 if payoffs is None else len(payoffs) - 1
    return Certificate(game.names, state, own, gains, surplus, blocking, tried)
