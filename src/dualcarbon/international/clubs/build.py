"""Puts a world and a policy together into a game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.international.clubs.game import Extra, Game, Pairs
from dualcarbon.international.clubs.payoffs import (
    Climate,
    climate_of,
    climate_pairs,
    exporter_loss,
    importer_gain,
    rates_in,
)
from dualcarbon.international.clubs.rules import RULES, Context, Rule
from dualcarbon.international.clubs.world import Array, Policy, World


@dataclass(frozen=True)
class Club:
    """A game with all that it was made from.

    Attributes:
        world: the regions; policy: the club's terms.
        climate: prices and abatement inside and outside.
        rate: tariff by exporter outside and importer inside, share of value.
        game: the payoffs.
        abated: parts of abatement that rules add, each from states to shares.
    """

    world: World
    policy: Policy
    climate: Climate
    rate: Array
    game: Game
    abated: tuple[Extra, ...] = ()

    def abatement(self, states: Array) -> Array:
        """Share of emissions abated by region, shape (states, n)."""
        total = rates_in(self.climate, states)
        for more in self.abated:
            total = total + more(states)
        return total


def build(world: World, policy: Policy) -> Club:
    """Build the game of a club.

    ``W_i(S)`` = avoided damage - abatement cost + trade + what the rules add, bn USD a year.

    Raises:
        InputError: an unknown rule, setting or region, or rules that contradict one another.
    """
    rules = RULES.chosen(policy)
    for key in policy.settings:
        if key not in policy.rules:
            raise InputError(f"settings of '{key}', which is not among the rules", where="settings",
                             allowed=policy.rules)  # fmt: skip
    climate = climate_of(
        world,
        _prices(world, policy, rules),
        policy.social_cost,
        outside=_placed(world, np.zeros(world.size), policy.prices_outside, "prices_outside"),
        cap=policy.cap,
    )
    rate = _tariff(world, policy, rules, climate)
    pairs = climate_pairs(world, climate) + tariff_pairs(world, rate)
    contexts = [
        (rule, Context(world, policy, RULES.settings_of(rule, policy), climate, rate))
        for rule in rules
    ]
    for rule, context in contexts:
        pairs = pairs + (rule.pairs(context) or Pairs.zero(world.size))
    extras = [extra for rule, c in contexts if (extra := rule.extra(c)) is not None]
    abated = [more for rule, c in contexts if (more := rule.more_abatement(c)) is not None]
    game = Game(world.names, pairs, tuple(extras))
    return Club(world, policy, climate, rate, game, tuple(abated))


def tariff_pairs(world: World, rate: Array) -> Pairs:
    """Trade terms: importers inside gain from exporters outside, who lose; none among members."""
    gain = importer_gain(world.imports, rate, world.tariff_gain, world.tariff_deadweight)
    loss = exporter_loss(world.imports, rate, world.tariff_gain)
    return replace(Pairs.zero(world.size), mine=np.ascontiguousarray(gain.T), theirs=-loss)


def _prices(world: World, policy: Policy, rules: list[Rule]) -> Array:
    """Prices inside: from the rule that sets them, else the policy's; single regions' come last."""
    setter = next((rule for rule in rules if rule.sets == "prices"), None)
    prices = (
        setter.prices(world, policy, RULES.settings_of(setter, policy))
        if setter
        else np.full(world.size, policy.price)
    )
    return _placed(world, prices, policy.prices, "prices")


def _placed(world: World, prices: Array, own: Mapping[str, float], where: str) -> Array:
    """Prices with those of single regions put in."""
    placed = np.array(prices, dtype=float)
    for name, price in own.items():
        placed[world.index(name, where=where)] = price
    return placed


def _tariff(world: World, policy: Policy, rules: list[Rule], climate: Climate) -> Array:
    """The tariff of the rule that sets it, else the uniform one; none from a region to itself."""
    setter = next((rule for rule in rules if rule.sets == "tariff"), RULES.rules["uniform_tariff"])
    rate = setter.tariff(world, policy, RULES.settings_of(setter, policy), climate)
    return np.where(np.eye(world.size, dtype=bool), 0.0, rate)
