"""Experiment: the five markets apart, merged, unified, and the paper's claims one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.experiments.parameters import assumptions
from dualcarbon.experiments.theses.claim import Claim, claim_table
from dualcarbon.experiments.theses.markets import MARKETS, Markets, energy_of_users, spread
from dualcarbon.experiments.theses.power import dispatch_claims, signal_claims
from dualcarbon.experiments.theses.unity import alone_claims, overlap_claims, reform_claims

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

KEY = "unified"
MT, BN = 1e-6, 1e-9


GROUPS: tuple[Callable[[Markets], list[Claim]], ...] = (
    signal_claims,
    overlap_claims,
    dispatch_claims,
    reform_claims,
    alone_claims,
)
"""Groups of claims in the order of the paper's sections."""


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Read every claim, and switch each market off alone."""
    markets = Markets(context)
    return {
        "paper_claims": claim_table([claim for group in GROUPS for claim in group(markets)]),
        "switched_off": switched_off(markets),
        "reform_path": reform_path(markets),
        "assumptions": assumptions(f"{KEY}."),
    }


def switched_off(markets: Markets) -> pd.DataFrame:
    """What each market does: the outcome without it, less the outcome of all five.

    Columns: market, year, mt (CO2), bn_cny (system cost), mtce (energy use of users).
    """
    rows = []
    for market in ("electricity", *MARKETS):
        without = markets.without(market)
        difference = _outcome(without) - _outcome(markets.apart)
        rows.append(difference.assign(market=market))
    return pd.concat(rows).rename_axis("year").reset_index()


def reform_path(markets: Markets) -> pd.DataFrame:
    """The paper's sequence of reforms, stage by stage, each with all before it.

    Columns: stage, year, mt, bn_cny, mtce, spread_cny_per_t (standard deviation of marginal
    costs over all who emit).
    """
    stages = {"apart": markets.apart, "once": markets.exclusive, "merged": markets.merged,
              "unified": markets.unified, "completed": markets.completed}  # fmt: skip
    rows = []
    for stage, equilibrium in stages.items():
        deviation = spread(equilibrium)["deviation"]
        table = _outcome(equilibrium).assign(stage=stage, spread_cny_per_t=deviation)
        rows.append(table)
    return pd.concat(rows).rename_axis("year").reset_index()


def _outcome(eq: Equilibrium) -> pd.DataFrame:
    """Emissions, system cost and energy use by period."""
    emitted = eq.solution.emissions.sum() + eq.solution.user_emissions.sum()
    return pd.DataFrame(
        {"mt": emitted * MT, "bn_cny": eq.system_cost * BN, "mtce": energy_of_users(eq) * MT}
    )
