"""Outcomes of the club game beside its two ends: nobody cooperates, and all do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.international.clubs.abatement import abatement_cost, avoided_damage
from dualcarbon.international.clubs.build import Club
from dualcarbon.international.clubs.climate import climate_of
from dualcarbon.international.clubs.coalitions import row
from dualcarbon.international.clubs.world import Array


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
