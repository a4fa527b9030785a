"""Graduated price floors: members keep 75, 50 or 25 USD/t by their income.

Design: International Monetary Fund (Parry, Black and Roaf 2021), international carbon price floor;
Global Climate Policy Partnership (Harvard and MIT 2025), graduated variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.world import Array, World


class GraduatedFloors(Rule):
    """``p_i`` is the floor of region i's income group; the policy's price is the social cost."""

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
