"""Emissions of income groups: tiers, a tiered carbon tax, who pays it and who gains."""

from dualcarbon.responsibility.households.groups import IncomeGroups, by_elasticity, scaled
from dualcarbon.responsibility.households.incidence import (
    Incidence,
    concentration,
    gini,
    incidence,
    suits,
)
from dualcarbon.responsibility.households.tiers import (
    PUBLISHED,
    TIERS,
    Thresholds,
    TieredTax,
    thresholds,
    tiers,
)

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
