"""The electricity market: who is dispatched, and how provinces may trade."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import numpy as np
import pandas as pd
import xarray as xr
from pydantic import Field

from dualcarbon.instruments.base import Instrument, Price, Share
from dualcarbon.instruments.electricity.trade import (
    between_grids,
    hourly_flow,
    pair_flows,
    planned_flows,
    spot_beside,
    spot_rent,
)
from dualcarbon.instruments.payments import Payment, as_party, through_market
from dualcarbon.solver.power import by_period
from dualcarbon.system.commodities import ATMOSPHERE, ELECTRICITY, commodities_of
from dualcarbon.system.days import slots
from dualcarbon.system.parties import GRID, Party, buyer, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

EQUAL = "electricity-equal_shares"
PLAN_LOW, PLAN_HIGH = "electricity-plan_low", "electricity-plan_high"
CURVE_LOW, CURVE_HIGH = "electricity-curve_low", "electricity-curve_high"
LEVEL, HOURS = "electricity-curve_level", 8760.0
FULL, MISSING = "electricity-priority", "electricity-guarantee_missing"


class ElectricityMarket(Instrument):
    """Rules of dispatch and of trade between provinces.

    ``merit_order`` and ``free`` add nothing: the least-cost dispatch is the competitive market.
    ``equal_shares``: every existing coal plant of a province runs the same share of what it can
    choose, ``gen[i, y] = floor[i, y] + u[province, y] (full[i, y] - floor[i, y])``: the same
    hours where nothing forces it, and above its floor where heat or a factory does.
    ``planned``: the yearly flow of each link stays within a tolerance of its contracted volume,
    grown with demand. ``spot_beside_plan``: the contracted volume flows as under the plan, and
    more may flow in the hours of an inter-provincial spot market, up to the line's capacity and
    at a charge per MWh. ``priority``: at least a share of the available renewable output of
    each province is taken, or the grid owes for what it does not take, ``taken[b, y] +
    missing[b, y] >= share x available[b, y]``.

    Attributes:
        dispatch: ``merit_order`` or ``equal_shares``.
        shared_carriers: carriers that share hours equally.
        trade: ``free``, ``planned`` or ``spot_beside_plan``; the plan is the column
            ``planned_mwh`` of the links.
        plan_tolerance: deviation allowed from the plan, as a share of it.
        plan_swing: how far the flow of an hour between regional grids may be from its day's level
            under ``planned`` trade, as a share of the mean power of the contract; None leaves the
            hours free, so that only the year is bound.
        spot_hurdle: charge on spot trade beside the plan, CNY/MWh, on top of the lines' cost of
            use; the owners of lines keep it.
        renewables: ``spot`` or ``priority``.
        least_utilisation: share of available output that priority guarantees.
        compensation: what the grid owes for guaranteed output that it does not take, CNY/MWh; None
            where the guarantee is kept at any cost.

    Source: Chen, Chyong, Kang and Wei (2018) on equal-share dispatch; NDRC Document 9 (2015).
    """

    key: ClassVar[str] = "electricity"
    policy: ClassVar[bool] = False

    dispatch: Literal["merit_order", "equal_shares"] = "merit_order"
    shared_carriers: tuple[str, ...] = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb")
    trade: Literal["free", "planned", "spot_beside_plan"] = "free"
    plan_tolerance: float = Field(0.1, ge=0)
    plan_swing: float | None = Field(None, ge=0)
    spot_hurdle: float = Field(10.0, ge=0)
    renewables: Literal["spot", "priority"] = "spot"
    least_utilisation: Share = 0.9
    compensation: float | None = Field(None, ge=0)

    def attach(self, model: PolicyModel) -> None:
        """Add the rows of equal shares and of the trade plan, where they apply."""
        if self.dispatch == "equal_shares":
            self._equal_shares(model)
        if self.trade != "free":
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
        labels = {"unit": static.index.rename("unit"), "period": model.periods}
        full, floor = (
            xr.DataArray(_mwh_at_output(model, static, bound).to_numpy(), coords=labels)
            for bound in ("p_max_pu", "p_min_pu")
        )
        hours = model.variable("electricity-utilisation", {"bus": buses}, upper=1e6)
        unit = static.index.rename("unit")
        of_unit = xr.DataArray(static["bus"].to_numpy(), coords={"unit": unit})
        energy = model.annual.energy.sel(unit=static.index)
        shared = (1.0 * hours).sel(bus=of_unit).drop_vars("bus") * ((full - floor) / 1e6)
        model.row(
            EQUAL,
            energy - shared == floor,
            unit="CNY/MWh",
            meaning="existing coal plants of a province run equal hours above their floor",
            zh="省内存量煤电机组在最小出力之上按相同利用小时数发电",
        )

    def _plan(self, model: PolicyModel) -> None:
        plan = planned_flows(model)
        flow = pair_flows(model, plan.index)
        slack = self.plan_tolerance * plan.abs() + 1.0
        low, high = (_as_array(plan + sign * slack) for sign in (-1, 1))
        most: linopy.LinearExpression = 1.0 * flow
        least: linopy.LinearExpression = 1.0 * flow
        if self.trade == "spot_beside_plan":
            along, against = spot_beside(model, plan, self.spot_hurdle)
            most, least = most - along, least + against
        for row, constraint in ((PLAN_LOW, least >= low), (PLAN_HIGH, most <= high)):
            model.row(
                row,
                constraint,
                unit="CNY/MWh",
                meaning="the yearly flow of a link keeps to its contracted volume",
                zh="联络线年送电量须符合合同电量（含允许偏差）",
            )
        if self.plan_swing is not None and self.trade == "planned":
            self._day_curve(model, plan)

    def _day_curve(self, model: PolicyModel, plan: pd.DataFrame) -> None:
        """Contracts flow evenly through a day: ``|flow[t] - level[day]| <= swing x mean power``.

        Lines inside a regional grid follow its dispatch hour by hour and are left out.
        """
        plan = plan.loc[between_grids(model, plan.index)]
        horizon, net = model.horizon, hourly_flow(model, plan.index)
        period = horizon.period_of.to_numpy()
        slot = slots(model.network, horizon)
        day = slot - pd.Series(slot).groupby(period).transform("min").to_numpy()
        days = pd.RangeIndex(day.max() + 1)
        level = model.variable(LEVEL, {"pair": plan.index, "day": days}, lower=-np.inf)
        place = horizon.periods.get_indexer(period)
        at = {"day": xr.DataArray(day, dims="snapshot"),
              "period": xr.DataArray(place, dims="snapshot")}  # fmt: skip
        swing = _as_array(plan.abs() * (self.plan_swing or 0.0) / HOURS).isel(period=at["period"])
        along = (1.0 * level).isel(at).drop_vars(["day", "period"])
        clock = net.coords["snapshot"].coords
        along, swing = along.assign_coords(clock), swing.drop_vars("period").assign_coords(clock)
        for row, constraint in (
            (CURVE_LOW, net - along >= -swing),
            (CURVE_HIGH, net - along <= swing),
        ):
            model.row(
                row,
                constraint,
                unit="CNY/MWh",
                meaning="a contract flows evenly through the day, within its swing",
                zh="联络线日内送电功率须符合合同送电曲线（含允许偏差）",
            )

    def _priority(self, model: PolicyModel) -> None:
        units = model.annual.units
        static = model.network.c.generators.static
        names = _guaranteed(units)
        available = _mwh_at_output(model, static.loc[names])
        group = xr.DataArray(units.loc[names, "bus"].to_numpy(), coords={"unit": names}, name="bus")
        taken = (1.0 * model.annual.energy.sel(unit=names)).groupby(group).sum()
        least = available.groupby(units.loc[names, "bus"].to_numpy()).sum() * self.least_utilisation
        least.index.name = "bus"
        if self.compensation is not None:
            missing = model.variable(MISSING, {"bus": least.index})
            model.cost(MISSING, missing * self.compensation, transfer=True)
            taken = taken + missing
        model.row(
            FULL,
            taken >= _as_array(least),
            unit="CNY/MWh",
            meaning="the grid takes a guaranteed share of available renewable output",
            zh="电网按保障比例优先收购可再生能源可发电量",
        )

    def price(self, solution: Solution) -> list[Price]:
        """Mean wholesale price of each bus, weighted by its load, CNY/MWh.

        Where something else than electricity is traded at a bus the item is the bus's carrier.
        """
        mean = solution.mean_power_price()
        commodities = commodities_of(solution.model.network)
        carrier = commodities.network.c.buses.static["carrier"]
        item = carrier.where(commodities.of_bus != ELECTRICITY, "electricity")
        unit = {ATMOSPHERE: "CNY/t"}
        return [
            Price(
                self.key,
                item[bus],
                str(bus),
                row,
                unit.get(commodities.of_bus[bus], "CNY/MWh"),
                "nodal_balance",
            )
            for bus, row in mean.iterrows()
        ]

    def settle(self, solution: Solution) -> list[Payment]:
        """Consumers pay the nodal price, plants and storage earn it, links earn congestion rent.

        The rent of the spot market beside the plan is shown apart.
        """
        received = power_income(solution)
        if self.trade == "spot_beside_plan":
            received += spot_rent(solution)
        if self.renewables == "priority" and self.compensation is not None:
            received += self._compensated(solution)
        return through_market(self.key, "electricity market", received)

    def _compensated(self, solution: Solution) -> list[pd.DataFrame]:
        """What the grid owes to the plants of a province for guaranteed output not taken, shared
        out by what they lost."""
        missing = solution.value(MISSING).transpose("bus", "period").to_pandas()
        owed = missing * (self.compensation or 0.0)
        units, static = solution.model.annual.units, solution.model.network.c.generators.static
        names = _guaranteed(units)
        offer = _mwh_at_output(solution.model, static.loc[names])
        lost = (offer - solution.energy.loc[names]).clip(lower=0.0)
        bus = units.loc[names, "bus"]
        share = lost / lost.groupby(bus).transform("sum").where(lambda total: total > 0)
        paid = share.fillna(0.0) * owed.loc[bus].set_axis(names)
        owner = [seller(c, b) for c, b in zip(units.loc[names, "carrier"], bus, strict=True)]
        by_owner = paid.groupby(pd.Index(owner)).sum().rename_axis(columns="period")
        return [by_owner, as_party(GRID, -by_owner.sum())]


def _guaranteed(units: pd.DataFrame) -> pd.Index:
    """Existing renewable plants."""
    mine = (units["component"] == "Generator") & units["renewable"]
    return units.index[mine & (units["vintage"] == "existing")]


def power_income(solution: Solution) -> list[pd.DataFrame]:
    """What each party receives at nodal prices, CNY per year: consumers, plants, storage, links."""
    price = solution.power_price
    hours = solution.model.horizon.paid_hours
    n = solution.model.network

    def yearly(value: pd.DataFrame, party: dict[str, Party]) -> pd.DataFrame:
        paid = by_period(solution, value.mul(hours.to_numpy(), axis=0))
        return paid.set_axis([party[name] for name in paid.index])

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


def _mwh_at_output(
    model: PolicyModel, static: pd.DataFrame, bound: str = "p_max_pu"
) -> pd.DataFrame:
    """Largest or least output of existing generators in a year, MWh, by unit and period."""
    n, horizon = model.network, model.horizon
    availability = n.get_switchable_as_dense("Generator", bound)[static.index]
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
