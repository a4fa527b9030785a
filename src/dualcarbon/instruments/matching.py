"""Certificates matched to consumption by the hour or the month, and lost electricity by bus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from dualcarbon.errors import InputError
from dualcarbon.instruments.obligations import Duty, Expression, GreenObligations, Matching
from dualcarbon.instruments.payments import as_party, by_owner
from dualcarbon.system.accounting import electric_load
from dualcarbon.system.network import YEAR
from dualcarbon.system.parties import BUYOUT_FUND, buyer

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel

SLOT = "slot"
HOURLY = "hourly"


@dataclass(frozen=True)
class Slots:
    """The hours, or months, within which certificates are matched to consumption.

    Attributes:
        label: slot of each snapshot; the same labels in every period.
        hours: hours of a year in each slot, rows slots, columns periods.
    """

    label: np.ndarray
    hours: pd.DataFrame

    @property
    def index(self) -> pd.Index:
        """Names of the slots."""
        return self.hours.index

    def sum(self, power: Expression, model: PolicyModel) -> linopy.LinearExpression:
        """``sum_{t in slot} hours_t p_t`` of an expression over snapshots, dims (slot, period)."""
        parts = []
        for period in model.periods:
            at = model.horizon.snapshots(period)
            block = power.isel(snapshot=at)
            hours = model.horizon.hours.to_numpy()[at]
            weights = xr.DataArray(hours, coords={"snapshot": block.coords["snapshot"]})
            key = xr.DataArray(
                self.label[at], coords={"snapshot": block.coords["snapshot"]}, name=SLOT
            )
            parts.append((block * weights).groupby(key).sum())
        merged = linopy.expressions.merge(parts, dim="period")
        return merged.assign_coords(period=model.periods)

    def of(self, power: pd.DataFrame, model: PolicyModel) -> dict[int, pd.DataFrame]:
        """``sum_{t in slot} hours_t p_t`` of numbers: by period a table of slots and columns."""
        energy = power.mul(model.horizon.hours.to_numpy(), axis=0)
        found = {}
        for period in model.periods:
            at = model.horizon.snapshots(period)
            found[period] = energy.iloc[at].groupby(self.label[at]).sum().rename_axis(SLOT)
        return found


def slots_of(model: PolicyModel, matching: Matching) -> Slots:
    """Slots of a network: its snapshots, or the months in which they lie.

    Raises:
        InputError: snapshots without a clock have no month, or periods differ in their snapshots.
    """
    n, horizon = model.network, model.horizon
    steps = n.snapshots.get_level_values(-1)
    if matching == HOURLY:
        label = np.concatenate([np.arange(len(horizon.snapshots(p))) for p in model.periods])
    elif isinstance(steps, pd.DatetimeIndex):
        label = steps.month.to_numpy()
    else:
        raise InputError(
            "snapshots without a clock lie in no month",
            where="green.matching",
            allowed="yearly or hourly",
        )
    hours = pd.Series(horizon.hours.to_numpy())
    table = hours.groupby([label, horizon.period_of.to_numpy()]).sum().unstack()
    if table.isna().any(axis=None):
        raise InputError(
            "the years of the network have different snapshots",
            where="green.matching",
            allowed="yearly",
        )
    return Slots(label, table[list(model.periods)].rename_axis(index=SLOT, columns="period"))


def renewable_by_slot(
    model: PolicyModel, slots: Slots, units: pd.DataFrame
) -> linopy.LinearExpression | float:
    """Output of renewable units, MWh per year, dims (slot, period).

    Raises:
        InputError: a unit is neither a generator nor a storage unit.
    """
    total: linopy.LinearExpression | float = 0.0
    for component, group in units.groupby("component", sort=True):
        power = model.linopy.variables[_power(str(component))].sel(name=group["name"].to_numpy())
        total = total + slots.sum(power.sum("name"), model)
    return total


def renewable_at_solution(
    solution: Solution, slots: Slots, units: pd.DataFrame
) -> dict[int, pd.DataFrame]:
    """Output of renewable units at the solution, MWh per year: by period slots and units."""
    parts = []
    for component, group in units.groupby("component", sort=True):
        power = solution.value(_power(str(component))).to_pandas()
        parts.append(power[group["name"]].set_axis(group.index, axis=1))
    table = pd.concat(parts, axis=1) if parts else pd.DataFrame()
    return slots.of(table, solution.model)


def _power(component: str) -> str:
    known = {"Generator": "Generator-p", "StorageUnit": "StorageUnit-p_dispatch"}
    if component not in known:
        raise InputError(
            f"renewable output of a {component.lower()} cannot be matched by the hour",
            where="green.matching",
            allowed="yearly, or generators and storage units",
        )
    return known[component]


def consumed_by_slot(
    model: PolicyModel, slots: Slots, evaluate: Callable[[linopy.LinearExpression], xr.DataArray]
) -> dict[int, pd.DataFrame]:
    """Consumption at the solution, MWh per year: by period a table of slots and buses."""
    found = slots.of(electric_load(model.network), model)
    if model.annual.saved is None:
        return found
    saved = evaluate(model.annual.saved).transpose("bus", "period").to_pandas()
    for period, table in found.items():
        part = slots.hours[period] / YEAR
        for bus in saved.index:
            table[bus] = table.get(bus, 0.0) - part * saved.at[bus, period]
    return found


def owed_by_slot(
    model: PolicyModel, slots: Slots, share: pd.DataFrame
) -> linopy.LinearExpression | xr.DataArray:
    """``sum_b share[b, y] consumption[b, slot, y]``, MWh per year, dims (slot, period).

    What energy users save is saved evenly over the hours.

    Raises:
        InputError: links turn electricity into other things, which is counted by the year only.
    """
    if model.annual.electricity_used is not None:
        raise InputError(
            "electricity that links use is counted by the year",
            where="green.matching",
            allowed="yearly",
        )
    load = slots.of(electric_load(model.network), model)
    table = np.stack(
        [(load[p] * share[p].reindex(load[p].columns)).sum(axis=1) for p in model.periods], axis=1
    )
    coords = {SLOT: slots.index, "period": model.periods}
    owed = xr.DataArray(table, coords=coords, dims=(SLOT, "period"))
    if model.annual.saved is None:
        return owed
    weights = share.loc[model.annual.saved.indexes["bus"]]
    of_bus = xr.DataArray(
        weights.to_numpy(), coords={"bus": weights.index, "period": model.periods}
    )
    fraction = xr.DataArray(slots.hours.to_numpy() / YEAR, coords=coords, dims=(SLOT, "period"))
    return (model.annual.saved * of_bus).sum("bus") * fraction * -1.0 + owed


def matched(market: GreenObligations, model: PolicyModel, duty: Duty) -> linopy.LinearExpression:
    """Match within the slots of the year; what is matched takes a certificate each."""
    model.horizon.check_year("matching", "green.matching")
    slots = slots_of(model, market.matching)
    units = market.eligible_units(model, duty)
    matched = model.variable(duty.of("matched"), {SLOT: slots.index})
    ceiling = 0.0 if market.buyout is None else np.inf
    buyout = model.variable(duty.of("buyout"), {SLOT: slots.index}, upper=ceiling)
    price = market.buyout or 0.0
    model.cost(duty.of("buyout"), (buyout * price).sum(SLOT), transfer=True)
    model.row(
        duty.of("output"),
        matched - renewable_by_slot(model, slots, units) <= 0,
        unit="CNY/MWh",
        meaning="no more is matched within a time than eligible plants make in it",
        zh="各时段匹配的电量不超过同一时段合格可再生能源的发电量",
    )
    model.row(
        duty.of("matching"),
        matched + buyout - owed_by_slot(model, slots, market.share_of(model, duty)) >= 0,
        unit="CNY/MWh",
        meaning="certificates cover the share of consumption within each time",
        zh="各时段的绿证须覆盖同一时段用电量的规定比例",
    )
    return matched.sum(SLOT)


def worth_of_time(solution: Solution, duty: Duty) -> pd.Series:
    """Mean worth of output in the right hour over what is matched, CNY/MWh by period."""
    matched = solution.value(duty.of("matched")).transpose(SLOT, "period").to_pandas()
    extra = solution.price(duty.of("output")).unstack("period")[list(matched.columns)]
    total = matched.sum()
    return ((matched * extra).sum() / total.where(total > 0)).fillna(0.0)


def settled_by_slot(market: GreenObligations, solution: Solution, duty: Duty) -> list[pd.DataFrame]:
    """Payments within slots: each at the price of its hour, plants for output in time."""
    model = solution.model
    slots = slots_of(model, market.matching)
    price = solution.price(duty.of("matching")).unstack("period")
    extra = solution.price(duty.of("output")).unstack("period")
    share = market.share_of(model, duty)
    units = market.eligible_units(model, duty)
    made = renewable_at_solution(solution, slots, units)
    used = consumed_by_slot(model, slots, solution.evaluate)
    owed, rent = {}, {}
    for period in model.periods:
        table = used[period]
        owed[period] = table.mul(price[period], axis=0).sum() * share[period].loc[table.columns]
        rent[period] = made[period].mul(extra[period], axis=0).sum()
    buyout = solution.value(duty.of("buyout")).transpose(SLOT, "period").to_pandas()
    return [
        -pd.DataFrame(owed).rename(index=buyer),
        by_owner(solution, pd.DataFrame(rent)),
        as_party(BUYOUT_FUND, (buyout * price[list(buyout.columns)]).sum()),
    ]
