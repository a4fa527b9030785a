"""Differentiated price floors: members' prices rise with GDP per head around the club's price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.world import Array, World


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
