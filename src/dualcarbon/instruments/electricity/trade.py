"""Trade between provinces: contracted flows, and a spot market beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.instruments.payments import as_party
from dualcarbon.system.accounting import annual_sum
from dualcarbon.system.parties import GRID, Party

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

MOST_HOURS = 7500.0
FLOW = "annual-flow"
ALONG, AGAINST = "electricity-spot_along", "electricity-spot_against"
SPOT_OWNERS = Party("grid", "grid owners, inter-provincial spot")


def pair_flows(model: PolicyModel, pairs: pd.Index) -> linopy.Variable:
    """Yearly net flow of each pair of buses, MWh per year, dims (pair, period); defined once."""
    if FLOW in model.linopy.variables:
        return model.linopy.variables[FLOW]
    links = paired_links(model)
    flow = model.linopy.add_variables(
        lower=-np.inf, coords=[pairs.rename("pair"), model.periods], name=FLOW
    )
    total = annual_sum(model.linopy.variables["Link-p"].sel(name=links.index), model.horizon)
    group = xr.DataArray(links["pair"].to_numpy(), coords={"name": links.index}, name="pair")
    sign = xr.DataArray(links["sign"].to_numpy(), coords={"name": links.index})
    net = (total * sign).groupby(group).sum().reindex(pair=pairs)
    model.define(f"{FLOW}-definition", flow - net == 0)
    return flow


def hourly_flow(model: PolicyModel, pairs: pd.Index) -> linopy.LinearExpression:
    """Net flow of each pair of buses in each snapshot, MW, dims (snapshot, pair)."""
    links = paired_links(model)
    power = model.linopy.variables["Link-p"].sel(name=links.index)
    group = xr.DataArray(links["pair"].to_numpy(), coords={"name": links.index}, name="pair")
    sign = xr.DataArray(links["sign"].to_numpy(), coords={"name": links.index})
    return (power * sign).groupby(group).sum().reindex(pair=pairs)


def between_grids(model: PolicyModel, pairs: pd.Index) -> pd.Index:
    """Pairs of buses in different regional grids; all, where buses name none."""
    buses, links = model.network.c.buses.static, paired_links(model)
    if "grid" not in buses:
        return pairs
    ends = model.network.c.links.static.loc[links.index, ["bus0", "bus1"]]
    across = ends["bus0"].map(buses["grid"]) != ends["bus1"].map(buses["grid"])
    return pairs[pairs.isin(links.loc[across, "pair"])]


def paired_links(model: PolicyModel) -> pd.DataFrame:
    """Links with a plan: the pair they belong to, and +1 along it or -1 against it.

    A two-way line may be one link, or two with the same label in the column ``pair``.
    """
    links = model.network.c.links.static
    planned = links[links["planned_mwh"].notna()]
    pair = planned["pair"] if "pair" in planned else planned.index.to_series()
    start = planned["bus0"].groupby(pair).transform("first")
    sign = np.where(planned["bus0"] == start, 1.0, -1.0)
    return pd.DataFrame(
        {"pair": pair, "sign": sign, "p_nom": planned["p_nom"],
         "plan": planned["planned_mwh"] * sign}
    )  # fmt: skip


def planned_flows(model: PolicyModel) -> pd.DataFrame:
    """Contracted yearly net flow of each pair of buses, MWh per year.

    It holds from a line's first period on, in proportion to the time that the line runs in it, and
    grows with demand, up to ``MOST_HOURS`` of the line's capacity.

    Raises:
        InputError: the network's links carry no column ``planned_mwh``.
    """
    links = model.network.c.links.static
    if "planned_mwh" not in links:
        raise InputError(
            "trade 'planned' needs the contracted flows of the links",
            where="network.links",
            allowed="a column 'planned_mwh' in MWh per year, positive from bus0 to bus1",
        )
    model.horizon.check_year("the plan of exchange", "network.links.planned_mwh")
    n, paired = model.network, paired_links(model)
    load = model.annual.load.sum()
    runs = n.get_switchable_as_dense("Link", "p_max_pu")[paired.index]
    runs = runs.groupby(model.horizon.period_of.to_numpy()).max().T
    first = pd.Series(model.periods[0], index=paired.index)
    if n.has_investment_periods:
        start = links.loc[paired.index, "build_year"]
        first = start.map(lambda year: min((y for y in model.periods if y >= year), default=np.inf))
    most = MOST_HOURS * paired["p_nom"]
    grown = {}
    for y in model.periods:
        volume = paired["plan"] * (load[y] / load.reindex(first).to_numpy()) * runs[y]
        volume = volume.where(first <= y, 0.0).clip(lower=-most, upper=most)
        grown[y] = volume.groupby(paired["pair"], sort=False).sum()
    return pd.DataFrame(grown).rename_axis(index="pair", columns="period")


def spot_beside(
    model: PolicyModel, plan: pd.DataFrame, hurdle: float
) -> tuple[linopy.Variable, linopy.Variable]:
    """Yearly spot trade along and against each pair of buses beyond its plan, MWh per year.

    Spot trade adds to a contract and never undoes it: it runs in the direction of the plan, in
    both directions where nothing is contracted. The charge steers it and uses no resources.

    Args:
        model: the model.
        plan: contracted flow, rows pairs, columns periods.
        hurdle: charge, CNY/MWh.
    """
    coords = {"pair": plan.index}
    labels = {"pair": plan.index, "period": plan.columns.to_numpy()}
    volume = plan.to_numpy(float)
    forward, backward = (
        xr.DataArray(np.where(open_, np.inf, 0.0), coords=labels)
        for open_ in (volume >= 0, volume <= 0)
    )
    along = model.variable(ALONG, coords, upper=forward)
    against = model.variable(AGAINST, coords, upper=backward)
    model.cost("electricity-spot", (along + against).sum("pair") * hurdle, transfer=True)
    return along, against


def spot_rent(solution: Solution) -> list[pd.DataFrame]:
    """Congestion rent of spot trade, moved from the owners of lines to a party of its own.

    The rent of a pair, what it sells less what it buys at nodal prices, falls to spot trade by
    its share of the yearly flow.
    """
    horizon, links = solution.model.horizon, paired_links(solution.model)
    period, hours = horizon.period_of.to_numpy(), horizon.paid_hours.to_numpy()
    rent = pd.DataFrame(0.0, index=links.index, columns=horizon.periods)
    for ports in solution.link_ports():
        names = ports.power.columns.intersection(links.index)
        price = solution.power_price[ports.bus[names]].to_numpy()
        worth = (ports.power[names] * price).mul(hours, axis=0).groupby(period).sum().T
        rent = rent.add(worth, fill_value=0.0).loc[links.index]
    by_pair = rent.groupby(links["pair"], sort=False).sum()
    spot = sum(solution.value(name).transpose("pair", "period").to_pandas()
               for name in (ALONG, AGAINST))  # fmt: skip
    flow = solution.value(FLOW).transpose("pair", "period").to_pandas().abs()
    share = (spot / flow.where(flow > 1.0)).fillna(0.0).clip(upper=1.0)
    total = (by_pair.loc[share.index] * share).sum().rename_axis("period")
    return [as_party(SPOT_OWNERS, total), as_party(GRID, -total)]
