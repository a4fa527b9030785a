"""Participation over prices and tariffs, every cell with its certificates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.build import Club, build
from dualcarbon.international.clubs.game import MOST_ENUMERATED, members
from dualcarbon.international.clubs.outcomes import gain_captured
from dualcarbon.international.clubs.stability import gains_of, nash_coalitions, stability_of
from dualcarbon.international.clubs.strong import Move, cycle_from, strong_coalitions
from dualcarbon.international.clubs.world import Policy, World

PRICES = (12.5, 25.0, 50.0, 100.0)
TARIFFS = tuple(t / 100 for t in range(11))


@dataclass(frozen=True)
class Cell:
    """Equilibria at one price and one tariff.

    Attributes:
        price: USD/t; tariff: share of value.
        names: regions.
        nash: coalitions that no single region leaves or joins, by number, ascending.
        strong: those of them that no group leaves either; None when not examined.
        potential: number of coalitions that transfers can make internally stable; None likewise.
        cycle: moves of a cycle where no strong equilibrium exists.
        captured: share of the gain from cooperation that the largest equilibrium brings.
    """

    price: float
    tariff: float
    names: tuple[str, ...]
    nash: tuple[int, ...]
    strong: tuple[int, ...] | None
    potential: int | None
    cycle: tuple[Move, ...]
    captured: float | None

    @property
    def largest(self) -> int | None:
        """The equilibrium with most members; None where no equilibrium exists."""
        return max(self.nash, key=lambda s: s.bit_count(), default=None)

    @property
    def members(self) -> tuple[str, ...]:
        """Members of the largest equilibrium."""
        return () if self.largest is None else members(self.largest, self.names)

    @property
    def cycles(self) -> bool:
        """Whether groups keep moving because no strong equilibrium exists."""
        return bool(self.cycle)


def cell(club: Club, *, strong: bool = True) -> Cell:
    """Examine one club.

    Args:
        club: price and tariff are those of its policy.
        strong: whether groups are examined too; needs at most 20 regions.
    """
    nash = nash_coalitions(club.game)
    found: tuple[int, ...] | None = None
    potential: int | None = None
    cycle: tuple[Move, ...] = ()
    if strong:
        payoffs = club.game.every_payoff()
        found = strong_coalitions(payoffs, nash)
        potential = int(stability_of(gains_of(club.game)).potential.sum())
        cycle = () if found else cycle_from(payoffs, max(nash, default=0))
    best = max(nash, key=lambda s: s.bit_count(), default=None)
    captured = None if best is None or not club.policy.social_cost else gain_captured(club, best)
    terms = club.policy
    return Cell(terms.price, terms.tariff, club.game.names, nash, found, potential, cycle, captured)


def sweep(
    world: World,
    prices: Sequence[float] = PRICES,
    tariffs: Sequence[float] = TARIFFS,
    policy: Policy | None = None,
    *,
    strong: bool | None = None,
    said: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Cell]:
    """Examine every combination of price and tariff.

    Args:
        world: the regions.
        prices: USD/t; the social cost of carbon goes with the price, as in C-DICE, unless the
            policy fixes it.
        tariffs: shares of value.
        policy: everything else.
        strong: whether groups are examined; by default where there are few enough regions.
        said: told how many cells of how many are done.

    Returns:
        Cells, prices in the outer loop.

    Raises:
        InputError: no price or no tariff.
    """
    if not prices or not tariffs:
        raise InputError("at least one price and one tariff are needed", where="sweep")
    base = policy or Policy()
    groups = world.size <= MOST_ENUMERATED if strong is None else strong
    cells: list[Cell] = []
    for price in prices:
        for tariff in tariffs:
            terms = Policy.model_validate(base.model_dump() | {"price": price, "tariff": tariff})
            cells.append(cell(build(world, terms), strong=groups))
            said(len(cells), len(prices) * len(tariffs))
    return cells
