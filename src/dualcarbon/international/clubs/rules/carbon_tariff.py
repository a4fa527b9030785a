"""Carbon tariff: members charge the price gap on the carbon in imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.abatement import KG
from dualcarbon.international.clubs.climate import Climate
from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.world import Array, World


class CarbonTariff(Rule):
    """``t[j, c] = share x max(p_c - p_j, 0) x e_j / 1000``.

    ``p_c`` is the price inside, ``p_j`` the exporter's own price outside, ``e_j`` the carbon in its
    exports after what it abates there, t per 1000 USD; ``share`` the part of imports covered.
    """

    key = "carbon_tariff"
    meaning = "the price gap on the carbon in imports from outside"
    sets = "tariff"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of the value of imports that is covered")
    }

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """The price gap times the carbon in the exporter's goods."""
        embodied = world.intensity * np.maximum(1.0 - climate.rate_out, 0.0)
        gap = np.maximum(climate.price_in[None, :] - climate.price_out[:, None], 0.0)
        return settings["share"] * gap * embodied[:, None] / KG
