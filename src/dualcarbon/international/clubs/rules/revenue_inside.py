"""Revenue shared inside: members pool their tariff revenue and share it by abatement cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Extra
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.rules.revenue import revenue_of
from dualcarbon.international.clubs.world import Array


class RevenueInside(Rule):
    """Member i gets ``share x (w_i / sum of members' w x pool - own revenue)``.

    ``w`` is the member's abatement cost, so that those who abate most get most. Payments inside the
    club sum to zero.
    """

    key = "revenue_inside"
    meaning = "members pool tariff revenue and share it by abatement cost"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of revenue that is pooled")
    }

    def extra(self, context: Context) -> Extra:
        """What each member gets from the pool beyond what it puts in."""
        revenue, share = revenue_of(context), context.settings["share"]
        weight = context.climate.cost_in + 1e-12

        def pooled(states: Array) -> Array:
            own = states * ((1.0 - states) @ revenue)
            key = states * weight
            total = np.maximum(key.sum(axis=1, keepdims=True), 1e-12)
            return share * (key / total * own.sum(axis=1, keepdims=True) - own)

        return pooled
