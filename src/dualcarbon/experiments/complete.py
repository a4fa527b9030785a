"""Experiment 3: the power market completed, and what a given wind or solar project earns.

Zou, Wang and Sun (2022) report that completing the power market raises the return on investment
of renewable projects by 2.3 to 14.5 %. At an optimum a free entrant earns exactly its capital
cost, so the same project is valued under both regimes; it is too small to move prices.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.experiments import backcast
from dualcarbon.experiments.findings import CompleteFound, SpreadFound
from dualcarbon.experiments.parameters import assumptions, parameter, published
from dualcarbon.experiments.rows import (
    Row,
    Sensitivity,
    percent,
    sensitivity_table,
    table,
    verdict_table,
)
from dualcarbon.experiments.shocks import FuelPriceShock, china, shocked
from dualcarbon.experiments.statements import Words, reading, text
from dualcarbon.indicators.returns import (
    COMPLETED,
    TECHNOLOGIES,
    TODAY,
    Revenue,
    project_table,
    revenue_completed,
    revenue_today,
)

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables
    from dualcarbon.system.settings import ChinaSettings

KEY = "complete"
TARIFF, MARKET = "tariff", "market"
SOLVED, OBSERVED = "solved", "observed"
CASES = ((TARIFF, SOLVED), (TARIFF, OBSERVED), (MARKET, OBSERVED))
"""What today's rules pay, and at which level of market prices; names in ``words.yaml``."""


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Value the same projects under today's rules and under a completed market.

    On the seven grids only cost and emissions are compared.
    """
    today, completed = context.equilibrium("today"), context.equilibrium("complete")
    settings = china(context)
    if settings.regions != "provinces":  # tariffs and guaranteed hours are set by province
        untested = verdict_table(KEY, [], text("complete.grids"))
        return {"experiments": table(system_rows(today, completed)), "verdicts": untested}
    plain, observed = price_levels(context)
    rows: list[Row] = []
    found = {}
    for rule, prices in CASES:
        level = observed if prices is OBSERVED else plain
        case = projects(today, completed, level, settings, guaranteed=rule is TARIFF)
        found[rule, prices] = case
        rows += [row for t in TECHNOLOGIES for row in return_rows(case, t, label(t, rule, prices))]
    rows += system_rows(today, completed)
    central = found[TARIFF, OBSERVED]
    return {
        "experiments": table(rows),
        "returns": central,
        "sensitivity": sensitivity_table(
            [*central_sensitivity(central), *sensitivities(context, observed)]
        ),
        "verdicts": verdict_table(KEY, rows, together(found, more_exports(today, completed))),
        "assumptions": assumptions(f"{KEY}."),
    }


def label(technology: str, rule: str, prices: str) -> Words:
    """Name of a case."""
    keys = {
        "technology": f"technology.{technology}",
        "rule": f"complete.rule.{rule}",
        "prices": f"complete.prices.{prices}",
    }
    en, zh = ({name: text(key)[i] for name, key in keys.items()} for i in range(2))
    return text("complete.variant", en)[0], text("complete.variant", zh)[1]


def price_levels(context: ExperimentContext) -> tuple[pd.Series, pd.Series]:
    """Factors on the model's market prices by province: one, and what observed prices ask for.

    Where a spot market published a mean price, the factor is observed over modelled in the
    backcast of 2024; elsewhere it is the median of those.
    """
    provinces = pd.Index(datasets.provinces())
    ratio = backcast.price_ratio(context)
    filled = ratio.reindex(provinces).fillna(float(ratio.median()))
    return pd.Series(1.0, index=provinces), filled


def projects(
    today: Equilibrium,
    completed: Equilibrium,
    level: pd.Series,
    settings: ChinaSettings,
    *,
    guaranteed: bool = True,
) -> pd.DataFrame:
    """Returns of both technologies in every province under both regimes.

    Args:
        today, completed: the two equilibria.
        level: factor on market prices by province.
        settings: cost of capital and first year.
        guaranteed: whether today's rules pay guaranteed hours at the tariff, or the market
            price of today's dispatch and trade throughout.
    """
    parts = []
    for technology in TECHNOLOGIES:
        taken = utilisation(technology)
        before = (
            revenue_today(today, technology, level, taken)
            if guaranteed
            else revenue_completed(today, technology, level)
        )
        after = revenue_completed(completed, technology, level)
        same = before.hours.index
        after = Revenue(after.hours.loc[same], after.price.loc[same])
        parts.append(project_table(TODAY, technology, before, settings))
        parts.append(project_table(COMPLETED, technology, after, settings))
    return pd.concat(parts, ignore_index=True)


def utilisation(technology: str) -> float:
    """Share of available output that the grid took in 2024, national."""
    statistics = datasets.load("statistics")
    item = "utilisation_wind" if technology == "onwind" else "utilisation_solar"
    found = statistics[(statistics["item"] == item) & (statistics["year"] == 2024)]["value"]
    return float(found.iloc[0])


def changes(returns: pd.DataFrame, technology: str, column: str = "irr") -> pd.Series:
    """Relative change of a return in percent by province, today to completed."""
    wide = returns[returns["technology"] == technology].pivot(
        index="province", columns="regime", values=column
    )
    change = 100.0 * (wide[COMPLETED] - wide[TODAY]) / wide[TODAY].abs()
    return change.replace([np.inf, -np.inf], np.nan).dropna()


def return_rows(returns: pd.DataFrame, technology: str, variant: Words) -> list[Row]:
    """Median change of the return over provinces, with its spread."""
    change = changes(returns, technology)
    wide = returns[returns["technology"] == technology].pivot(
        index="province", columns="regime", values="npv_per_cny"
    )
    npv = float((wide[COMPLETED] - wide[TODAY]).median())
    words = reading(
        SpreadFound(
            better=int((change > 0).sum()),
            count=len(change),
            low=float(change.quantile(0.1)),
            high=float(change.quantile(0.9)),
        )
    )
    return [
        Row(KEY, variant, "irr_change_median", "internal rate of return, today",
            float(change.median()), "%", words, published(KEY)),
        Row(KEY, variant, "npv_per_cny_change", "net present value per CNY invested", npv,
            "CNY/CNY", words),
    ]  # fmt: skip


def system_rows(today: Equilibrium, completed: Equilibrium) -> list[Row]:
    """What completing the power market does to cost and to power emissions."""
    weight = today.solution.model.horizon.objective
    cost = percent(
        float((completed.system_cost * weight).sum()), float((today.system_cost * weight).sum())
    )
    emitted = [eq.solution.emissions.sum() for eq in (today, completed)]
    co2 = percent(float(emitted[1].iloc[0]), float(emitted[0].iloc[0]))
    variant, words = text("whole_system"), text("complete.system")
    return [
        Row(KEY, variant, "discounted_system_cost", "discounted system cost, today", cost, "%",
            words),
        Row(KEY, variant, "co2_power_first_year", "power CO2 of the first year, today", co2, "%",
            words),
    ]  # fmt: skip


def more_exports(today: Equilibrium, completed: Equilibrium) -> pd.Series:
    """Change of net exports by province over the horizon, MWh."""
    net = []
    for equilibrium in (today, completed):
        solution = equilibrium.solution
        made = solution.energy.groupby(solution.model.annual.units["bus"]).sum()
        net.append((made - solution.consumption().reindex(made.index)).sum(axis=1))
    return net[1] - net[0]


def together(found: dict[tuple[str, str], pd.DataFrame], exports: pd.Series) -> CompleteFound:
    """What completion does over all cases.

    Args:
        found: returns by case; exports: change of net exports by province.
    """
    medians = {
        case: [float(changes(returns, t).median()) for t in TECHNOLOGIES]
        for case, returns in found.items()
    }
    every = [v for values in medians.values() for v in values]
    tariff = [v for (rule, _), values in medians.items() for v in values if rule is TARIFF]
    central, market = found[TARIFF, OBSERVED], medians[MARKET, OBSERVED]
    paid = central.groupby("regime")["revenue_cny_per_mwh"].median()
    each = pd.concat([changes(found[MARKET, OBSERVED], t) for t in TECHNOLOGIES])
    grown = exports.reindex(each.index)
    return CompleteFound(
        low=min(every),
        high=max(every),
        published_low=published(KEY).low,
        published_high=published(KEY).high,
        tariff_low=min(tariff),
        tariff_high=max(tariff),
        paid_today=float(paid[TODAY]),
        paid_completed=float(paid[COMPLETED]),
        market_low=min(market),
        market_high=max(market),
        exporters=float(each[grown > 0].median()) if (grown > 0).any() else math.nan,
        importers=float(each[grown < 0].median()) if (grown < 0).any() else math.nan,
    )


def central_sensitivity(returns: pd.DataFrame) -> list[Sensitivity]:
    """The median change for both technologies under the scenario's own assumptions."""
    median = float(pd.concat([changes(returns, t) for t in TECHNOLOGIES]).median())
    return [Sensitivity(KEY, "central", "", "", median)]


def sensitivities(context: ExperimentContext, level: pd.Series) -> list[Sensitivity]:
    """The median change for each technology under another coal price."""
    session = context.session("today")
    today = context.scenario("today").package()
    completed = context.scenario("complete").package()
    factor = float(parameter("complete.coal_price"))
    shock = FuelPriceShock(fuel="coal", factor=factor)
    context.progress(f"complete: coal price {factor:.0%}")
    a, b = session.solve(shocked(today, shock)), session.solve(shocked(completed, shock))
    found = []
    for technology in TECHNOLOGIES:
        ours = float(changes(projects(a, b, level, china(context)), technology).median())
        name = f"coal price, {text(f'technology.{technology}')[0]}"
        found.append(Sensitivity(KEY, name, f"{100 * (factor - 1):+.0f}", "%", ours))
    return found
