"""Rules that share the budget, by present use or by need, and all rules by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.rights.basis import Basis, Budgets, checked_budget
from dualcarbon.responsibility.rights.effort import (
    ability_to_pay,
    development_rights,
    responsibility,
)
from dualcarbon.responsibility.rights.paths import linear


def grandfathering(basis: Basis, budget: float, *, years: int = 1) -> Budgets:
    """``B_i = B E_i / sum E``, with E the mean of the last years.

    Args:
        basis: emissions by region; budget: Gt CO2.
        years: number of last years that are averaged.

    Raises:
        InputError: a budget not above zero, no years or more than the series has.
    """
    total = checked_budget(budget)
    if not 1 <= years <= len(basis.emissions):
        raise InputError(
            f"{years} years of the series", where="years", allowed=f"1 to {len(basis.emissions)}"
        )
    shares = basis.emissions.iloc[-years:].sum()
    values = total * shares / float(shares.sum())
    return Budgets("grandfathering", values, total, basis.year, {"years": years}).check()


def equal_per_capita(basis: Basis, budget: float) -> Budgets:
    """``B_i = B P_i / sum P`` with the population of the last year.

    Args:
        basis: population by region; budget: Gt CO2.

    Raises:
        InputError: a budget not above zero.
    """
    total = checked_budget(budget)
    values = total * basis.people / float(basis.people.sum())
    return Budgets("equal_per_capita", values, total, basis.year).check()


def contraction_convergence(basis: Basis, budget: float, *, converge: int = 2050) -> Budgets:
    """``B_i = sum_t (w_t E_i/E + (1 - w_t) P_i/P) W_t``, w falling from 1 to 0 in a straight line.

    The world's path W goes straight from today's emissions to zero and uses up the budget
    (per-capita convergence, van den Berg et al. 2020; Meyer 2000).

    Args:
        basis: emissions and population; budget: Gt CO2.
        converge: year from which on everybody has the same.

    Raises:
        InputError: a budget not above zero, a year of convergence in the past.
    """
    total = checked_budget(budget)
    if converge <= basis.year:
        raise InputError(
            f"{converge} is not after the history", where="converge", allowed=f"> {basis.year}"
        )
    allowed = allowances(basis, total, converge)
    settings = {"converge": converge}
    return Budgets("contraction_convergence", allowed.sum(), total, basis.year, settings).check()


def allowances(basis: Basis, budget: float, converge: int) -> pd.DataFrame:
    """Allowances by year and region, Gt; each year sums to the world's path."""
    world = linear(float(basis.now.sum()), budget, basis.year)
    years = world.index.to_numpy(dtype=float)
    weight = np.clip((converge - years) / (converge - basis.year), 0.0, 1.0)
    old = (basis.now / float(basis.now.sum())).to_numpy()
    equal = (basis.people / float(basis.people.sum())).to_numpy()
    shares = weight[:, None] * old + (1 - weight)[:, None] * equal
    return pd.DataFrame(
        shares * world.to_numpy()[:, None], index=world.index, columns=basis.regions
    )


HEADS = ("present", "each_year")


def equal_cumulative(
    basis: Basis,
    budget: float,
    *,
    start: int | None = None,
    discount: float = 0.0,
    heads: str = "present",
) -> Budgets:
    """``B_i = s_i (H + B) - h_i``: each head has the same share of past and future emissions.

    ``h_i = sum_t E_it (1 - discount)^(T - t)`` from the start year to the last year T, ``H`` its
    sum over regions. With ``heads="present"`` shares s are those of today's population; with
    ``"each_year"`` the past is shared by the people who lived then,
    ``B_i = s_iT B + sum_t (1 - discount)^(T - t) (s_it W_t - E_it)``.

    Args:
        basis: emissions and population; budget: Gt CO2.
        start: first year of responsibility; by default the first of the series.
        discount: how much less a year's emissions count for each year that they lie back, 0 to 1.
        heads: ``present`` or ``each_year``.

    Raises:
        InputError: a start year outside the series, a discount outside 0 to 1, unknown heads, or
            no population for a year of the past.
    """
    total = checked_budget(budget)
    if heads not in HEADS:
        raise unknown_name("way of counting heads", heads, HEADS, where="heads")
    if not 0.0 <= discount < 1.0:
        raise InputError(f"{discount:g} is no rate", where="discount", allowed="0 to below 1")
    past = basis.emissions if start is None else basis.since(start)
    past = past.mul((1.0 - discount) ** (basis.year - past.index.to_numpy(dtype=float)), axis=0)
    share = basis.people / float(basis.people.sum())
    used = past.sum()
    if heads == "present":
        fair = share * float(used.sum())
    else:
        missing = past.index.difference(basis.population.index)
        if len(missing):
            raise InputError(f"no population of {missing[0]}", where="population")
        people = basis.population.loc[past.index]
        fair = people.div(people.sum(axis=1), axis=0).mul(past.sum(axis=1), axis=0).sum()
    values = share * total + fair - used
    settings = {"start": int(past.index[0]), "discount": discount, "heads": heads}
    return Budgets("equal_cumulative", values, total, basis.year, settings).check()


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
