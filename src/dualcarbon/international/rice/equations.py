"""Equations of RICE: carbon, forcing, temperature and sea level; output, damages and capital."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from dualcarbon.international.rice.parameters import Array


def next_carbon(
    air: Array, shallow: Array, deep: Array, emissions: Array, c: SimpleNamespace
) -> tuple[Array, Array, Array]:
    """Carbon in air, shallow and deep ocean after a period, GtC.

    Args:
        air, shallow, deep: now, GtC.
        emissions: of the world, GtC a year.
        c: constants, see ``rice_globals``.
    """
    return (
        air * c.stay_air + shallow * c.shallow_to_air + emissions * c.step,
        air * c.air_to_shallow + shallow * c.stay_shallow + deep * c.deep_to_shallow,
        shallow * c.shallow_to_deep + deep * c.stay_deep,
    )


def other_forcing(period: int, c: SimpleNamespace) -> float:
    """Forcing of gases other than CO2, W/m2: linear, then constant."""
    share = min(period / c.forcing_other_periods, 1.0)
    return float(c.forcing_other_first + share * (c.forcing_other_last - c.forcing_other_first))


def forcing(air_now: Array, air_next: Array, other: float, c: SimpleNamespace) -> Array:
    """``F = eta log2(carbon / reference) + other``, W/m2; carbon is the mean of two periods."""
    mean = (air_now + air_next) / 2.0 + 1e-6
    return c.forcing_doubling * np.log(mean / c.carbon_reference) / np.log(2.0) + other


def next_air(warm: Array, ocean: Array, forced: Array, c: SimpleNamespace) -> Array:
    """Warming of the air after a period, degC above 1900."""
    loss = c.heat_loss * (warm - ocean)
    feedback = c.forcing_doubling / c.sensitivity * warm
    return warm + c.air_speed * (forced - feedback - loss)


def next_ocean(warm: Array, ocean: Array, c: SimpleNamespace) -> Array:
    """Warming of the deep ocean after a period, degC above 1900."""
    return ocean + c.ocean_speed * (warm - ocean)


MM_PER_YEAR = 100.0  # mm a year over ten years; divided by this, m


@dataclass(frozen=True)
class Sea:
    """Contributions to sea level since the start, m; ``pace`` is what still melts in Greenland."""

    thermal: Array
    glaciers: Array
    greenland: Array
    antarctic: Array
    pace: Array

    @property
    def level(self) -> Array:
        """Rise of the sea, m."""
        return self.thermal + self.glaciers + self.greenland + self.antarctic


def thermal(before: Array, warm: Array, c: SimpleNamespace) -> Array:
    """Expansion moves towards ``0.5 m`` per degree."""
    return before + c.thermal_speed * (c.thermal_equilibrium * warm - before)


def glaciers(before: Array, warm: Array, c: SimpleNamespace) -> Array:
    """Glaciers lose ``0.8 mm`` a year and degree, in proportion to what is left."""
    left = (c.glacier_total - before) / c.glacier_total
    return before + c.glacier_melt * c.step * left * warm


def greenland(before: Array, pace: Array, warm: Array, period: int, c: SimpleNamespace) -> Array:
    """Greenland loses a base rate, from the third period on more per degree, less as it shrinks."""
    rate = c.greenland_base + (c.greenland_melt * warm if period > 1 else 0.0 * warm)
    return before + rate * pace / MM_PER_YEAR


def antarctic(before: Array, warm: Array, period: int, c: SimpleNamespace) -> Array:
    """Antarctica gains snow below three degrees and loses ice above.

    The intercept above the threshold changes after eleven periods, as in the workbook of RICE-2010.
    """
    early = period < c.antarctic_periods
    cold = c.antarctic_cold * warm + c.antarctic_intercept
    above = c.antarctic_intercept if early else c.antarctic_later
    hot = c.antarctic_warm * (warm - c.antarctic_threshold) + above
    rate = np.where(np.real(warm) < c.antarctic_threshold, cold, hot)
    return before + rate / MM_PER_YEAR


def first_sea(warm: Array, c: SimpleNamespace) -> Sea:
    """The sea in the first period."""
    none = 0.0 * warm
    return Sea(
        thermal=thermal(none + c.thermal_first, warm, c),
        glaciers=none + c.glacier_first,
        greenland=none + c.greenland_base / MM_PER_YEAR,
        antarctic=antarctic(none, warm, 0, c),
        pace=none + 1.0,
    )


def next_sea(sea: Sea, warm: Array, period: int, c: SimpleNamespace) -> Sea:
    """The sea in a later period, from the warming in it."""
    ice = greenland(sea.greenland, sea.pace, warm, period, c)
    return Sea(
        thermal=thermal(sea.thermal, warm, c),
        glaciers=glaciers(sea.glaciers, warm, c),
        greenland=ice,
        antarctic=antarctic(sea.antarctic, warm, period, c),
        pace=1.0 - ice / c.greenland_total if period > 1 else sea.pace,
    )


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
