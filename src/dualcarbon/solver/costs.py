"""What the system costs: resources, without money that only changes hands."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd

from dualcarbon.solver.values import Values

NOMINAL = {
    "Generator": "p_nom",
    "StorageUnit": "p_nom",
    "Store": "e_nom",
    "Link": "p_nom",
    "Line": "s_nom",
    "Transformer": "s_nom",
}


def resource_cost(values: Values) -> pd.Series:
    """Operation, new capacity, abatement and offsets, CNY per year by period.

    ``cost[y] = sum_t hours_t mc_i p[i, t] + sum_i capital_cost_i p_nom_i + resources of policies``,
    every hourly term of PyPSA's objective included; discounted with the period weights it equals
    the objective less its transfers.
    """
    total = _operation(values)
    for component, nominal in NOMINAL.items():
        if len(values.model.network.c[component].static):
            total = total + _capital(values, component, nominal)
    return total + policy_cost(values, "resource")


def policy_cost(values: Values, kind: str) -> pd.Series:
    """Yearly cost terms of the package of a kind (``resource`` or ``transfer``), CNY."""
    total = pd.Series(0.0, index=values.model.periods)
    for which, expression in values.model.yearly_costs.values():
        if which == kind:
            value = values.evaluate(expression)
            extra = [d for d in value.dims if d != "period"]
            total = total + value.sum(extra).to_series()
    return total


def _operation(values: Values) -> pd.Series:
    """Cost of every hourly variable in PyPSA's objective, by period."""
    m, horizon = values.model.linopy, values.model.horizon
    price = _objective_coefficients(m)
    total = np.zeros(len(horizon.period_of))
    for name, variable in m.variables.items():
        if "snapshot" in variable.dims:
            labels = variable.labels.transpose("snapshot", ...).to_numpy()
            value = values.value(name).transpose("snapshot", ...).to_numpy()
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


def _capital(values: Values, component: str, nominal: str) -> pd.Series:
    n, periods = values.model.network, values.model.periods
    static = n.c[component].static
    free = static.index[static[f"{nominal}_extendable"]]
    if not len(free):
        return pd.Series(0.0, index=periods)
    built = values.value(f"{component}-{nominal}").to_series()[free]
    yearly = built * n.c[component].periodized_cost.to_series()[free]
    if not n.has_investment_periods:
        return pd.Series(yearly.sum(), index=periods)
    table = static.loc[free]
    end = table["build_year"] + table["lifetime"]
    alive = {y: (table["build_year"] <= y) & (y < end) for y in periods}
    return pd.Series({y: yearly[a].sum() for y, a in alive.items()})
