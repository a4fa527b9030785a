"""The part of the payoffs that every club has: abatement cost and avoided damage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.international.clubs.abatement import (
    KG,
    abatement_cost,
    emission_intensity,
    mitigation_rate,
    own_price,
)
from dualcarbon.international.clubs.game import Pairs
from dualcarbon.international.clubs.world import Array, World


@dataclass(frozen=True)
class Climate:
    """Prices and abatement inside and outside the club.

    Attributes:
        own: each region's own price, USD/t.
        price_in: price inside the club, USD/t; price_out: price outside.
        rate_in: share abated inside the club; rate_out: outside.
        cost_in: abatement cost inside the club, bn USD; cost_out: outside.
    """

    own: Array
    price_in: Array
    price_out: Array
    rate_in: Array
    rate_out: Array
    cost_in: Array
    cost_out: Array


def climate_of(
    world: World, prices: Array, scc: float, *, outside: Array | None = None, cap: bool = False
) -> Climate:
    """What regions abate inside and outside a club.

    Args:
        world: the regions.
        prices: price that the club asks of each region, USD/t; a region whose own price is higher
            keeps that.
        scc: social cost of carbon of the world, USD/t.
        outside: price that each region keeps outside, USD/t; its own where that is higher.
        cap: whether no region can abate more than all it emits.
    """
    own = own_price(world.damage_share, scc)
    alone = own if outside is None else np.maximum(outside, own)
    inside = np.maximum(prices, alone)
    sigma = emission_intensity(world.co2, world.gdp)
    rate_in = mitigation_rate(inside, sigma, world.abatement, world.exponent, cap=cap)
    rate_out = mitigation_rate(alone, sigma, world.abatement, world.exponent, cap=cap)
    cost_in = abatement_cost(rate_in, world.gdp, world.abatement, world.exponent)
    cost_out = abatement_cost(rate_out, world.gdp, world.abatement, world.exponent)
    return Climate(own, inside, alone, rate_in, rate_out, cost_in, cost_out)


def climate_pairs(world: World, climate: Climate) -> Pairs:
    """Avoided damage less abatement cost as payoffs of pairs.

    Region i gets ``theta_i mu_j(s_j) CO2_j / 1000`` from each region j, itself included, and bears
    its own cost.
    """
    mine = climate.own * world.co2 / KG
    from_in = np.outer(climate.own, climate.rate_in * world.co2) / KG
    from_out = np.outer(climate.own, climate.rate_out * world.co2) / KG
    np.fill_diagonal(from_in, 0.0)
    np.fill_diagonal(from_out, 0.0)
    return Pairs(
        outside=mine * climate.rate_out - climate.cost_out,
        inside=mine * climate.rate_in - climate.cost_in,
        both=from_in,
        mine=from_out,
        theirs=from_in,
        neither=from_out,
    )


def rates_in(climate: Climate, states: Array) -> Array:
    """Share abated by region in the coalitions given, shape (states, n)."""
    return np.where(states > 0, climate.rate_in, climate.rate_out)
