"""How consumers answer a time-of-use tariff: a fixed shift from its peak to its valley hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.system.days import DayHours, day_hours
from dualcarbon.system.flexibility import SHIFTING, responsive_load
from dualcarbon.system.network import Horizon


@dataclass(frozen=True)
class Windows:
    """Share of each snapshot in the peak and in the valley hours of a tariff.

    Attributes:
        hours: hours of the day of the snapshots.
        peak, valley: share of each snapshot's hours.
    """

    hours: DayHours
    peak: np.ndarray
    valley: np.ndarray

    @classmethod
    def of(
        cls, n: pypsa.Network, horizon: Horizon, peak: tuple[int, ...], valley: tuple[int, ...]
    ) -> Windows:
        """Read the windows off a network's snapshots."""
        hours = day_hours(n, horizon)
        return cls(hours, hours.share_in(peak), hours.share_in(valley))

    def relative_price(self, ratio: float) -> np.ndarray:
        """Tariff of each snapshot over that of the remaining hours.

        Peak ``2 R / (1 + R)``, valley ``2 / (1 + R)``: their ratio is R and their mean is one.
        """
        return self.peak * peak_factor(ratio) + self.valley * valley_factor(ratio) + self.rest

    @property
    def rest(self) -> np.ndarray:
        """Share of each snapshot in neither window."""
        return 1.0 - self.peak - self.valley


def peak_factor(ratio: float) -> float:
    """Peak tariff over that of the remaining hours."""
    return 2.0 * ratio / (1.0 + ratio)


def valley_factor(ratio: float) -> float:
    """Valley tariff over that of the remaining hours."""
    return 2.0 / (1.0 + ratio)


def shifting_units(n: pypsa.Network) -> pd.Index:
    """Units of demand that can wait."""
    static = n.c.storage_units.static
    return static.index[static["carrier"].isin(SHIFTING)]


def fixed_shift(
    n: pypsa.Network, windows: Windows, ratio: float, elasticity: Mapping[str, float]
) -> pd.DataFrame:
    """Load withheld (positive) or added (negative) under the tariff, MW, columns shifting units.

    The energy x that moves from peak to valley within a day satisfies
    ``(E_p - x) / (E_v + x) = R^-sigma E_p / E_v``, with the elasticity of substitution sigma; it
    leaves the peak hours, and comes to the valley hours, in proportion to the load there. What
    the units cannot withhold or add is scaled down day by day.

    Args:
        n: network with shifting units.
        windows: peak and valley hours.
        ratio: peak over valley tariff, R.
        elasticity: sigma by carrier.
    """
    units = shifting_units(n)
    static = n.c.storage_units.static.loc[units]
    hours, base = windows.hours, responsive_load(n, units)
    kept = np.power(ratio, -static["carrier"].map(elasticity).fillna(0.0).to_numpy(float))
    at_peak, at_valley = (base.mul(w, axis=0) for w in (windows.peak, windows.valley))
    e_peak, e_valley = hours.by_day(at_peak), hours.by_day(at_valley)
    moved = e_peak * e_valley * (1.0 - kept) / (e_valley + e_peak * kept).where(e_peak > 0)
    out = at_peak * hours.of_day((moved / e_peak.where(e_peak > 0)).fillna(0.0))
    back = at_valley * hours.of_day((moved / e_valley.where(e_valley > 0)).fillna(0.0))
    return _within_limits(n, units, out - back, hours)


def _within_limits(
    n: pypsa.Network, units: pd.Index, shift: pd.DataFrame, hours: DayHours
) -> pd.DataFrame:
    """Scale the shift of each day and unit so that power and energy limits hold."""
    static = n.c.storage_units.static.loc[units]
    down = n.get_switchable_as_dense("StorageUnit", "p_max_pu")[units] * static["p_nom"]
    up = -n.get_switchable_as_dense("StorageUnit", "p_min_pu")[units] * static["p_nom"]
    room = down.where(shift > 0, up)
    power = (room / shift.abs().where(shift != 0)).groupby(hours.day).min()
    owed = shift.mul(hours.length, axis=0).groupby(hours.day).cumsum()
    high, low = (owed.groupby(hours.day).agg(f).clip(**c) for f, c in
                 (("max", {"lower": 0.0}), ("min", {"upper": 0.0})))  # fmt: skip
    swing = high - low
    energy = (static["p_nom"] * static["max_hours"]) / swing.where(swing > 0)
    factor = pd.concat([power, energy]).groupby(level=0).min().clip(upper=1.0).fillna(1.0)
    return shift * hours.of_day(factor[units])
