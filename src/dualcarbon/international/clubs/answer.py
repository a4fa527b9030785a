"""The answer for one club: members, notions of stability, and who joins or leaves one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dualcarbon.errors import unknown_name
from dualcarbon.international.clubs.build import Club
from dualcarbon.international.clubs.game import MOST_ENUMERATED, Game, members, row
from dualcarbon.international.clubs.outcomes import (
    club_outcome,
    cooperative_outcome,
    gain_captured,
    nash_outcome,
)
from dualcarbon.international.clubs.regions import region_table
from dualcarbon.international.clubs.stability import TOLERANCE, nash_search
from dualcarbon.international.clubs.strong import Certificate, certify, cycle_from
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


OF_REGIONS = (
    "abated_mt",
    "abatement_cost_bn",
    "revenue_bn",
    "paid_bn",
    "gain_inside_bn",
    "tipping_tariff",
)
"""Columns of the table of regions that an answer repeats by region."""
UNITS = {"money": "bn USD a year", "price": "USD/t CO2", "tariff": "share of value"}
DEFINITIONS = {
    "search": "exhaustive; what was not looked at cannot hold an equilibrium",
    "members": "the stable coalition with most members, or the coalition asked for; "
    "where no single region can rest, the coalition at which joining one by one begins to cycle",
    "is_nash": "no single region gains by joining or leaving",
    "is_internal": "no member gains by leaving",
    "is_external": "no outsider gains by joining",
    "is_potential_internal": "members together can pay each its outside option",
    "is_strong": "no group of regions gains by joining and leaving together, every one of it",
    "payoffs_bn": "avoided damage less abatement cost plus trade, against no abatement anywhere",
    "gain_over_no_club_bn": "payoff less that without any club",
    "stable": "whether any coalition is left as it is by every single region",
    "single_cycle": "where none is: moves of single regions, each for its gain, that come round",
    "gain_inside_bn": "payoff inside less payoff outside, the others' membership held; its size is "
    "the payment at which the region tips",
    "tipping_tariff": "uniform tariff nearest to the club's at which that gain is zero",
    "revenue_bn": "tariffs that a member collects; paid_bn: tariffs on what an outsider sells",
    "data_year": "year of the money and of the figures of the world",
    "captured": "share of the world's gain from cooperation that the coalition brings",
}


def answer(club: Club, state: int | None = None, *, strong: bool = True) -> dict[str, Any]:
    """Examine a coalition, or the largest stable one.

    Args:
        club: see :func:`~dualcarbon.international.clubs.build.build`.
        state: number of the coalition to examine; the largest Nash equilibrium by default.
        strong: whether groups of regions are examined; needs at most 20 regions.

    Returns:
        Figures by key, with ``unit`` and ``definitions``; payoffs by region.

    Raises:
        InputError: a rule that is not of pairs, with more than 20 regions.
    """
    game = club.game
    search = nash_search(game)
    equilibria = search.coalitions
    chosen = _chosen(club, equilibria) if state is None else state
    groups = strong and game.size <= MOST_ENUMERATED
    payoffs = game.every_payoff() if groups else None
    certificate = certify(game, chosen, payoffs)
    cycle = () if payoffs is None or certificate.strong else cycle_from(payoffs, chosen)
    outcome, alone = club_outcome(club, chosen), nash_outcome(club)
    regions = region_table(club, chosen)
    return {
        "stable": bool(equilibria),
        "members": list(certificate.members),
        **_notions(certificate),
        "equilibria": [list(members(s, game.names)) for s in equilibria],
        "search": {
            "method": search.method,
            "looked_at": search.looked_at,
            "coalitions": 2**game.size,
        },
        "cycle": [list(members(move.end, game.names)) for move in cycle],
        "single_cycle": [] if equilibria else _single_cycle(club),
        "payoffs_bn": _by_region(club, outcome.payoffs),
        "gain_over_no_club_bn": _by_region(club, outcome.payoffs - alone.payoffs),
        "prices_usd_per_t": _by_region(club, outcome.price),
        **{key: _by_region(club, regions[key].to_numpy(float)) for key in OF_REGIONS},
        "emission_cut": outcome.cut,
        "emission_cut_no_club": alone.cut,
        "emission_cut_cooperative": cooperative_outcome(club).cut,
        "captured": gain_captured(club, chosen) if club.policy.social_cost else None,
        "data_year": club.world.year,
        "source": club.world.source,
        "unit": UNITS,
        "definitions": DEFINITIONS,
    }


def _chosen(club: Club, equilibria: tuple[int, ...]) -> int:
    """The largest equilibrium; without one, where joining one by one begins to cycle."""
    if equilibria:
        return max(equilibria, key=lambda s: s.bit_count())
    return accede(club.game).end


def _single_cycle(club: Club) -> list[dict[str, Any]]:
    """Moves of single regions that come back to where they began, one after the other."""
    moves = accede(club.game)
    return [
        {
            "region": step.region,
            "joins": step.joins,
            "gain_bn": step.gain,
            "members": list(members(step.state, club.game.names)),
        }
        for step in moves.steps[moves.cycle_start :]
    ]


def _notions(certificate: Certificate) -> dict[str, Any]:
    blocking = certificate.blocking
    return {
        "is_nash": certificate.nash,
        "is_internal": certificate.internal,
        "is_external": certificate.external,
        "is_potential_internal": certificate.potential,
        "is_strong": certificate.strong,
        "leavers": list(certificate.leavers),
        "joiners": list(certificate.joiners),
        "blocking_group": [] if blocking is None else list(
            members(blocking.group, certificate.names)
        ),
        "surplus_bn": certificate.surplus,
    }  # fmt: skip


def _by_region(club: Club, values: Array) -> dict[str, float]:
    return dict(zip(club.world.names, values.tolist(), strict=True))
