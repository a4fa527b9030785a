"""Areas of buses with their load, and what plants and storage have available in each snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.base import EVERYONE
from dualcarbon.system.accounting import electric_load
from dualcarbon.system.flexibility import DEMAND_SIDE

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

COMPONENTS = ("Generator", "StorageUnit")


def area_of(n: pypsa.Network, column: str | None) -> pd.Series:
    """Area of each bus.

    Raises:
        InputError: the buses have no such column.
    """
    buses = n.c.buses.static
    if column is None:
        return pd.Series(buses.index, index=buses.index)
    if column == EVERYONE:
        return pd.Series(EVERYONE, index=buses.index)
    if column not in buses:
        raise unknown_name("bus column", column, buses.columns, where="area")
    return buses[column]


def area_load(n: pypsa.Network, area: pd.Series) -> pd.DataFrame:
    """Load of electricity by area, MW, rows snapshots."""
    load = electric_load(n).T.groupby(area).sum().T
    load.columns.name = "area"
    return load


def capacity(
    n: pypsa.Network, m: linopy.Model, component: str, names: pd.Index, limit: str = "p_max_pu"
) -> linopy.LinearExpression:
    """Limit of output, MW: p_nom of fixed plants while active, a variable for new ones.

    Args:
        n: network; m: its model.
        component: ``Generator`` or ``StorageUnit``.
        names: members.
        limit: ``p_max_pu`` for the most, ``p_min_pu`` for the least output.
    """
    static = n.c[component].static.loc[names]
    availability = n.get_switchable_as_dense(component, limit)[names]
    if n.has_investment_periods:
        alive = active(n, component, names, pd.Index(n.investment_periods))
        period = n.snapshots.get_level_values("period")
        availability = availability * alive[period].T.to_numpy()
    power = m.variables[f"{component}-{'p' if component == 'Generator' else 'p_dispatch'}"]
    snapshot = power.coords["snapshot"]
    fixed = availability * static["p_nom"].where(~static["p_nom_extendable"], 0.0)
    constant = xr.DataArray(fixed.to_numpy(), coords={"snapshot": snapshot, "name": names})
    total = 0.0 * power.sel(name=names) + constant
    free = names[static["p_nom_extendable"].to_numpy()]
    if len(free):
        share = xr.DataArray(
            availability[free].to_numpy(), coords={"snapshot": snapshot, "name": free}
        )
        p_nom = m.variables[f"{component}-p_nom"].sel(name=free)
        total = total + (1.0 * p_nom * share).reindex(name=names)
    return total


def active(n: pypsa.Network, component: str, names: pd.Index, periods: pd.Index) -> pd.DataFrame:
    """One where a component exists in a period, else zero."""
    static = n.c[component].static.loc[names]
    if not n.has_investment_periods:
        return pd.DataFrame(1.0, index=names, columns=periods)
    end = static["build_year"] + static["lifetime"]
    columns = {y: ((static["build_year"] <= y) & (y < end)).astype(float) for y in periods}
    return pd.DataFrame(columns)


def standing(solution: Solution, component: str) -> pd.DataFrame:
    """Capacity of each plant in each period, MW: built, and within its lifetime."""
    n, periods = solution.model.network, solution.model.periods
    static = n.c[component].static
    size = static["p_nom"].astype(float).copy()
    if f"{component}-p_nom" in solution.model.linopy.variables:
        size.update(solution.value(f"{component}-p_nom").to_series())
    table = pd.DataFrame({y: size for y in periods}).rename_axis(columns="period")
    if not n.has_investment_periods:
        return table
    end = static["build_year"] + static["lifetime"]
    alive = {y: (static["build_year"] <= y) & (y < end) for y in periods}
    return table * pd.DataFrame(alive).astype(float)


def provides(carrier: pd.Series, component: str, carriers: tuple[str, ...]) -> pd.Series:
    """Whether members provide reserve: named carriers, and storage other than waiting demand."""
    named = carrier.isin(carriers)
    return named | ~carrier.isin(DEMAND_SIDE) if component == "StorageUnit" else named
