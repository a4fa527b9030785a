"""National figures for calibration and backcast."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import balance
from tools.coal import constant
from tools.common import Column, Table, inputs, own
from tools.hours import solar_available, wind_available

NAMES = {
    "coal_rate_net": "coal_rate_net",
    "fossil_factor": "fossil_factor",
    "grid_factor": "grid_factor",
    "demand_2024": "consumption",
    "demand_2025": "consumption",
    "generation_2025": "generation_total",
    "wind_used_2024": "utilisation_wind",
    "solar_used_2024": "utilisation_solar",
    "wind_used_2025": "utilisation_wind",
    "solar_used_2025": "utilisation_solar",
    "wind_hours_2024": "hours_wind",
    "solar_hours_2024": "hours_solar",
    "generation_2024": "generation_total",
    "phs_2024": "generation_phs",
    "biomass_2023": "generation_biomass",
    "coal_2023": "generation_coal",
    "gas_2023": "generation_gas",
}
PAST = (2024, 2025)
GENERATION = ("thermal", "hydro", "nuclear", "wind", "solar")


@cache
def build(raw: Path) -> Table:
    """Build the long table item, year, value, unit, source, grade."""
    constants = inputs("constants")
    wanted = dict(NAMES)
    wanted |= {f"{kind}_{year}": f"generation_{kind}" for kind in GENERATION for year in PAST}
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
    """Return observed over modelled output of wind and solar in the years that are known.

    ``factor = observed / sum of (mean capacity x profile hours x utilisation)``: the profiles stand
    for mean weather and good plants, the mean of the year's two capacities for what was connected
    through the year. A backcast uses the factor of its year, an outlook the mean of the years.
    """
    kinds = {
        "wind": (wind_available(raw), ["onwind", "offwind"]),
        "solar": (solar_available(raw), ["solar", "solar_dist"]),
    }
    source = "observed output over mean capacity x profile hours x utilisation"
    rows = []
    for year in PAST:
        capacity = balance.mean_capacity(raw, year)
        for name, (hours, carriers) in kinds.items():
            offered = float((capacity[carriers].sum(axis=1) * hours).sum()) / 1000
            factor = constant(f"{name}_{year}") / constant(f"{name}_used_{year}") / offered
            rows.append((f"availability_factor_{name}", year, round(factor, 4), "1", source, "C"))
    return pd.DataFrame(rows, columns=["item", "year", "value", "unit", "source", "grade"])
