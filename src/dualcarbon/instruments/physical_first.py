"""Physical consumption first: renewables that reach a region count there, certificates after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.instruments.payments import as_party, by_owner
from dualcarbon.system.accounting import annual_sum
from dualcarbon.system.commodities import ELECTRICITY, commodities_of
from dualcarbon.system.parties import BUYOUT_FUND, GRID, buyer

if TYPE_CHECKING:
    from dualcarbon.instruments.obligations import Duty, GreenObligations
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

BUS, LINK = "bus", "link"


def meet_by_region(market: GreenObligations, model: PolicyModel, duty: Duty) -> linopy.Variable:
    """Rows by which every region meets its share; returns what regions buy out, MWh per year.

    ``made[b] + sum_in g[l] - sum_out g[l] - sold[b] + bought[b] + buyout[b] >= share[b] used[b]``
    with ``g[l] <= flow[l]``, ``sold[b] <= tradable[b]`` and ``sum_b bought[b] <= sum_b sold[b] +
    linked units``. A line carries no more renewable MWh in a year than it sends electricity, so a
    region's physical consumption is the most that generation and flows can explain.

    Raises:
        InputError: a line may flow both ways, so what it carries where cannot be said.
    """
    buses = pd.Index(sorted(commodities_of(model.network).buses(ELECTRICITY)), name=BUS)
    ceiling = 0.0 if market.buyout is None else np.inf
    buyout = model.variable(duty.of("buyout"), {BUS: buses}, upper=ceiling)
    price = market.buyout or 0.0
    model.cost(duty.of("buyout"), (buyout * price).sum(BUS), transfer=True)
    sold = model.variable(duty.of("sold"), {BUS: buses})
    bought = model.variable(duty.of("bought"), {BUS: buses})
    made, tradable = (
        _made(model, units, buses)
        for units in (market.eligible_units(model, duty), _tradable(market, model, duty))
    )
    reached = made - sold + bought + buyout
    links = _lines(model)
    if len(links):
        carried = model.variable(duty.of("carried"), {LINK: links.index})
        for end, sign in (("bus1", 1.0), ("bus0", -1.0)):
            at = xr.DataArray(links[end].to_numpy(), coords={LINK: links.index}, name=BUS)
            part = (sign * carried).groupby(at).sum().reindex({BUS: buses}).fillna(0.0)
            reached = reached + part
        flow = annual_sum(model.linopy.variables["Link-p"].sel(name=links.index), model.horizon)
        flow = flow.rename(name=LINK).assign_coords({LINK: links.index})
        model.row(
            duty.of("lines"),
            carried - flow <= 0,
            unit="CNY/MWh",
            meaning="a line carries no more renewable power than it sends",
            zh="线路输送的可再生能源电量不超过其送电量",
        )
    model.row(
        duty.of("region"),
        reached - market.owed_at(model, duty).reindex({BUS: buses}) >= 0,
        unit="CNY/MWh",
        meaning="every region meets its share by physical consumption, then by certificates",
        zh="各地区以物理消纳量为主、绿证为补充完成消纳责任权重",
    )
    model.row(
        duty.of("issued"),
        sold - tradable <= 0,
        unit="CNY/MWh",
        meaning="a region sells certificates of its own tradable output only",
        zh="各地区出售的绿证不超过本地可交易绿电",
    )
    credited = model.credited(market.key) if duty.name == "total" else 0.0
    model.row(
        duty.of("traded"),
        sold.sum(BUS) - bought.sum(BUS) + credited >= 0,
        unit="CNY/MWh",
        meaning="certificates that regions buy are sold by others",
        zh="各地区购入的绿证来自其他地区售出的绿证",
    )
    return buyout


def settled_by_region(
    market: GreenObligations, solution: Solution, duty: Duty
) -> list[pd.DataFrame]:
    """Who receives what of the worth of renewables where they are, CNY per year.

    Consumers pay their region's price for what they owe; plants earn it for what they make there,
    and the rent of tradable certificates; lines earn the difference between their ends.
    """
    model = solution.model
    local = solution.price(duty.of("region")).unstack("period")[list(model.periods)]
    rent = solution.price(duty.of("issued")).unstack("period")[list(model.periods)]
    buyout = solution.value(duty.of("buyout")).transpose(BUS, "period").to_pandas()
    received = [
        -market.owed_by_bus(solution, duty).mul(local).dropna().rename(index=buyer),
        as_party(BUYOUT_FUND, (buyout * local.loc[buyout.index]).sum()),
    ]
    for worth, units in (
        (local, market.eligible_units(model, duty)),
        (rent, _tradable(market, model, duty)),
    ):
        if len(units):
            paid = solution.energy.loc[units.index] * worth.loc[units["bus"]].to_numpy()
            received.append(by_owner(solution, paid))
    links = _lines(model)
    if len(links):
        gap = solution.price(duty.of("lines")).unstack("period")[list(model.periods)]
        carried = solution.value(duty.of("carried")).transpose(LINK, "period").to_pandas()
        received.append(as_party(GRID, (carried * gap.loc[carried.index]).sum()))
    return received


def _tradable(market: GreenObligations, model: PolicyModel, duty: Duty) -> pd.DataFrame:
    units = market.eligible_units(model, duty)
    hydro = units["carrier"].isin(market.hydro_carriers)
    return units if market.hydro_tradable else units[~hydro]


def _made(model: PolicyModel, units: pd.DataFrame, buses: pd.Index) -> linopy.LinearExpression:
    """Output of units by bus, MWh per year, dims (bus, period)."""
    energy = 1.0 * model.annual.energy.sel(unit=units.index)
    at = xr.DataArray(units["bus"].to_numpy(), coords={"unit": units.index}, name=BUS)
    return energy.groupby(at).sum().reindex({BUS: buses}).fillna(0.0)


def _lines(model: PolicyModel) -> pd.DataFrame:
    """Links between buses of electricity.

    Raises:
        InputError: one may flow both ways.
    """
    n = model.network
    electric = commodities_of(n).buses(ELECTRICITY)
    links = n.c.links.static
    links = links[links["bus0"].isin(electric) & links["bus1"].isin(electric)]
    low = n.get_switchable_as_dense("Link", "p_min_pu")[links.index].min()
    if len(both := low.index[low < 0]) or len(n.c.lines.static):
        what = both[0] if len(both) else n.c.lines.static.index[0]
        raise InputError(
            f"'{what}' may flow both ways, so the renewable power that it carries has no direction",
            where="green.physical_first",
            allowed="false, or one link for each direction",
        )
    return links.rename_axis(LINK)
