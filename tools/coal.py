"""Coal plants: capacity by province and class, and rates calibrated to official averages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import inputs, province_names

CLASSES = ["coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb"]
KG_PER_GJ_TO_T_PER_MWH = 3.6 / 1000
SIZES = ["operating_2024_07_mw", "construction_start_to_2025_mw", "construction_later_mw",
         "permitted_mw", "captive_mw"]  # fmt: skip
UPTO_300 = ("sc_350", "sub_300_new", "sub_300_old", "sub_small", "usc_small")  # under 400 MW
SMALLEST = 20.0  # MW; smaller cells join the largest of their carrier in the province


def constant(item: str) -> float:
    """Return one national figure of ``tools/inputs/constants.csv``."""
    return float(inputs("constants").set_index("item")["value"][item])


def carrier_of(unit_class: str) -> str:
    """Return the carrier of a class of units; those of 350 MW and less that are not supercritical
    are small."""
    start = unit_class.partition("_")[0]
    if start == "cfb":
        return "coal_cfb"
    if start == "sub":
        return "coal_sub" if unit_class == "sub_600" else "coal_small"
    return f"coal_{start}"


@cache
def cells(raw: Path) -> pd.DataFrame:
    """Return GEM's units by province, class and cogeneration, MW, with carrier and net rate."""
    table = pd.read_csv(raw / "power2" / "coal_classes_by_province.csv")
    table["carrier"] = table["class"].map(carrier_of)
    table["chp"] = table["chp"].eq("chp")
    table[SIZES] = table[SIZES].fillna(0.0)
    table["net"] = table["net_rate_estimate_gce_per_kwh"]
    mean = (table["net"] * table[SIZES[0]]).groupby(table["class"]).sum()
    weight = table[SIZES[0]].groupby(table["class"]).sum()
    by_class = (mean / weight.where(weight > 0)).fillna(table.groupby("class")["net"].mean())
    table["net"] = table["net"].fillna(table["class"].map(by_class))
    table["net"] = table["net"].fillna(by_class["usc_600_new"])
    return table[table[SIZES].sum(axis=1) > 0].reset_index(drop=True)


@cache
def gem_capacity(raw: Path) -> pd.DataFrame:
    """Return coal capacity (GW, July 2024) by province and carrier."""
    table = cells(raw).pivot_table(
        index="province", columns="carrier", values=SIZES[0], aggfunc="sum"
    )
    return table.reindex(index=province_names(), columns=CLASSES).fillna(0.0) / 1000


@cache
def plants(raw: Path) -> pd.DataFrame:
    """Return coal plants by province, class and cogeneration with gross rate and efficiency.

    The estimated net rates r_c are scaled by one factor k so that coal and gas together give the
    official average supply coal rate R of plants of 6 MW and more:

        k * (sum of w_c r_c) * (1 - g) + r_gas * g = R,   gross_c = k * r_c * (1 - own_c)

    with w_c the capacity share of a class and g the gas share of coal and gas generation.
    """
    table = cells(raw).copy()
    own_use = inputs("coal_classes").set_index("carrier")["own_use"]
    gas = constant("gas_2023") / (constant("gas_2023") + constant("coal_2023"))
    coal_mean = (constant("coal_rate_net") - gas * gas_rate_net()) / (1 - gas)
    share = table[SIZES[0]] / table[SIZES[0]].sum()
    table["net"] *= coal_mean / (table["net"] * share).sum()
    table["own_use"] = table["carrier"].map(own_use)
    table["gross"] = table["net"] * (1 - table["own_use"])
    tce = constant("gj_per_tce")
    table["efficiency"] = 1000 * 3.6 / (table["gross"] * tce)
    table["t_per_mwh"] = table["gross"] / 1000 * tce * constant("coal_co2") / 1000
    table["share"] = share
    return table


@cache
def rates(raw: Path) -> pd.DataFrame:
    """Return each carrier's mean rates, weighted by capacity, and its share of coal capacity."""
    table = plants(raw)
    share = table["share"].groupby(table["carrier"]).sum()[CLASSES]
    columns = ["net", "gross", "own_use", "t_per_mwh"]
    mean = table[columns].mul(table["share"], axis=0).groupby(table["carrier"]).sum().loc[CLASSES]
    mean = mean.div(share, axis=0)
    tce = constant("gj_per_tce")
    return mean.assign(efficiency=1000 * 3.6 / (mean["gross"] * tce), share=share)


GAS_EFFICIENCY = 0.52
GAS_OWN_USE = 0.022


def gas_rate_net() -> float:
    """Return the supply rate of gas plants in gce/kWh."""
    return 1000 * 3.6 / (GAS_EFFICIENCY * constant("gj_per_tce")) / (1 - GAS_OWN_USE)


def coal_co2() -> float:
    """Return t CO2 per MWh of coal heat."""
    return constant("coal_co2") * KG_PER_GJ_TO_T_PER_MWH


def gas_co2() -> float:
    """Return t CO2 per MWh of gas heat."""
    return constant("gas_co2") * KG_PER_GJ_TO_T_PER_MWH


def other_rate(raw: Path) -> float:
    """Return t CO2 per MWh of the remaining fossil output that closes the official fossil factor.

    MEE's factor F of fossil power covers coal, gas and the rest (by-product gas of steel and coke,
    oil, waste heat):  F (C + G + O) = f_coal C + f_gas G + f_other O.
    """
    table = rates(raw)
    coal, gas = constant("coal_2023"), constant("gas_2023")
    fossil = constant("thermal_2023") - constant("biomass_2023")
    other = fossil - coal - gas
    f_coal = (table["t_per_mwh"] * table["share"]).sum()
    f_gas = gas_co2() / GAS_EFFICIENCY
    return float((constant("fossil_factor") * fossil - f_coal * coal - f_gas * gas) / other)
