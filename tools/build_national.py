"""Territorial and consumption CO2, population, older vintages, countries and published accounts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import CC_BY, Column, Table, inputs, own

GCB = "Global Carbon Budget 2024 (Friedlingstein et al. 2025), by way of Our World in Data"
GCB_2022 = "Global Carbon Budget 2022 (Friedlingstein et al. 2022), national workbook v1.0"
PEOPLE = "Our World in Data: HYDE, Gapminder, UN World Population Prospects 2024"
CARBON_TO_CO2 = 3.664  # the factor that the workbook itself states
FIRST_YEAR = 1850
AGGREGATES = {"World": "WLD", "European Union (27)": "EU27"}
OLD_CODES = {"OWID_KOS": "XKX"}
NATIONAL = ("AUS", "BRA", "CAN", "CHN", "DEU", "FRA", "GBR", "IDN", "IND", "ITA", "JPN", "KOR")
OTHERS = ("MEX", "POL", "RUS", "SAU", "TUR", "USA", "VNM", "ZAF", "WLD", "EU27")
NAMES_2022 = {
    "USA": "USA",
    "RUS": "Russia",
    "WLD": "World",
    "EU27": "EU27",
    "TUR": "Turkey",
    "VNM": "Viet Nam",
    "KOR": "South Korea",
}


@cache
def countries(raw: Path) -> Table:
    """Codes and names of the countries of the national series."""
    known = inputs("countries").set_index("iso3")
    frame = _emissions(raw)[["iso3", "Entity"]].drop_duplicates("iso3").sort_values("iso3")
    frame = frame.rename(columns={"Entity": "name_en"}).set_index("iso3")
    for column in ("iso2", "name_zh"):
        frame[column] = known[column].reindex(frame.index).fillna("")
    frame = frame.reset_index()[["iso3", "iso2", "name_en", "name_zh"]]
    columns = (
        Column("iso3", "key", "ISO 3166-1; WLD and EU27 are this package's own", "A"),
        Column("iso2", "text", "ISO 3166-1", "A", note="empty where not needed"),
        Column("name_en", "text", GCB, "A", licence=CC_BY),
        own("name_zh", "text", note="empty where not translated"),
    )
    return Table("countries", frame, columns)


@cache
def emissions(raw: Path) -> Table:
    """Territorial CO2, consumption CO2 and population of every country, 1850 to 2023."""
    keys = ["iso3", "Year"]
    territorial = _emissions(raw)
    consumption = _series(raw / "mrio/national/consumption-co2-emissions_GCB2024.csv")
    people = _series(raw / "mrio/national/population_owid.csv")
    people = people[people["iso3"].isin(territorial["iso3"])]
    frame = people.rename(columns={"value": "population"})[[*keys, "population"]]
    for name, table in (("territorial_mt", territorial), ("consumption_mt", consumption)):
        values = table.set_index(keys)["value"].div(1e6).round(3).rename(name).reset_index()
        frame = frame.merge(values, on=keys, how="outer")
    frame = frame.rename(columns={"Year": "year"}).sort_values(["iso3", "year"], ignore_index=True)
    frame = frame.dropna(subset=["territorial_mt", "consumption_mt", "population"], how="all")
    frame["population"] = frame["population"].astype("Int64")
    frame = frame[["iso3", "year", "territorial_mt", "consumption_mt", "population"]]
    world = "the world has international bunkers, the countries have not"
    columns = (
        own("iso3"),
        own("year", "year"),
        Column("territorial_mt", "Mt CO2", GCB, "B", "1850-2023", CC_BY, world),
        Column("consumption_mt", "Mt CO2", GCB, "C", "1990-2022", CC_BY, "from trade, GTAP"),
        Column("population", "persons", PEOPLE, "B", "1850-2023", CC_BY),
    )
    return Table("national_emissions", frame, columns)


@cache
def vintages(raw: Path) -> Table:
    """The same two series as an earlier edition gave them, for the larger countries from 1990."""
    book = raw / "mrio/national/National_Fossil_Carbon_Emissions_2022v1.0.xlsx"
    names = countries(raw).frame.set_index("iso3")["name_en"].to_dict() | NAMES_2022
    wanted = {names[iso3]: iso3 for iso3 in (*NATIONAL, *OTHERS)}
    parts = [
        _sheet(book, "Territorial Emissions", 11, wanted).rename("territorial_mt"),
        _sheet(book, "Consumption Emissions", 8, wanted).rename("consumption_mt"),
    ]
    frame = pd.concat(parts, axis=1).dropna(how="all").round(3)
    frame = frame.reset_index().query("year >= 1990").sort_values(["iso3", "year"])
    frame.insert(0, "vintage", 2022)
    columns = (
        own("vintage", "year"),
        own("iso3"),
        own("year", "year"),
        Column("territorial_mt", "Mt CO2", GCB_2022, "B", "1990-2021", CC_BY),
        Column("consumption_mt", "Mt CO2", GCB_2022, "C", "1990-2020", CC_BY),
    )
    return Table("national_vintages", frame[[c.name for c in columns]], columns)


def _emissions(raw: Path) -> pd.DataFrame:
    return _series(raw / "mrio/national/annual-co2-emissions-per-country_GCB2024.csv")


def _series(path: Path) -> pd.DataFrame:
    """One series with the columns Entity, iso3, Year, value; countries, world and EU27 only."""
    table = pd.read_csv(path)
    table.columns = ["Entity", "Code", "Year", "value"]
    code = table["Code"].replace(OLD_CODES)
    iso3 = table["Entity"].map(AGGREGATES).fillna(code)
    table = table.assign(iso3=iso3)[iso3.str.len() <= 4]
    return table[table["Year"] >= FIRST_YEAR]


def _sheet(book: Path, sheet: str, head: int, wanted: dict[str, str]) -> pd.Series:
    """One sheet of the workbook, Mt of carbon by year and country, as Mt CO2."""
    table = pd.read_excel(book, sheet_name=sheet, header=None)
    names = table.iloc[head]
    missing = set(wanted) - set(names)
    if missing:
        raise ValueError(f"{sheet}: no column for {sorted(missing)}")
    values = table.iloc[head + 1 :].set_index(0)
    values.columns = names.iloc[1:]
    values = values[list(wanted)].rename(columns=wanted).astype(float) * CARBON_TO_CO2
    values.index = values.index.astype(int).rename("year")
    return values.rename_axis("iso3", axis=1).stack()
