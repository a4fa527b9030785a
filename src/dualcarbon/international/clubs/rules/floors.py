"""Rules that set the prices inside: floors by income group, or rising with GDP per head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.world import Array, Policy, World


class GraduatedFloors(Rule):
    """``p_i`` is the floor of region i's income group; the policy's price is the social cost.

    Design: International Monetary Fund (Parry, Black and Roaf 2021), international carbon price
    floor; Global Climate Policy Partnership (Harvard and MIT 2025), graduated variant.
    """

    key = "graduated_floors"
    meaning = "price floors by income group"
    sets = "prices"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "high": Setting(75.0, 0.0, 1000.0, "floor of high-income regions, USD/t"),
        "middle": Setting(50.0, 0.0, 1000.0, "floor of middle-income regions, USD/t"),
        "low": Setting(25.0, 0.0, 1000.0, "floor of low-income regions, USD/t"),
    }

    def prices(self, world: World, policy: Policy, settings: Mapping[str, float]) -> Array:
        """The floor of each region's group."""
        return np.array([settings[group] for group in world.income])


class DifferentiatedFloors(Rule):
    """``p_i = P y_i^eta / (sum of CO2_k y_k^eta / sum of CO2_k)``, y GDP per head.

    The mean of the floors, weighted by emissions, is the club's price ``P``.
    """

    key = "differentiated_floors"
    meaning = "price floors that rise with GDP per head, the club's price on average"
    sets = "prices"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "elasticity": Setting(0.5, 0.0, 2.0, "elasticity of the floor to GDP per head")
    }

    def prices(self, world: World, policy: Policy, settings: Mapping[str, float]) -> Array:
        """Floors by region, USD/t."""
        rise = (world.gdp / world.people) ** settings["elasticity"]
        return np.asarray(policy.price * rise / np.average(rise, weights=world.co2))
