"""Tidy tables of all that the accounts say, as the report and exports take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from dualcarbon.common.tables import conformed_all
from dualcarbon.errors import InputError
from dualcarbon.responsibility.electricity import observed_table
from dualcarbon.responsibility.households import Thresholds, TieredTax, thresholds
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.papers import papers_figures
from dualcarbon.responsibility.rights.embedded import budget_label, embedded_basis, remaining_budget
from dualcarbon.responsibility.table.embedded import load_table
from dualcarbon.responsibility.table.table import InputOutputTable
from dualcarbon.responsibility.tables.accounts import (
    DISTINCT,
    accounts_table,
    flows_table,
    models_table,
    ranking_table,
)
from dualcarbon.responsibility.tables.national import (
    all_budgets,
    budgets_table,
    cumulative_table,
    paths_table,
    series_table,
    tax_table,
    tiers_table,
)
from dualcarbon.responsibility.tables.roads import roads_tables, uses_table

__all__ = ["ReportOptions", "report_tables"]


RATES = (0.0, 50.0, 200.0, 500.0)


@dataclass(frozen=True)
class ReportOptions:
    """Choices of the report; each has a default that is shown on the page.

    Attributes:
        principles: those compared; ``PBA`` must be among them.
        countries: of the series and of the budgets, ``EU27`` may be among them.
        compared: countries set beside published models; deciles: countries of the tiers.
        bounds: thresholds; rates: of the tiered tax, currency per t of each tier.
        budget: source, warming in °C and probability of the remaining budget.
        year: last year of history of the budgets.
        neutral: regions of the table whose roads to neutrality are drawn.
    """

    principles: tuple[str, ...] = DISTINCT
    countries: tuple[str, ...] = ("CHN", "USA", "EU27", "IND", "JPN", "RUS")
    compared: tuple[str, ...] = ("CHN", "USA", "IND", "JPN", "RUS")
    deciles: tuple[str, ...] = ("CHN", "USA", "IND")
    bounds: Thresholds = field(default_factory=thresholds)
    rates: tuple[float, ...] = RATES
    currency: str = "CNY"
    budget: tuple[str, float, float] = ("igcc_2024", 1.5, 0.5)
    year: int = 2024
    neutral: tuple[str, ...] = ("CHN", "USA", "EU")


def report_tables(
    table: InputOutputTable | LeontiefSystem | None = None, options: ReportOptions | None = None
) -> dict[str, pd.DataFrame]:
    """Tables named ``responsibility_*``, each with unit, year, source and grade.

    Args:
        table: the world table of the accounts, or its system; the latest embedded one by default.
        options: see :class:`ReportOptions`.

    Returns:
        ``responsibility_accounts``, ``_ranking``, ``_flows``, ``_series``, ``_cumulative``,
        ``_tiers``, ``_tax``, ``_budgets``, ``_paths``, ``_models``, ``_papers``; and
        ``electricity_carbon`` as observed.

    Raises:
        InputError: an unknown principle, country or budget, and wrong thresholds or rates.
    """
    chosen = options or ReportOptions()
    system = _system(table)
    accounts = accounts_table(system, chosen.principles)
    tax = TieredTax.of(chosen.bounds, chosen.rates, chosen.currency)
    basis = embedded_basis(chosen.year)
    budgets = all_budgets(basis, remaining_budget(*chosen.budget, chosen.year))
    found = {
        "responsibility_accounts": accounts,
        "responsibility_ranking": ranking_table(accounts),
        "responsibility_flows": flows_table(system),
        "responsibility_series": series_table(chosen.countries),
        "responsibility_cumulative": cumulative_table(chosen.countries, chosen.year),
        "responsibility_tiers": tiers_table(chosen.deciles, chosen.bounds, tax),
        "responsibility_tax": tax_table(tax),
        "responsibility_budgets": budgets_table(
            budgets, basis, chosen.countries, budget_label(*chosen.budget)
        ),
        "responsibility_paths": paths_table(budgets, basis, chosen.countries),
        "responsibility_models": models_table(accounts, chosen.compared),
        "responsibility_papers": papers_figures(),
        "responsibility_uses": uses_table(system),
        "electricity_carbon": observed_table(),
        **_roads(system, chosen.neutral),
    }
    return conformed_all(found)


def _roads(system: LeontiefSystem, regions: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Roads of the regions that the table has; none where a region of it has no path."""
    wanted = [region for region in regions if region in system.table.regions]
    try:
        return roads_tables(system, wanted) if wanted else {}
    except InputError:
        return {}


def _system(table: InputOutputTable | LeontiefSystem | None) -> LeontiefSystem:
    if isinstance(table, LeontiefSystem):
        return table
    return LeontiefSystem.of(load_table().balanced() if table is None else table)
