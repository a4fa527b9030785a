"""Series over years: national accounts by vintage, and accounts of one full table per year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.principles import accounts, principle
from dualcarbon.responsibility.table.table import InputOutputTable

TERRITORIAL, CONSUMPTION = national.TERRITORIAL, national.CONSUMPTION
ACCOUNTS = (TERRITORIAL, CONSUMPTION)
READ = {TERRITORIAL: national.territorial, CONSUMPTION: national.consumption}
FIRST, LAST_OF_PEOPLE = 1850, 2035
Progress = Callable[[int, int], None]


def national_series(
    regions: Sequence[str],
    *,
    start: int = 1990,
    end: int | None = None,
    vintages: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Territorial and consumption emissions by year, with the vintage of each figure.

    Args:
        regions: ISO 3 codes, ``EU27`` or ``WLD``; start, end: years, both included.
        vintages: editions of the Global Carbon Budget; by default the newest of each account. An
            account that an edition lacks is left out.

    Returns:
        Tidy: region, year, account, value (Mt CO2), per_head (t), vintage.

    Raises:
        InputError: an unknown region or vintage, years without any figure.
    """
    if end is not None and start > end:
        raise InputError(f"{start} is after {end}", where="start")
    people = national.population(regions).rename(columns={"value": "people"})
    rows = []
    for name, read in READ.items():
        for vintage in (national.NEWEST[name],) if vintages is None else vintages:
            if vintage in national.VINTAGES and vintage not in national.EDITIONS[name]:
                continue
            known = set(read(vintage)["region"])
            rows.append(read(vintage, [r for r in regions if r in known]).assign(account=name))
    table = pd.concat(rows, ignore_index=True)
    first, last = int(table["year"].min()), int(table["year"].max())
    stop = last if end is None else end
    for where, year in (("start", start), ("end", stop)):
        if not first <= year <= last:
            raise InputError(
                f"{year} is outside the series", where=where, allowed=f"{first} to {last}"
            )
    table = table[table["year"].between(start, stop)]
    table = table.merge(people[["region", "year", "people"]], on=["region", "year"], how="left")
    table["per_head"] = table["value"] / table["people"] * 1e6
    order = {region: i for i, region in enumerate(regions)}
    table = table.sort_values(
        ["region", "account", "vintage", "year"],
        key=lambda c: c.map(order).fillna(0) if c.name == "region" else c,
    )
    columns = ["region", "year", "account", "value", "per_head", "vintage"]
    return table[columns].reset_index(drop=True)


def history(
    regions: Sequence[str], *, basis: str = "territorial", vintage: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Emissions (Mt) and population by year and region, for cumulative accounts.

    Each region's series is its own, whoever else is asked for: before its first figure it counts 0
    (``territorial``), or what it emitted at home (``consumption``, known from 1990 or later). A
    year without a figure in between counts 0, see :func:`coverage`; years behind its last figure
    are missing.

    Args:
        regions: ISO 3 codes, ``EU27`` or ``WLD``; basis: ``territorial`` or ``consumption``.
        vintage: edition; by default the newest that has the basis.

    Raises:
        InputError: an unknown region, basis or vintage.
    """
    if basis not in ACCOUNTS:
        raise unknown_name("basis", basis, ACCOUNTS, where="basis")
    edition = national.NEWEST[basis] if vintage is None else vintage
    own = vintage if vintage in national.EDITIONS[TERRITORIAL] else national.NEWEST[TERRITORIAL]
    home = _by_region(national.territorial(own, regions), regions)
    emissions = {name: _whole(values) for name, values in home.items()}
    if basis == CONSUMPTION:
        known = set(national.consumption(edition)["region"])
        for region in regions:
            if region not in known:
                raise InputError("no consumption emissions", where=f"region '{region}'")
        used = _by_region(national.consumption(edition, regions), regions)
        emissions = {name: _spliced(emissions[name], used[name]) for name in regions}
    people = _by_region(national.population(regions), regions)
    years = pd.RangeIndex(FIRST, LAST_OF_PEOPLE + 1, name="year")
    heads = {name: values.reindex(years).interpolate() for name, values in people.items()}
    return _frame(emissions, regions), _frame(heads, regions)


def coverage(regions: Sequence[str], basis: str = "territorial") -> pd.DataFrame:
    """How far the figures of each region's own reach.

    Returns:
        Index region; ``known_from`` the first year with a figure, ``gaps`` the number of years
        without one between the first and the last.
    """
    years = READ[basis](regions=regions).groupby("region")["year"].agg(["min", "max", "count"])
    gaps = years["max"] - years["min"] + 1 - years["count"]
    return pd.DataFrame({"known_from": years["min"], "gaps": gaps}).loc[list(regions)]


def _by_region(series: pd.DataFrame, regions: Sequence[str]) -> dict[str, pd.Series]:
    groups = dict(iter(series.groupby("region")))
    return {name: groups[name].set_index("year")["value"].sort_index() for name in regions}


def _whole(values: pd.Series) -> pd.Series:
    """A series from 1850 to its last figure, 0 where there is none."""
    years = pd.RangeIndex(FIRST, int(values.index[-1]) + 1, name="year")
    return values.reindex(years).fillna(0.0)


def _spliced(home: pd.Series, used: pd.Series) -> pd.Series:
    """Consumption emissions, and territorial ones before the first of them."""
    first = int(used.index[0])
    return pd.concat([home.loc[: first - 1], _whole(used).loc[first:]])


def _frame(columns: dict[str, pd.Series], regions: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: columns[name] for name in regions}).rename_axis("year")


def table_series(
    years: Sequence[int],
    read: Callable[[int], InputOutputTable],
    principles: Sequence[str] = ("PBA", "CBA"),
    *,
    stressor: str | None = None,
    progress: Progress | None = None,
    client: Any = None,
) -> pd.DataFrame:
    """Accounts of one table per year.

    Args:
        years: those wanted; read: gives the table of a year; principles: keys.
        stressor: the first by default.
        progress: called with tables done and in all.
        client: a ``dask.distributed.Client``; each year is one task. In this process by default,
            which holds one table at a time.

    Returns:
        Tidy: year, region, principle, value (in the table's unit), unit, name.

    Raises:
        InputError: no years, an unknown principle, and what the reader raises.
    """
    if not len(years):
        raise InputError("no year", where="years")
    for name in principles:
        principle(name)
    wanted = tuple(principles)
    if client is None:
        results = (_one_year(read, year, wanted, stressor) for year in years)
    else:
        # pure=False: a function that reads a file may find another file next time
        futures = [
            client.submit(_one_year, read, year, wanted, stressor, pure=False) for year in years
        ]
        results = (future.result() for future in futures)
    rows = []
    for count, result in enumerate(results, start=1):
        rows.append(result)
        if progress is not None:
            progress(count, len(years))
    return pd.concat(rows, ignore_index=True)


def _one_year(
    read: Callable[[int], InputOutputTable],
    year: int,
    principles: tuple[str, ...],
    stressor: str | None = None,
) -> pd.DataFrame:
    """Accounts of one year as tidy rows; what a task of :func:`table_series` does."""
    table = read(year)
    found = accounts(table, principles, stressor=stressor)
    long = found.rename_axis("region").reset_index().melt("region", var_name="principle")
    unit = table.stressor_units[table.stressor(stressor)]
    return long.assign(year=year, unit=unit, name=table.name)[
        ["year", "region", "principle", "value", "unit", "name"]
    ]


def vintage_drift(region: str, account: str = "consumption") -> pd.DataFrame:
    """How much a figure changed between editions: index year, columns editions and ``drift``.

    Raises:
        InputError: an unknown region or account.
    """
    if account not in ACCOUNTS:
        raise unknown_name("account", account, ACCOUNTS)
    read, editions = READ[account], sorted(national.EDITIONS[account])
    table = pd.DataFrame(
        {v: read(v, [region]).set_index("year")["value"] for v in editions}
    ).dropna()
    table["drift"] = table[editions[-1]] / table[editions[0]] - 1
    return table.replace([np.inf, -np.inf], np.nan)
