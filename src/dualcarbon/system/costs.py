"""Fuel and capital costs of plants, CNY of 2024."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.cashflow import annuity
from dualcarbon.system.settings import ChinaSettings

FUEL_OF = {
    "coal_usc": "coal",
    "coal_sc": "coal",
    "coal_sub": "coal",
    "coal_small": "coal",
    "coal_cfb": "coal",
    "gas": "gas",
    "nuclear": "nuclear",
    "biomass": "biomass",
}
WEATHER_DRIVEN = ("onwind", "offwind", "solar", "solar_dist")
MW = 1000.0  # kW


def marginal_cost(carrier: str, settings: ChinaSettings) -> pd.Series:
    """Fuel and variable cost by province, CNY/MWh: ``fuel / efficiency + vom``.

    By-product and waste-heat plants burn what is there anyway: no fuel cost.
    """
    carriers = datasets.load("carriers").set_index("carrier")
    vom = variable_cost(carrier)
    fuel = FUEL_OF.get(carrier)
    if fuel is None:
        return pd.Series(vom, index=list(datasets.provinces()))
    return fuel_price(fuel, settings) / float(carriers.at[carrier, "efficiency"]) + vom


def fuel_price(fuel: str, settings: ChinaSettings) -> pd.Series:
    """Price of a fuel by province, CNY per MWh of heat."""
    prices = datasets.load("fuel_prices").set_index("province")[f"{fuel}_cny_per_mwh_th"]
    factor = {"coal": settings.coal_price_factor, "gas": settings.gas_price_factor}.get(fuel, 1.0)
    return prices * factor


def variable_cost(carrier: str) -> float:
    """Variable operation and maintenance without fuel, CNY/MWh."""
    return float(datasets.load("carriers").set_index("carrier").at[carrier, "vom_cny_per_mwh"])


def investment(carrier: str, year: int, settings: ChinaSettings) -> float:
    """Overnight investment of a new plant with its connection to the grid, CNY per MW."""
    connection = settings.connection_cost if carrier in WEATHER_DRIVEN else 0.0
    return float((technology(carrier, year)["investment_cny_per_kw"] + connection) * MW)


def capital_cost(carrier: str, year: int, settings: ChinaSettings) -> float:
    """Annuity of the investment plus fixed operation, CNY per MW and year."""
    row = technology(carrier, year)
    yearly = investment(carrier, year, settings) * annuity(1.0, settings.wacc, row["lifetime_y"])
    return float(yearly + row["fom_cny_per_kw_y"] * MW)


def technology(carrier: str, year: int) -> pd.Series:
    """Cost and technical data of a new plant, linear between the years of the table."""
    table = datasets.load("technologies")
    table = table[table["carrier"] == carrier].set_index("year").sort_index()
    columns = [
        "investment_cny_per_kw",
        "fom_cny_per_kw_y",
        "lifetime_y",
        "max_hours",
        "efficiency_roundtrip",
    ]
    years = table.index.to_numpy(float)
    return pd.Series({c: np.interp(year, years, table[c].to_numpy(float)) for c in columns})
