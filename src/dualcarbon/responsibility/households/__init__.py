"""Emissions of income groups: tiers, a tiered carbon tax, who pays it and who gains."""

from dualcarbon.responsibility.households.allocation import by_elasticity, scaled
from dualcarbon.responsibility.households.groups import IncomeGroups
from dualcarbon.responsibility.households.incidence import Incidence, incidence
from dualcarbon.responsibility.households.inequality import concentration, gini, suits
from dualcarbon.responsibility.households.tax import TieredTax
from dualcarbon.responsibility.households.thresholds import PUBLISHED, Thresholds, thresholds
from dualcarbon.responsibility.households.tiers import TIERS, tiers

__all__ = [
    "PUBLISHED",
    "TIERS",
    "Incidence",
    "IncomeGroups",
    "Thresholds",
    "TieredTax",
    "by_elasticity",
    "concentration",
    "gini",
    "incidence",
    "scaled",
    "suits",
    "thresholds",
    "tiers",
]
