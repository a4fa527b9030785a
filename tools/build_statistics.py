"""National figures for calibration and backcast."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import Column, Table, inputs, own

NAMES = {
    "coal_rate_net": "coal_rate_net",
    "fossil_factor": "fossil_factor",
    "grid_factor": "grid_factor",
    "demand_2024": "consumption",
    "demand_2025": "consumption",
    "wind_hours_2024": "hours_wind",
    "solar_hours_2024": "hours_solar",
    "phs_2024": "generation_phs",
    "biomass_2023": "generation_biomass",
    "coal_2023": "generation_coal",
    "gas_2023": "generation_gas",
}
GENERATION = ("generation", "thermal", "hydro", "nuclear", "wind", "solar")


@cache
def build(raw: Path) -> Table:
    """Build the long table item, year, value, unit, source, grade."""
    constants = inputs("constants")
    wanted = dict(NAMES)
    wanted |= {f"{k}_2024": f"generation_{k}".replace("n_generation", "n_total") for k in GENERATION}
    ends = constants["item"][constants["item"].str.contains("_end20")]
    wanted |= {item: f"capacity_{item.rsplit('_', 1)[0]}" for item in ends}
    used = constants[constants["item"].isin(wanted)].copy()
    used["item"] = used["item"].map(wanted)
    names = ["item", "year", "value", "unit", "source", "grade"]
    ember = _ember(raw)
    frame = pd.concat([used[names], inputs("statistics_extra")[names], ember], ignore_index=True)
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
