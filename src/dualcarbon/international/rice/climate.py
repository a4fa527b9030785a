"""Carbon, forcing and temperature: the three boxes and two layers of RICE."""

from __future__ import annotations

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
