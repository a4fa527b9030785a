"""Hourly profiles: load shape, and availability of solar, wind and hydro, on observed hours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import balance
from tools.coal import constant
from tools.common import PIK, Column, province_names
from tools.hours import solar_available, wind_available
from tools.shapes import HOURS, fitted, hydro_shape, load_shape, solar_shape, wind_shape

MOST_WIND, MOST_HYDRO = 0.95, 0.98
ERA5 = "ERA5 of 2020, via PyPSA-China (Rick10119)"
OFFSHORE_HOURS = 2900.0  # h; national mean of offshore wind, with the ERA5 pattern over provinces


@cache
def build(raw: Path) -> dict[str, pd.DataFrame]:
    """Build the five kinds of profile, 8 760 hours by provinces."""
    wind = fitted(wind_shape(raw, "onwind"), wind_available(raw) / HOURS, MOST_WIND)
    sun = fitted(solar_shape(raw), solar_available(raw) / HOURS, 1.0)
    return {
        "load": load_shape(raw),
        "solar": sun,
        "onwind": wind,
        "offwind": fitted(wind_shape(raw, "offwind"), offshore_mean(raw), MOST_WIND),
        "hydro": hydro(raw),
    }


def offshore_mean(raw: Path) -> pd.Series:
    """Return the mean availability of offshore wind; capacity-weighted it is 2 900 h."""
    found = wind_shape(raw, "offwind").mean()
    weight = balance.mean_capacity(raw)["offwind"][found.index]
    return found * (OFFSHORE_HOURS / HOURS / ((weight * found).sum() / weight.sum()))


def hydro(raw: Path) -> pd.DataFrame:
    """Return hydro availability: national seasonal shape, mean at each province's 2024 output."""
    capacity = balance.mean_capacity(raw)["hydro"]
    made = balance.hydro(raw)["hydro"]
    national = (constant("hydro_2024") - constant("phs_2024")) / (capacity.sum() * 8.76)
    mean = (made / (capacity * 8.76)).where((capacity > 0) & (made > 0), national)
    shape = pd.DataFrame({p: hydro_shape(raw) for p in province_names()})
    return fitted(shape, mean, MOST_HYDRO)


def columns() -> dict[str, Column]:
    """Describe each kind of profile for the catalogue."""
    zenodo = "Zenodo 8322210, hourly provincial demand, shape of 2018"
    clock = "hours of Beijing time from 1 January"
    return {
        "load": Column("load", "1 (mean 1)", zenodo, "C", "2018", "MIT", clock),
        "solar": Column(
            "solar", "MW/MW", ERA5, "C", "2020", "CC0", f"{clock}; before curtailment, NEA hours"
        ),
        "onwind": Column(
            "onwind",
            "MW/MW",
            ERA5,
            "C",
            "2020",
            "CC0",
            f"{clock}; before curtailment, NEA hours of 2021-2023, clipped at {MOST_WIND}",
        ),
        "offwind": Column(
            "offwind", "MW/MW", ERA5, "C", "2020", "CC0", f"{clock}; 2 900 h on average (grade D)"
        ),
        "hydro": Column(
            "hydro",
            "MW/MW",
            PIK,
            "C",
            "2024",
            "MIT",
            "one seasonal shape, daily steps; mean gives each province's output of 2024",
        ),
    }
