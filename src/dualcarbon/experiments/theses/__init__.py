"""Claims of Zou, Wang and Sun (2022) on the markets, and the experiments that measure them.

One takes the five markets apart, merged and unified; the other adds what completes the power
market, part by part (section 2.3): prices that move with scarcity, demand that answers to them,
payment for flexibility, dispatch and trade by cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.experiments.parameters import assumptions
from dualcarbon.experiments.theses.claim import Claim, claim_table
from dualcarbon.experiments.theses.markets import MARKETS, Markets, energy_of_users, spread
from dualcarbon.experiments.theses.power import (
    ALONE,
    dispatch_claims,
    flexibility_claims,
    signal_claims,
)
from dualcarbon.experiments.theses.prices import english_claims, price_claims
from dualcarbon.experiments.theses.unity import alone_claims, overlap_claims, reform_claims
from dualcarbon.experiments.theses.untested import untested_claims
from dualcarbon.indicators.physical import UNITS, flexibility
from dualcarbon.sweep.attribution.reforms import Reform, load_reforms, reformed
from dualcarbon.sweep.attribution.table import unit_of, values_of

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables
    from dualcarbon.scenario.model import Scenario

UNIFIED = "unified"
MT, BN = 1e-6, 1e-9


GROUPS: tuple[Callable[[Markets], list[Claim]], ...] = (
    price_claims,
    signal_claims,
    overlap_claims,
    dispatch_claims,
    reform_claims,
    alone_claims,
    english_claims,
    lambda _: untested_claims(),
)
"""Groups of claims in the order of the paper's sections."""


def unified(context: ExperimentContext) -> ExperimentTables:
    """Read every claim, and switch each market off alone."""
    markets = Markets(context)
    return {
        "paper_claims": claim_table([claim for group in GROUPS for claim in group(markets)]),
        "switched_off": switched_off(markets),
        "reform_path": reform_path(markets),
        "assumptions": assumptions(f"{UNIFIED}."),
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


PARTS_KEY = "completion_parts"
SCENARIO, BASE = "complete_flexible", "today_flexible"
PARTS = ("merit_order", "inter_provincial_spot", "spot", "time_of_use", "real_time",
         "ancillary_services")  # fmt: skip
CUMULATIVE, LEVEL = "cumulative", "base"
YEARLY = ("system_cost_bn_cny", "co2_mt", "co2_power_mt", "curtailment_share",
          "power_price_cny_per_mwh")  # fmt: skip


def completion_parts(context: ExperimentContext) -> ExperimentTables:
    """Add the parts to today's rules one by one, and each by itself."""
    flexible = context.scenario(SCENARIO)
    base = context.scenario(BASE).on(flexible.system)
    found = part_table(context.sessions.of(base), base, load_reforms(PARTS, base.name), context)
    claims = claim_table(flexibility_claims(found, base.years[-1]))
    return {PARTS_KEY: found, "paper_claims": claims}


def part_table(
    session: Session, base: Scenario, reforms: tuple[Reform, ...], context: ExperimentContext
) -> pd.DataFrame:
    """Change of every indicator by part: against the base alone, against the parts before.

    Args:
        session: session of the base's system.
        base: today's rules.
        reforms: parts in the order in which they are added.
        context: told what is being solved.

    Returns:
        part, part_en, part_zh, order (``base`` for the level without any part, ``alone``,
        ``cumulative``), indicator, value, unit.
    """
    count = 2 * len(reforms)

    def solved(mask: int, start: Equilibrium | None, step: int) -> Equilibrium:
        names = ", ".join(r.name for i, r in enumerate(reforms) if mask >> i & 1) or "no part"
        context.progress(f"completion of the power market, {step} of {count}: {names}")
        return session.solve(reformed(base, reforms, mask).package(), start=start)

    level = solved(0, None, 1)
    rows = [_rows(LEVEL, base.title_en, base.title_zh, LEVEL, part_values(level))]
    before = level
    for i, reform in enumerate(reforms):
        alone = solved(1 << i, level, 2 * i + 1 if i else 2)
        after = solved((1 << i + 1) - 1, before, 2 * i + 2) if i else alone
        for order, with_, without in ((ALONE, alone, level), (CUMULATIVE, after, before)):
            change = part_values(with_) - part_values(without)
            rows.append(_rows(reform.name, reform.title_en, reform.title_zh, order, change))
        before = after
    return pd.concat(rows, ignore_index=True)


def part_values(equilibrium: Equilibrium) -> pd.Series:
    """The indicators of the table: over the horizon, and of the last year."""
    year = int(equilibrium.solution.model.periods[-1])
    values = values_of(equilibrium)
    chosen = ["discounted_system_cost", *(f"{name}_{year}" for name in YEARLY)]
    extra = flexibility(equilibrium).loc[year]
    return pd.concat([values[chosen], extra.rename(lambda name: f"{name}_{year}")])


def _rows(part: str, en: str, zh: str, order: str, values: pd.Series) -> pd.DataFrame:
    table = values.rename("value").rename_axis("indicator").reset_index()
    unit = [_unit(name) for name in table["indicator"]]
    return table.assign(part=part, part_en=en, part_zh=zh, order=order, unit=unit)


def _unit(name: str) -> str:
    return UNITS.get(name.rpartition("_")[0]) or unit_of(name)
