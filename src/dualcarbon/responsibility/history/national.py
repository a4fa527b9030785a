"""National series: territorial and consumption CO2, population, GDP, by ISO 3166 code and year.

Emissions are in Mt of CO2 from fossil fuels and industry, without land use. The world (``WLD``)
includes international bunkers, the countries do not. Sources and grades: ``datasets.catalogue()``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

LATEST = 2024
VINTAGES = (2024, 2022)


def territorial(vintage: int = LATEST, regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Territorial CO2 in Mt: region (ISO 3), year, value, vintage.

    Args:
        vintage: edition of the Global Carbon Budget: 2024 (all countries, 1850 to 2023) or 2022
            (larger countries, 1990 to 2021).
        regions: ISO 3 codes; all by default.

    Raises:
        InputError: unknown vintage or region.
    """
    return _series("territorial_mt", vintage, regions)


def consumption(vintage: int = LATEST, regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Consumption CO2 in Mt, from 1990: region (ISO 3), year, value, vintage.

    Args:
        vintage, regions: as for :func:`territorial`.

    Raises:
        InputError: unknown vintage or region.
    """
    return _series("consumption_mt", vintage, regions)


def population(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Persons, 1850 to 2023: region (ISO 3), year, value, vintage.

    Args:
        regions: ISO 3 codes; all by default.

    Raises:
        InputError: unknown region.
    """
    return _series("population", LATEST, regions)


def gdp(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """GDP from 2010 in million current US$ (to 2022) and million international $ (to 2023).

    Columns region (ISO 3), year, gdp_musd, gdp_ppp_mint.

    Raises:
        InputError: unknown region.
    """
    return _of(datasets.load("gdp"), regions)


def footprint_deciles(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Footprint per head by income decile, t CO2e: region (ISO 3), year, decile, t_per_head.

    Raises:
        InputError: unknown region.
    """
    return _of(datasets.load("footprint_deciles"), regions)


def published_accounts(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Accounts of five published models in Mt: model, region, year, production_mt, consumption_mt.

    Raises:
        InputError: unknown region.
    """
    return _of(datasets.load("published_accounts"), regions)


def _series(column: str, vintage: int, regions: Sequence[str] | None) -> pd.DataFrame:
    if vintage not in VINTAGES:
        raise InputError(
            f"no edition {vintage} of the Global Carbon Budget", allowed=map(str, VINTAGES)
        )
    name = "national_emissions" if vintage == LATEST else "national_vintages"
    table = datasets.load(name).dropna(subset=[column])
    table = _of(table, regions)[["region", "year", column]]
    table = table.rename(columns={column: "value"}).astype({"value": float})
    return table.assign(vintage=vintage)


def _of(table: pd.DataFrame, regions: Sequence[str] | None) -> pd.DataFrame:
    table = table.rename(columns={"iso3": "region"})
    if regions is None:
        return table.reset_index(drop=True)
    known = set(table["region"])
    for region in regions:
        if region not in known:
            raise unknown_name("region", region, sorted(known))
    return table[table["region"].isin(list(regions))].reset_index(drop=True)
