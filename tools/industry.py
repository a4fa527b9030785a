"""Output, electricity and direct CO2 of steel, cement and aluminium by province, 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import by_province, inputs

SMALL_SMELTERS = ["Liaoning", "Hubei", "Hunan", "Fujian"]
FLOWS = ["output_mt", "electricity_twh", "fuel_co2_mt", "process_co2_mt"]


def intensity(item: str) -> float:
    """Return one intensity of ``tools/inputs/industry_intensity.csv``."""
    return float(inputs("industry_intensity").set_index("item")["value"][item])


def _output(raw: Path, column: str, year: int = 2024) -> pd.Series:
    table = pd.read_csv(raw / "industry" / "provincial_industry_output_2019_2024.csv")
    return by_province(table[table["year"] == year].set_index("province")[column])


def users_of(sector: str, route: str, **flows: pd.Series) -> pd.DataFrame:
    """One row per province of a sector and route; flows that are not given are zero."""
    index = next(iter(flows.values())).index
    frame = pd.DataFrame({"province": index, "sector": sector, "route": route})
    for name in FLOWS:
        frame[name] = flows[name].to_numpy() if name in flows else 0.0
    return frame


def steel(raw: Path) -> pd.DataFrame:
    """Return steel by route; the converter steel of a province is its pig iron over 0.94.

    Metal that crosses a province's border shows as a ratio outside 0 to 1 and is cut there.
    """
    output, iron = _output(raw, "crude_steel_Mt"), _output(raw, "pig_iron_Mt")
    converter = (iron / intensity("bof_iron")).clip(upper=output)
    electric = output - converter
    furnace = users_of(
        "steel",
        "blast_furnace",
        output_mt=converter,
        electricity_twh=converter * intensity("bof_power"),
        fuel_co2_mt=converter * intensity("bof_fuel"),
        process_co2_mt=converter * intensity("bof_process"),
    )
    arc = users_of(
        "steel",
        "electric_arc",
        output_mt=electric,
        electricity_twh=electric * intensity("eaf_power"),
        fuel_co2_mt=electric * intensity("eaf_fuel"),
    )
    return pd.concat([furnace, arc], ignore_index=True)


def cement(raw: Path) -> pd.DataFrame:
    """Return cement; clinker at the national ratio in each province."""
    output = _output(raw, "cement_Mt")
    clinker = output * intensity("clinker_ratio")
    return users_of(
        "cement",
        "",
        output_mt=output,
        electricity_twh=output * intensity("cement_power"),
        fuel_co2_mt=clinker * intensity("clinker_fuel"),
        process_co2_mt=clinker * intensity("clinker_process"),
    )


def aluminium(raw: Path) -> pd.DataFrame:
    """Return primary aluminium, 44.0 Mt; small smelters share the remainder."""
    path = raw / "industry" / "aluminium_operating_capacity_FROM_MEMORY.csv"
    table = pd.read_csv(path).set_index("province")["Mt_per_year_end2024_approx"]
    rest = table.pop("Others")
    output = by_province(table)
    output[SMALL_SMELTERS] += rest / len(SMALL_SMELTERS)
    return users_of(
        "aluminium",
        "",
        output_mt=output,
        electricity_twh=output * intensity("aluminium_power"),
        process_co2_mt=output * intensity("aluminium_process"),
    )


@cache
def materials(raw: Path) -> pd.DataFrame:
    """Return steel, cement and aluminium of all provinces in one long table."""
    return pd.concat([steel(raw), cement(raw), aluminium(raw)], ignore_index=True)
