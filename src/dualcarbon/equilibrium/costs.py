"""What the system costs: resources, without money that only changes hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.equilibrium.power import output

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solution import Solution

COMPONENTS = {"Generator": "p", "Link": "p", "StorageUnit": "p_dispatch", "Store": "p"}


def resource_cost(solution: Solution) -> pd.Series:
    """Operation, new capacity, abatement and offsets, CNY per year by period.

    ``cost[y] = sum_t hours_t mc_i p[i, t] + sum_i capital_cost_i p_nom_i + resources of policies``;
    discounted with the period weights it equals the objective less its transfers.
    """
    total = pd.Series(0.0, index=solution.model.periods)
    for component in COMPONENTS:
        if len(solution.model.network.c[component].static):
            total = total + _operation(solution, component) + _capital(solution, component)
    return total + policy_cost(solution, "resource")


def policy_cost(solution: Solution, kind: str) -> pd.Series:
    """Yearly cost terms of the package of a kind (``resource`` or ``transfer``), CNY."""
    total = pd.Series(0.0, index=solution.model.periods)
    for which, expression in solution.model.yearly_costs.values():
        if which == kind:
            value = solution.evaluate(expression)
            extra = [d for d in value.dims if d != "period"]
            total = total + value.sum(extra).to_series()
    return total


def _operation(solution: Solution, component: str) -> pd.Series:
    n, horizon = solution.model.network, solution.model.horizon
    cost = n.get_switchable_as_dense(component, "marginal_cost")
    power = output(solution, component)
    if component == "StorageUnit":
        block = solution.value("StorageUnit-p_dispatch").transpose("snapshot", "name")
        power = pd.DataFrame(block.to_numpy(), index=power.index, columns=power.columns)
    spent = (power * cost[power.columns]).sum(axis=1) * horizon.hours.to_numpy()
    return spent.groupby(horizon.period_of.to_numpy()).sum()


def _capital(solution: Solution, component: str) -> pd.Series:
    n, periods = solution.model.network, solution.model.periods
    static = n.c[component].static
    nominal = "e_nom" if component == "Store" else "p_nom"
    free = static.index[static[f"{nominal}_extendable"]]
    if not len(free):
        return pd.Series(0.0, index=periods)
    built = solution.value(f"{component}-{nominal}").to_series()[free]
    yearly = built * n.c[component].periodized_cost.to_series()[free]
    if not n.has_investment_periods:
        return pd.Series(yearly.sum(), index=periods)
    table = static.loc[free]
    end = table["build_year"] + table["lifetime"]
    alive = {y: (table["build_year"] <= y) & (y < end) for y in periods}
    return pd.Series({y: yearly[a].sum() for y, a in alive.items()})
