"""Territorial and consumption CO2, population, older vintages, countries and published accounts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from tools.common import CC_BY, Column, Table, inputs, own

GCB_2025 = "Global Carbon Budget 2025 (Friedlingstein et al. 2025), by way of Our World in Data"
GCB = "Global Carbon Budget 2024 (Friedlingstein et al. 2024), by way of Our World in Data"
GCB_2022 = "Global Carbon Budget 2022 (Friedlingstein et al. 2022), national workbook v1.0"
PEOPLE = "Our World in Data: HYDE, Gapminder, UN World Population Prospects 2024"
PROJECTED = "from 2024 the median projection of UN WPP 2024 (CC BY 3.0 IGO)"
NEWER = "responsibility2/territorial_co2_gcb2025"
UNION = {"European Union (27)": "EU27"}
CARBON_TO_CO2 = 3.664  # the factor that the workbook itself states
FIRST_YEAR = 1850
AGGREGATES = {"World": "WLD", "European Union (27)": "EU27"}
OLD_CODES = {"OWID_KOS": "XKX"}
EU27 = ("AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN",
        "IRL", "ITA", "LVA", "LTU", "LUX", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP",
        "SWE")  # fmt: skip
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
    """Territorial CO2, consumption CO2 and population of every country; newest edition of each."""
    keys = ["iso3", "Year"]
    territorial = _newest(raw)
    consumption = _series(raw / "mrio/national/consumption-co2-emissions_GCB2024.csv")
    frame = _people(raw, list(countries(raw).frame["iso3"]))
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
        Column("territorial_mt", "Mt CO2", GCB_2025, "B", "1850-2024", CC_BY, world),
        Column("consumption_mt", "Mt CO2", GCB, "C", "1990-2022", CC_BY, "from trade, GTAP"),
        Column("population", "persons", PEOPLE, "B", "1850-2035", CC_BY, PROJECTED),
    )
    return Table("national_emissions", frame, columns)


@cache
def vintages(raw: Path) -> Table:
    """The two series as earlier editions gave them: 2024 whole, 2022 larger countries from 1990."""
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
    frame = pd.concat([frame, _edition_2024(raw)], ignore_index=True)
    columns = (
        own("vintage", "year"),
        own("iso3"),
        own("year", "year"),
        Column("territorial_mt", "Mt CO2", f"{GCB_2022}; {GCB}", "B", "1850-2023", CC_BY),
        Column("consumption_mt", "Mt CO2", f"{GCB_2022}; {GCB}", "C", "1990-2022", CC_BY),
    )
    return Table("national_vintages", frame[[c.name for c in columns]], columns)


def _edition_2024(raw: Path) -> pd.DataFrame:
    """Territorial and consumption CO2 of the edition 2024, Mt."""
    used = _series(raw / "mrio/national/consumption-co2-emissions_GCB2024.csv")
    parts = [
        table.set_index(["iso3", "Year"])["value"].div(1e6).round(3).rename(name)
        for name, table in (("territorial_mt", _emissions(raw)), ("consumption_mt", used))
    ]
    frame = pd.concat(parts, axis=1).dropna(how="all").rename_axis(["iso3", "year"]).sort_index()
    frame.insert(0, "vintage", 2024)
    return frame.reset_index()


def _newest(raw: Path) -> pd.DataFrame:
    """Territorial CO2 of the edition 2025, t, of the countries that the edition 2024 knows too."""
    own_rows = pd.read_csv(raw / f"{NEWER}.csv")
    groups = pd.read_csv(raw / f"{NEWER}_groups.csv").rename(columns={"entity": "iso3"})
    union = groups[groups["iso3"].isin(UNION)].replace({"iso3": UNION})
    frame = pd.concat([own_rows, union], ignore_index=True).replace({"iso3": OLD_CODES})
    known = frame["iso3"].isin(countries(raw).frame["iso3"]) & (frame["year"] >= FIRST_YEAR)
    frame = frame[known].rename(columns={"year": "Year"})
    return frame.assign(value=frame["territorial_mt"] * 1e6)


def _people(raw: Path, wanted: list[str]) -> pd.DataFrame:
    """Population to 2023 and its median projection behind; EU27 is the sum of its members."""
    known = _series(raw / "mrio/national/population_owid.csv")
    known = known[known["iso3"].isin(wanted)].rename(columns={"value": "population"})
    later = pd.read_csv(raw / "responsibility2/population_wpp2024_median.csv")
    later = later.replace({"iso3": OLD_CODES}).rename(columns={"year": "Year"})
    later = later[later["Year"] > known["Year"].max()]
    union = later[later["iso3"].isin(EU27)].groupby("Year")["population"].sum().reset_index()
    later = pd.concat([later[later["iso3"].isin(wanted)], union.assign(iso3="EU27")])
    keys = ["iso3", "Year", "population"]
    return pd.concat([known[keys], later[keys]], ignore_index=True)


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
