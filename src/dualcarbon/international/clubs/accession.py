"""Dynamic accession: regions join or leave one at a time, each looking only at the next payoff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dualcarbon.errors import unknown_name
from dualcarbon.international.clubs.game import Game, row
from dualcarbon.international.clubs.stability import TOLERANCE
from dualcarbon.international.clubs.world import Array

ORDERS = ("largest_gain", "given")
Ending = Literal["converged", "cycle"]


@dataclass(frozen=True)
class Step:
    """One region's move: its name, whether it joins, its gain in bn USD, the coalition after it."""

    region: str
    joins: bool
    gain: float
    state: int


@dataclass(frozen=True)
class Accession:
    """The moves from an initial coalition.

    Attributes:
        start: number of the initial coalition; steps: the moves.
        ending: ``converged`` to a coalition that nobody leaves or joins, or ``cycle``.
        cycle_start: number of steps before the cycle; equals the number of steps when converged.
    """

    start: int
    steps: tuple[Step, ...]
    ending: Ending
    cycle_start: int

    @property
    def end(self) -> int:
        """Number of the last coalition."""
        return self.steps[-1].state if self.steps else self.start


def accede(
    game: Game,
    start: int = 0,
    *,
    order: str = "largest_gain",
    leaving: bool = True,
    priority: Sequence[str] = (),
) -> Accession:
    """Let regions move one after another until nobody gains or a coalition comes again.

    Args:
        game: the payoffs.
        start: number of the initial coalition.
        order: ``largest_gain``: the region that gains most moves; ``given``: the first that gains,
            in the order of ``priority`` and then of the world.
        leaving: whether members may leave again.
        priority: names of regions that are asked first.

    Raises:
        InputError: an unknown order or region.
    """
    if order not in ORDERS:
        raise unknown_name("order", order, ORDERS, where="order")
    for name in priority:
        if name not in game.names:
            raise unknown_name("region", name, game.names, where="priority")
    queue = [game.names.index(name) for name in priority]
    queue += [i for i in range(game.size) if i not in queue]
    passed, state = {start: 0}, start
    steps: list[Step] = []
    while True:
        gains = _moving_gains(game, state, leaving)
        mover = _mover(gains, order, queue)
        if mover is None:
            return Accession(start, tuple(steps), "converged", len(steps))
        joins = not state >> mover & 1
        state ^= 1 << mover
        steps.append(Step(game.names[mover], joins, float(gains[mover]), state))
        if state in passed:
            return Accession(start, tuple(steps), "cycle", passed[state])
        passed[state] = len(steps)


def _moving_gains(game: Game, state: int, leaving: bool) -> Array:
    """What each region gains by moving: outsiders by joining, members by leaving."""
    here = row(state, game.size)
    gains = game.gains(here)
    return np.where(here > 0, -gains if leaving else -np.inf, gains)


def _mover(gains: Array, order: str, queue: list[int]) -> int | None:
    willing = [i for i in queue if gains[i] > TOLERANCE]
    if not willing:
        return None
    return willing[0] if order == "given" else max(willing, key=lambda i: float(gains[i]))
