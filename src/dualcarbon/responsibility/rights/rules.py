"""The rules by name, with what each appeals to, and all of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.rights.basis import Basis, Budgets
from dualcarbon.responsibility.rights.effort import (
    ability_to_pay,
    development_rights,
    responsibility,
)
from dualcarbon.responsibility.rights.sharing import (
    contraction_convergence,
    equal_cumulative,
    equal_per_capita,
    grandfathering,
)


@dataclass(frozen=True)
class Rule:
    """A burden-sharing rule.

    Attributes:
        make: from a basis and a budget to national budgets; options by name.
        title_en, title_zh: names; appeals_to: equity principle; needs_income: GDP per head.
    """

    make: Callable[..., Budgets]
    title_en: str
    title_zh: str
    appeals_to: str
    needs_income: bool = False


RULES: Mapping[str, Rule] = {
    "grandfathering": Rule(grandfathering, "Grandfathering", "祖父法则", "present use"),
    "equal_per_capita": Rule(
        equal_per_capita, "Equal per head", "人均均等", "equality of those alive"
    ),
    "contraction_convergence": Rule(
        contraction_convergence,
        "Contraction and convergence",
        "紧缩趋同",
        "equality, after a transition",
    ),
    "equal_cumulative": Rule(
        equal_cumulative,
        "Equal cumulative per head",
        "人均累积均等",
        "equality over past and future",
    ),
    "ability_to_pay": Rule(
        ability_to_pay, "Ability to pay", "支付能力", "capability", needs_income=True
    ),
    "development_rights": Rule(
        development_rights,
        "Greenhouse development rights",
        "温室发展权",
        "responsibility and capability above a threshold",
        needs_income=True,
    ),
    "responsibility": Rule(
        responsibility, "Historical responsibility", "历史责任", "responsibility"
    ),
}


def share(basis: Basis, budget: float, rule: str, **options: object) -> Budgets:
    """National budgets under one rule.

    Args:
        basis: emissions, people, incomes; budget: Gt CO2; rule: key of :data:`RULES`.
        options: of the rule; see its function.

    Raises:
        InputError: no such rule or option, and what the rule raises.
    """
    if rule not in RULES:
        raise unknown_name("rule", rule, RULES)
    make = RULES[rule].make
    allowed = [n for n in make.__annotations__ if n not in ("basis", "budget", "return")]
    for name in options:
        if name not in allowed:
            raise unknown_name("option", name, allowed, where=f"rule '{rule}'")
    return make(basis, budget, **options)


def compare(
    basis: Basis,
    budget: float,
    rules: Sequence[str] | None = None,
    options: Mapping[str, Mapping[str, object]] | None = None,
) -> pd.DataFrame:
    """Budgets of every region under every rule, Gt CO2; each column sums to the budget.

    Args:
        basis: the regions; budget: Gt CO2.
        rules: keys; by default all that the basis has figures for.
        options: options by rule.
    """
    given = options or {}
    for name in given:
        if name not in RULES:
            raise unknown_name("rule", name, RULES, where="options")
    chosen = rules or [
        k for k, r in RULES.items() if basis.gdp_per_head is not None or not r.needs_income
    ]
    return pd.DataFrame({k: share(basis, budget, k, **given.get(k, {})).values for k in chosen})
