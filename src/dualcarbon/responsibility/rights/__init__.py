"""From accounts to rights: sharing a remaining carbon budget among regions, one file per rule."""

from dualcarbon.responsibility.rights.ability_to_pay import ability_to_pay
from dualcarbon.responsibility.rights.basis import Basis
from dualcarbon.responsibility.rights.budgets import Budgets
from dualcarbon.responsibility.rights.contraction_convergence import contraction_convergence
from dualcarbon.responsibility.rights.development_rights import development_rights
from dualcarbon.responsibility.rights.equal_cumulative import equal_cumulative
from dualcarbon.responsibility.rights.equal_per_capita import equal_per_capita
from dualcarbon.responsibility.rights.grandfathering import grandfathering
from dualcarbon.responsibility.rights.national_paths import national_paths
from dualcarbon.responsibility.rights.paths import exponential, line_to, linear, net_zero_year
from dualcarbon.responsibility.rights.responsibility import responsibility
from dualcarbon.responsibility.rights.rules import RULES, Rule, compare, share

__all__ = [
    "RULES",
    "Basis",
    "Budgets",
    "Rule",
    "ability_to_pay",
    "compare",
    "contraction_convergence",
    "development_rights",
    "equal_cumulative",
    "equal_per_capita",
    "exponential",
    "grandfathering",
    "line_to",
    "linear",
    "national_paths",
    "net_zero_year",
    "responsibility",
    "share",
]
