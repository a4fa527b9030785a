"""Annual sums: yearly energy, emissions and consumption, on which instruments are written."""

from __future__ import annotations

from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.system.flexibility import DEMAND_SIDE
from dualcarbon.system.network import Horizon
from dualcarbon.system.user_variables import UserVariables

UNIT_COLUMNS = ["component", "bus", "carrier", "ets_class", "rate", "renewable", "vintage"]


@dataclass(frozen=True)
class AnnualSums:
    """Yearly energy of every unit that emits or earns certificates, and consumption by bus.

    Attributes:
        units: one row per unit: component, bus, carrier, ets_class, rate (t CO2 per MWh of
            electricity), renewable, vintage (``existing`` or ``new``).
        energy: variable, MWh of electricity per year, dims (unit, period).
        load: MWh per year before savings, index bus, columns period.
        saved: MWh per year saved by energy users (negative: used), dims (bus, period), or None.
    """

    units: pd.DataFrame
    energy: linopy.Variable
    load: pd.DataFrame
    saved: linopy.LinearExpression | None

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
        """Sum over buses of share times (load - saved), by period, in MWh per year.

        Args:
            share: index bus, columns period.
        """
        total = xr.DataArray((share * self.load).sum().to_numpy(), dims="period")
        total = total.assign_coords(period=self.load.columns)
        if self.saved is None:
            return total
        used = share.loc[self.saved.indexes["bus"]]
        weights = xr.DataArray(used.to_numpy(), coords={"bus": used.index, "period": used.columns})
        return (self.saved * -weights).sum("bus") + total


def define_annual_sums(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, users: UserVariables | None
) -> AnnualSums:
    """Add the variable ``annual-energy`` and the rows that define it."""
    units = unit_table(n, horizon)
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
    return AnnualSums(units, energy, yearly_load(n, horizon), saved)


def unit_table(n: pypsa.Network, horizon: Horizon) -> pd.DataFrame:
    """List generators, inflow-fed renewable storage and emitting links with their attributes.

    Load that is interrupted against payment is no generation.
    """
    carriers = n.c.carriers.static
    generators = n.c.generators.static
    plants = generators[~generators["carrier"].isin(DEMAND_SIDE)]
    parts = [
        _units(plants, "Generator", "bus", carriers, horizon),
        _units(_renewable_inflow(n), "StorageUnit", "bus", carriers, horizon),
        _units(_emitting_links(n), "Link", "bus1", carriers, horizon),
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=[*UNIT_COLUMNS, "name"], index=pd.Index([], name="unit"))
    units = pd.concat(filled)
    clash = units.index.duplicated(keep=False) & (units["component"] != "Generator")
    units.index = pd.Index(
        np.where(clash, units["component"] + ":" + units["name"], units["name"]), name="unit"
    )
    return units


def _units(
    static: pd.DataFrame, component: str, bus: str, carriers: pd.DataFrame, horizon: Horizon
) -> pd.DataFrame:
    carrier = static["carrier"]
    co2 = carrier.map(carriers["co2_emissions"]).fillna(0.0).astype(float)
    efficiency = static["efficiency"] if "efficiency" in static else pd.Series(1.0, static.index)
    new = static["p_nom_extendable"] & (static["build_year"] >= horizon.periods[0])
    table = pd.DataFrame(
        {
            "component": component,
            "bus": static[bus],
            "carrier": carrier,
            "ets_class": static.get("ets_class", ""),
            "rate": co2 / efficiency,
            "renewable": carrier.map(carriers["renewable"]).fillna(False).astype(bool),
            "vintage": np.where(new, "new", "existing"),
            "name": static.index,
        },
        index=static.index,
    )
    table["ets_class"] = table["ets_class"].fillna("")
    return table


def _renewable_inflow(n: pypsa.Network) -> pd.DataFrame:
    static = n.c.storage_units.static
    renewable = static["carrier"].map(n.c.carriers.static["renewable"]).fillna(False).astype(bool)
    return static[renewable]


def _emitting_links(n: pypsa.Network) -> pd.DataFrame:
    static = n.c.links.static
    rate = static["carrier"].map(n.c.carriers.static["co2_emissions"]).fillna(0.0)
    return static[rate > 0]


def _yearly_output(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, component: str, group: pd.DataFrame
) -> linopy.LinearExpression:
    """Sum over snapshots of hours times power, by unit and period."""
    variable = {"Generator": "p", "StorageUnit": "p_dispatch", "Link": "p"}[component]
    power = m.variables[f"{component}-{variable}"].sel(name=group["name"].to_numpy())
    energy = annual_sum(power, horizon)
    if component == "Link":
        efficiency = n.c.links.static.loc[group["name"], "efficiency"]
        energy = energy * xr.DataArray(efficiency.to_numpy(), coords={"name": group["name"]})
    return energy.rename(name="unit").assign_coords(unit=group.index)


def annual_sum(power: linopy.Variable, horizon: Horizon) -> linopy.LinearExpression:
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


def yearly_load(n: pypsa.Network, horizon: Horizon) -> pd.DataFrame:
    """Electricity demand by bus and period, MWh per year."""
    demand = n.get_switchable_as_dense("Load", "p_set")
    bus = n.c.loads.static["bus"]
    by_bus = demand.T.groupby(bus).sum().T.reindex(columns=n.c.buses.static.index, fill_value=0.0)
    weighted = by_bus.mul(horizon.hours.to_numpy(), axis=0)
    yearly = weighted.groupby(horizon.period_of.to_numpy()).sum().T
    yearly.columns.name, yearly.index.name = "period", "bus"
    return yearly.reindex(columns=horizon.periods)
