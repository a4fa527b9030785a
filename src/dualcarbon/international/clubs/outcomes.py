"""Outcomes of a club beside its two ends, and participation over prices and tariffs.

Every cell of price and tariff has its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.build import Club, build
from dualcarbon.international.clubs.game import MOST_ENUMERATED, members, row
from dualcarbon.international.clubs.payoffs import KG, abatement_cost, avoided_damage, climate_of
from dualcarbon.international.clubs.stability import gains_of, nash_coalitions, stability_of
from dualcarbon.international.clubs.strong import Move, cycle_from, strong_coalitions
from dualcarbon.international.clubs.world import Array, Policy, World


@dataclass(frozen=True)
class Outcome:
    """What the world looks like under one arrangement.

    Attributes:
        payoffs: by region, bn USD a year.
        rate: share of emissions abated by region.
        price: price on emissions by region, USD/t.
        cut: share of the world's emissions abated.
        mean_price: price weighted by emissions, USD/t.
    """

    payoffs: Array
    rate: Array
    price: Array
    cut: float
    mean_price: float

    @property
    def welfare(self) -> float:
        """Sum of payoffs, bn USD a year."""
        return float(self.payoffs.sum())


def club_outcome(club: Club, state: int) -> Outcome:
    """Outcome with the coalition of a number inside the club."""
    here = row(state, club.world.size)[None, :]
    price = np.where(here[0] > 0, club.climate.price_in, club.climate.price_out)
    return _outcome(club, club.game.payoffs(here)[0], club.abatement(here)[0], price)


def nash_outcome(club: Club) -> Outcome:
    """Outcome without any club: every region counts its own damage only."""
    climate = club.climate
    damage = avoided_damage(climate.own, climate.rate_out, club.world.co2)
    return _outcome(club, damage - climate.cost_out, climate.rate_out, climate.price_out)


def cooperative_outcome(club: Club) -> Outcome:
    """Outcome of the largest joint payoff: every region keeps the social cost of carbon."""
    world, scc = club.world, club.policy.social_cost
    price = np.full(world.size, scc)
    climate = climate_of(world, price, scc, cap=club.policy.cap)
    cost = abatement_cost(climate.rate_in, world.gdp, world.abatement, world.exponent)
    damage = avoided_damage(climate.own, climate.rate_in, world.co2)
    return _outcome(club, damage - cost, climate.rate_in, price)


def inefficiency(club: Club) -> float:
    """Share of the cooperative gain that is lost without a club.

    ``1 - W_nash / W_cooperative``, with welfare counted from no abatement at all.
    """
    return 1.0 - nash_outcome(club).welfare / cooperative_outcome(club).welfare


def gain_captured(club: Club, state: int) -> float:
    """Share of the step from Nash to cooperation that a coalition brings about."""
    nash, best = nash_outcome(club).welfare, cooperative_outcome(club).welfare
    return (club_outcome(club, state).welfare - nash) / (best - nash)


def _outcome(club: Club, payoffs: Array, rate: Array, price: Array) -> Outcome:
    co2 = club.world.co2
    cut = float(rate @ co2 / co2.sum())
    return Outcome(payoffs, rate, price, cut, float(price @ co2 / co2.sum()))


@dataclass(frozen=True)
class ClubResult:
    """A club and the coalition that holds in it.

    Attributes:
        club: see :func:`~dualcarbon.international.clubs.build.build`.
        state: number of the coalition.
    """

    club: Club
    state: int


def border_price(result: ClubResult, region: str) -> float:
    """Price per tonne of carbon that members charge on a region's exports, USD/t.

    The tariff burden over the carbon in the exports to members, both at unchanged trade:

        1000 x sum over members c of t[j, c] M[j, c] / (e_j sum over members c of M[j, c]).

    Under a carbon tariff this is the price gap times the share covered; under any other tariff it
    is the carbon price that would weigh as much. Zero for a member.

    Args:
        result: a club and its coalition.
        region: name of the exporting region.

    Raises:
        InputError: no such region.
    """
    club, world = result.club, result.club.world
    j = world.index(region, where="region")
    inside = row(result.state, world.size)
    trade = world.imports[j] * inside
    if inside[j] or not trade.sum():
        return 0.0
    embodied = world.intensity[j] * max(1.0 - float(club.climate.rate_out[j]), 0.0)
    if embodied <= 0:
        raise InputError(f"exports of {region} carry no carbon", where="region")
    return float(KG * np.dot(club.rate[j], trade) / (embodied * trade.sum()))


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
