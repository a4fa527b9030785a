"""What every club's payoffs are made of: abatement cost, avoided damage, and tariffs between pairs.

Equations 1 to 5 of C-DICE: Nordhaus (2015), American Economic Review 105(4), 1339-1370; the
response of welfare to a tariff ``t`` on imports ``M`` is fitted there to Ossa (2014).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.international.clubs.game import Pairs
from dualcarbon.international.clubs.world import Array, World

KG = 1000.0  # Mt x USD/t = million USD; divided by this, bn USD


def own_price(damage_share: Array, scc: float) -> Array:
    """Price that counts a region's own damage only: ``theta_i = share_i x SCC``.

    Args:
        damage_share: part of the world's damages, sums to 1.
        scc: social cost of carbon of the world, USD/t.
    """
    return damage_share * scc


def emission_intensity(co2_mt: Array, gdp_bn: Array) -> Array:
    """``sigma_i = CO2_i / GDP_i``, t per 1000 USD."""
    return co2_mt / gdp_bn


def mitigation_rate(
    price: Array, intensity: Array, abatement: Array, exponent: Array, *, cap: bool = False
) -> Array:
    """Share of emissions abated where marginal cost meets the price.

    ``mu = (p sigma / (e a 1000)) ^ (1 / (e - 1))``; with ``e = 2``, ``mu = p sigma / (2 a 1000)``.

    Args:
        price: USD/t, not negative.
        intensity: t per 1000 USD.
        abatement: cost of full abatement, share of GDP.
        exponent: power of the abatement cost.
        cap: whether no more than all emissions can be abated; C-DICE as published has no cap.
    """
    rate = (price * intensity / (exponent * abatement * KG)) ** (1.0 / (exponent - 1.0))
    return np.minimum(rate, 1.0) if cap else rate


def abatement_cost(rate: Array, gdp_bn: Array, abatement: Array, exponent: Array) -> Array:
    """``Cost_i = GDP_i a_i mu_i ^ e_i``, bn USD a year, not negative."""
    return gdp_bn * abatement * rate**exponent


def avoided_damage(own: Array, rate: Array, co2_mt: Array) -> Array:
    """``theta_i sum_k mu_k CO2_k / 1000``, bn USD a year: linear in what the world abates.

    Args:
        own: regions' own prices, USD/t, shape (n).
        rate: share abated, shape (n) or (states, n).
        co2_mt: emissions without policy, Mt, shape (n).

    Returns:
        Benefit by region, of the shape of ``rate``.
    """
    return (rate @ co2_mt)[..., None] * own / KG


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


def importer_gain(imports: Array, rate: Array, gain: Array, deadweight: Array) -> Array:
    """``M[j,c] (alpha_c t - beta_c t^2)``: net gain of importer c from taxing exporter j.

    Args:
        imports: bn USD, rows exporters, columns importers.
        rate: tariff by exporter and importer, share of value.
        gain: alpha by importer.
        deadweight: beta by importer.

    Returns:
        bn USD a year, rows exporters, columns importers; includes the tariff's revenue.
    """
    return imports * (gain * rate - deadweight * rate**2)


def exporter_loss(imports: Array, rate: Array, gain: Array) -> Array:
    """``M[j,c] alpha_c t``: what importer c's tariff costs exporter j, bn USD a year."""
    return imports * gain * rate


def optimal_tariff(gain: Array, deadweight: Array) -> Array:
    """Tariff of the largest net gain: ``alpha / (2 beta)``."""
    return np.divide(gain, 2.0 * deadweight, out=np.zeros_like(gain), where=deadweight > 0)


def tariff_revenue(imports: Array, rate: Array, gain: Array, deadweight: Array) -> Array:
    """Revenue that goes with the gain above where demand for imports is linear.

    With imports ``M (1 - k t)`` and a share ``alpha`` of the tariff borne by exporters, the
    importer's welfare is revenue less the surplus its buyers lose,
    ``t M (1 - k t) - (1 - alpha) t M (1 - k t / 2) = M (alpha t - k t^2 (1 + alpha) / 2)``,
    hence ``k = 2 beta / (1 + alpha)`` and the revenue is ``t M (1 - k t)``, at least zero.

    Returns:
        bn USD a year, rows exporters, columns importers.
    """
    response = 2.0 * deadweight / (1.0 + gain)
    return rate * imports * np.maximum(1.0 - response * rate, 0.0)
