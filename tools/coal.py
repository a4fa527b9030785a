"""Coal classes: GEM capacity by province, and emission rates calibrated to official averages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import by_province, inputs, province_names

CLASSES = ["coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb"]
KG_PER_GJ_TO_T_PER_MWH = 3.6 / 1000


def constant(item: str) -> float:
    """Return one national figure of ``tools/inputs/constants.csv``."""
    return float(inputs("constants").set_index("item")["value"][item])


@cache
def gem_capacity(raw: Path) -> pd.DataFrame:
    """Return coal capacity (GW, 2023) by province and class, circulating fluidised beds split off.

    GEM codes few fluidised beds. Their national capacity is taken off the units of 300 MW and less
    and off the subcritical ones, in proportion and only in provinces that mine coal.
    """
    units = pd.read_csv(raw / "policy" / "coal_units_by_province_technology_size_GEM2023.csv")
    units = units.rename(columns={units.columns[0]: "province"})
    units["carrier"] = [
        _class(technology, size)
        for technology, size in zip(units["Combustion technology"], units["class"], strict=True)
    ]
    units["province"] = units["province"].str.replace(" ", "")
    table = units.pivot_table(index="province", columns="carrier", values="GW", aggfunc="sum")
    table = table.reindex(index=province_names(), columns=CLASSES).fillna(0.0)
    return _split_fluidised_beds(table)


def _class(technology: str, size: str) -> str:
    if technology == "cfb":
        return "coal_cfb"
    if size == "<=300":
        return "coal_small"
    return {"ultra-supercritical": "coal_usc", "supercritical": "coal_sc"}.get(
        technology, "coal_sub"
    )


def _split_fluidised_beds(table: pd.DataFrame) -> pd.DataFrame:
    mines = by_province(inputs("coal_mining").set_index("province")["mines"])
    old = table[["coal_small", "coal_sub"]].mul(mines, axis=0)
    share = (constant("cfb_capacity") - table["coal_cfb"].sum()) / old.to_numpy().sum()
    result = table.copy()
    result["coal_cfb"] += share * old.sum(axis=1)
    result[["coal_small", "coal_sub"]] -= share * old
    return result


@cache
def rates(raw: Path) -> pd.DataFrame:
    """Return each class's coal rate, CO2 rate and efficiency per MWh of gross generation.

    The typical net rates r_c are scaled by one factor k so that coal and gas together give the
    official average supply coal rate R of plants of 6 MW and more:

        k * (sum of w_c r_c) * (1 - g) + r_gas * g = R,   gross_c = k * r_c * (1 - own_c)

    with w_c the GEM capacity share of a class and g the gas share of coal and gas generation.
    """
    table = inputs("coal_classes").set_index("carrier")
    share = gem_capacity(raw).sum() / gem_capacity(raw).to_numpy().sum()
    gas = constant("gas_2023") / (constant("gas_2023") + constant("coal_2023"))
    coal_mean = (constant("coal_rate_net") - gas * gas_rate_net()) / (1 - gas)
    table["net"] = table["net_gce_per_kwh"] * coal_mean / (table["net_gce_per_kwh"] * share).sum()
    table["gross"] = table["net"] * (1 - table["own_use"])
    tce = constant("gj_per_tce")
    table["efficiency"] = 1000 * 3.6 / (table["gross"] * tce)
    table["t_per_mwh"] = table["gross"] / 1000 * tce * constant("coal_co2") / 1000
    table["share"] = share
    return table


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
