"""Observed full-load hours of wind and solar, before curtailment, by province."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from tools.coal import constant
from tools.common import province_names
from tools.fleet import growth, sun
from tools.shapes import solar_shape

TIBET_WIND = 2000.0  # h; the reported series jumps from 1 545 to 3 472 on 30 to 180 MW
WIND, SOLAR = "wind", "solar"


@cache
def utilisation(raw: Path, kind: str) -> pd.DataFrame:
    """Return utilisation rates (share of available output that is used), provinces by years.

    Means of the months of 2021 (from May) to 2024. Inner Mongolia is the mean of its western and
    eastern grids, two to one.
    """
    table = pd.read_csv(raw / "power2" / "utilisation_monthly_2021_2025.csv")
    table = table[table["carrier"] == kind].assign(year=table["month"].str[:4].astype(int))
    table = table[table["year"] <= 2024]
    rates = table.pivot_table(index="province", columns="year", values="utilisation_pct") / 100
    parts = rates.loc[["InnerMongoliaWest", "InnerMongoliaEast"]]
    rates.loc["InnerMongolia"] = (2 * parts.iloc[0] + parts.iloc[1]) / 3
    return rates


@cache
def wind_available(raw: Path) -> pd.Series:
    """Return hours of wind before curtailment: mean over 2021-2023 of observed / utilisation."""
    table = pd.read_csv(raw / "policy" / "provincial_utilisation_hours_wind_solar_crea_wind.csv")
    table["province"] = table["province"].str.replace(" ", "")
    observed = table.pivot(index="province", columns="year", values="wind")
    available = (observed / utilisation(raw, WIND).loc[observed.index, observed.columns]).mean(
        axis=1
    )
    available["Tibet"] = TIBET_WIND
    return available[province_names()]


@cache
def solar_available(raw: Path) -> pd.Series:
    """Return hours of solar before curtailment in 2024.

    The ERA5 hours h_p keep their pattern over provinces; one factor s makes the output after the
    official utilisation rate u_p equal the official national hours H of 2024:

        s * sum(w_p h_p u_p) = H,  w_p = mean capacity share of 2024
    """
    shape = solar_shape(raw)
    hours = shape.mean() * len(shape)
    mean_2024 = sun(raw) * (1 + growth(raw)[["solar", "solar_dist"]]) / 2
    weight = mean_2024.sum(axis=1) / mean_2024.to_numpy().sum()
    rates = utilisation(raw, SOLAR)[2024][province_names()]
    factor = constant("solar_hours_2024") / float(np.sum(weight * hours * rates))
    return hours * factor
