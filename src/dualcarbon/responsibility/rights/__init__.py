"""From accounts to rights: sharing a remaining carbon budget among regions."""

from dualcarbon.responsibility.rights.basis import Basis, Budgets
from dualcarbon.responsibility.rights.effort import (
    ability_to_pay,
    development_rights,
    responsibility,
)
from dualcarbon.responsibility.rights.paths import (
    exponential,
    line_to,
    linear,
    national_paths,
    net_zero_year,
)
from dualcarbon.responsibility.rights.rules import (
    RULES,
    Rule,
    compare,
    contraction_convergence,
    equal_cumulative,
    equal_per_capita,
    grandfathering,
    share,
)

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
