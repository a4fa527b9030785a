"""Energy users: yearly emissions of industry and the steps by which they can be cut."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.system.network import Horizon, nodal_balances

BASELINE_COLUMNS = ("user", "bus", "sector", "year", "co2_t")
STEP_COLUMNS = ("step", "user", "measure", "potential_t", "cost", "electricity")


@dataclass(frozen=True)
class EnergyUsers:
    """Users of energy by bus and sector, with a stepwise supply curve of abatement.

    Attributes:
        baseline: one row per user and year: user, bus, sector, year, output (Mt),
            co2_t (direct fuel and process emissions before abatement, t per year).
        steps: one row per user and measure: step, user, measure, potential_t (t CO2 per year),
            cost (CNY per t), electricity (MWh saved per t abated; negative when used), and
            optionally from_year and ramp_years (years until the potential is reached).
    """

    baseline: pd.DataFrame
    steps: pd.DataFrame

    def __post_init__(self) -> None:
        for name, frame, columns in (
            ("baseline", self.baseline, BASELINE_COLUMNS),
            ("steps", self.steps, STEP_COLUMNS),
        ):
            missing = [c for c in columns if c not in frame.columns]
            if missing:
                raise InputError(f"missing column '{missing[0]}'", where=f"users.{name}")
        if (self.steps["potential_t"] < 0).any():
            row = self.steps.index[self.steps["potential_t"] < 0][0]
            raise InputError("negative abatement potential", where=f"users.steps, row {row}")


@dataclass(frozen=True)
class UserVariables:
    """What the users contribute to the model.

    Attributes:
        table: one row per user: bus, sector.
        baseline: t CO2 per year before abatement, index user, columns period.
        steps: the steps, indexed by step name.
        abatement: variable, t CO2 per year, dims (step, period).
        electricity_saved: MWh per year saved, dims (bus, period).
    """

    table: pd.DataFrame
    baseline: pd.DataFrame
    steps: pd.DataFrame
    abatement: linopy.Variable
    electricity_saved: linopy.LinearExpression

    def of_sectors(self, sectors: Iterable[str]) -> pd.Index:
        """Users of the sectors."""
        return self.table.index[self.table["sector"].isin(list(sectors))]

    def emissions(self, sectors: Iterable[str]) -> linopy.LinearExpression:
        """Direct emissions of the sectors after abatement, t CO2 per year, by period."""
        members = self.of_sectors(sectors)
        base = xr.DataArray(
            self.baseline.loc[members].sum().to_numpy(), coords={"period": self.baseline.columns}
        )
        steps = self.steps.index[self.steps["user"].isin(members)]
        return self.abatement.sel(step=steps).sum("step") * -1.0 + base

    def cost(self) -> linopy.LinearExpression:
        """Yearly cost of the abatement steps, CNY per year, by period."""
        cost = xr.DataArray(self.steps["cost"].to_numpy(float), coords={"step": self.steps.index})
        return (self.abatement * cost).sum("step")


def define_users(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, users: EnergyUsers
) -> UserVariables:
    """Add the abatement steps and their effect on the electricity balance.

    The power balance of bus b gains ``sum_s electricity_s abatement_s / hours``, a flat band
    over the hours that the snapshots of a period stand for.
    """
    table = users.baseline.drop_duplicates("user").set_index("user")[["bus", "sector"]]
    _check_buses(n, table)
    baseline = _baseline_by_period(users.baseline, horizon)
    steps = users.steps.set_index("step")
    upper = _potential(steps, horizon)
    abatement = m.add_variables(lower=0.0, upper=upper, name="users-abatement")
    bus_of = steps["user"].map(table["bus"])
    rate = xr.DataArray(steps["electricity"].to_numpy(float), coords={"step": steps.index})
    group = xr.DataArray(bus_of.to_numpy(), coords={"step": steps.index}, name="bus")
    saved = (abatement * rate).groupby(group).sum()
    _lower_the_load(n, m, horizon, saved)
    return UserVariables(table, baseline, steps, abatement, saved)


def _check_buses(n: pypsa.Network, table: pd.DataFrame) -> None:
    unknown = table.index[~table["bus"].isin(n.c.buses.static.index)]
    if len(unknown):
        raise InputError(
            f"unknown bus '{table.loc[unknown[0], 'bus']}'",
            where=f"users.baseline, user {unknown[0]}",
            allowed=list(n.c.buses.static.index),
        )


def _baseline_by_period(baseline: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    wide = baseline.pivot_table(index="user", columns="year", values="co2_t", sort=False)
    years = wide.columns.to_numpy(float)
    periods = horizon.periods.to_numpy(float)
    if len(years) == 1:
        values = np.repeat(wide.to_numpy(), len(periods), axis=1)
    else:
        values = np.vstack([np.interp(periods, years, row) for row in wide.to_numpy()])
    return pd.DataFrame(values, index=wide.index, columns=horizon.periods)


def _potential(steps: pd.DataFrame, horizon: Horizon) -> xr.DataArray:
    start = steps["from_year"] if "from_year" in steps else pd.Series(0, index=steps.index)
    open_ = start.to_numpy()[:, None] <= horizon.periods.to_numpy()[None, :]
    ramp = steps["ramp_years"] if "ramp_years" in steps else pd.Series(1, index=steps.index)
    since = horizon.periods.to_numpy()[None, :] - start.to_numpy()[:, None] + 1
    reached = np.clip(since / ramp.to_numpy()[:, None], 0.0, 1.0)
    limit = steps["potential_t"].to_numpy(float)[:, None] * open_ * reached
    return xr.DataArray(limit, coords={"step": steps.index, "period": horizon.periods})


def _lower_the_load(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, saved: linopy.LinearExpression
) -> None:
    buses = list(saved.coords["bus"].to_numpy())
    band = m.add_variables(
        coords=[pd.Index(buses, name="name"), horizon.periods], name="users-electricity-band"
    )
    relabelled = saved.rename(bus="name")
    hours = xr.DataArray(
        horizon.hours.groupby(horizon.period_of.to_numpy()).sum()[horizon.periods].to_numpy(),
        coords={"period": horizon.periods},
    )
    m.add_constraints(band * hours - relabelled == 0, name="users-electricity-definition")
    at = xr.DataArray(horizon.periods.get_indexer(horizon.period_of.to_numpy()), dims="snapshot")
    for name in nodal_balances(m):
        balance = m.constraints[name]
        here = [b for b in balance.coords["name"].to_numpy() if b in buses]
        spread = (1.0 * band.sel(name=here)).isel(period=at).drop_vars("period")
        spread = spread.assign_coords(balance.coords["snapshot"].coords)
        balance.update(lhs=balance.lhs + spread.reindex(name=balance.indexes["name"]))
