"""Hourly shapes read from the raw profile files, 8 760 hours of Beijing time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import netCDF4
import numpy as np
import pandas as pd
import xarray as xr

from tools.common import inputs, province_names

HOURS = 8760
DAY = 24


def without_leap_day(profile: pd.DataFrame) -> pd.DataFrame:
    """Drop 29 February and number the hours from 0."""
    index = pd.DatetimeIndex(profile.index)
    kept = profile[~((index.month == 2) & (index.day == 29))]
    return kept.reset_index(drop=True)


def _netcdf(raw: Path, kind: str) -> pd.DataFrame:
    with xr.open_dataset(raw / "power" / "profiles" / f"profile_{kind}.nc") as data:
        profile = data["profile"].to_pandas()
    columns = [p for p in province_names() if p in profile.columns]
    return without_leap_day(profile[columns])


@cache
def solar_shape(raw: Path) -> pd.DataFrame:
    """Return ERA5 solar availability of 2020; the file's clock is Beijing time."""
    return _netcdf(raw, "solar")


@cache
def wind_shape(raw: Path, kind: str) -> pd.DataFrame:
    """Return ERA5 wind availability of 2020, ``kind`` onwind or offwind."""
    return _netcdf(raw, kind)


@cache
def hydro_shape(raw: Path) -> pd.Series:
    """Return the seasonal inflow shape: daily means, smoothed over 31 days, mean 1."""
    with netCDF4.Dataset(raw / "power" / "profiles" / "hydro_p_max_pu.h5") as data:
        hourly = np.asarray(data["p_max_pu/values"][:], dtype=float)
    daily = hourly.reshape(-1, DAY).mean(axis=1)
    around = np.concatenate([daily[-15:], daily, daily[:15]])
    smooth = np.convolve(around, np.ones(31) / 31, mode="valid")
    return pd.Series(np.repeat(smooth / smooth.mean(), DAY))


@cache
def load_shape(raw: Path) -> pd.DataFrame:
    """Return hourly demand over its annual mean; 2018 shape, Beijing time."""
    path = raw / "power" / "load" / "Hourly_demand_of_31_province_China_modified_V2.1.csv"
    table = pd.read_csv(path, encoding="utf-8-sig", index_col=0)
    keys = inputs("regions").assign(short=lambda r: r["iso"].str[-2:])
    table = table.rename(columns=dict(zip(keys["short"], keys["province"], strict=True)))
    table = table[province_names()].reset_index(drop=True)
    return table / table.mean()


def potentials(raw: Path) -> pd.DataFrame:
    """Return the land potential in MW by province and kind."""
    result = {}
    for kind in ("solar", "onwind", "offwind"):
        with xr.open_dataset(raw / "power" / "profiles" / f"profile_{kind}.nc") as data:
            result[kind] = data["p_nom_max"].to_pandas()
    return pd.DataFrame(result).reindex(province_names())


def fitted(profile: pd.DataFrame, mean: pd.Series, most: float) -> pd.DataFrame:
    """Scale each column to a wanted mean, clipping at ``most`` (fixed-point iteration)."""
    result = {}
    for name in profile.columns:
        shape, factor = profile[name].to_numpy(), 1.0
        for _ in range(200):
            found = np.minimum(shape * factor, most).mean()
            factor *= mean[name] / found
            if abs(found - mean[name]) < 1e-10:
                break
        result[name] = np.minimum(shape * factor, most)
    return pd.DataFrame(result)
