"""Open zero-carbon community: shared technology and finance in place of a penalty at the border.

The paper's alternative to the exclusive club: membership is open, members share technology, rich
members share the cost of developing ones, and nobody outside is penalised; or a penalty is
charged and given back to who paid it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from dualcarbon.international.clubs.abatement import (
    KG,
    abatement_cost,
    emission_intensity,
    mitigation_rate,
)
from dualcarbon.international.clubs.climate import Climate
from dualcarbon.international.clubs.game import Extra, Pairs
from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Context, Rule, Setting
from dualcarbon.international.clubs.rules.revenue import revenue_of
from dualcarbon.international.clubs.rules.revenue_to_exporters import returned
from dualcarbon.international.clubs.world import Array, World


class OpenCommunity(Rule):
    """Members' cost of abatement falls with the weight of the other members,

    ``a_i(S) = a_i (1 - technology x sum over other members j of GDP_j / sum of GDP)``,

    and high-income members pay the share ``finance`` of the abatement cost of the others, in
    proportion to their GDP. ``penalty`` 0: no tariff; 1: the policy's tariff is charged and all of
    it given back to the exporters.
    """

    key = "open_community"
    meaning = "open membership, shared technology and finance, no border penalty kept"
    sets = "tariff"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "technology": Setting(0.2, 0.0, 0.9, "fall of abatement cost when all others share"),
        "finance": Setting(0.5, 0.0, 1.0, "share of developing members' cost paid by rich ones"),
        "penalty": Setting(0.0, 0.0, 1.0, "0: no tariff; 1: tariff charged and returned"),
    }

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """No tariff, or the policy's, which is given back."""
        return np.full((world.size, world.size), settings["penalty"] * policy.tariff)

    def pairs(self, context: Context) -> Pairs:
        """The penalty given back to all who paid it."""
        return returned(revenue_of(context), np.ones(context.world.size))

    def extra(self, context: Context) -> Extra:
        """What sharing technology and finance adds to the payoffs."""
        world, climate = context.world, context.climate
        rich = (world.income == "high").astype(float)

        def shared(states: Array) -> Array:
            cost_share, rate = _with_technology(context, states)
            cost = abatement_cost(rate, world.gdp, cost_share, world.exponent)
            more = states * (rate - climate.rate_in)
            benefit = (more @ world.co2)[:, None] * climate.own / KG
            fund = _finance(states, cost, rich, world.gdp, context.settings["finance"])
            return benefit - states * (cost - climate.cost_in) + fund

        return shared

    def more_abatement(self, context: Context) -> Extra:
        """Share of emissions that members abate more because abatement has become cheaper."""
        return lambda states: (
            states * (_with_technology(context, states)[1] - context.climate.rate_in)
        )


def _with_technology(context: Context, states: Array) -> tuple[Array, Array]:
    """Cost of full abatement, share of GDP, and share abated at the club's price."""
    world = context.world
    weight = world.gdp / world.gdp.sum()
    others = states @ weight[:, None] - states * weight
    cost_share = world.abatement * (1.0 - context.settings["technology"] * others)
    sigma = emission_intensity(world.co2, world.gdp)
    rate = mitigation_rate(
        context.climate.price_in, sigma, cost_share, world.exponent, cap=context.policy.cap
    )
    return cost_share, rate


def _finance(states: Array, cost: Array, rich: Array, gdp: Array, share: float) -> Array:
    """Payments from high-income members to the others; nothing where there are none to pay."""
    key = states * rich * gdp
    total = key.sum(axis=1, keepdims=True)
    received = states * (1.0 - rich) * share * cost * (total > 0)
    paid = key / np.maximum(total, 1e-12) * received.sum(axis=1, keepdims=True)
    return received - paid
