"""The solved values written back into a PyPSA network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.solver.solution import Solution

SERIES = {
    "Generator": {"p": "p"},
    "StorageUnit": {"p_dispatch": "p_dispatch", "p_store": "p_store",
                    "state_of_charge": "state_of_charge"},
    "Store": {"p": "p", "e": "e"},
    "Link": {"p": "p0"},
    "Line": {"s": "p0"},
    "Transformer": {"s": "p0"},
}  # fmt: skip
NOMINAL = {"Generator": "p_nom", "StorageUnit": "p_nom", "Store": "e_nom", "Link": "p_nom",
           "Line": "s_nom", "Transformer": "s_nom"}  # fmt: skip


def solved_network(solution: Solution) -> pypsa.Network:
    """Copy of the network with dispatch, capacities and marginal prices."""
    n = solution.model.network.copy()
    index = n.snapshots
    for component, names in SERIES.items():
        for variable, attribute in names.items():
            block = f"{component}-{variable}"
            if block in solution.model.linopy.variables:
                _store(n, component, attribute, solution, block, index)
    _storage_power(n)
    _far_ends(n)
    for component, nominal in NOMINAL.items():
        _capacities(n, component, nominal, solution)
    n.c.buses.dynamic["marginal_price"] = solution.power_price.set_axis(index)
    return n


def _store(
    n: pypsa.Network, component: str, attribute: str, solution: Solution, block: str,
    index: pd.Index,
) -> None:  # fmt: skip
    array = solution.value(block).transpose("snapshot", "name")
    columns = pd.Index(array.coords["name"].to_numpy(), name="name")
    n.c[component].dynamic[attribute] = pd.DataFrame(array.to_numpy(), index, columns)


def _storage_power(n: pypsa.Network) -> None:
    dynamic = n.c.storage_units.dynamic
    if len(n.c.storage_units.static):
        dynamic["p"] = dynamic["p_dispatch"] - dynamic["p_store"]


def _far_ends(n: pypsa.Network) -> None:
    """Flow at every other port; PyPSA counts what leaves the bus as positive."""
    links = n.c.links
    if len(links.static):
        flow = links.dynamic["p0"]
        for port in links.additional_ports:
            _link_end(n, flow, port, f"efficiency{port}")
        _link_end(n, flow, "1", "efficiency")
    for component in (n.c.lines, n.c.transformers):
        if len(component.static):
            component.dynamic["p1"] = -component.dynamic["p0"]


def _link_end(n: pypsa.Network, flow: pd.DataFrame, port: str, efficiency: str) -> None:
    share = n.get_switchable_as_dense("Link", efficiency)[flow.columns].to_numpy()
    used = (n.c.links.static.loc[flow.columns, f"bus{port}"] != "").to_numpy()
    n.c.links.dynamic[f"p{port}"] = -flow * np.where(used, share, 0.0)


def _capacities(n: pypsa.Network, component: str, nominal: str, solution: Solution) -> None:
    static = n.c[component].static
    static[f"{nominal}_opt"] = static[nominal]
    block = f"{component}-{nominal}"
    if block in solution.model.linopy.variables:
        built = solution.value(block).to_series()
        static.loc[built.index, f"{nominal}_opt"] = built
