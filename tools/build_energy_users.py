"""Energy users by province, sector and route, 2024; statistics of them; response to prices."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.coal import constant
from tools.common import NBS, Column, Table, inputs, own
from tools.energy_users import (
    FUELS,
    T_PER_TCE,
    UTILITIES,
    by_product,
    national_co2,
    national_power,
    users,
)
from tools.industry import intensity

GRADES = {"steel": "C", "cement": "C"}
COAL_PLANT_OWN_USE = 0.06
GUIDES = "RMC steel model, MEE accounting guides, sub-sector electricity of 2022"
REST = "chemicals 11 % and other_industry the rest of GCB 2024's national total"


@cache
def build(raw: Path) -> Table:
    """Build output, electricity, fuel by kind and direct CO2 by province and sector."""
    frame = users(raw).copy()
    fuels = [f"{fuel}_mtce" for fuel in FUELS]
    numbers = ["output_mt", "electricity_twh", "fuel_co2_mt", "process_co2_mt", *fuels]
    frame[numbers] = frame[numbers].round(4)
    frame = frame[frame[numbers].sum(axis=1) > 0].reset_index(drop=True)
    frame["year"] = 2024
    frame["grade"] = frame["sector"].map(GRADES).fillna("D")
    note = "without feedstock that stays in products"
    columns = (
        own("province"),
        own("sector"),
        own("route"),
        own("year", "year"),
        Column("output_mt", "Mt", f"{NBS}; aluminium estimated; routes by pig iron", "B", "2024",
               note="zero where a sector has no one product"),
        Column("electricity_twh", "TWh", f"{GUIDES}; NEA sums of 2024", "C", "2024",
               note="part of provincial demand; without the power system's own use and losses"),
        Column("fuel_co2_mt", "Mt", f"{GUIDES}; {REST}", "C", "2024",
               note="steel holds the carbon of by-product gas that other_thermal burns"),
        Column("process_co2_mt", "Mt", GUIDES, "C", "2024", note="aluminium with PFC, CO2e"),
        *(Column(f"{fuel}_mtce", "Mtce", f"fuel CO2 by the sector's mix at {factor} t/tce", "D",
                 "2024", note=note) for fuel, factor in T_PER_TCE.items()),
        own("grade"),
    )  # fmt: skip
    return Table("energy_users", frame[[c.name for c in columns]], columns)


@cache
def statistics(raw: Path) -> Table:
    """Build what statistics say of the users, and what is used outside them."""
    said = inputs("user_statistics").assign(kind="statistic")
    counted = [
        ("national", "co2_mt", national_co2(raw), "Mt", 2023, "GCB 2024, territorial", "B"),
        ("services", "electricity_twh", national_power(raw)["services"], "TWh", 2024,
         "NEA sums of 2024 with farms and building sites, less transport", "C"),
    ]  # fmt: skip
    frame = pd.concat(
        [said, _rows(counted, "statistic"), _rows(_elsewhere(raw), "elsewhere")], ignore_index=True
    )
    frame["value"] = frame["value"].astype(float).round(4)
    columns = (
        own("sector"),
        own("item"),
        own("kind", note="statistic, or elsewhere: used outside the energy users"),
        Column("value", "see unit", "see source", "D", "see year"),
        own("unit", "text"),
        own("year", "year"),
        own("source", "text"),
        own("grade"),
    )
    return Table("user_statistics", frame[[c.name for c in columns]], columns)


def _rows(rows: list[tuple[str, str, float, str, int, str, str]], kind: str) -> pd.DataFrame:
    names = ["sector", "item", "value", "unit", "year", "source", "grade"]
    return pd.DataFrame(rows, columns=names).assign(kind=kind)


def _elsewhere(raw: Path) -> list[tuple[str, str, float, str, int, str, str]]:
    """Fuel, CO2 and electricity of power plants and public heat, 2023 and 2024."""
    heat = intensity("heat")
    coal_power = constant("coal_2023") * constant("thermal_2024") / constant("thermal_2023")
    coal = coal_power * (1 - COAL_PLANT_OWN_USE) * constant("coal_rate_net") / 1e3
    gas = constant("gas_2023") * constant("thermal_2024") / constant("thermal_2023") / 0.5 * 0.1229
    power = constant("grid_factor") * constant("generation_2023")
    return [
        ("power", "co2_mt", power, "Mt", 2023, "MEE grid factor times generation", "B"),
        ("power", "coal_mtce", coal, "Mtce", 2024, "coal power at 302 g/kWh net", "C"),
        ("power", "gas_mtce", gas, "Mtce", 2024, "gas power at an efficiency of 0.5", "C"),
        ("counted_twice", "co2_mt", -by_product(raw), "Mt", 2023,
         "by-product gas, in steel and in power", "C"),
        ("heat", "co2_mt", heat, "Mt", 2023, "public heat, order of magnitude", "D"),
        ("heat", "coal_mtce", heat / T_PER_TCE["coal"], "Mtce", 2023, "public heat as coal", "D"),
        ("heat", "energy_mtce", heat / T_PER_TCE["coal"], "Mtce", 2023, "public heat as coal", "D"),
        (UTILITIES, "electricity_twh", national_power(raw)[UTILITIES], "TWh", 2024,
         "own use, pumping and losses of 2022 at the growth of all electricity", "C"),
    ]  # fmt: skip


@cache
def responses(raw: Path) -> Table:
    """Build prices and elasticities of products."""
    frame = inputs("output_response").fillna({"route": ""})
    columns = (
        own("sector"),
        own("route"),
        Column("price_cny_per_t", "CNY/t", "see source", "D", "2024"),
        Column("elasticity_low", "1", "see source", "D", note="of demand to price, positive"),
        Column("elasticity", "1", "see source", "D", note="of demand to price, positive"),
        Column("elasticity_high", "1", "see source", "D", note="of demand to price, positive"),
        own("source", "text"),
        own("grade"),
    )
    return Table("output_response", frame[[c.name for c in columns]], columns)
