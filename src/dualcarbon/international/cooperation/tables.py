"""Tables of the game between China, the United States and the EU for the report."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed_all
from dualcarbon.international.cooperation.actors import ACTORS, STRATEGIES, Profile
from dualcarbon.international.cooperation.game import (
    CONCEPTS,
    Game,
    equilibria,
    interest_matrix,
    side_payments,
)
from dualcarbon.international.learning import beside_published


def report_tables(game: Game) -> dict[str, pd.DataFrame]:
    """Tables that the report shows.

    ``cooperation_payoffs`` (strategy common to all, actor, issue, bn_usd),
    ``cooperation_profiles`` (every profile with totals and whether it is an equilibrium),
    ``cooperation_interests``, ``cooperation_payments``, ``cooperation_inputs`` and
    ``cooperation_learning``, the learning model beside published figures.
    """
    rows = []
    for strategy in STRATEGIES:
        table = game.by_issue((strategy, strategy, strategy)).reset_index()
        rows.append(table.melt("issue", value_name="bn_usd").assign(strategy=strategy))
    inputs = datasets.load("cooperation")
    inputs["value"] = [game.assumptions[key] for key in inputs["key"]]
    found = {
        "cooperation_payoffs": pd.concat(rows, ignore_index=True),
        "cooperation_profiles": _profiles(game),
        "cooperation_interests": interest_matrix(game),
        "cooperation_payments": _payments(game),
        "cooperation_inputs": inputs,
        "cooperation_learning": beside_published(),
    }
    return conformed_all(found)


def _profiles(game: Game) -> pd.DataFrame:
    stable = set(equilibria(game))
    rows = []
    for key in game.payoffs[list(ACTORS)].drop_duplicates().itertuples(index=False):
        profile: Profile = (key[0], key[1], key[2])
        totals = game.total(profile)
        named = dict(zip(ACTORS, profile, strict=True))
        worth = {f"{actor}_bn_usd": totals[actor] for actor in ACTORS}
        rows.append(
            named
            | worth
            | {"sum_bn_usd": sum(totals.values()), "is_equilibrium": profile in stable}
        )
    return pd.DataFrame(rows)


def _payments(game: Game) -> pd.DataFrame:
    rows = []
    for concept in CONCEPTS:
        found = side_payments(game, concept)
        rows += [
            {
                "concept": concept,
                "actor": actor,
                "payment_bn_usd": found.payments[actor],
                "payoff_bn_usd": found.payoffs[actor],
                "feasible": found.feasible,
                "shortfall_bn_usd": found.shortfall,
            }
            for actor in ACTORS
        ]
    return pd.DataFrame(rows)
