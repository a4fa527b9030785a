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
    pair_flows,
    planned_flows,
    spot_beside,
    spot_rent,
)
from dualcarbon.instruments.payments import Payment, through_market
from dualcarbon.solver.power import by_period
from dualcarbon.system.commodities import ATMOSPHERE, ELECTRICITY, commodities_of
from dualcarbon.system.parties import Party, buyer, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

EQUAL = "electricity-equal_shares"
PLAN_LOW, PLAN_HIGH = "electricity-plan_low", "electricity-plan_high"
FULL = "electricity-priority"


class ElectricityMarket(Instrument):
    """Rules of dispatch and of trade between provinces.

    ``merit_order`` and ``free`` add nothing: the least-cost dispatch is the competitive market.
    ``equal_shares``: every existing coal plant of a province runs the same hours in a year,
    ``gen[i, y] / p_nom[i] = u[province, y]``. ``planned``: the yearly flow of each link stays
    within a tolerance of its contracted volume, grown with demand. ``spot_beside_plan``: the
    contracted volume flows as under the plan, and more may flow in the hours of an
    inter-provincial spot market, up to the line's capacity and at a charge per MWh. ``priority``:
    at least a share of the available renewable output of each province is taken.

    Attributes:
        dispatch: ``merit_order`` or ``equal_shares``.
        shared_carriers: carriers that share hours equally.
        trade: ``free``, ``planned`` or ``spot_beside_plan``; the plan is the column
            ``planned_mwh`` of the links.
        plan_tolerance: deviation allowed from the plan, as a share of it.
        spot_hurdle: charge on spot trade beside the plan, CNY/MWh, on top of the lines' cost of
            use; the owners of lines keep it.
        renewables: ``spot`` or ``priority``.
        least_utilisation: share of available output that priority guarantees.

    Source: Chen, Chyong, Kang and Wei (2018) on equal-share dispatch; NDRC Document 9 (2015).
    """

    key: ClassVar[str] = "electricity"
    policy: ClassVar[bool] = False

    dispatch: Literal["merit_order", "equal_shares"] = "merit_order"
    shared_carriers: tuple[str, ...] = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb")
    trade: Literal["free", "planned", "spot_beside_plan"] = "free"
    plan_tolerance: float = Field(0.1, ge=0)
    spot_hurdle: float = Field(10.0, ge=0)
    renewables: Literal["spot", "priority"] = "spot"
    least_utilisation: Share = 0.9

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
            zh="省内存量煤电机组按相同利用小时数发电",
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
        return through_market(self.key, "electricity market", received)


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
