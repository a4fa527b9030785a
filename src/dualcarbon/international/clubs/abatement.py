"""How much a region abates at a price, what that costs, and what damage it avoids.

Equations 1 to 4 of C-DICE: Nordhaus (2015), American Economic Review 105(4), 1339-1370.
"""

from __future__ import annotations

import numpy as np

from dualcarbon.international.clubs.world import Array

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
