"""Experiment: one given project in each province under every revenue regime, and its risk.

Zou, Wang and Sun (2022, section 4.1) ask that certificates replace all renewable subsidies, and
that plants may hedge with banks in the medium-term market.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.experiments.complete import price_levels
from dualcarbon.experiments.project_finance.cases import Cases, joined, normal_nodes
from dualcarbon.experiments.project_finance.regimes import (
    REGIMES,
    Offers,
    Terms,
    assumptions,
    mechanism_strike,
    parameter,
    zone_tariff,
)
from dualcarbon.experiments.project_finance.replacement import replacement_rows
from dualcarbon.experiments.project_finance.valuation import Plant, appraise, finance_rows
from dualcarbon.experiments.shocks import FuelPriceShock, china, shocked
from dualcarbon.experiments.theses.claim import claim_table
from dualcarbon.experiments.theses.financing import claims
from dualcarbon.indicators.returns import TECHNOLOGIES, available_hours, capture, certificate_price
from dualcarbon.system.costs import MW, investment, technology
from dualcarbon.system.settings import ChinaSettings

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

SCENARIO = "complete"


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Appraise wind and solar in every province under every regime on the completed market."""
    settings, terms = china(context), Terms.shipped()
    factors, weights = normal_nodes(float(parameter("sd_coal_price")))
    equilibria = [with_coal_price(context, factor) for factor in factors]
    level = bus_level(context)
    finance, answers = [], []
    for name in TECHNOLOGIES:
        cases = cases_of(name, equilibria, weights, level)
        offers, plant = offers_of(context, name, cases.provinces), plant_of(name, settings)
        for key, regime in REGIMES.items():
            found = appraise(regime, cases, offers, plant, terms)
            finance.append(finance_rows(key, cases.provinces, found))
        answers.append(replacement_rows(cases, offers, plant, terms))
    appraised = pd.concat(finance, ignore_index=True)
    replaced = pd.concat(answers, ignore_index=True)
    return {
        "project_finance": appraised,
        "subsidy_replacement": replaced,
        "paper_claims": claim_table(claims(appraised, replaced, terms.hedge_fee)),
        "assumptions": assumptions(),
    }


def with_coal_price(context: ExperimentContext, factor: float) -> Equilibrium:
    """The completed market at another coal price."""
    if factor == 1.0:
        return context.equilibrium(SCENARIO)
    context.progress(f"project finance: coal price {factor - 1:+.0%}")
    shock = FuelPriceShock(fuel="coal", factor=factor)
    package = shocked(context.scenario(SCENARIO).package(), shock)
    return context.session(SCENARIO).solve(package)


def cases_of(
    name: str, equilibria: list[Equilibrium], weights: np.ndarray, level: pd.Series
) -> Cases:
    """Output and prices of a technology over coal prices and weather years.

    Args:
        name: ``onwind`` or ``solar``.
        equilibria: the market at each coal price; weights: their probabilities.
        level: factor on market prices by bus.
    """
    hours = available_hours(equilibria[0], name)
    hours = hours[(hours > 0).all(axis=1)]
    prices = [capture(eq, name).loc[hours.index].mul(level[hours.index], axis=0)
              for eq in equilibria]  # fmt: skip
    spread, likely = normal_nodes(float(parameter(f"sd_yield_{name}")))
    certificates = [certificate_price(eq) for eq in equilibria]
    return joined(hours, prices, certificates, weights, spread, likely)


def bus_level(context: ExperimentContext) -> pd.Series:
    """Factor that lifts modelled to observed market prices, by bus.

    Prices are published by province; on regional grids the model's own prices stand.
    """
    plain, observed = price_levels(context)
    return by_bus(context, observed.fillna(plain))


def offers_of(context: ExperimentContext, name: str, buses: pd.Index) -> Offers:
    """Feed-in tariff, coal benchmark and mechanism price of a technology by bus."""
    benchmark = datasets.load("tariffs").set_index("province")["coal_benchmark_cny_per_mwh"]
    provinces = pd.Index(datasets.provinces())
    table = {
        "tariff": zone_tariff(name, provinces, benchmark),
        "benchmark": benchmark.reindex(provinces),
        "strike": mechanism_strike(name, provinces, benchmark),
    }
    return Offers(pd.DataFrame({k: by_bus(context, v) for k, v in table.items()}).loc[buses])


def by_bus(context: ExperimentContext, values: pd.Series) -> pd.Series:
    """Mean over the provinces of each bus."""
    scenario = context.scenario(SCENARIO)
    region = scenario.world_.region_of(scenario.system)
    return values.groupby(values.index.map(region)).mean()


def plant_of(name: str, settings: ChinaSettings) -> Plant:
    """One MW of a technology, built for the first year."""
    start = settings.years[0]
    data = technology(name, start)
    return Plant(
        technology=name,
        start=start,
        outlay=investment(name, start, settings),
        fixed=float(data["fom_cny_per_kw_y"]) * MW,
        life=int(data["lifetime_y"]),
        discount=settings.wacc,
    )
