"""Hourly prices, output and flows of a solved model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pypsa

from dualcarbon.system.network import nodal_balances
from dualcarbon.system.parties import GRID, Party, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

POWER_VARIABLES = {"Generator": "p", "Store": "p", "Link": "p", "Line": "s", "Transformer": "s"}


@dataclass(frozen=True)
class Ports:
    """One end of the links: what each receives there.

    Attributes:
        power: MW received at the bus (negative: taken), columns links.
        bus: bus of each link; owner: party that each link belongs to.
    """

    power: pd.DataFrame
    bus: pd.Series
    owner: dict[str, Party]


def power_price(solution: Solution) -> pd.DataFrame:
    """Nodal price p[t, b] = dual / (hours_t weight_y), CNY/MWh, rows snapshots."""
    horizon = solution.model.horizon
    weight = horizon.paid_hours.to_numpy() * horizon.objective[horizon.period_of].to_numpy()
    buses = solution.model.network.c.buses.static.index
    blocks = [_dual_frame(solution, name) for name in nodal_balances(solution.model.linopy)]
    frame = pd.concat(blocks, axis=1)[list(buses)].set_axis(buses, axis=1)
    return frame.div(weight, axis=0)


def _dual_frame(solution: Solution, name: str) -> pd.DataFrame:
    dual = solution.dual(name).transpose("snapshot", "name")
    index = solution.model.horizon.hours.index
    return pd.DataFrame(dual.to_numpy(), index=index, columns=dual.coords["name"].to_numpy())


def output(solution: Solution, component: str) -> pd.DataFrame:
    """Net power of a component's members, MW, rows snapshots; storage charging is negative."""
    if component == "StorageUnit":
        block = solution.value("StorageUnit-p_dispatch") - solution.value("StorageUnit-p_store")
    else:
        block = solution.value(f"{component}-{POWER_VARIABLES[component]}")
    array = block.transpose("snapshot", "name")
    return pd.DataFrame(
        array.to_numpy(),
        index=solution.model.horizon.hours.index,
        columns=pd.Index(array.coords["name"].to_numpy(), name="name"),
    )


def served_load(solution: Solution) -> pd.DataFrame:
    """Load after the savings of energy users, MW, rows snapshots, columns buses."""
    n, horizon = solution.model.network, solution.model.horizon
    demand = n.get_switchable_as_dense("Load", "p_set")
    load = demand.T.groupby(n.c.loads.static["bus"]).sum().T
    load = load.reindex(columns=n.c.buses.static.index, fill_value=0.0)
    if "users-electricity-band" not in solution.model.linopy.variables:
        return load
    band = solution.value("users-electricity-band").transpose("period", "name").to_pandas()
    saved = band.reindex(columns=load.columns, fill_value=0.0).loc[horizon.period_of.to_numpy()]
    return load - saved.set_axis(load.index)


def mean_power_price(solution: Solution) -> pd.DataFrame:
    """Load-weighted mean price by bus (rows) and period, CNY/MWh."""
    load = served_load(solution).mul(solution.model.horizon.hours.to_numpy(), axis=0)
    period = solution.model.horizon.period_of.to_numpy()
    spent = (load * solution.power_price).groupby(period).sum()
    mean = (spent / load.groupby(period).sum()).T
    mean.columns.name = "period"
    return mean.dropna(how="all")


def capture_price(solution: Solution, carrier: str) -> pd.DataFrame:
    """Output-weighted mean price that a carrier earns, by bus (rows) and period, CNY/MWh."""
    units = solution.model.annual.units
    plants = units[(units["carrier"] == carrier) & (units["component"] != "Link")]
    hours = solution.model.horizon.hours.to_numpy()
    period = solution.model.horizon.period_of.to_numpy()
    earned, sold = [], []
    for component, group in plants.groupby("component"):
        power = output(solution, str(component))[group["name"]].mul(hours, axis=0)
        price = solution.power_price[group["bus"]].set_axis(power.columns, axis=1)
        bus = group.set_index("name")["bus"]
        earned.append((power * price).groupby(period).sum().T.groupby(bus).sum())
        sold.append(power.groupby(period).sum().T.groupby(bus).sum())
    total = pd.concat(sold).groupby(level=0).sum()
    return pd.concat(earned).groupby(level=0).sum() / total.where(total > 1e-3)


def link_ports(solution: Solution) -> Iterator[Ports]:
    """Both (or more) ends of all links and lines."""
    n = solution.model.network
    for component in ("Link", "Line", "Transformer"):
        static = n.c[component].static
        if static.empty:
            continue
        flow = output(solution, component)
        owner = _owners(n, component, static)
        yield Ports(-flow, static["bus0"], owner)
        ends = {c for c in static.columns if c.startswith("bus") and c[3:].isdigit()}
        for end in sorted(ends - {"bus0"}):
            used = static.index[static[end].astype(str) != ""]
            suffix = "" if end == "bus1" else end[3:]
            if component == "Link":
                efficiency = n.get_switchable_as_dense("Link", f"efficiency{suffix}")[used]
                received = flow[used] * efficiency.to_numpy()
            else:
                received = flow[used]
            yield Ports(received, static.loc[used, end], {k: owner[k] for k in used})


def _owners(n: pypsa.Network, component: str, static: pd.DataFrame) -> dict[str, Party]:
    if component != "Link":
        return dict.fromkeys(static.index, GRID)
    rate = static["carrier"].map(n.c.carriers.static["co2_emissions"]).fillna(0.0)
    return {
        name: seller(static.at[name, "carrier"], static.at[name, "bus1"])
        if rate[name] > 0
        else GRID
        for name in static.index
    }
