"""Days in a network: the typical day of each snapshot, and the hours of it that it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError
from dualcarbon.system.network import Horizon

DAY = 24
DAY_LEVEL = "typical_day"
"""Entry of a network's ``meta``: the typical day of each snapshot."""


@dataclass(frozen=True)
class DayHours:
    """The day of each snapshot and the hours of it that the snapshot covers.

    Attributes:
        day: number of the day of each snapshot, counted over all periods.
        length: hours within the day.
        covered: hours of each clock hour that a snapshot covers, shape (snapshots, 24).
    """

    day: np.ndarray
    length: np.ndarray
    covered: np.ndarray

    def share_in(self, hours: Iterable[int]) -> np.ndarray:
        """Share of each snapshot that lies in the clock hours."""
        chosen = sorted({int(hour) for hour in hours})
        return np.asarray(self.covered[:, chosen].sum(axis=1) / self.length)

    def by_day(self, power: pd.DataFrame) -> pd.DataFrame:
        """Energy of each day, MWh: sum of power times length; rows days."""
        return power.mul(self.length, axis=0).groupby(self.day).sum()

    def of_day(self, daily: pd.DataFrame) -> np.ndarray:
        """Rows of a table by day, repeated for the snapshots of each day."""
        return np.asarray(daily.loc[self.day].to_numpy())


def slots(n: pypsa.Network, horizon: Horizon) -> np.ndarray:
    """Number of the typical day of each snapshot, counted over all periods."""
    day = np.asarray(n.meta[DAY_LEVEL])
    pair = pd.MultiIndex.from_arrays([horizon.period_of.to_numpy(), day])
    return pd.factorize(pair)[0]


def day_hours(n: pypsa.Network, horizon: Horizon) -> DayHours:
    """Read the hours of the day off a network.

    The slices of a typical day follow one another from midnight; other networks need snapshots
    with a clock.

    Raises:
        InputError: the snapshots have no hour of the day, or days of other than 24 hours.
    """
    length = n.snapshot_weightings["stores"].to_numpy(float)
    day = slots(n, horizon) if n.meta.get(DAY_LEVEL) else _dates(n, horizon)
    of_day = pd.Series(length).groupby(day)
    if not np.allclose(of_day.sum(), DAY):
        raise InputError(
            f"days of {of_day.sum().min():g} to {of_day.sum().max():g} hours have no time of day",
            where="network.snapshot_weightings.stores",
            allowed="snapshots whose lengths make whole days of 24 hours",
        )
    end = of_day.cumsum().to_numpy()
    clock = np.arange(DAY)
    upper = np.minimum(end[:, None], clock + 1)
    lower = np.maximum((end - length)[:, None], clock)
    return DayHours(day, length, np.clip(upper - lower, 0.0, None))


def _dates(n: pypsa.Network, horizon: Horizon) -> np.ndarray:
    steps = n.snapshots.get_level_values(-1)
    if not isinstance(steps, pd.DatetimeIndex):
        raise InputError(
            "the snapshots have no hour of the day",
            where="network.snapshots",
            allowed=f"a clock, or typical days in meta['{DAY_LEVEL}']",
        )
    pair = pd.MultiIndex.from_arrays([horizon.period_of.to_numpy(), steps.normalize()])
    return pd.factorize(pair)[0]
