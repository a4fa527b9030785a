"""Snapshots: typical days of unequal slices, chosen by tsam, or the full year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.system.settings import ChinaSettings

KINDS = ("load", "solar", "onwind", "offwind", "hydro")
HEAT = "heat"
HOURS = 8760
FEATURE_WEIGHT = {"load": 1.0, "solar": 0.5, "onwind": 0.5, "offwind": 0.1, "hydro": 0.1, HEAT: 0.1}


@dataclass(frozen=True)
class Calendar:
    """Slices of a year and the profiles in them.

    Attributes:
        hours: hours per year that each slice stands for; sums to 8760.
        length: hours of a slice within its day.
        day: typical day of each slice.
        profiles: kind -> table, rows slices, columns provinces.
        peak_ratio: peak of the hourly load over the largest slice, by province.
        follows: how often in a year each typical day (row) is followed by another (column).
    """

    hours: pd.Series
    length: pd.Series
    day: pd.Series
    profiles: dict[str, pd.DataFrame]
    peak_ratio: pd.Series
    follows: np.ndarray


def calendar(settings: ChinaSettings) -> Calendar:
    """Represent the 8760 hours by the settings' typical days and segments.

    Clustering: hierarchical on the hourly load, sun, wind and water of all provinces; a real
    day (the medoid) stands for each cluster (tsam). Profiles are then scaled so that their means
    over the slices equal those over the year.
    """
    return _calendar(settings.days, settings.segments)


@lru_cache(maxsize=4)
def _calendar(days: int, segments: int) -> Calendar:
    """The calendar, kept because several systems of a run share it; nobody changes it."""
    hourly = {kind: datasets.profiles(kind) for kind in KINDS} | {HEAT: space_heat()}
    if days == 365 and segments == 24:
        return _full_year(hourly)
    wide = pd.concat(hourly, axis=1)
    wide.columns = [f"{kind}|{province}" for kind, province in wide.columns]
    wide.index = pd.date_range("2023-01-01", periods=HOURS, freq="h")
    slices, hours, length, day, order = _aggregate(wide, days, segments)
    profiles = {
        kind: slices[[f"{kind}|{p}" for p in table.columns]].set_axis(table.columns, axis=1)
        for kind, table in hourly.items()
    }
    profiles = {k: _with_mean(v, hours, hourly[k].mean()) for k, v in profiles.items()}
    profiles[HEAT] = profiles[HEAT].clip(upper=1.0)
    ratio = hourly["load"].max() / profiles["load"].max()
    return Calendar(hours, length, day, profiles, ratio, _followers(order, day.nunique()))


def space_heat() -> pd.DataFrame:
    """Space heating of every hour relative to the coldest month, columns provinces."""
    table = datasets.load("heat").pivot(index="month", columns="province", values="space_heat")
    month = pd.date_range("2023-01-01", periods=HOURS, freq="h").month
    return table.loc[month, list(datasets.provinces())].reset_index(drop=True)


def _followers(order: np.ndarray, days: int) -> np.ndarray:
    """Count, over the days of a year in a ring, which typical day comes after which."""
    follows = np.zeros((days, days))
    np.add.at(follows, (order, np.roll(order, -1)), 1.0)
    return follows


def _aggregate(
    wide: pd.DataFrame, days: int, n_segments: int
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.Series, np.ndarray]:
    import tsam

    weights = {c: FEATURE_WEIGHT[c.split("|")[0]] for c in wide.columns}
    segments = tsam.SegmentConfig(n_segments=n_segments) if n_segments < 24 else None
    result = tsam.aggregate(
        wide,
        days,
        segments=segments,
        weights=weights,
        cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid"),
        preserve_column_means=False,
    )
    table = result.cluster_representatives
    day = pd.Series(table.index.get_level_values(0).to_numpy())
    length = (
        pd.Series(1.0, index=day.index)
        if segments is None
        else pd.Series(table.index.get_level_values(-1).to_numpy(float))
    )
    counts = day.map(dict(result.cluster_counts)).astype(float)
    order = np.asarray(result.cluster_assignments, dtype=int)
    return table.reset_index(drop=True), length * counts, length, day, order


def _with_mean(table: pd.DataFrame, hours: pd.Series, mean: pd.Series) -> pd.DataFrame:
    """Scale each column to the mean of the full year, within one for availabilities."""
    present = table.mul(hours, axis=0).sum() / hours.sum()
    return table * (mean / present.where(present > 0)).fillna(1.0)


def _full_year(hourly: dict[str, pd.DataFrame]) -> Calendar:
    one = pd.Series(1.0, index=range(HOURS))
    day = pd.Series(np.arange(HOURS) // 24)
    ratio = pd.Series(1.0, index=hourly["load"].columns)
    tables = {kind: table.reset_index(drop=True) for kind, table in hourly.items()}
    return Calendar(one, one, day, tables, ratio, _followers(np.arange(365), 365))
