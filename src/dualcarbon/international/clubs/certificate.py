"""A certificate for one coalition: which notions of stability hold, and who would move if not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.international.clubs.coalitions import members, row
from dualcarbon.international.clubs.game import MOST_ENUMERATED, Game
from dualcarbon.international.clubs.stability import TOLERANCE
from dualcarbon.international.clubs.strong import Move, improving_move
from dualcarbon.international.clubs.world import Array


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
