"""National series: territorial and consumption CO2, population, GDP, by ISO 3166 code and year.

Emissions are in Mt of CO2 from fossil fuels and industry, without land use. The world (``WLD``)
includes international bunkers, the countries do not. Sources and grades: ``datasets.catalogue()``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

TERRITORIAL, CONSUMPTION = "territorial", "consumption"
NEWEST = {TERRITORIAL: 2025, CONSUMPTION: 2024}
"""The newest edition that is held of each account."""
NEWEST_CO2 = NEWEST[TERRITORIAL]
LAST_YEAR = {TERRITORIAL: 2024, CONSUMPTION: 2022}
"""The last year of each account in it."""
EDITIONS = {TERRITORIAL: (2025, 2024, 2022), CONSUMPTION: (2024, 2022)}
VINTAGES = (2025, 2024, 2022)
_COLUMNS = {TERRITORIAL: "territorial_mt", CONSUMPTION: "consumption_mt"}


def territorial(
    vintage: int = NEWEST[TERRITORIAL], regions: Sequence[str] | None = None
) -> pd.DataFrame:
    """Territorial CO2 in Mt: region (ISO 3), year, value, vintage.

    Args:
        vintage: edition of the Global Carbon Budget: 2025 (1850 to 2024), 2024 (1850 to 2023) or
            2022 (larger countries, 1990 to 2021).
        regions: ISO 3 codes; all by default.

    Raises:
        InputError: unknown vintage or region.
    """
    return _series(TERRITORIAL, vintage, regions)


def consumption(
    vintage: int = NEWEST[CONSUMPTION], regions: Sequence[str] | None = None
) -> pd.DataFrame:
    """Consumption CO2 in Mt, from 1990: region (ISO 3), year, value, vintage.

    Args:
        vintage: edition 2024 (1990 to 2022) or 2022 (larger countries, to 2020).
        regions: as for :func:`territorial`.

    Raises:
        InputError: unknown vintage or region.
    """
    return _series(CONSUMPTION, vintage, regions)


def population(regions: Sequence[str] | None = None) -> pd.DataFrame:
    """Persons, 1850 to 2035: region (ISO 3), year, value; from 2024 UN projections (median).

    Args:
        regions: ISO 3 codes; all by default.

    Raises:
        InputError: unknown region.
    """
    table = datasets.load("national_emissions").dropna(subset=["population"])
    table = _of(table, regions)[["region", "year", "population"]]
    return table.rename(columns={"population": "value"}).astype({"value": float})


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


def _series(account: str, vintage: int, regions: Sequence[str] | None) -> pd.DataFrame:
    if vintage not in EDITIONS[account]:
        raise InputError(
            f"no {account} CO2 of an edition {vintage} of the Global Carbon Budget",
            allowed=map(str, EDITIONS[account]),
        )
    column, newest = _COLUMNS[account], vintage == NEWEST[account]
    table = datasets.load("national_emissions" if newest else "national_vintages")
    if not newest:
        table = table[table["vintage"] == vintage]
    table = _of(table.dropna(subset=[column]), regions)[["region", "year", column]]
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
