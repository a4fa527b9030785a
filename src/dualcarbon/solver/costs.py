"""What the system costs: resources, without money that only changes hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

NOMINAL = {
    "Generator": "p_nom",
    "StorageUnit": "p_nom",
    "Store": "e_nom",
    "Link": "p_nom",
    "Line": "s_nom",
    "Transformer": "s_nom",
}


def resource_cost(solution: Solution) -> pd.Series:
    """Operation, new capacity, abatement and offsets, CNY per year by period.

    ``cost[y] = sum_t hours_t mc_i p[i, t] + sum_i capital_cost_i p_nom_i + resources of policies``,
    every hourly term of PyPSA's objective included; discounted with the period weights it equals
    the objective less its transfers.
    """
    total = _operation(solution)
    for component, nominal in NOMINAL.items():
        if len(solution.model.network.c[component].static):
            total = total + _capital(solution, component, nominal)
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


def _operation(solution: Solution) -> pd.Series:
    """Cost of every hourly variable in PyPSA's objective, by period."""
    m, horizon = solution.model.linopy, solution.model.horizon
    price = _objective_coefficients(m)
    total = np.zeros(len(horizon.period_of))
    for name, variable in m.variables.items():
        if "snapshot" in variable.dims:
            labels = variable.labels.transpose("snapshot", ...).to_numpy()
            value = solution.value(name).transpose("snapshot", ...).to_numpy()
            total += (price[labels] * value).reshape(len(total), -1).sum(axis=1)
    spent = pd.Series(total).groupby(horizon.period_of.to_numpy()).sum()
    return spent.rename_axis("period") / horizon.objective


def _objective_coefficients(m: linopy.Model) -> np.ndarray:
    """Coefficient of each variable in PyPSA's objective by label; the last one is zero."""
    terms = m.objective.expression
    labels, factors = terms.vars.to_numpy().ravel(), terms.coeffs.to_numpy().ravel()
    used = labels >= 0
    most = max(int(v.labels.to_numpy().max(initial=0)) for _, v in m.variables.items())
    found = np.zeros(most + 2)
    np.add.at(found, labels[used], factors[used])
    return found


def _capital(solution: Solution, component: str, nominal: str) -> pd.Series:
    n, periods = solution.model.network, solution.model.periods
    static = n.c[component].static
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
