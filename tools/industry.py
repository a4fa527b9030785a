"""Output, electricity and direct CO2 of the industrial sectors by province, 2024."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import coal
from tools.balance import consumption
from tools.coal import constant
from tools.common import by_province, inputs, province_names, scaled

COAL_CHEMISTRY = {"InnerMongolia", "Shaanxi", "Ningxia", "Xinjiang", "Shanxi", "Shandong"}
SMALL_SMELTERS = ["Liaoning", "Hubei", "Hunan", "Fujian"]


def intensity(item: str) -> float:
    """Return one intensity of ``tools/inputs/industry_intensity.csv``."""
    return float(inputs("industry_intensity").set_index("item")["value"][item])


def _output(raw: Path, column: str, year: int = 2024) -> pd.Series:
    table = pd.read_csv(raw / "industry" / "provincial_industry_output_2019_2024.csv")
    return by_province(table[table["year"] == year].set_index("province")[column])


def _sector(name: str, output: pd.Series, **per_unit: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame({"province": output.index, "sector": name, "output_mt": output.values})
    for column, values in per_unit.items():
        frame[column] = values.to_numpy()
    return frame


def steel(raw: Path) -> pd.DataFrame:
    """Return steel; the converter share of a province is its pig iron over 0.94 of its steel."""
    output, iron = _output(raw, "crude_steel_Mt"), _output(raw, "pig_iron_Mt")
    converter = (iron / intensity("bof_iron")).clip(upper=output)
    electric = output - converter
    return _sector(
        "steel",
        output,
        electricity_twh=converter * intensity("bof_power") + electric * intensity("eaf_power"),
        fuel_co2_mt=converter * intensity("bof_fuel") + electric * intensity("eaf_fuel"),
        process_co2_mt=converter * intensity("bof_process"),
    )


def cement(raw: Path) -> pd.DataFrame:
    """Return cement; clinker at the national ratio in each province."""
    output = _output(raw, "cement_Mt")
    clinker = output * intensity("clinker_ratio")
    return _sector(
        "cement",
        output,
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
    return _sector(
        "aluminium",
        output,
        electricity_twh=output * intensity("aluminium_power"),
        fuel_co2_mt=output * 0.0,
        process_co2_mt=output * intensity("aluminium_process"),
    )


def other(raw: Path, known: pd.DataFrame) -> pd.DataFrame:
    """Return the rest of industry: national CO2 less all other uses, spread over the provinces.

    GCB's national total of 2023 less power, heat, transport, buildings and the three sectors. The
    by-product gas that ``other_thermal`` burns is steel's and coke's carbon: it is counted once,
    in power, so it is added back here where the steel sector's full carbon was subtracted.
    """
    national = _national_co2(raw)
    power = constant("grid_factor") * constant("generation_2023")
    elsewhere = power + intensity("transport") + intensity("buildings") + intensity("heat")
    sectors = known["fuel_co2_mt"].sum() + known["process_co2_mt"].sum()
    rest = national - elsewhere - sectors + by_product(raw)
    twh = intensity("industry_power_2024") - intensity("utility_power_2024")
    weight = consumption(raw) * [1.8 if p in COAL_CHEMISTRY else 1.0 for p in province_names()]
    electricity = scaled(consumption(raw), twh - known["electricity_twh"].sum())
    return _sector(
        "other_industry",
        pd.Series(float("nan"), index=province_names()),
        electricity_twh=electricity,
        fuel_co2_mt=scaled(weight, rest - intensity("other_process")),
        process_co2_mt=scaled(weight, intensity("other_process")),
    )


def by_product(raw: Path) -> float:
    """Return Mt CO2 of by-product gas and oil burnt in power plants, 2023."""
    fossil = constant("thermal_2023") - constant("biomass_2023")
    made = fossil - constant("coal_2023") - constant("gas_2023")
    return made * coal.other_rate(raw)


def _national_co2(raw: Path) -> float:
    path = raw / "mrio" / "national" / "annual-co2-emissions-per-country_GCB2024.csv"
    table = pd.read_csv(path)
    row = table[(table["Code"] == "CHN") & (table["Year"] == 2023)]
    return float(row.iloc[0, 3]) / 1e6


@cache
def sectors(raw: Path) -> pd.DataFrame:
    """Return all sectors of all provinces in one long table."""
    known = pd.concat([steel(raw), cement(raw), aluminium(raw)], ignore_index=True)
    return pd.concat([known, other(raw, known)], ignore_index=True)
