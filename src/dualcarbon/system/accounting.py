"""Annual sums: yearly energy, emissions and consumption, on which instruments are written.

Emissions count at one of three places: a generator or link whose carrier has ``co2_emissions``, or
whatever delivers to a bus that is the atmosphere (see :mod:`dualcarbon.system.commodities`).
Electricity counts at buses of electricity only.
"""

from __future__ import annotations

from dataclasses import dataclass

import linopy
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.system.commodities import ELECTRICITY, Commodities, commodities_of
from dualcarbon.system.network import Horizon
from dualcarbon.system.ports import bounds_of
from dualcarbon.system.unit_table import unit_table
from dualcarbon.system.user_variables import UserVariables


@dataclass(frozen=True)
class AnnualSums:
    """Yearly energy of every unit that emits or earns certificates, and consumption by bus.

    Attributes:
        units: one row per unit: component, bus, carrier, ets_class, rate (t CO2 per unit of
            energy; negative for what is taken out of the atmosphere), renewable, vintage
            (``existing`` or ``new``), electric (whether its energy is electricity), output
            (energy per unit of a link's flow), measured (whether energy is what the unit makes,
            and not the fuel that it supplies or draws).
        energy: variable, MWh of electricity per year, dims (unit, period); of heat, fuel or t
            where a unit makes no electricity.
        load: MWh of electricity per year before savings, index bus, columns period.
        saved: MWh per year saved by energy users (negative: used), dims (bus, period), or None.
        used: MWh of electricity per year turned into heat, hydrogen or other things by links, or
            taken by generators whose output is negative, dims (bus, period); None for none; the
            refusal where it cannot be said.
    """

    units: pd.DataFrame
    energy: linopy.Variable
    load: pd.DataFrame
    saved: linopy.LinearExpression | None
    used: linopy.LinearExpression | InputError | None = None

    def of(self, column: str) -> xr.DataArray:
        """A column of the unit table as an array over units."""
        return xr.DataArray(self.units[column].to_numpy(), coords={"unit": self.units.index})

    def sum(self, factor: pd.Series) -> linopy.LinearExpression:
        """Yearly sum over units of factor times energy, by period; zeros are left out."""
        used = factor.index[factor.to_numpy() != 0]
        weights = xr.DataArray(factor[used].to_numpy(float), coords={"unit": used})
        return (self.energy.sel(unit=used) * weights).sum("unit")

    def emissions(self, units: pd.Index | None = None) -> linopy.LinearExpression:
        """Emissions e[y] = sum_i rate_i gen[i, y] of the given units, in t CO2 per year."""
        rate = self.units["rate"]
        return self.sum(rate if units is None else rate.where(rate.index.isin(units), 0.0))

    def consumption(self, share: pd.DataFrame) -> linopy.LinearExpression | xr.DataArray:
        """Sum over buses of share times (load - saved + used), by period, in MWh per year.

        Args:
            share: index bus, columns period.

        Raises:
            InputError: a link or generator may both take and make electricity.
        """
        load = xr.DataArray((share * self.load).sum().to_numpy(), dims="period")
        total: linopy.LinearExpression | xr.DataArray = load.assign_coords(period=self.load.columns)
        for amount, sign in ((self.saved, -1.0), (self.electricity_used, 1.0)):
            if amount is not None:
                part = share.loc[amount.indexes["bus"]]
                coords = {"bus": part.index, "period": part.columns}
                weights = xr.DataArray(sign * part.to_numpy(), coords=coords)
                total = (amount * weights).sum("bus") + total
        return total

    @property
    def electricity_used(self) -> linopy.LinearExpression | None:
        """Electricity that links and generators of negative output take, dims (bus, period).

        Raises:
            InputError: a link or generator may both take and make electricity.
        """
        if isinstance(self.used, InputError):
            raise self.used
        return self.used


def define_annual_sums(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, users: UserVariables | None
) -> AnnualSums:
    """Add the variable ``annual-energy`` and the rows that define it."""
    commodities = commodities_of(n)
    units = unit_table(n, horizon, commodities)
    if units.empty:
        empty = pd.Index([], name="unit")
        energy = m.add_variables(coords=[empty, horizon.periods], name="annual-energy")
    else:
        energy = m.add_variables(coords=[units.index, horizon.periods], name="annual-energy")
        for component, group in units.groupby("component", sort=False):
            total = _yearly_output(n, m, horizon, str(component), group)
            m.add_constraints(
                energy.sel(unit=group.index) - total == 0, name=f"annual-{component}-definition"
            )
    saved = None if users is None else users.electricity_saved
    used: linopy.LinearExpression | InputError | None
    try:
        used = _electricity_used(n, m, horizon, commodities)
    except InputError as refusal:
        used = refusal
    return AnnualSums(units, energy, yearly_load(n, horizon, commodities), saved, used)


def _yearly_output(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, component: str, group: pd.DataFrame
) -> linopy.LinearExpression | xr.DataArray:
    """Sum over snapshots of hours times power, by unit and period."""
    if component == "Load":
        emitted = -n.get_switchable_as_dense("Load", "p_set", inds=group["name"])
        yearly = _by_period(emitted, horizon).loc[group["name"]]
        return xr.DataArray(
            yearly.to_numpy(), coords={"unit": group.index, "period": yearly.columns}
        )
    variable = {"Generator": "p", "StorageUnit": "p_dispatch", "Link": "p"}[component]
    power = m.variables[f"{component}-{variable}"].sel(name=group["name"].to_numpy())
    energy = annual_sum(power, horizon)
    if component == "Link":
        energy = energy * xr.DataArray(group["output"].to_numpy(), coords={"name": group["name"]})
    return energy.rename(name="unit").assign_coords(unit=group.index)


def _electricity_used(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, commodities: Commodities
) -> linopy.LinearExpression | None:
    """Electricity that links turn into something else, and that generators take, MWh per year.

    ``used[b, y] = - sum_t hours_t (sum_l rate[l, b, t] p[l, t] + sum_g p[g, t])``.

    Raises:
        InputError: a link or generator may both take and make electricity.
    """
    electric = commodities.buses(ELECTRICITY)
    parts = []
    for port in commodities.ports:
        links = pd.Index(commodities.users).intersection(port.bus.index[port.bus.isin(electric)])
        if len(links):
            rates = port.rates(n, links)[links]
            parts.append((m.variables["Link-p"].sel(name=links), port.bus[links], rates))
    static = n.c.generators.static
    bounds = bounds_of(n, "Generator")
    taking = static.index[static["bus"].isin(electric) & (bounds["low"] < 0)]
    if len(both := taking[bounds.loc[taking, "high"] > 0]):
        raise InputError(
            f"'{both[0]}' may take electricity or make it, so it cannot be said what is consumed",
            where="network.generators",
            allowed="two generators, one for each direction",
        )
    if len(taking):
        ones = pd.DataFrame(1.0, index=n.snapshots, columns=taking)
        parts.append((m.variables["Generator-p"].sel(name=taking), static.loc[taking, "bus"], ones))
    if not parts:
        return None
    return linopy.expressions.merge([_taken_at(*part, horizon) for part in parts], dim="bus",
                                    join="outer").groupby("bus").sum()  # fmt: skip


def _taken_at(
    power: linopy.Variable, bus: pd.Series, rates: pd.DataFrame, horizon: Horizon
) -> linopy.LinearExpression:
    """Yearly sum of ``-rate power`` by bus and period."""
    weights = xr.DataArray(
        -rates.to_numpy(), coords={d: power.coords[d] for d in ("snapshot", "name")}
    )
    at = xr.DataArray(bus.to_numpy(), coords={"name": bus.index}, name="bus")
    return annual_sum(power * weights, horizon).groupby(at).sum()


def annual_sum(
    power: linopy.Variable | linopy.LinearExpression, horizon: Horizon
) -> linopy.LinearExpression:
    """Yearly sum E[y] = sum_t hours_t p_t of a variable over the snapshots of each period."""
    parts = []
    for period in horizon.periods:
        at = horizon.snapshots(period)
        block = power.isel(snapshot=at)
        hours = xr.DataArray(
            horizon.hours.to_numpy()[at], coords={"snapshot": block.coords["snapshot"]}
        )
        parts.append((block * hours).sum("snapshot"))
    merged = linopy.expressions.merge(parts, dim="period")
    return merged.assign_coords(period=horizon.periods)


def yearly_load(n: pypsa.Network, horizon: Horizon, commodities: Commodities) -> pd.DataFrame:
    """Electricity demand by bus and period, MWh per year; zero at buses of anything else."""
    by_bus = electric_load(n, commodities)
    by_bus = by_bus.reindex(columns=n.c.buses.static.index, fill_value=0.0)
    return _by_period(by_bus, horizon).rename_axis(index="bus", columns="period")


def electric_load(n: pypsa.Network, commodities: Commodities | None = None) -> pd.DataFrame:
    """Demand at each bus of electricity that has one, MW, rows snapshots."""
    known = commodities_of(n) if commodities is None else commodities
    bus = n.c.loads.static["bus"]
    bus = bus[bus.isin(known.buses(ELECTRICITY))]
    demand = n.get_switchable_as_dense("Load", "p_set")[bus.index]
    return demand.T.groupby(bus).sum().T


def _by_period(power: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """Yearly sums of hourly power, rows members, columns periods."""
    weighted = power.mul(horizon.hours.to_numpy(), axis=0)
    yearly = weighted.groupby(horizon.period_of.to_numpy()).sum().T
    return yearly.reindex(columns=horizon.periods)
