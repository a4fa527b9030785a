"""Strong equilibria: coalitions that no group of regions wants to change, and cycles without one.

A group T changes coalition S by moving together: its members inside leave, those outside join. S is
a strong equilibrium when no group exists all of whose members gain (Aumann 1959); the same moves
are those of Nordhaus (2015), where every member of a randomly drawn group must gain. A strong
equilibrium is a Nash equilibrium. Where none exists, every coalition is left by some group, so the
path of moves returns to a coalition it has passed: a cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.coalitions import all_coalitions
from dualcarbon.international.clubs.game import MOST_ENUMERATED
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
