"""Uniform tariff: members tax all imports from outside at one rate (Nordhaus 2015)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dualcarbon.international.clubs.climate import Climate
from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Rule
from dualcarbon.international.clubs.world import Array, World


class UniformTariff(Rule):
    """``t[j, c] = t`` for every exporter j outside and importer c inside."""

    key = "uniform_tariff"
    meaning = "all imports from outside at one rate"
    sets = "tariff"

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """The policy's tariff for every pair."""
        return np.full((world.size, world.size), policy.tariff)
