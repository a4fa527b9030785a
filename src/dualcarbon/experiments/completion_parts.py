"""Experiment: what each part of completing the power market adds, alone and after the others.

Zou, Wang and Sun (2022, section 2.3) name what is missing: prices that move with scarcity, demand
that answers to them, payment for flexibility, dispatch and trade by cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.experiments.theses.claim import claim_table
from dualcarbon.experiments.theses.power import ALONE, flexibility_claims
from dualcarbon.indicators.physical import UNITS, flexibility
from dualcarbon.sweep.attribution.reforms import Reform, load_reforms, reformed
from dualcarbon.sweep.attribution.table import unit_of, values_of

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables
    from dualcarbon.scenario.model import Scenario

KEY = "completion_parts"
SCENARIO, BASE = "complete_flexible", "today_flexible"
PARTS = ("merit_order", "inter_provincial_spot", "spot", "time_of_use", "real_time",
         "ancillary_services")  # fmt: skip
CUMULATIVE, LEVEL = "cumulative", "base"
YEARLY = ("system_cost_bn_cny", "co2_mt", "co2_power_mt", "curtailment_share",
          "power_price_cny_per_mwh")  # fmt: skip


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Add the parts to today's rules one by one, and each by itself."""
    flexible = context.scenario(SCENARIO)
    base = context.scenario(BASE).on(flexible.system)
    found = part_table(context.sessions.of(base), base, load_reforms(PARTS, base.name), context)
    claims = claim_table(flexibility_claims(found, base.years[-1]))
    return {KEY: found, "paper_claims": claims}


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
