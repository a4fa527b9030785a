"""Rules beside the tariff: regions outside retaliate, or the club opens to them.

The open zero-carbon community is the alternative to the exclusive club: membership is open, members
share technology, rich members bear part of the cost of developing ones, and nobody outside is
penalised; or a penalty is charged and given back to who paid it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.game import Extra, Pairs
from dualcarbon.international.clubs.payoffs import Climate, exporter_loss, importer_gain
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.rules.revenue import returned, revenue_of
from dualcarbon.international.clubs.world import Array, Policy, World


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
