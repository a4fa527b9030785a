"""The electricity market: who is dispatched, and how provinces may trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.errors import InputError
from dualcarbon.instruments.base import Instrument, Price, Share
from dualcarbon.instruments.payments import Payment, buyer, seller, through_market
from dualcarbon.system.accounting import annual_sum

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solution import Solution
    from dualcarbon.system.model import PolicyModel

EQUAL = "electricity-equal_shares"
PLAN_LOW, PLAN_HIGH = "electricity-plan_low", "electricity-plan_high"
MOST_HOURS = 7500.0
FLOW, FULL = "annual-flow", "electricity-priority"


class ElectricityMarket(Instrument):
    """Rules of dispatch and of trade between provinces.

    ``merit_order`` and ``free`` add nothing: the least-cost dispatch is the competitive market.
    ``equal_shares``: every existing coal plant of a province runs the same hours in a year,
    ``gen[i, y] / p_nom[i] = u[province, y]``. ``planned``: the yearly flow of each link stays
    within a tolerance of its contracted volume, grown with demand. ``priority``: at least a
    share of the available renewable output of each province is taken.

    Attributes:
        dispatch: ``merit_order`` or ``equal_shares``.
        shared_carriers: carriers that share hours equally.
        trade: ``free`` or ``planned``; the plan is the column ``planned_mwh`` of the links.
        plan_tolerance: deviation allowed from the plan, as a share of it.
        renewables: ``spot`` or ``priority``.
        least_utilisation: share of available output that priority guarantees.

    Source: Chen, Chyong, Kang and Wei (2018) on equal-share dispatch; NDRC Document 9 (2015).
    """

    key: ClassVar[str] = "electricity"

    dispatch: Literal["merit_order", "equal_shares"] = "merit_order"
    shared_carriers: tuple[str, ...] = (
        "coal_usc",
        "coal_sc",
        "coal_sub",
        "coal_small",
        "coal_cfb",
    )
    trade: Literal["free", "planned"] = "free"
    plan_tolerance: float = Field(0.1, ge=0)
    renewables: Literal["spot", "priority"] = "spot"
    least_utilisation: Share = 0.9

    def attach(self, model: PolicyModel) -> None:
        """Add the rows of equal shares and of the trade plan, where they apply."""
        if self.dispatch == "equal_shares":
            self._equal_shares(model)
        if self.trade == "planned":
            self._plan(model)
        if self.renewables == "priority":
            self._priority(model)

    def _equal_shares(self, model: PolicyModel) -> None:
        units = model.annual.units
        member = (
            (units["component"] == "Generator")
            & units["carrier"].isin(self.shared_carriers)
            & (units["vintage"] == "existing")
        )
        static = model.network.c.generators.static.loc[units.index[member]]
        static = static[static["p_nom"] > 0]
        buses = pd.Index(static["bus"].unique(), name="bus")
        if not len(buses):
            return
        full = xr.DataArray(
            _mwh_at_full_output(model, static).to_numpy(),
            coords={"unit": static.index.rename("unit"), "period": model.periods},
        )
        hours = model.variable("electricity-utilisation", {"bus": buses}, upper=1e6)
        unit = static.index.rename("unit")
        of_unit = xr.DataArray(static["bus"].to_numpy(), coords={"unit": unit})
        energy = model.annual.energy.sel(unit=static.index)
        shared = (1.0 * hours).sel(bus=of_unit).drop_vars("bus") * (full / 1e6)
        model.row(
            EQUAL,
            energy - shared == 0,
            unit="CNY/MWh",
            meaning="existing coal plants of a province run equal hours",
        )

    def _plan(self, model: PolicyModel) -> None:
        plan = planned_flows(model)
        flow = pair_flows(model, plan.index)
        slack = self.plan_tolerance * plan.abs() + 1.0
        low, high = (_as_array(plan + sign * slack) for sign in (-1, 1))
        for row, constraint in ((PLAN_LOW, flow >= low), (PLAN_HIGH, flow <= high)):
            model.row(
                row,
                constraint,
                unit="CNY/MWh",
                meaning="the yearly flow of a link keeps to its contracted volume",
            )

    def _priority(self, model: PolicyModel) -> None:
        units = model.annual.units
        static = model.network.c.generators.static
        names = units.index[
            (units["component"] == "Generator")
            & units["renewable"]
            & (units["vintage"] == "existing")
        ]
        available = _mwh_at_full_output(model, static.loc[names])
        group = xr.DataArray(units.loc[names, "bus"].to_numpy(), coords={"unit": names}, name="bus")
        taken = (1.0 * model.annual.energy.sel(unit=names)).groupby(group).sum()
        least = available.groupby(units.loc[names, "bus"].to_numpy()).sum() * self.least_utilisation
        least.index.name = "bus"
        model.row(
            FULL,
            taken >= _as_array(least),
            unit="CNY/MWh",
            meaning="the grid takes a guaranteed share of available renewable output",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Mean wholesale price of each bus, weighted by its load, CNY/MWh."""
        mean = solution.mean_power_price()
        return [
            Price(self.key, "electricity", str(bus), row, "CNY/MWh", "nodal_balance")
            for bus, row in mean.iterrows()
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers pay the nodal price, plants and storage earn it, links earn congestion rent."""
        return through_market(self.key, "electricity market", power_income(solution))


def power_income(solution: Solution) -> list[pd.DataFrame]:
    """What each party receives at nodal prices, CNY per year: consumers, plants, storage, links."""
    price = solution.power_price
    hours = solution.model.horizon.paid_hours
    period = solution.model.horizon.period_of.to_numpy()
    n = solution.model.network

    def yearly(value: pd.DataFrame, party: dict[str, str]) -> pd.DataFrame:
        by_year = value.mul(hours.to_numpy(), axis=0).groupby(period).sum().T
        by_year.columns.name = "period"
        return by_year.groupby(by_year.index.map(party)).sum()

    parts = [-yearly(solution.served_load() * price, {b: buyer(b) for b in price.columns})]
    for component in ("Generator", "StorageUnit", "Store"):
        static = n.c[component].static
        if len(static):
            power = solution.power(component)
            owner = {i: seller(static.at[i, "carrier"], static.at[i, "bus"]) for i in static.index}
            worth = power * price[static["bus"]].set_axis(static.index, axis=1)
            parts.append(yearly(worth, owner))
    for ports in solution.link_ports():
        worth = ports.power * price[ports.bus].set_axis(ports.bus.index, axis=1)
        parts.append(yearly(worth, ports.owner))
    return parts


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

    It grows with demand up to ``MOST_HOURS`` of the line's capacity.

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
    plan = paired_links(model).groupby("pair", sort=False)["plan"].sum()
    load = model.annual.load.sum()
    growth = load / load.iloc[0]
    most = MOST_HOURS * paired_links(model).groupby("pair", sort=False)["p_nom"].max()
    grown = {y: (plan * growth[y]).clip(lower=-most, upper=most) for y in model.periods}
    return pd.DataFrame(grown).rename_axis(index="pair", columns="period")


def _mwh_at_full_output(model: PolicyModel, static: pd.DataFrame) -> pd.DataFrame:
    """Available output of existing generators in a year, MWh, by unit and period."""
    n, horizon = model.network, model.horizon
    availability = n.get_switchable_as_dense("Generator", "p_max_pu")[static.index]
    hours = availability.mul(horizon.hours.to_numpy(), axis=0)
    yearly = hours.groupby(horizon.period_of.to_numpy()).sum().T
    active = np.array(
        [
            (static["build_year"] <= y) & (y < static["build_year"] + static["lifetime"])
            if n.has_investment_periods
            else np.ones(len(static), bool)
            for y in horizon.periods
        ]
    ).T
    return yearly.mul(static["p_nom"], axis=0).where(active, 0.0)


def _as_array(table: pd.DataFrame) -> xr.DataArray:
    return xr.DataArray(
        table.to_numpy(float),
        coords={table.index.name: table.index, "period": table.columns.to_numpy()},
    )
