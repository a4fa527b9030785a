"""Rules that say what becomes of tariff revenue: shared inside, returned, or spent outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Extra, Pairs
from dualcarbon.international.clubs.payoffs import KG, tariff_revenue
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.world import Array


def revenue_of(context: Context) -> Array:
    """Revenue of importer inside from exporter outside, bn USD, rows exporters."""
    world = context.world
    return tariff_revenue(world.imports, context.rate, world.tariff_gain, world.tariff_deadweight)


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


def returned(revenue: Array, developing: Array) -> Pairs:
    """Payoffs of giving revenue back to exporters; payments sum to zero."""
    back = revenue * developing[:, None]
    return replace(Pairs.zero(len(developing)), mine=-np.ascontiguousarray(back.T), theirs=back)


class RevenueToExporters(Rule):
    """Exporter j outside gets ``share x R[j, c]`` from member c, unless j has a high income."""

    key = "revenue_to_exporters"
    meaning = "tariff revenue goes back to developing exporters"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of revenue that is returned")
    }

    def pairs(self, context: Context) -> Pairs:
        """The return as payments between pairs."""
        developing = (context.world.income != "high").astype(float)
        return returned(context.settings["share"] * revenue_of(context), developing)


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
