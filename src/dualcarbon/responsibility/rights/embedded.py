"""The basis of the rules from the embedded series, and remaining budgets by source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.rights.basis import Basis
from dualcarbon.responsibility.table.countries import WORLD

OTHER = "OTH"
"""What no country has: international bunkers, statistical differences, uncounted people."""
EU27 = (
    "AUT",
    "BEL",
    "BGR",
    "HRV",
    "CYP",
    "CZE",
    "DNK",
    "EST",
    "FIN",
    "FRA",
    "DEU",
    "GRC",
    "HUN",
    "IRL",
    "ITA",
    "LVA",
    "LTU",
    "LUX",
    "MLT",
    "NLD",
    "POL",
    "PRT",
    "ROU",
    "SVK",
    "SVN",
    "ESP",
    "SWE",
)
MAIN = ("CHN", "USA", "EU27", "IND", "RUS", "JPN", "BRA", "ZAF")
GDP = {"ppp": "gdp_ppp_mint", "market": "gdp_musd"}
SOURCE = "Global Carbon Budget {vintage}, by way of Our World in Data; World Bank WDI"
BUDGET = ("igcc_2024", 1.5, 0.5)
YEAR = 2024
WHOLE = (2025, 2024)


def embedded_basis(
    year: int = YEAR, *, first: int = 1850, gdp: str = "ppp", vintage: int = national.NEWEST_CO2
) -> Basis:
    """All countries up to a year, and :data:`OTHER` for what the world has beyond them.

    Missing emissions of early years count as none; population between counts is interpolated. A
    country without GDP in the year gets its latest before, or the world's mean where there is none
    (Taiwan, North Korea and others, 2 % of emissions).

    Args:
        year: last year of history; first: first one; gdp: ``ppp`` or ``market``.
        vintage: edition of the territorial emissions, 2025 or 2024.

    Raises:
        InputError: a year outside the series, an unknown kind of GDP or edition.
    """
    if gdp not in GDP:
        raise unknown_name("kind of GDP", gdp, GDP, where="gdp")
    emissions, people = _emissions(vintage), _people(vintage)
    years = range(int(emissions.index[0]), int(emissions.index[-1]) + 1)
    for where, value in (("first", first), ("year", year)):
        if value not in years:
            raise InputError(
                f"{value} is outside the series", where=where, allowed=f"{years[0]} to {years[-1]}"
            )
    if first > year:
        raise InputError(f"{first} is after {year}", where="first")
    heads = people.loc[first:year]
    return Basis.of(
        emissions.loc[first:year].copy(),
        heads.copy(),
        _incomes(year, GDP[gdp], people.loc[year]),
        source=SOURCE.format(vintage=vintage),
    )


def grouped(values: pd.Series, regions: Sequence[str] = MAIN) -> pd.Series:
    """Sums of countries over the regions wanted, ``EU27`` among them, and ``ROW`` for the rest.

    Raises:
        InputError: a region that is no country, or a country that would be counted twice.
    """
    groups = members(regions, list(map(str, values.index)))
    return pd.Series({name: float(values[list(codes)].sum()) for name, codes in groups.items()})


def members(regions: Sequence[str], countries: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Countries of each region wanted; ``ROW`` holds those that are in none."""
    groups: dict[str, tuple[str, ...]] = {}
    for region in regions:
        if region != "EU27" and region not in countries:
            raise unknown_name("region", region, [*countries, "EU27"])
        groups[region] = EU27 if region == "EU27" else (region,)
    listed = [code for codes in groups.values() for code in codes]
    twice = {code for code in listed if listed.count(code) > 1}
    if twice:
        raise InputError(f"'{sorted(twice)[0]}' is a member of EU27 too", where="regions")
    rest = tuple(code for code in countries if code not in set(listed))
    return groups | ({"ROW": rest} if rest else {})


def remaining_budget(
    source: str = BUDGET[0],
    warming: float = BUDGET[1],
    probability: float = BUDGET[2],
    year: int = YEAR,
) -> float:
    """Budget of CO2 left after a year, Gt.

    Budgets count from their own base year; fossil and industrial emissions since then are taken
    off. Budgets cover all CO2, the series leave out land use.

    Args:
        source, warming, probability: of the table ``carbon_budgets``; year: last year of history.

    Raises:
        InputError: no such budget, a year before the budget begins, or nothing left.
    """
    table = datasets.load("carbon_budgets")
    if source not in set(table["key"]):
        raise unknown_name("budget", source, dict.fromkeys(table["key"]))
    rows = table[table["key"] == source]
    found = rows[
        np.isclose(rows["warming_c"], warming) & np.isclose(rows["probability"], probability)
    ]
    if found.empty:
        known = [f"{r.warming_c:g} °C at {r.probability:.0%}" for r in rows.itertuples()]
        raise InputError(
            f"no budget for {warming:g} °C at {probability:.0%}", where=source, allowed=known
        )
    base, budget = int(found["base_year"].iloc[0]), float(found["budget_gt"].iloc[0])
    if year < base - 1:
        raise InputError(f"the budget counts from {base}", where="year", allowed=f">= {base - 1}")
    last = int(_emissions().index[-1])
    if year > last:
        raise InputError(f"{year} is outside the series", where="year", allowed=f"<= {last}")
    used = float(_emissions().loc[base:year].to_numpy().sum())
    if budget <= used:
        raise InputError(f"used up: {budget:g} Gt from {base}, {used:.4g} Gt emitted", where=source)
    return budget - used


def budget_label(source: str, warming: float, probability: float) -> str:
    """A budget in words: paper, warming and probability.

    Raises:
        InputError: no such budget.
    """
    table = datasets.load("carbon_budgets").set_index("key")
    if source not in table.index:
        raise unknown_name("budget", source, dict.fromkeys(table.index))
    paper = str(table.loc[[source], "source"].iloc[0]).split(",")[0]
    return f"{paper}, {warming:g} °C, {probability:.0%}"


@cache
def _emissions(vintage: int = national.NEWEST_CO2) -> pd.DataFrame:
    """Gt by year and country, with what the world has beyond them."""
    if vintage not in WHOLE:
        raise InputError(
            f"no edition {vintage} of all countries", where="vintage", allowed=map(str, WHOLE)
        )
    wide = _wide(national.territorial(vintage))
    world = wide[WORLD]
    countries = wide.drop(columns=[WORLD, "EU27"]).fillna(0.0)
    counted = set(national.population()["region"])
    countries = countries[[c for c in countries if c in counted]]
    countries[OTHER] = (world - countries.sum(axis=1)).clip(lower=0.0)
    return countries / 1000.0


@cache
def _people(vintage: int = national.NEWEST_CO2) -> pd.DataFrame:
    wide = _wide(national.population())
    wide = wide.reindex(range(int(wide.index[0]), int(wide.index[-1]) + 1)).interpolate()
    countries = wide.drop(columns=[WORLD, "EU27"]).fillna(0.0)
    other = (wide[WORLD] - countries.sum(axis=1)).clip(lower=0.0)
    people = countries.assign(**{OTHER: other})
    return people[list(_emissions(vintage).columns)]


def _incomes(year: int, column: str, people: pd.Series) -> pd.Series | None:
    """GDP per head; None before the first year of the GDP table."""
    table = national.gdp()
    table = table[(table["year"] <= year) & table[column].notna()]
    if table.empty:
        return None
    latest = table.sort_values("year").groupby("region")[column].last()
    world = float(latest[WORLD]) / float(people.sum())
    known = latest.reindex(people.index) / people.where(people > 0)
    return (known.fillna(world) * 1e6).rename("gdp_per_head")


def _wide(series: pd.DataFrame) -> pd.DataFrame:
    return series.pivot(index="year", columns="region", values="value")
