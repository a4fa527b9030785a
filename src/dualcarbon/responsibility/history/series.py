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

ACCOUNTS = ("territorial", "consumption")
Progress = Callable[[int, int], None]


def national_series(
    regions: Sequence[str],
    *,
    start: int = 1990,
    end: int | None = None,
    vintages: Sequence[int] = (national.LATEST,),
) -> pd.DataFrame:
    """Territorial and consumption emissions by year, with the vintage of each figure.

    Args:
        regions: ISO 3 codes, ``EU27`` or ``WLD``; start, end: years, both included.
        vintages: editions of the Global Carbon Budget.

    Returns:
        Tidy: region, year, account, value (Mt CO2), per_head (t), vintage.

    Raises:
        InputError: an unknown region or vintage, years without any figure.
    """
    if end is not None and start > end:
        raise InputError(f"{start} is after {end}", where="start")
    people = national.population(regions).rename(columns={"value": "people"})
    rows = []
    for vintage in vintages:
        for name, read in zip(ACCOUNTS, (national.territorial, national.consumption), strict=True):
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
    regions: Sequence[str], *, basis: str = "territorial", vintage: int = national.LATEST
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Emissions (Mt) and population by year and region, for cumulative accounts.

    With ``consumption`` the years before 1990, for which none is known, are territorial.

    Raises:
        InputError: an unknown region, basis or vintage.
    """
    if basis not in ACCOUNTS:
        raise unknown_name("basis", basis, ACCOUNTS, where="basis")
    emissions = _wide(national.territorial(vintage, regions)).reindex(columns=list(regions))
    if basis == "consumption":
        used = _wide(national.consumption(vintage, regions)).reindex(columns=list(regions))
        missing = used.columns[used.isna().all()]
        if len(missing):
            raise InputError("no consumption emissions", where=f"region '{missing[0]}'")
        early = emissions.loc[: int(used.index[0]) - 1]
        emissions = pd.concat([early, used])
    people = _wide(national.population(regions)).reindex(columns=list(regions))
    years = range(int(people.index[0]), int(people.index[-1]) + 1)
    return emissions.fillna(0.0), people.reindex(years).interpolate()


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
    read = national.territorial if account == "territorial" else national.consumption
    editions = sorted(national.VINTAGES)
    table = pd.DataFrame(
        {v: read(v, [region]).set_index("year")["value"] for v in editions}
    ).dropna()
    table["drift"] = table[editions[-1]] / table[editions[0]] - 1
    return table.replace([np.inf, -np.inf], np.nan)


def _wide(series: pd.DataFrame) -> pd.DataFrame:
    return series.pivot(index="year", columns="region", values="value").sort_index()
