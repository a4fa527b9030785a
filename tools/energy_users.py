"""Electricity, fuel and direct CO2 of all energy users by province, 2024.

Steel, cement and aluminium come from output; the other sectors are national figures spread over
the provinces, their electricity so that the users of a province and the power system's own use
and losses add up to its consumption.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools import coal
from tools.balance import consumption, generation
from tools.coal import constant
from tools.common import balance_margins, inputs, province_names, scaled
from tools.industry import intensity, materials, users_of

COAL_CHEMISTRY = {"InnerMongolia", "Shaanxi", "Ningxia", "Xinjiang", "Shanxi", "Shandong", "Henan"}
CHEMICAL_WEIGHT = 4.0  # of coal chemistry's provinces over the others, per MWh consumed
HEATING_WEIGHT = 2.0  # direct fuel per head in provinces with district heating over the others
FUELS = ("coal", "oil", "gas", "other")
UTILITIES = "own_use_and_losses"
SPREAD = ("chemicals", "other_industry", "services", "households", "transport")
T_PER_TCE = {"coal": 2.66, "oil": 2.148, "gas": 1.644, "other": 0.0}
"""t CO2 per tce: NDRC's coal equivalent; IPCC 2006, 73.3 kg/GJ of oil and 56.1 of gas."""


@cache
def subsectors(raw: Path) -> pd.Series:
    """Return electricity of 2022 by sub-sector, TWh; the last year without gaps."""
    table = pd.read_csv(raw / "industry" / "electricity_by_subsector_TWh_2019_2024.csv")
    table = table[(table["year"] == 2022) & (table["months_reported"] == 12)]
    return table.set_index("subsector")["TWh_sum_of_reported_months"]


@cache
def national_power(raw: Path) -> pd.Series:
    """Return electricity of 2024 by sector, TWh, from NEA's four sums and the shares of 2022.

    Sums to the consumption of the whole society.
    """
    before = subsectors(raw)
    secondary = before["Industry"] + before["Construction"]
    industry_growth = intensity("secondary_power_2024") / secondary
    farms = before["Agriculture, Forestry, Animal Husbandry and Fishery"]
    support = before["Service Activities for Agriculture, Forestry, Animal Husbandry and Fishery"]
    households = before["by Urban and Rural Households"]
    tertiary = before["Whole Society"] - secondary - households - (farms - support)
    plants = before[before.index.str.startswith("Production and Supply of Electricity and Heat:")]
    total = constant("demand_2024")
    chemical = (
        before["Manufacture of Chemical Materials and Chemical Products"]
        + before["Processing of Petroleum, Coal, Other Fuel: Coal Chemical"]
    )
    transport = before["Transport, Storage and Post"] * intensity("tertiary_power_2024") / tertiary
    transport += intensity("charging_power_2024")
    building_sites = before["Construction"] * industry_growth
    services = intensity("tertiary_power_2024") + intensity("primary_power_2024") - transport
    power = pd.Series(
        {
            "chemicals": chemical * industry_growth,
            "services": services + building_sites,
            "households": intensity("household_power_2024"),
            "transport": transport,
            UTILITIES: plants.sum() * total / before["Whole Society"],
            **materials(raw).groupby("sector")["electricity_twh"].sum(),
        }
    )
    power["other_industry"] = total - power.sum()
    return power


def national_co2(raw: Path) -> float:
    """Return Mt CO2 of China in 2023, territorial, GCB 2024."""
    path = raw / "mrio" / "national" / "annual-co2-emissions-per-country_GCB2024.csv"
    table = pd.read_csv(path)
    row = table[(table["Code"] == "CHN") & (table["Year"] == 2023)]
    return float(row.iloc[0, 3]) / 1e6


def by_product(raw: Path) -> float:
    """Return Mt CO2 of by-product gas and oil burnt in power plants, 2023."""
    fossil = constant("thermal_2023") - constant("biomass_2023")
    made = fossil - constant("coal_2023") - constant("gas_2023")
    return made * coal.other_rate(raw)


@cache
def national_direct(raw: Path) -> pd.DataFrame:
    """Return direct Mt CO2 of the spread sectors, columns fuel and process.

    Other industry is GCB's national total of 2023 less all else. The by-product gas that
    ``other_thermal`` burns is steel's and coke's carbon: it is counted once, in power, so it is
    added back where the steel sector's full carbon was subtracted.
    """
    known = materials(raw)
    power = constant("grid_factor") * constant("generation_2023")
    electricity = national_power(raw)["chemicals"] * constant("grid_factor")
    chemicals = intensity("chemicals_share") * national_co2(raw) - electricity
    elsewhere = power + intensity("transport") + intensity("buildings") + intensity("heat")
    made = known["fuel_co2_mt"].sum() + known["process_co2_mt"].sum()
    rest = national_co2(raw) - elsewhere - made - chemicals + by_product(raw)
    direct = {
        "chemicals": (chemicals, intensity("chemicals_process")),
        "other_industry": (rest, intensity("other_process")),
        "services": (intensity("buildings") - intensity("households"), 0.0),
        "households": (intensity("households"), 0.0),
        "transport": (intensity("transport"), 0.0),
    }
    table = pd.DataFrame(direct, index=["all", "process"]).T
    return table.assign(fuel=table["all"] - table["process"])[["fuel", "process"]]


@cache
def weights(raw: Path) -> pd.DataFrame:
    """Return keys that spread a sector over the provinces: direct fuel and process emissions."""
    economy = inputs("province_economy").set_index("province").loc[province_names()]
    heated = inputs("regions").set_index("province").loc[province_names(), "heating"].astype(bool)
    used = consumption(raw)
    chemistry = pd.Series(used.index.isin(list(COAL_CHEMISTRY)), index=used.index)
    return pd.DataFrame(
        {
            "chemicals": used.where(~chemistry, CHEMICAL_WEIGHT * used),
            "other_industry": used,
            "services": economy["gdp_bn_cny"] * economy["services_share"],
            "households": economy["population_m"].where(
                ~heated, HEATING_WEIGHT * economy["population_m"]
            ),
            "transport": economy["gdp_bn_cny"],
        }
    )


@cache
def spread_power(raw: Path) -> pd.DataFrame:
    """Return electricity of the spread sectors and of the power system by province, TWh.

    Iterative proportional fitting: rows are what steel, cement and aluminium leave of a
    province's consumption, columns the national sums.
    """
    economy = inputs("province_economy").set_index("province").loc[province_names()]
    made = materials(raw).groupby("province")["electricity_twh"].sum()
    left = consumption(raw) - made.reindex(province_names()).fillna(0.0)
    goods = economy["gdp_bn_cny"] * (1 - economy["services_share"])
    seed = weights(raw).assign(
        other_industry=goods, households=economy["population_m"],
        **{UTILITIES: generation(raw).sum(axis=1)},
    )  # fmt: skip
    national = national_power(raw)[[*SPREAD, UTILITIES]]
    return balance_margins(seed[[*SPREAD, UTILITIES]], left, national * left.sum() / national.sum())


@cache
def users(raw: Path) -> pd.DataFrame:
    """Return all users of all provinces in one long table, with fuel by kind in Mtce."""
    power, direct, key = spread_power(raw), national_direct(raw), weights(raw)
    parts = [
        users_of(
            sector,
            "",
            electricity_twh=power[sector],
            fuel_co2_mt=scaled(key[sector], direct["fuel"][sector]),
            process_co2_mt=scaled(key[sector], direct["process"][sector]),
        )
        for sector in SPREAD
    ]
    return with_fuels(pd.concat([materials(raw), *parts], ignore_index=True))


def with_fuels(table: pd.DataFrame) -> pd.DataFrame:
    """Add fuel by kind: ``F_k = share_k CO2 / sum_j share_j EF_j``, Mtce."""
    mix = inputs("fuel_mix").fillna({"route": ""})
    shares = table[["sector", "route"]].merge(mix, on=["sector", "route"], how="left")
    rate = sum(shares[fuel] * T_PER_TCE[fuel] for fuel in FUELS)
    for fuel in FUELS:
        table[f"{fuel}_mtce"] = (table["fuel_co2_mt"] * shares[fuel] / rate).to_numpy()
    return table
