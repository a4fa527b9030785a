"""National figures for calibration and backcast."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import balance
from tools.coal import constant
from tools.common import Column, Table, inputs, own, province_names
from tools.hours import SOLAR, WIND, solar_available, utilisation, wind_available

NAMES = {
    "coal_rate_net": "coal_rate_net",
    "fossil_factor": "fossil_factor",
    "grid_factor": "grid_factor",
    "demand_2024": "consumption",
    "demand_2025": "consumption",
    "wind_hours_2024": "hours_wind",
    "solar_hours_2024": "hours_solar",
    "generation_2024": "generation_total",
    "phs_2024": "generation_phs",
    "biomass_2023": "generation_biomass",
    "coal_2023": "generation_coal",
    "gas_2023": "generation_gas",
}
GENERATION = ("thermal", "hydro", "nuclear", "wind", "solar")


@cache
def build(raw: Path) -> Table:
    """Build the long table item, year, value, unit, source, grade."""
    constants = inputs("constants")
    wanted = dict(NAMES)
    wanted |= {f"{kind}_2024": f"generation_{kind}" for kind in GENERATION}
    ends = constants["item"][constants["item"].str.contains("_end20")]
    wanted |= {item: f"capacity_{item.rsplit('_', 1)[0]}" for item in ends}
    used = constants[constants["item"].isin(wanted)].copy()
    used["item"] = used["item"].map(wanted)
    names = ["item", "year", "value", "unit", "source", "grade"]
    parts = [used[names], inputs("statistics_extra")[names], _ember(raw), _weather(raw)]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.sort_values(["item", "year"], ignore_index=True)
    frame["value"] = frame["value"].astype(float)
    columns = (
        own("item"),
        own("year", "year"),
        Column("value", "see unit", "see source of each row", "D"),
        own("unit", "text"),
        own("source", "text"),
        own("grade"),
    )
    return Table("statistics", frame, columns)


def _ember(raw: Path) -> pd.DataFrame:
    path = raw / "power" / "ember" / "china_api_country_overview_yearly.csv"
    table = pd.read_csv(path).query("year >= 2019")
    value = table["emissions_intensity_gco2_per_kwh"] / 1000
    return pd.DataFrame(
        {
            "item": "carbon_intensity_lifecycle_ember",
            "year": table["year"],
            "value": value.round(5),
            "unit": "t/MWh",
            "source": "Ember, CC BY 4.0",
            "grade": "C",
        }
    )


def _weather(raw: Path) -> pd.DataFrame:
    """Return observed over modelled output of 2024, wind and solar.

    The profiles stand for mean weather and the mean of the year's two capacities; 2024 had little
    wind, and most plants came late in the year. A backcast multiplies availability by the factor.
    """
    capacity, rows = balance.mean_capacity(raw), []
    kinds = {
        "wind": (WIND, wind_available(raw), ["onwind", "offwind"]),
        "solar": (SOLAR, solar_available(raw), ["solar", "solar_dist"]),
    }
    for name, (kind, hours, carriers) in kinds.items():
        used = utilisation(raw, kind)[2024][province_names()]
        modelled = float((capacity[carriers].sum(axis=1) * hours * used).sum()) / 1000
        factor = constant(f"{name}_2024") / modelled
        source = "observed output over mean capacity x profile hours x utilisation"
        rows.append((f"availability_factor_{name}", 2024, round(factor, 4), "1", source, "C"))
    return pd.DataFrame(rows, columns=["item", "year", "value", "unit", "source", "grade"])
