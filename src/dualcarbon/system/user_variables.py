"""The energy users in the linear program: activity of their steps, energy and emissions left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.system.network import Horizon, nodal_balances
from dualcarbon.system.users import LABELS, QUANTITIES, RATE_OF, EnergyUsers

ACTIVITY = "users-activity"
GROUP = "group"
Grouping: TypeAlias = str | pd.Series | None
"""Nothing (one sum), a column of the users' table, or a group for each user."""


@dataclass(frozen=True)
class UserVariables:
    """What the users contribute to the model.

    Attributes:
        table: one row per user: bus, sector, unit (of output), route.
        quantities: by name (see :data:`dualcarbon.system.users.QUANTITIES`) what each user uses,
            emits and makes in a year before any step, index user, columns period.
        steps: the steps, indexed by step name; coefficients per unit of activity.
        potential: most activity per year, dims (step, period).
        activity: variable, units of the step per year, dims (step, period).
        electricity_saved: MWh per year saved (negative: used), dims (bus, period); None when no
            step touches electricity.
    """

    table: pd.DataFrame
    quantities: Mapping[str, pd.DataFrame]
    steps: pd.DataFrame
    potential: xr.DataArray
    activity: linopy.Variable
    electricity_saved: linopy.LinearExpression | None

    @property
    def baseline(self) -> pd.DataFrame:
        """Direct emissions before any step, t CO2 per year, index user, columns period."""
        return self.quantities["co2_t"]

    def of_sectors(self, sectors: Iterable[str]) -> pd.Index:
        """Users of the sectors."""
        return self.table.index[self.table["sector"].isin(list(sectors))]

    def emissions(self, sectors: Iterable[str]) -> linopy.LinearExpression:
        """Direct emissions of the sectors after all steps, t CO2 per year, dims (period)."""
        return self.remaining("co2_t", self.of_sectors(sectors))

    def electricity(self, users: Iterable[str], by: Grouping = None) -> linopy.LinearExpression:
        """Electricity that users draw after all steps, MWh per year, dims ([group,] period)."""
        return self.remaining("electricity_mwh", users, by)

    def energy_use(
        self, users: Iterable[str], electricity_tce_per_mwh: float, by: Grouping = None
    ) -> linopy.LinearExpression:
        """Energy that users take after all steps, tce per year.

        ``u = sum_u (fuel_u + k el_u) - sum_s (fuel_s + k el_s) a_s`` with ``k`` tce per MWh.

        Args:
            users: names of users.
            electricity_tce_per_mwh: what a MWh counts: 0.1229 at its heat value, about 0.3 at
                the coal that its generation takes.
            by: a column of the table (``user`` for each user apart) or a group for each user.

        Returns:
            dims (period), or (group, period) if ``by`` is given.
        """
        members = pd.Index(users)
        saved = self.saved_energy(members, electricity_tce_per_mwh, by=by)
        fuel, electricity = (
            self.quantities[q].loc[members] for q in ("fuel_tce", "electricity_mwh")
        )
        return saved * -1.0 + self._over_users(fuel + electricity_tce_per_mwh * electricity, by)

    def saved_energy(
        self,
        users: Iterable[str],
        electricity_tce_per_mwh: float,
        measures: Iterable[str] | None = None,
        by: Grouping = None,
    ) -> linopy.LinearExpression:
        """Energy that the steps of users save, tce per year; a step that uses more counts negative.

        Args:
            users: names of users.
            electricity_tce_per_mwh: as in :meth:`energy_use`.
            measures: measures that count; None for all of them, those that forgo output included.
            by: as in :meth:`energy_use`.
        """
        rate = self.steps["fuel_tce"] + electricity_tce_per_mwh * self.steps["electricity"]
        if measures is not None:
            rate = rate.where(self.steps["measure"].isin(list(measures)), 0.0)
        return self._over_steps(rate, pd.Index(users), by)

    def remaining(
        self, quantity: str, users: Iterable[str], by: Grouping = None
    ) -> linopy.LinearExpression:
        """What is left of a quantity: ``q_u - sum_s rate_s a_s``, per year.

        Args:
            quantity: ``co2_t``, ``electricity_mwh``, ``fuel_tce`` or ``output``.
            users: names of users.
            by: as in :meth:`energy_use`.

        Raises:
            InputError: no step can change the quantity, so it has no expression.
        """
        if quantity not in RATE_OF:
            raise unknown_name("quantity", quantity, RATE_OF)
        members = pd.Index(users)
        base = self.quantities[quantity].loc[members]
        rate = self.steps[RATE_OF[quantity]]
        saved = self._over_steps(rate, members, by)
        return saved * -1.0 + self._over_users(base, by)

    def after(self, quantity: str, activity: pd.DataFrame) -> pd.DataFrame:
        """What is left of a quantity at a given activity, index user, columns period.

        Args:
            quantity: as in :meth:`remaining`.
            activity: units per year, index step, columns period.
        """
        base = self.quantities[quantity]
        saved = activity.mul(self.steps[RATE_OF[quantity]], axis=0)
        by_user = saved.groupby(self.steps["user"]).sum()
        return base.sub(by_user.reindex(base.index).fillna(0.0))

    def cost(self) -> linopy.LinearExpression:
        """Yearly cost of the steps, CNY per year, dims (period)."""
        cost = xr.DataArray(self.steps["cost"].to_numpy(float), coords={"step": self.steps.index})
        return (self.activity * cost).sum("step")

    def groups(self, users: pd.Index, by: str | pd.Series) -> pd.Series:
        """Group of each user."""
        if isinstance(by, pd.Series):
            return by.loc[users]
        if by == "user":
            return pd.Series(users, index=users)
        return self.table.loc[users, by]

    def _over_users(self, base: pd.DataFrame, by: Grouping) -> xr.DataArray:
        if by is None:
            return xr.DataArray(base.sum().to_numpy(), coords={"period": base.columns})
        summed = base.groupby(self.groups(base.index, by).rename(GROUP)).sum()
        return xr.DataArray(
            summed.to_numpy(), coords={GROUP: summed.index, "period": summed.columns}
        )

    def _over_steps(
        self, rate: pd.Series, members: pd.Index, by: Grouping
    ) -> linopy.LinearExpression:
        """Sum of rate times activity over the members' steps; steps without effect are left out."""
        used = rate.index[(rate != 0).to_numpy() & self.steps["user"].isin(members).to_numpy()]
        weight = xr.DataArray(rate[used].to_numpy(float), coords={"step": used})
        saved = self.activity.sel(step=used) * weight
        if by is None:
            return saved.sum("step")
        group_of = self.groups(members, by)
        every = pd.Index(sorted(set(group_of)), name=GROUP)
        if not len(used):
            periods = self.activity.indexes["period"]
            shape = {GROUP: every, "period": periods}
            nothing = xr.DataArray(np.zeros((len(every), len(periods))), coords=shape)
            return linopy.LinearExpression(nothing, self.activity.model)
        labels = self.steps.loc[used, "user"].map(group_of).to_numpy()
        key = xr.DataArray(labels, coords={"step": used}, name=GROUP)
        return saved.groupby(key).sum().reindex({GROUP: every}).fillna(0.0)


def define_users(
    n: pypsa.Network, m: linopy.Model, horizon: Horizon, users: EnergyUsers
) -> UserVariables:
    """Add the activity of the steps and their effect on the electricity balance.

    The power balance of bus b gains ``sum_s electricity_s a_s / hours``, a flat band over the
    hours that the snapshots of a period stand for.
    """
    labels = ["bus", "sector", *LABELS]
    table = users.baseline.drop_duplicates("user").set_index("user")[labels]
    _check_buses(n, table)
    quantities = {q: _by_period(users.baseline, q, horizon) for q in QUANTITIES}
    steps = users.steps.set_index("step")
    upper = _potential(steps, horizon)
    activity = m.add_variables(lower=0.0, upper=upper, name=ACTIVITY)
    saved = _saved_by_bus(activity, steps, steps["user"].map(table["bus"]))
    if saved is not None:
        _lower_the_load(n, m, horizon, saved)
    return UserVariables(table, quantities, steps, upper, activity, saved)


def _saved_by_bus(
    activity: linopy.Variable, steps: pd.DataFrame, bus: pd.Series
) -> linopy.LinearExpression | None:
    used = steps.index[steps["electricity"] != 0]
    if not len(used):
        return None
    rate = xr.DataArray(steps.loc[used, "electricity"].to_numpy(float), coords={"step": used})
    group = xr.DataArray(bus[used].to_numpy(), coords={"step": used}, name="bus")
    return (activity.sel(step=used) * rate).groupby(group).sum()


def _check_buses(n: pypsa.Network, table: pd.DataFrame) -> None:
    unknown = table.index[~table["bus"].isin(n.c.buses.static.index)]
    if len(unknown):
        raise InputError(
            f"unknown bus '{table.loc[unknown[0], 'bus']}'",
            where=f"users.baseline, user {unknown[0]}",
            allowed=list(n.c.buses.static.index),
        )


def _by_period(baseline: pd.DataFrame, quantity: str, horizon: Horizon) -> pd.DataFrame:
    """A quantity by user and period, linear between the years given."""
    wide = baseline.pivot_table(index="user", columns="year", values=quantity, sort=False)
    years = wide.columns.to_numpy(float)
    periods = horizon.periods.to_numpy(float)
    if len(years) == 1:
        values = np.repeat(wide.to_numpy(), len(periods), axis=1)
    else:
        values = np.vstack([np.interp(periods, years, row) for row in wide.to_numpy()])
    return pd.DataFrame(values, index=wide.index, columns=horizon.periods)


def _potential(steps: pd.DataFrame, horizon: Horizon) -> xr.DataArray:
    start = steps["from_year"].to_numpy(float)[:, None]
    periods = horizon.periods.to_numpy(float)[None, :]
    reached = np.clip((periods - start + 1) / steps["ramp_years"].to_numpy(float)[:, None], 0, 1)
    limit = steps["potential"].to_numpy(float)[:, None] * (start <= periods) * reached
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
