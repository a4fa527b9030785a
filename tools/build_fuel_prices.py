"""Delivered fuel prices by province."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.coal import constant
from tools.common import Column, Table, inputs, own

MWH_PER_TCE = 29.3076 / 3.6
VAT_GAS, VAT_COAL_2018 = 0.09, 0.16
TCE_PER_T = 5000 / 7000  # coal of 5 000 kcal/kg, by which the index is quoted
MWH_PER_M3 = 35.6e-3 / 3.6  # lower heating value of 35.6 MJ/m3
NUCLEAR_CNY_PER_MWH_TH = 18.0
BIOMASS_CNY_PER_MWH_TH = 115.0


@cache
def build(raw: Path) -> Table:
    """Build fuel prices without VAT, per tce and per MWh of heat.

    With the provincial power-coal index I_p of 2018 and its national value I, the price of 2024 is

        c_p = c + (I_p - I) / (1 + VAT) / h

    where c is the national mean delivered price of 2024 and h the tce in a tonne of the index: what
    provinces differ by is the haul from the mine, which does not move with the price of coal.
    """
    given = inputs("fuel_prices")
    frame = given[["province"]].copy()
    haul = given["coal_index_2018"] - constant("national_index_2018")
    per_tce = constant("power_coal_2024") + haul / (1 + VAT_COAL_2018) / TCE_PER_T
    frame["coal_cny_per_tce"] = per_tce.round(1)
    frame["coal_cny_per_mwh_th"] = (per_tce / MWH_PER_TCE).round(2)
    frame["gas_cny_per_mwh_th"] = (given["gas_cny_per_m3"] / (1 + VAT_GAS) / MWH_PER_M3).round(1)
    frame["nuclear_cny_per_mwh_th"] = NUCLEAR_CNY_PER_MWH_TH
    frame["biomass_cny_per_mwh_th"] = BIOMASS_CNY_PER_MWH_TH
    frame["coal_source"], frame["grade"] = given["coal_source"], given["coal_grade"]
    coal = "NDRC power-coal price index by province (2018) moved to the level of 2024, without VAT"
    gas = "city-gate and power-plant gas prices, 2024, without VAT"
    columns = (
        own("province"),
        Column("coal_cny_per_tce", "CNY/tce", coal, "C", "2024", note="delivered to power plants"),
        Column("coal_cny_per_mwh_th", "CNY/MWh_th", coal, "C", "2024", note="1 tce = 8.141 MWh"),
        Column("gas_cny_per_mwh_th", "CNY/MWh_th", gas, "D", "2024"),
        Column("nuclear_cny_per_mwh_th", "CNY/MWh_th", "fuel cost near 50 CNY/MWh", "D", "2024"),
        Column("biomass_cny_per_mwh_th", "CNY/MWh_th", "straw near 300 CNY/t", "D", "2024"),
        own("coal_source", "text"),
        own("grade", note="of the coal price"),
    )
    return Table("fuel_prices", frame[[c.name for c in columns]], columns)
