"""What burden sharing and household tiers need: budgets, GDP, footprints by decile, accounts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from tools.build_national import CARBON_TO_CO2, countries
from tools.common import CC_BY, FACT, Column, Table, inputs, own

WDI = "World Bank, World Development Indicators"
WID = "WID.world (Chancel 2022), carbon footprint by income decile"
CBCA = "Wood, Moran, Rodrigues, Stadler (2019), github.com/rich-wood/CBCA"
WID_TERMS = "WID.world, open access with attribution; its terms of use hold"
FIRST_GDP = 2010
FOOTPRINT_YEAR = 2019
DECILES = [f"inc_decile_p{10 * k}p{10 * k + 10}" for k in range(10)]
FOOTPRINTS = [
    "ARG",
    "AUS",
    "AUT",
    "BEL",
    "BRA",
    "CAN",
    "CHE",
    "CHL",
    "CHN",
    "CZE",
    "DEU",
    "DNK",
    "ESP",
    "FIN",
    "FRA",
    "GBR",
    "GRC",
    "HUN",
    "IDN",
    "IND",
    "IRL",
    "ISR",
    "ITA",
    "JPN",
    "KAZ",
    "KOR",
    "MEX",
    "MYS",
    "NLD",
    "NOR",
    "NZL",
    "POL",
    "PRT",
    "ROU",
    "RUS",
    "SAU",
    "SWE",
    "THA",
    "TUR",
    "TWN",
    "UKR",
    "USA",
    "VNM",
    "ZAF",
]
PUBLISHED = [
    "AUS",
    "BRA",
    "CAN",
    "CHN",
    "DEU",
    "FRA",
    "GBR",
    "IDN",
    "IND",
    "ITA",
    "JPN",
    "KOR",
    "MEX",
    "RUS",
    "TUR",
    "USA",
]
MODELS = {
    "WIOD": (1e-3, "iso3"),
    "EXIOBASE": (1e-3, "iso2"),
    "Eora": (1e-3, "iso3"),
    "ICIO": (1.0, "iso3"),
    "GCP": (CARBON_TO_CO2, "name"),
}
GCP_NAMES = {"USA": "USA", "RUS": "Russian Federation"}
BUDGET_KEYS = ["key", "base_year", "warming_c", "probability"]
IGCC = "Forster et al. (2025), Earth System Science Data 17: 2641-2680"
BUDGETS = {
    "lamboll_2023": "Lamboll et al. (2023), Nature Climate Change 13: 1360-1367",
    "forster_2023": "Forster et al. (2023), Earth System Science Data 15: 2295-2327",
    "ar6_2020": "IPCC AR6 WGI (2021), table SPM.2",
}


@cache
def budgets(raw: Path) -> Table:
    """Remaining carbon budgets from the start of the base year."""
    path = raw / "international/fairshares/data/rcbs/rcbs.yaml"
    stored = yaml.safe_load(path.read_text(encoding="utf-8"))["rcb_data"]
    rows = [
        {
            "key": key,
            "base_year": found["baseline_year"],
            "warming_c": float(scenario.split("p")[0]),
            "probability": int(scenario.split("p")[1]) / 100,
            "budget_gt": float(gigatonnes),
            "source": BUDGETS[key],
            "grade": "C",
        }
        for key, found in stored.items()
        for scenario, gigatonnes in found["scenarios"].items()
    ]
    newest = pd.read_csv(raw / "responsibility2/igcc2024_remaining_budget.csv")
    newest = newest[[*BUDGET_KEYS, "budget_gt"]].assign(source=IGCC, grade="C")
    by = "IGCC 2024 release v2025.06.11 (CC BY 4.0); github.com/setupelz/fair-shares (BSD-3)"
    columns = (
        own("key"),
        own("base_year", "year", "the budget counts from 1 January"),
        own("warming_c", "degrees C above 1850-1900"),
        own("probability", "share"),
        Column("budget_gt", "Gt CO2", by, "C", licence=FACT),
        own("source", "text"),
        own("grade"),
    )
    frame = pd.concat([newest, pd.DataFrame(rows)], ignore_index=True)
    return Table("carbon_budgets", frame, columns)


@cache
def gdp(raw: Path) -> Table:
    """GDP at market rates and at purchasing power."""
    folder = raw / "international/fairshares/data/gdp/wdi-2025"
    usd = _world_bank(folder / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_5607117.csv", "gdp_musd")
    ppp = _world_bank(folder / "API_NY.GDP.MKTP.PP.CD_DS2_en_csv_v2_1090665.csv", "gdp_ppp_mint")
    known = countries(raw).frame["iso3"]
    frame = pd.concat([usd, ppp], axis=1).sort_index().reset_index()
    frame["iso3"] = frame["iso3"].replace({"EUU": "EU27"})
    frame = frame[frame["iso3"].isin(known)].sort_values(["iso3", "year"], ignore_index=True)
    span = f"{FIRST_GDP}-2023"
    columns = (
        own("iso3"),
        own("year", "year"),
        Column("gdp_musd", "million current US$", WDI, "B", f"{FIRST_GDP}-2022", CC_BY),
        Column("gdp_ppp_mint", "million current international $", WDI, "B", span, CC_BY),
    )
    return Table("gdp", frame, columns)


def _world_bank(path: Path, name: str) -> pd.Series:
    table = pd.read_csv(path, skiprows=4)
    years = [c for c in table.columns if c.isdigit() and int(c) >= FIRST_GDP]
    values = table.set_index("Country Code")[years]
    values = values.rename_axis("iso3").rename_axis("year", axis=1).stack()
    values.index = values.index.set_levels(values.index.levels[1].astype(int), level=1)
    return (values.dropna() / 1e6).round(0).astype("Int64").rename(name)


@cache
def footprints(raw: Path) -> Table:
    """Footprint per head by income decile, scaled to the country's mean of one decimal."""
    path = raw / "mrio/wid/wid_car_footprint_usd19_wide.csv"
    table = pd.read_csv(path, encoding="cp1252", keep_default_na=False)
    table = table[table["year"] == FOOTPRINT_YEAR].set_index("country_code")
    iso2 = inputs("countries").set_index("iso3")["iso2"]
    rows = []
    for iso3 in FOOTPRINTS:
        found = table.loc[iso2[iso3]]
        means = found[DECILES].astype(float).to_numpy()
        if not (means > 0).all():
            raise ValueError(f"{iso3}: a decile is 0 after rounding")
        scaled = means * float(found["mean_income"]) / means.mean()
        rows += [(iso3, FOOTPRINT_YEAR, k + 1, value) for k, value in enumerate(scaled.round(2))]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "decile", "t_per_head"])
    note = "source in whole tonnes, scaled here to the national mean; low deciles are coarse"
    columns = (
        own("iso3"),
        own("year", "year"),
        own("decile", "1 poorest to 10 richest, by income"),
        Column("t_per_head", "t CO2e per head", WID, "C", str(FOOTPRINT_YEAR), WID_TERMS, note),
    )
    return Table("footprint_deciles", frame, columns)


@cache
def published(raw: Path) -> Table:
    """Production and consumption accounts of five models, as published side by side."""
    names = countries(raw).frame.set_index("iso3")["name_en"].to_dict() | GCP_NAMES
    iso2 = inputs("countries").set_index("iso3")["iso2"]
    parts = []
    for model, (factor, key) in MODELS.items():
        keys = {
            {"iso3": iso3, "iso2": iso2[iso3], "name": names[iso3]}[key]: iso3 for iso3 in PUBLISHED
        }
        both = [_account(raw, model, measure, keys) * factor for measure in ("prod", "cons")]
        both = [both[0].rename("production_mt"), both[1].rename("consumption_mt")]
        frame = pd.concat(both, axis=1).dropna(how="all").round(2).reset_index()
        parts.append(frame.assign(model=model))
    frame = pd.concat(parts).sort_values(["model", "iso3", "year"], ignore_index=True)
    note = "WIOD and EXIOBASE mostly without direct emissions of households"
    columns = (
        own("model"),
        own("iso3"),
        own("year", "year"),
        Column("production_mt", "Mt CO2", CBCA, "C", "2000-2015", "BSD-3", note),
        Column("consumption_mt", "Mt CO2", CBCA, "C", "2000-2015", "BSD-3", note),
    )
    return Table("published_accounts", frame[[c.name for c in columns]], columns)


def _account(raw: Path, model: str, measure: str, keys: dict[str, str]) -> pd.Series:
    """One sheet, by country and year, in the unit of the model; 0 means not given."""
    table = pd.read_excel(raw / f"mrio/published_accounts/{model}_{measure}.xlsx")
    place = max(table.columns[:2], key=lambda column: table[column].isin(list(keys)).sum())
    missing = set(keys) - set(table[place])
    if missing:
        raise ValueError(f"{model}_{measure}: no {sorted(missing)}")
    table = table[table[place].isin(list(keys))].set_index(place).rename(index=keys)
    years = {c: int(float(c)) for c in table.columns if str(c).replace(".0", "").isdigit()}
    table = table[list(years)].rename(columns=years).astype(float)
    table = table[[year for year in table.columns if 2000 <= year <= 2015]]
    table = table.rename_axis("iso3").rename_axis("year", axis=1)
    return table.replace(0.0, np.nan).stack().dropna()
