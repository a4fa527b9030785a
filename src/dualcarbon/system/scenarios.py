"""PyPSA's stochastic networks: scenarios of prices, weather or demand with one set of capacities.

The least expected cost ``sum_s pi_s cost_s(x, y_s)`` over capacities x that stand in every scenario
and dispatch y_s of each is the programme of a network with one period per scenario, in which every
plant stands in all periods and a year of period s weighs ``pi_s``. So instruments hold in every
scenario, and prices are those of each, after their probability is divided out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError

NAMES = "scenarios"
"""Entry of a network's ``meta``: name of the scenario behind each period."""

EXPECTED = ("capital_cost", "overnight_cost", "discount_rate", "fom_cost")
AMOUNTS = ("primary_energy", "operational_limit", "co2_atmosphere")
FOREVER = {"build_year": 0, "lifetime": np.inf}
PER_PERIOD = {
    "storage_units": {"cyclic_state_of_charge": "state_of_charge_initial_per_period"},
    "stores": {"e_cyclic": "e_initial_per_period"},
}


def as_periods(network: pypsa.Network) -> pypsa.Network:
    """A network with one period per scenario, whose programme is that of the stochastic one.

    Raises:
        InputError: scenarios beside investment periods, a risk preference, or an attribute that
            differs between scenarios and can only have one value.
    """
    if network.has_investment_periods or network.has_risk_preference:
        beside = "investment periods" if network.has_investment_periods else "a risk preference"
        raise InputError(
            f"stochastic scenarios beside {beside} are not supported",
            where="network.scenarios",
            allowed="scenarios of a single period, weighed by their probability",
        )
    names = list(network.scenarios)
    weights = network.scenario_weightings["weight"].reindex(names).to_numpy(float)
    each = [network.get_scenario(name) for name in names]
    n = each[0].copy()
    periods = range(1, len(names) + 1)
    hours = pd.concat([one.snapshot_weightings for one in each], keys=periods)
    hours.index.names = ["period", "timestep"]
    n.set_snapshots(hours.index)
    n.investment_periods = list(periods)
    n.investment_period_weightings["objective"] = weights
    n.investment_period_weightings["years"] = 1.0
    n.snapshot_weightings.loc[:, :] = hours.to_numpy()
    for component in n.components:
        if component.name not in ("SubNetwork", "GlobalConstraint") and len(component.static):
            _join(n, component.name, each, weights)
    _close_each(n)
    _join_limits(n, each)
    n.meta = {**n.meta, NAMES: dict(zip(map(str, periods), map(str, names), strict=True))}
    return n


def _join(n: pypsa.Network, name: str, each: list[pypsa.Network], weights: np.ndarray) -> None:
    """Members of a component with what each scenario says of them."""
    component = n.components[name]
    members = component.static.index
    parts = [one.components[name] for one in each]
    for part in parts:
        missing = members.symmetric_difference(part.static.index)
        if len(missing):
            raise _differs(name, missing[0], "being there")
    varying = [a for a in component.dynamic if a in component.static]
    for attribute in component.static.columns:
        table = pd.DataFrame({s: p.static[attribute] for s, p in enumerate(parts)})
        if attribute in varying:
            _join_series(n, name, each, attribute, table)
        elif attribute in FOREVER:
            component.static[attribute] = FOREVER[attribute]
        elif attribute in EXPECTED:
            component.static[attribute] = table.to_numpy(float) @ weights / weights.sum()
        else:
            odd = members[
                (table.ne(table[0], axis=0) & ~(table.isna() & _missing(table))).any(axis=1)
            ]
            if len(odd):
                raise _differs(name, odd[0], attribute)


def _missing(table: pd.DataFrame) -> pd.DataFrame:
    """Whether the first scenario says nothing, spread over all."""
    first = table[0].isna().to_numpy()[:, None]
    return pd.DataFrame(np.repeat(first, len(table.columns), axis=1), table.index, table.columns)


def _join_series(
    n: pypsa.Network, name: str, each: list[pypsa.Network], attribute: str, table: pd.DataFrame
) -> None:
    """An attribute that may vary over time varies over scenarios too, where it does."""
    component = n.components[name]
    series = [one.components[name].dynamic[attribute] for one in each]
    named = sorted({c for s in series for c in s.columns}
                   | set(table.index[table.nunique(axis=1, dropna=False) > 1]))  # fmt: skip
    if not named:
        component.dynamic[attribute] = component.dynamic[attribute].reindex(columns=[])
        return
    blocks = [one.get_switchable_as_dense(name, attribute)[named].to_numpy() for one in each]
    component.dynamic[attribute] = pd.DataFrame(
        np.concatenate(blocks), index=n.snapshots, columns=pd.Index(named, name="name")
    )


def _close_each(n: pypsa.Network) -> None:
    """What is stored does not pass from one scenario to the next."""
    for component, columns in PER_PERIOD.items():
        static = n.c[component].static
        for cyclic, initial in columns.items():
            static[f"{cyclic}_per_period"] = static[cyclic] | static[f"{cyclic}_per_period"]
            static[initial] = ~static[f"{cyclic}_per_period"].astype(bool)
            static[cyclic] = False
    summed = n.c.generators.static[["e_sum_min", "e_sum_max"]]
    bound = summed.index[np.isfinite(summed.to_numpy(float)).any(axis=1)]
    if len(bound):
        raise InputError(
            f"'{bound[0]}' has a yearly sum, which is not supported beside scenarios",
            where="network.generators",
            allowed="an operational_limit of its carrier, which holds in every scenario",
        )


def _join_limits(n: pypsa.Network, each: list[pypsa.Network]) -> None:
    """A limit on amounts holds in every scenario; one on capacity once, and the same in all."""
    tables = [one.c.global_constraints.static for one in each]
    once = [table["constant"][~table["type"].isin(AMOUNTS)] for table in tables]
    for table in once[1:]:
        if not table.equals(once[0]):
            raise _differs("GlobalConstraint", str(table.index[0]), "constant")
    n.remove("GlobalConstraint", n.c.global_constraints.static.index)
    for period, table in enumerate(tables, start=1):
        for name, limit in table.drop(columns=["mu", "investment_period"]).iterrows():
            if limit["type"] in AMOUNTS:
                about = {**limit.to_dict(), "investment_period": period}
                n.add("GlobalConstraint", f"{name}, {period}", **about)
            elif period == 1:
                n.add("GlobalConstraint", name, **limit.to_dict())


def _differs(component: str, name: str, attribute: str) -> InputError:
    return InputError(
        f"'{attribute}' of '{name}' differs between scenarios",
        where=f"network.scenarios, {component}",
        allowed="the same in every scenario, but for costs and what may vary over time",
    )
