"""Experiment 3: the power market completed, and what a given wind or solar project earns.

Zou, Wang and Sun (2022) report that completing the power market raises the return on investment
of renewable projects by 2.3 to 14.5 %. At an optimum a free entrant earns exactly its capital
cost, so the same project is valued under both regimes; it is too small to move prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.experiments import backcast
from dualcarbon.experiments.link import other_variable_cost
from dualcarbon.experiments.rows import Row, Sensitivity, percent, table, verdict, verdict_table
from dualcarbon.experiments.shocks import FuelPriceShock, shocked
from dualcarbon.indicators.returns import (
    COMPLETED,
    TECHNOLOGIES,
    TODAY,
    Revenue,
    project_table,
    revenue_completed,
    revenue_today,
)
from dualcarbon.system.settings import ChinaSettings

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

KEY = "complete"
PUBLISHED = (2.3, 14.5)
NAMES = {"onwind": ("onshore wind", "陆上风电"), "solar": ("utility solar", "集中式光伏")}
TARIFF = ("guaranteed hours at tariff today", "现行按保障小时数")
MARKET = ("market price in both", "两者均按市场电价")
SOLVED = ("prices as solved", "模型电价")
OBSERVED = ("observed price level", "实测价格水平")
COAL_SHOCK = 1.2
CASES = ((TARIFF, SOLVED), (TARIFF, OBSERVED), (MARKET, OBSERVED))


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Value the same projects under today's rules and under a completed market.

    On the seven grids only cost and emissions are compared.
    """
    today, completed = context.equilibrium("today"), context.equilibrium("complete")
    settings = system_of(context)
    if settings.regions != "provinces":  # tariffs and guaranteed hours are set by province
        return {"experiments": table(system_rows(today, completed))}
    plain, observed = price_levels(context)
    rows: list[Row] = []
    tables = []
    for rule, prices in CASES:
        level = observed if prices is OBSERVED else plain
        name_en, name_zh = f"{rule[0]}, {prices[0]}", f"{rule[1]}，{prices[1]}"
        found = projects(today, completed, level, settings, guaranteed=rule is TARIFF)
        tables.append(found)
        for technology in TECHNOLOGIES:
            label = f"{NAMES[technology][0]}, {name_en} | {NAMES[technology][1]}，{name_zh}"
            rows += return_rows(found, technology, label)
    rows += system_rows(today, completed)
    return {
        "experiments": table(rows),
        "returns": tables[1],
        "sensitivity": table([*central(tables[1]), *sensitivities(context, observed)]),
        "verdicts": _verdict(rows),
    }


def system_of(context: ExperimentContext) -> ChinaSettings:
    """Settings of the power system of the run."""
    settings = context.scenario("today").system
    assert isinstance(settings, ChinaSettings)
    return settings


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
    share = float(found.iloc[0])
    return share / 100.0 if share > 1.0 else share


def changes(returns: pd.DataFrame, technology: str, column: str = "irr") -> pd.Series:
    """Relative change of a return in percent by province, today to completed."""
    wide = returns[returns["technology"] == technology].pivot(
        index="province", columns="regime", values=column
    )
    change = 100.0 * (wide[COMPLETED] - wide[TODAY]) / wide[TODAY].abs()
    return change.replace([np.inf, -np.inf], np.nan).dropna()


def return_rows(returns: pd.DataFrame, technology: str, label: str) -> list[Row]:
    """Median change of the return over provinces, with its spread."""
    change = changes(returns, technology)
    wide = returns[returns["technology"] == technology].pivot(
        index="province", columns="regime", values="npv_per_cny"
    )
    better = int((change > 0).sum())
    npv = float((wide[COMPLETED] - wide[TODAY]).median())
    common = {"experiment": KEY, "variant": label}
    median = float(change.median())
    low, high = float(change.quantile(0.1)), float(change.quantile(0.9))
    en = (
        f"better in {better} of {len(change)} provinces; tenth to ninetieth percentile "
        f"{low:+.0f} to {high:+.0f}%"
    )
    zh = f"{len(change)}个省份中{better}个提高；第10至90百分位为{low:+.0f}%至{high:+.0f}%"
    return [
        Row(indicator="irr_change_median", base="internal rate of return, today", ours=median,
            unit="%", published_low=PUBLISHED[0], published_high=PUBLISHED[1],
            sign_holds=median > 0, reading_en=en, reading_zh=zh, **common),
        Row(indicator="npv_per_cny_change", base="net present value per CNY invested", ours=npv,
            unit="CNY/CNY", published_low=None, published_high=None, sign_holds=npv > 0,
            reading_en=en, reading_zh=zh, **common),
    ]  # fmt: skip


def system_rows(today: Equilibrium, completed: Equilibrium) -> list[Row]:
    """What completing the power market does to cost and to power emissions."""
    weight = today.solution.model.horizon.objective
    cost = percent(
        float((completed.system_cost * weight).sum()), float((today.system_cost * weight).sum())
    )
    emitted = [eq.solution.emissions.sum() for eq in (today, completed)]
    co2 = percent(float(emitted[1].iloc[0]), float(emitted[0].iloc[0]))
    en = "least-cost dispatch and free trade against equal hours and planned trade"
    zh = "经济调度与自由交易，相对于均分小时与计划送受电"
    variant = "whole system | 全系统"
    return [
        Row(KEY, variant, "discounted_system_cost", "discounted system cost, today", cost, "%",
            None, None, cost < 0, en, zh),
        Row(KEY, variant, "co2_power_first_year", "power CO2 of the first year, today", co2, "%",
            None, None, co2 < 0, en, zh),
    ]  # fmt: skip


def central(returns: pd.DataFrame) -> list[Sensitivity]:
    """The median change for both technologies under the scenario's own assumptions."""
    median = float(pd.concat([changes(returns, t) for t in TECHNOLOGIES]).median())
    return [Sensitivity(KEY, "central", "", "", median)]


def sensitivities(context: ExperimentContext, level: pd.Series) -> list[Sensitivity]:
    """The median change for solar under other assumptions."""
    session = context.session("today")
    today = context.scenario("today").package()
    completed = context.scenario("complete").package()
    settings = system_of(context)
    found = []
    shock = FuelPriceShock(fuel="coal", factor=COAL_SHOCK, other_cost=other_variable_cost())
    context.progress(f"complete: coal price {COAL_SHOCK:.0%}")
    a, b = session.solve(shocked(today, shock)), session.solve(shocked(completed, shock))
    for technology in TECHNOLOGIES:
        ours = float(changes(projects(a, b, level, settings), technology).median())
        name = f"coal price, {NAMES[technology][0]}"
        found.append(Sensitivity(KEY, name, f"{100 * (COAL_SHOCK - 1):+.0f}", "%", ours))
    return found


def _verdict(rows: list[Row]) -> pd.DataFrame:
    medians = [r for r in rows if r.indicator == "irr_change_median"]
    low, high = min(r.ours for r in medians), max(r.ours for r in medians)
    what = verdict(r.sign_holds for r in medians)
    en = (
        f"The median return of a given project changes by {low:+.0f} to {high:+.0f}%, against "
        "+2.3 to +14.5% published. Where today's guaranteed hours pay a tariff near the full cost "
        "of coal power, a completed market, which pays what the hour is worth, lowers returns. "
        "Between market prices alone, completion moves returns by province: up where exports "
        "were held back by plans, down where imports now press on the price."
    )
    zh = (
        f"同一项目收益率的中位变化为{low:+.0f}%至{high:+.0f}%，论文为+2.3%至+14.5%。"
        "现行保障小时数按接近煤电完全成本的基准价收购，完善后的市场按各时段价值付费，收益率下降；"
        "若两者均按市场电价比较，则因省而异：外送受计划限制的省份上升，受端省份因外来电压价而下降。"
    )
    return verdict_table(KEY, what, en, zh)
