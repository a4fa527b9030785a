"""Who pays what under a retail tariff, and the tariff that recovers the cost of power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.electricity.response import shifting_units
from dualcarbon.system.flexibility import responsive_load
from dualcarbon.system.parties import buyer, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution


@dataclass(frozen=True)
class Consumption:
    """What consumers draw, MW, rows snapshots.

    Attributes:
        served: load of each bus before any shift, columns buses.
        base: load of flexible consumers before any shift, columns shifting units.
        shift: load that they withhold (negative: add), columns shifting units.
        bus: bus of each shifting unit.
    """

    served: pd.DataFrame
    base: pd.DataFrame
    shift: pd.DataFrame
    bus: pd.Series

    @classmethod
    def of(cls, solution: Solution) -> Consumption:
        """Read it off a solution."""
        n = solution.model.network
        units = shifting_units(n)
        if not len(units):
            nothing = pd.DataFrame(index=n.snapshots)
            return cls(solution.served_load(), nothing, nothing, pd.Series(dtype=object))
        bus = n.c.storage_units.static.loc[units, "bus"]
        shift = solution.power("StorageUnit")[units]
        base = responsive_load(n, units).set_axis(shift.index)
        return cls(solution.served_load(), base, shift, bus)

    def at_bus(self, power: pd.DataFrame) -> pd.DataFrame:
        """Sum over the units of each bus, zero where a bus has none."""
        if power.empty:
            return 0.0 * self.served
        summed = power.T.groupby(self.bus).sum().T
        return summed.reindex(columns=self.served.columns, fill_value=0.0)

    @property
    def net(self) -> pd.DataFrame:
        """Load after shifts, columns buses."""
        return self.served - self.at_bus(self.shift)


def hourly_tariff(solution: Solution, factor: pd.Series | None, load: pd.DataFrame) -> pd.DataFrame:
    """Tariff of each snapshot and bus, CNY/MWh.

    ``tariff[t] = k f[t]`` with ``k = sum_t h p L / sum_t h f L`` by bus and year, so that the
    retailer of a bus earns what it pays; the price itself where the tariff follows the hour.

    Args:
        solution: a solved model.
        factor: tariff of each snapshot relative to its level, f; None where it follows the hour.
        load: load after shifts, MW, columns buses.
    """
    price = solution.power_price
    if factor is None:
        return price
    level = _level(solution, price, load, factor)
    period = solution.model.horizon.period_of.to_numpy()
    spread = level.loc[period].set_axis(price.index)
    return spread.mul(factor.to_numpy(), axis=0)


def _level(
    solution: Solution, price: pd.DataFrame, load: pd.DataFrame, factor: pd.Series
) -> pd.DataFrame:
    """Price of a MWh at factor one, rows periods, columns buses."""
    horizon = solution.model.horizon
    hours, period = horizon.paid_hours.to_numpy(), horizon.period_of.to_numpy()
    energy = load.mul(hours, axis=0)
    spent = (energy * price).groupby(period).sum()
    weighted = energy.mul(factor.to_numpy(), axis=0).groupby(period).sum()
    level = spent / weighted.where(weighted > 0)
    level.index.name = "period"
    return level.fillna(0.0)


def mean_tariffs(
    solution: Solution, factor: pd.Series | None, items: Mapping[str, float]
) -> dict[str, pd.DataFrame]:
    """Tariffs by item, rows buses with load, columns periods, CNY/MWh.

    Args:
        solution: a solved model.
        factor: tariff of each snapshot relative to its level; None for the mean of the hours.
        items: tariff of each item relative to the level.
    """
    load = Consumption.of(solution).net
    plain = pd.Series(1.0, index=load.index) if factor is None else factor
    level = _level(solution, solution.power_price, load, plain).T
    level = level.loc[(load.sum() > 0).reindex(level.index)]
    return {item: level * relative for item, relative in items.items()}


def bills(solution: Solution, factor: pd.Series | None) -> list[pd.DataFrame]:
    """What each party receives from retailers, CNY per year; sums to zero at every bus.

    Consumers and flexible units hand over what they paid and earned at wholesale prices, and pay
    the tariff for what they draw.
    """
    used = Consumption.of(solution)
    price, tariff = solution.power_price, hourly_tariff(solution, factor, used.net)
    rest = used.served - used.at_bus(used.base)
    parts = [_yearly(solution, used.served * price - rest * tariff).rename(index=buyer)]
    if len(used.bus):
        static = solution.model.network.c.storage_units.static.loc[used.bus.index]
        at_unit = used.bus.to_numpy()
        wholesale = used.shift * price[at_unit].to_numpy()
        charged = (used.base - used.shift) * tariff[at_unit].to_numpy()
        owner = [seller(c, b) for c, b in zip(static["carrier"], static["bus"], strict=True)]
        yearly = _yearly(solution, -wholesale - charged)
        parts.append(yearly.groupby(pd.Index(owner, name="party")).sum())
    return parts


def _yearly(solution: Solution, rate: pd.DataFrame) -> pd.DataFrame:
    """CNY per hour summed over the year, rows columns of the table, columns periods."""
    horizon = solution.model.horizon
    by_year = rate.mul(horizon.paid_hours.to_numpy(), axis=0)
    summed = by_year.groupby(horizon.period_of.to_numpy()).sum().T
    summed.columns.name = "period"
    return summed
