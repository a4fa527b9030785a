"""What renewable obligations count: who owes, for which consumption, from which plants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import linopy
import pandas as pd
import xarray as xr
from pydantic import Field, model_validator

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.areas import Number, RegionalShare, by_region, over_regions
from dualcarbon.instruments.base import Instrument, Yearly
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.instruments.payments import by_user
from dualcarbon.system.accounting import annual_sum
from dualcarbon.system.commodities import ELECTRICITY, commodities_of
from dualcarbon.system.parties import buyer

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

Matching = Literal["yearly", "monthly", "hourly"]
YEARLY: Literal["yearly"] = "yearly"
Expression = linopy.LinearExpression | linopy.Variable
LOST = "electricity lost by lines and storage"
TOTAL, NONHYDRO, USERS = "total", "nonhydro", "users"


@dataclass(frozen=True)
class Duty:
    """One obligation.

    Attributes:
        name: ``total``, ``nonhydro`` or ``users``.
        carriers: carriers whose certificates count; None for all.
    """

    name: str
    carriers: set[str] | None = None

    @property
    def row(self) -> str:
        """Row whose dual is the price of a certificate for it."""
        return f"green-{self.name}"

    def of(self, what: str) -> str:
        """Name of its variables or rows of a kind."""
        return f"green-{what}_{self.name}"


class GreenObligations(Instrument):
    """Fields of the certificate market and what is owed in it; see ``GreenCertificates``."""

    key: ClassVar[str] = "green"

    share: RegionalShare = 0.0
    nonhydro_share: RegionalShare | None = None
    share_growth: float = Field(0.0, ge=0, le=0.1)
    users: dict[str, RegionalShare] = Field(default_factory=dict)
    hydro_tradable: bool = True
    losses: bool = False
    matching: Matching = YEARLY
    validity: int = Field(1, ge=1, le=10)
    physical_first: bool = False
    buyout: float | None = Field(None, ge=0)
    voluntary: Yearly = 0.0
    voluntary_price: float = Field(50.0, ge=0)
    hydro_carriers: tuple[str, ...] = ("hydro", "phs", "ror")
    eligible: Eligibility = Eligibility()

    @model_validator(mode="after")
    def _one_way(self) -> GreenObligations:
        if self.physical_first and self.matching != YEARLY:
            raise ValueError("'physical_first' is a rule of the year: give it, or 'matching'")
        return self

    def obligations(self, model: PolicyModel, share: Number) -> pd.DataFrame:
        """Share of consumption by bus and period.

        Raises:
            InputError: a share names an unknown bus.
        """
        buses = model.annual.load.index
        electric = commodities_of(model.network).buses(ELECTRICITY)
        for bus in by_region(share):
            if bus not in buses:
                raise unknown_name("region", bus, buses, where="green.share")
            if bus not in electric:
                raise unknown_name("region with electricity", bus, electric, where="green.share")
        table = over_regions(share, buses, model.horizon).fillna(0.0)
        calendar = model.horizon.calendar.to_numpy(float)
        growth = self.share_growth * (calendar - calendar[0])
        grown = table.add(growth, axis=1).where(table > 0, 0.0).clip(upper=1.0)
        return grown.rename_axis(index="bus", columns="period")

    def duties(self, model: PolicyModel) -> list[Duty]:
        """Obligations of the package."""
        nonhydro = set(model.annual.units["carrier"]) - set(self.hydro_carriers)
        found = [Duty(TOTAL)]
        if self.nonhydro_share is not None:
            found.append(Duty(NONHYDRO, nonhydro))
        if self.users:
            found.append(Duty(USERS, None if self.hydro_tradable else nonhydro))
        return found

    def by_slot(self, duty: Duty) -> bool:
        """Whether certificates and consumption are matched by the hour or month."""
        return self.matching != YEARLY and duty.name != USERS

    def by_region(self, duty: Duty) -> bool:
        """Whether every region has to meet it by itself, by physical consumption first."""
        return self.physical_first and duty.name != USERS

    def share_of(self, model: PolicyModel, duty: Duty) -> pd.DataFrame:
        """Share of consumption by bus and period that consumers of a bus owe."""
        share = self.share if duty.name == TOTAL else self.nonhydro_share
        assert share is not None
        return self.obligations(model, share)

    def share_of_users(self, model: PolicyModel) -> pd.DataFrame:
        """Share of electricity that obliged energy users owe, rows users, columns periods.

        Raises:
            InputError: a sector or a region is unknown, or the network has no energy users.
        """
        table = model.energy_users.table
        known = sorted(set(table["sector"]))
        parts = []
        for sector, share in self.users.items():
            if sector not in known:
                raise unknown_name("sector", sector, known, where="green.users")
            by_bus = self.obligations(model, share)
            members = table[table["sector"] == sector]
            parts.append(by_bus.loc[members["bus"]].set_axis(members.index))
        return pd.concat(parts)

    def owed(self, model: PolicyModel, duty: Duty) -> linopy.LinearExpression | xr.DataArray:
        """What is owed in a year, MWh by period."""
        if duty.name == USERS:
            share = self.share_of_users(model)
            drawn = model.energy_users.electricity(share.index, by="user")
            weights = xr.DataArray(
                share.reindex(drawn.indexes["group"]).to_numpy(),
                coords={"group": drawn.indexes["group"], "period": model.periods},
            )
            return (drawn * weights).sum("group")
        share = self.share_of(model, duty)
        owed = model.annual.consumption(share)
        wasted = self._lost(model)
        if wasted is None:
            return owed
        part = share.loc[wasted.indexes["bus"]]
        weights = xr.DataArray(part.to_numpy(), coords={"bus": part.index, "period": model.periods})
        return (wasted * weights).sum("bus") + owed

    def owed_at(self, model: PolicyModel, duty: Duty) -> linopy.LinearExpression | xr.DataArray:
        """What consumers of each bus owe in a year, MWh, dims (bus, period)."""
        share = _array(self.share_of(model, duty))
        owed: linopy.LinearExpression | xr.DataArray = _array(model.annual.load) * share
        annual = model.annual
        parts = ((annual.saved, -1.0), (annual.electricity_used, 1.0), (self._lost(model), 1.0))
        for amount, sign in parts:
            if amount is not None:
                whole = amount.reindex(bus=share.indexes["bus"]).fillna(0.0)
                owed = whole * (sign * share) + owed
        return owed

    def _lost(self, model: PolicyModel) -> linopy.LinearExpression | None:
        """Lost electricity that counts as consumption, built when it is first asked for."""
        if self.losses and LOST not in model.expressions:
            found = lost(model)
            if found is None:
                return None
            model.expressions[LOST] = found
        return model.expressions[LOST] if self.losses else None

    def owed_by_party(self, solution: Solution, duty: Duty) -> pd.DataFrame:
        """What each party owes, MWh per year, rows parties, columns periods."""
        model = solution.model
        if duty.name == USERS:
            share = self.share_of_users(model)
            drawn = solution.of_users("electricity_mwh").loc[share.index]
            return by_user(solution, drawn * share)
        return self.owed_by_bus(solution, duty).rename(index=buyer)

    def owed_by_bus(self, solution: Solution, duty: Duty) -> pd.DataFrame:
        """What consumers of each bus owe at the solution, MWh per year."""
        model = solution.model
        counted = solution.consumption()
        wasted = self._lost(model)
        if wasted is not None:
            part = solution.evaluate(wasted).transpose("bus", "period").to_pandas()
            counted = counted.add(part.reindex(counted.index).fillna(0.0))
        return counted * self.share_of(model, duty)

    def eligible_units(self, model: PolicyModel, duty: Duty) -> pd.DataFrame:
        """Renewable units whose output earns certificates for the obligation."""
        units = model.annual.units[model.annual.units["renewable"]]
        admitted = [
            self.eligible.admits(c, v) and (duty.carriers is None or c in duty.carriers)
            for c, v in zip(units["carrier"], units["vintage"], strict=True)
        ]
        return units[admitted]


def lost(model: PolicyModel) -> linopy.LinearExpression | None:
    """Electricity lost by lines and by storage, MWh per year, dims (bus, period).

    Lines: ``sum_t hours_t (1 - efficiency) p0_t`` at the bus that receives; storage without inflow:
    what it takes less what it gives, at its bus. None where nothing is lost.

    Raises:
        InputError: a link with losses may flow both ways, or its losses vary.
    """
    n, m = model.network, model.linopy
    parts = []
    links = n.c.links.static
    electric = commodities_of(n).buses(ELECTRICITY)
    links = links[links["bus0"].isin(electric) & links["bus1"].isin(electric)]
    lossy = links[links["efficiency"] < 1.0]
    if len(lossy):
        both_ways = lossy.index[
            n.get_switchable_as_dense("Link", "p_min_pu")[lossy.index].min() < 0
        ]
        varying = n.c.links.dynamic.efficiency.columns.intersection(links.index)
        for found, what in ((both_ways, "flows both ways"), (varying, "has losses that vary")):
            if len(found):
                raise InputError(
                    f"link '{found[0]}' {what}, so what it loses cannot be counted",
                    where="green.losses",
                    allowed="false, or one link for each direction with a fixed efficiency",
                )
        flow = m.variables["Link-p"].sel(name=lossy.index)
        loss = xr.DataArray(1.0 - lossy["efficiency"].to_numpy(float), coords={"name": lossy.index})
        parts.append(_at_bus(flow * loss, lossy["bus1"], model))
    stores = n.c.storage_units.static
    inflow = n.get_switchable_as_dense("StorageUnit", "inflow").max()
    stores = stores[stores["bus"].isin(electric) & (inflow.reindex(stores.index) <= 0)]
    if len(stores):
        taken = m.variables["StorageUnit-p_store"].sel(name=stores.index)
        given = m.variables["StorageUnit-p_dispatch"].sel(name=stores.index)
        parts.append(_at_bus(1.0 * taken - 1.0 * given, stores["bus"], model))
    if not parts:
        return None
    buses = pd.Index(sorted({b for part in parts for b in part.indexes["bus"]}), name="bus")
    spread = [part.reindex(bus=buses).fillna(0.0) for part in parts]
    return spread[0] if len(spread) == 1 else spread[0] + spread[1]


def _at_bus(power: Expression, bus: pd.Series, model: PolicyModel) -> linopy.LinearExpression:
    label = xr.DataArray(bus.to_numpy(), coords={"name": bus.index}, name="bus")
    return annual_sum(power, model.horizon).groupby(label).sum()


def _array(table: pd.DataFrame) -> xr.DataArray:
    return xr.DataArray(table.to_numpy(float), coords={"bus": table.index, "period": table.columns})
