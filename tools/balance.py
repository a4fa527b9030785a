"""Generation and consumption of the provinces in 2024, TWh, reconciled with the national totals."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import fleet
from tools.coal import constant
from tools.common import province_names, scaled
from tools.hours import SOLAR, WIND, solar_available, utilisation, wind_available

MOST_HYDRO = 0.62  # largest plausible annual capacity factor of conventional hydropower
PHS_CAP = 0.9  # pumped storage never makes up more than this share of a province's hydro output


def _reported(raw: Path, column: str) -> pd.Series:
    table = pd.read_csv(raw / "policy" / "provincial_demand_generation_2024_TWh.csv")
    return table.set_index("province")[column].reindex(province_names()).astype(float)


@cache
def consumption(raw: Path) -> pd.Series:
    """Return electricity consumption of 2024 by province; it sums to the national figure."""
    return scaled(_reported(raw, "consumption_TWh_2024_crea"), constant("demand_2024"))


@cache
def mean_capacity(raw: Path, year: int = 2024) -> pd.DataFrame:
    """Return the mean of the capacities at both ends of 2024 or 2025, GW."""
    if year == 2025:
        return (fleet.end_2024(raw) + fleet.end_2025(raw)) / 2
    return fleet.end_2024(raw) * (1 + fleet.growth(raw)) / 2


@cache
def hydro(raw: Path) -> pd.DataFrame:
    """Return conventional and pumped hydro output; small plants outside the survey by scaling."""
    reported = scaled(_reported(raw, "hydro_TWh_2024_crea").fillna(0.0), constant("hydro_2024"))
    pumped = scaled(mean_capacity(raw)["phs"], constant("phs_2024")).clip(upper=PHS_CAP * reported)
    conventional = reported - pumped
    most = MOST_HYDRO * 8.76 * mean_capacity(raw)["hydro"]
    over = (conventional - most).clip(lower=0.0)
    room = (most - conventional).clip(lower=0.0) * (conventional > 0)
    conventional = conventional - over + scaled(room, float(over.sum()))
    return pd.DataFrame({"hydro": conventional, "phs": pumped})


@cache
def generation(raw: Path) -> pd.DataFrame:
    """Return 2024 generation by source and province; each source sums to the national figure."""
    water, capacity = hydro(raw), mean_capacity(raw)
    atoms = _reported(raw, "nuclear_TWh_2024_crea").fillna(0.0)
    atoms["Shandong"] = constant("nuclear_2024") - atoms.sum()
    wind_gw = capacity["onwind"] + capacity["offwind"]
    wind = wind_gw * wind_available(raw) * utilisation(raw, WIND)[2024][province_names()]
    sun_gw = capacity["solar"] + capacity["solar_dist"]
    sun = sun_gw * solar_available(raw) * utilisation(raw, SOLAR)[2024][province_names()]
    return pd.DataFrame(
        {
            "thermal": scaled(_reported(raw, "thermal_TWh_2024_crea"), constant("thermal_2024")),
            "hydro": water["hydro"] + water["phs"],
            "nuclear": atoms,
            "wind": scaled(wind, constant("wind_2024")),
            "solar": scaled(sun, constant("solar_2024")),
        }
    )


@cache
def net_export(raw: Path) -> pd.Series:
    """Return net exports of 2024 by province, TWh; they sum to zero.

    Generation exceeds consumption by transmission losses between provinces and by the statistical
    difference; the excess is taken off generation in proportion.
    """
    made, used = generation(raw).sum(axis=1), consumption(raw)
    return made * (used.sum() / made.sum()) - used
