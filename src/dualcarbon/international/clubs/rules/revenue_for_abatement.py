"""Revenue spent on abatement outside: tariff revenue buys abatement in the region that paid it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.abatement import KG
from dualcarbon.international.clubs.game import Extra
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.rules.revenue import revenue_of
from dualcarbon.international.clubs.world import Array


class RevenueForAbatement(Rule):
    """Money ``F_j`` from members lifts abatement in region j outside to
    ``mu_j' = (mu_j^e + F_j / (GDP_j a_j))^(1/e)``, at most 1.

    Members pay only what is spent: money beyond full abatement stays with them.
    """

    key = "revenue_for_abatement"
    meaning = "tariff revenue buys abatement in the regions that paid it"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of revenue that is spent")
    }

    def extra(self, context: Context) -> Extra:
        """Benefit of the bought abatement less what members pay for it."""
        world, climate = context.world, context.climate
        revenue = _offered(context)
        more = self.more_abatement(context)

        def bought(states: Array) -> Array:
            offered, spent = _spent(context, revenue, states)
            part = np.divide(spent, offered, out=np.zeros_like(offered), where=offered > 0)
            paid = states * (part @ revenue)
            return (more(states) @ world.co2)[:, None] * climate.own / KG - paid

        return bought

    def more_abatement(self, context: Context) -> Extra:
        """Share of emissions that the money abates in regions outside."""
        world, climate = context.world, context.climate
        revenue = _offered(context)
        full = world.gdp * world.abatement

        def more(states: Array) -> Array:
            _, spent = _spent(context, revenue, states)
            rate = ((climate.cost_out + spent) / full) ** (1.0 / world.exponent)
            return np.where(spent > 0, np.maximum(rate - climate.rate_out, 0.0), 0.0)

        return more


def _offered(context: Context) -> Array:
    """Money for abatement by exporter and importer, bn USD."""
    return np.asarray(context.settings["share"] * revenue_of(context))


def _spent(context: Context, revenue: Array, states: Array) -> tuple[Array, Array]:
    """Money offered to each region outside, and what it can spend on its own abatement."""
    world = context.world
    offered = (1.0 - states) * (states @ revenue.T)
    room = np.maximum(world.gdp * world.abatement - context.climate.cost_out, 0.0)
    return offered, np.minimum(offered, room)
