"""Output, abatement, damages and capital of a region: one equation, one function.

Money in tn USD of 2005 (purchasing power), emissions in GtC a year; arrays end with the regions and
may have leading dimensions for several runs at once.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from dualcarbon.international.rice.parameters import Array

TO_CO2 = 12.0 / 44.0


def gross_output(productivity: Array, capital: Array, people_m: Array, share: Array) -> Array:
    """``Q = A K^gamma (L / 1000)^(1 - gamma)``, tn USD a year before damages and abatement."""
    return productivity * capital**share * (people_m / 1000.0) ** (1.0 - share)


def industrial_emissions(intensity: Array, output: Array, control: Array) -> Array:
    """``E = sigma Q (1 - mu)``, GtC a year."""
    return intensity * output * (1.0 - control)


def abatement_cost(
    output: Array, backstop: Array, intensity: Array, control: Array, exponent: Array
) -> Array:
    """``Q (p_b sigma / theta) mu^theta``, tn USD a year."""
    return output * backstop * intensity / exponent * control**exponent


def carbon_price(backstop: Array, control: Array, exponent: Array) -> Array:
    """Marginal cost of abatement, ``p_b mu^(theta - 1)``, USD/t CO2."""
    return backstop * control ** (exponent - 1.0) * 1000.0 * TO_CO2


def sea_damage(
    level: Array, linear: Array, quadratic: Array, growth: Array, constants: SimpleNamespace
) -> Array:
    """Damage from the sea, share of output: ``m (l S + q S^2) (Q / Q_first)^(1 / elasticity)``.

    Args:
        level: sea level of the period before, m, with a trailing dimension of one.
        linear, quadratic: by region, per m and per m squared.
        growth: output of the period before over that of the first.
        constants: see ``rice_globals``.
    """
    base = constants.sea_multiplier * (level * linear + level**2 * quadratic)
    return base * growth ** (1.0 / constants.sea_elasticity)


def damage(
    output: Array, warming: Array, linear: Array, quadratic: Array, sea: Array, power: float
) -> Array:
    """Damage, tn USD a year: ``Q D / (1 + D^power)`` with ``D = (l T + q T^2) / 100 + sea``.

    Args:
        warming: degC above 1900, with a trailing dimension of one.
        linear, quadratic: % of output per degree and degree squared.
        sea: share of output lost to the sea.
        power: keeps damages below output when they are very large.
    """
    share = (linear * warming + quadratic * warming**2) / 100.0 + sea
    return output * share / (1.0 + share**power)


def next_capital(capital: Array, investment: Array, depreciation: Array, years: float) -> Array:
    """``K' = (1 - delta)^years K + years I``, tn USD."""
    return (1.0 - depreciation) ** years * capital + years * investment


def emissions_of_land(first: Array, period: int, decline: float) -> float:
    """Emissions from land use of the world, GtC a year: each period a fifth less."""
    return float(np.sum(first)) * (1.0 - decline) ** period
