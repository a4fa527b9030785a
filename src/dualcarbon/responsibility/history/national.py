"""National series: territorial and consumption CO2, population, GDP, by ISO 3166 code and year.

Emissions are in Mt of CO2 from fossil fuels and industry, without land use. The world (``WLD``)
includes international bunkers, the countries do not. Sources and grades: ``datasets.catalogue()``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name

LATEST = 2024
VINTAGES = (2024, 2022)
WORLD = "WLD"
REST = ("ROW", "RoW", "ROTW", "FIGW1", "WWW", "Rest of World", "Rest of the world")
OTHER_CODES = {"ROM": "ROU", "EL": "GRC", "UK": "GBR", "ZAR": "COD", "KSV": "XKX"}


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


def names(language: str = "en") -> dict[str, str]:
    """Name of each region by ISO 3 code; English where there is no Chinese one.

    Args:
        language: en or zh.

    Raises:
        InputError: another language.
    """
    if language not in ("en", "zh"):
        raise unknown_name("language", language, ("en", "zh"))
    table = datasets.load("countries").set_index("iso3")
    wanted = table[f"name_{language}"]
    return dict(wanted.where(wanted != "", table["name_en"]))


def iso3(code: str) -> str | None:
    """ISO 3 code of a country given by ISO 2 or ISO 3 or a code used by a world table.

    ``EU`` is EU27; a code that is none of a country gives None.
    """
    table = datasets.load("countries")
    code = OTHER_CODES.get(code, code)
    if code in set(table["iso3"]):
        return code
    found = table.loc[(table["iso2"] == code) & (code != ""), "iso3"]
    return str(found.iloc[0]) if len(found) else None


def population_of(regions: Iterable[str], year: int) -> dict[str, float] | None:
    """Persons in the regions of a table, for those that are countries.

    A region named as the rest of the world gets the world without the others, if all the others
    are known.

    Args:
        regions: labels of a table.
        year: 1850 to 2023.

    Returns:
        Persons by label, or None where no label is known or the year is not.
    """
    table = datasets.load("national_emissions")
    persons = table[table["year"] == year].dropna(subset=["population"])
    known = persons.set_index("iso3")["population"].astype(float)
    labels = list(regions)
    codes = {label: iso3(label) for label in labels if label not in REST}
    found = {label: float(known[code]) for label, code in codes.items() if code in known.index}
    rest = [label for label in labels if label in REST]
    if len(rest) == 1 and len(found) == len(codes) and WORLD in known.index:
        left = float(known[WORLD]) - sum(found.values())
        found |= {rest[0]: left} if left > 0 else {}
    return found or None


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
