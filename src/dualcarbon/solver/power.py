"""Hourly prices, output and flows of a solved model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.solver.values import Values
from dualcarbon.system.network import nodal_balances
from dualcarbon.system.parties import GRID, Party, seller

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


def power_price(values: Values) -> pd.DataFrame:
    """Nodal price p[t, b] = dual / (hours_t weight_y), CNY/MWh, rows snapshots."""
    horizon = values.model.horizon
    weight = horizon.paid_hours.to_numpy() * horizon.objective[horizon.period_of].to_numpy()
    buses = values.model.network.c.buses.static.index
    blocks = [_dual_frame(values, name) for name in nodal_balances(values.model.linopy)]
    frame = pd.concat(blocks, axis=1)[list(buses)].set_axis(buses, axis=1)
    return frame.div(weight, axis=0)


def _dual_frame(values: Values, name: str) -> pd.DataFrame:
    dual = values.dual(name).transpose("snapshot", "name")
    index = values.model.horizon.hours.index
    return pd.DataFrame(dual.to_numpy(), index=index, columns=dual.coords["name"].to_numpy())


def output(values: Values, component: str) -> pd.DataFrame:
    """Net power of a component's members, MW, rows snapshots; storage charging is negative."""
    if component == "StorageUnit":
        block = values.value("StorageUnit-p_dispatch") - values.value("StorageUnit-p_store")
    else:
        block = values.value(f"{component}-{POWER_VARIABLES[component]}")
    array = block.transpose("snapshot", "name")
    return pd.DataFrame(
        array.to_numpy(),
        index=values.model.horizon.hours.index,
        columns=pd.Index(array.coords["name"].to_numpy(), name="name"),
    )


def served_load(values: Values) -> pd.DataFrame:
    """Load after the savings of energy users, MW, rows snapshots, columns buses."""
    n, horizon = values.model.network, values.model.horizon
    demand = n.get_switchable_as_dense("Load", "p_set")
    load = demand.T.groupby(n.c.loads.static["bus"]).sum().T
    load = load.reindex(columns=n.c.buses.static.index, fill_value=0.0)
    if "users-electricity-band" not in values.model.linopy.variables:
        return load
    band = values.value("users-electricity-band").transpose("period", "name").to_pandas()
    saved = band.reindex(columns=load.columns, fill_value=0.0).loc[horizon.period_of.to_numpy()]
    return load - saved.set_axis(load.index)


def mean_power_price(values: Values, price: pd.DataFrame) -> pd.DataFrame:
    """Load-weighted mean of the nodal price by bus (rows) and period, CNY/MWh."""
    load = served_load(values).mul(values.model.horizon.hours.to_numpy(), axis=0)
    period = values.model.horizon.period_of.to_numpy()
    spent = (load * price).groupby(period).sum()
    mean = (spent / load.groupby(period).sum()).T
    mean.columns.name = "period"
    return mean.dropna(how="all")


def capture_prices(values: Values, price: pd.DataFrame) -> pd.DataFrame:
    """Output-weighted mean of the nodal price, CNY/MWh, by carrier and bus (rows) and period."""
    units = values.model.annual.units
    hours = values.model.horizon.hours.to_numpy()[:, np.newaxis]
    earned, sold = [], []
    for component, group in units[units["component"] != "Link"].groupby("component"):
        energy = output(values, str(component))[group["name"]] * hours
        rows = pd.MultiIndex.from_frame(group[["carrier", "bus"]])
        worth = energy * price[group["bus"]].to_numpy()
        earned.append(by_period(values, worth).set_axis(rows))
        sold.append(by_period(values, energy).set_axis(rows))
    if not sold:
        return pd.DataFrame(columns=values.model.periods, dtype=float)
    total = pd.concat(sold).groupby(level=[0, 1]).sum()
    return pd.concat(earned).groupby(level=[0, 1]).sum() / total.where(total > 1e-3)


def by_period(values: Values, table: pd.DataFrame) -> pd.DataFrame:
    """Sum over the snapshots (rows) of each period, rows the table's columns, columns periods."""
    horizon, numbers = values.model.horizon, table.to_numpy(float)
    sums = [numbers[horizon.snapshots(period)].sum(axis=0) for period in horizon.periods]
    periods = pd.Index(horizon.periods, name="period")
    return pd.DataFrame(np.stack(sums, axis=1), index=table.columns, columns=periods)


def link_ports(values: Values) -> Iterator[Ports]:
    """Both (or more) ends of all links and lines."""
    n = values.model.network
    for component in ("Link", "Line", "Transformer"):
        static = n.c[component].static
        if static.empty:
            continue
        flow = output(values, component)
        owner = _owners(values, component, static)
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


def _owners(values: Values, component: str, static: pd.DataFrame) -> dict[str, Party]:
    """Lines and pipes belong to the grid, what turns one thing into another to its plants."""
    owner = dict.fromkeys(static.index, GRID)
    if component != "Link":
        return owner
    carrier = values.model.network.c.buses.static["carrier"]
    units = values.model.annual.units.query("component == 'Link'").set_index("name")["bus"]
    turns = static["bus0"].map(carrier) != static["bus1"].map(carrier)
    for name in static.index[turns | static.index.isin(units.index)]:
        owner[name] = seller(static.at[name, "carrier"], units.get(name, static.at[name, "bus1"]))
    return owner
