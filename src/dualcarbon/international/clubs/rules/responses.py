"""Rules beside the tariff: what becomes of its revenue, and how regions outside respond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Extra, Pairs
from dualcarbon.international.clubs.payoffs import (
    KG,
    Climate,
    exporter_loss,
    importer_gain,
    tariff_revenue,
)
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.world import Array, Policy, World


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


class Retaliation(Rule):
    """Exporter j outside taxes what it buys from member c at ``ratio x t[j, c]``."""

    key = "retaliation"
    meaning = "regions outside tax members' goods in return"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "ratio": Setting(1.0, 0.0, 10.0, "answering rate over the club's rate")
    }

    def pairs(self, context: Context) -> Pairs:
        """What the answer gains those outside and costs the members."""
        world = context.world
        answer = context.settings["ratio"] * context.rate.T
        gain = importer_gain(world.imports, answer, world.tariff_gain, world.tariff_deadweight)
        loss = exporter_loss(world.imports, answer, world.tariff_gain)
        return replace(Pairs.zero(world.size), theirs=np.ascontiguousarray(gain.T), mine=-loss)


class OpenCommunity(Rule):
    """Members abate what the club's price would bring at home, at a cost that sharing lowers:

    ``Cost_i(S) = Cost_i x (1 - technology x sum over other members j of GDP_j / sum of GDP)``.

    High-income members pay the share ``finance`` of the others' cost, in proportion to their GDP.
    ``penalty`` 0: no tariff; 1: the policy's tariff is charged, and the share ``returned`` of its
    revenue given back to the exporters that paid it.
    """

    key = "open_community"
    meaning = "open membership, shared technology and finance, no border penalty kept"
    sets = "tariff"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "technology": Setting(0.2, 0.0, 1.0, "fall of abatement cost when all others share"),
        "finance": Setting(0.5, 0.0, 1.0, "share of developing members' cost paid by rich ones"),
        "penalty": Setting(0.0, 0.0, 1.0, "0: no tariff; 1: the policy's tariff is charged"),
        "returned": Setting(1.0, 0.0, 1.0, "share of the penalty's revenue that is given back"),
    }

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """No tariff, or the policy's, which is given back."""
        return np.full((world.size, world.size), settings["penalty"] * policy.tariff)

    def pairs(self, context: Context) -> Pairs:
        """The penalty given back to all who paid it."""
        back = context.settings["returned"] * revenue_of(context)
        return returned(back, np.ones(context.world.size))

    def extra(self, context: Context) -> Extra:
        """What sharing technology and finance adds to the payoffs."""
        world, cost_in = context.world, context.climate.cost_in
        technology, finance = context.settings["technology"], context.settings["finance"]
        rich = (world.income == "high").astype(float)
        weight = technology * world.gdp / world.gdp.sum()

        def shared(states: Array) -> Array:
            others = states @ weight[:, None] - states * weight
            saved = states * others * cost_in
            cost = states * cost_in - saved
            return saved + _finance(states, cost, rich, world.gdp, finance)

        return shared


def _finance(states: Array, cost: Array, rich: Array, gdp: Array, share: float) -> Array:
    """Payments from high-income members to the others; nothing where there are none to pay."""
    key = states * rich * gdp
    total = key.sum(axis=1, keepdims=True)
    received = states * (1.0 - rich) * share * cost * (total > 0)
    paid = key / np.maximum(total, 1e-12) * received.sum(axis=1, keepdims=True)
    return received - paid
