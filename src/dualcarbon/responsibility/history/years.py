"""Accounts of many tables: one after the other, or as tasks of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from dualcarbon.responsibility.principles import USUAL, accounts
from dualcarbon.responsibility.table.table import InputOutputTable

Source = InputOutputTable | Callable[[], InputOutputTable]


def accounts_of_years(
    tables: Iterable[Source],
    names: Iterable[str] | None = None,
    *,
    stressor: str | None = None,
    client: Any = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Accounts of several years in one tidy table.

    Args:
        tables: tables, or functions without arguments that read one (so that a series never is in
            memory as a whole, and a cluster reads where it calculates).
        names: principles; by default the usual ones.
        stressor: by default the first.
        client: a ``dask.distributed.Client``; None calculates here, one year at a time.
        progress: called with the year when one is done.

    Returns:
        DataFrame with columns ``year``, ``region``, ``principle``, ``value`` (in the stressor's
        unit, final users' own emissions included) and ``unit``, ordered by year as given.

    Raises:
        InputError: a table cannot be read or solved.
    """
    wanted = tuple(USUAL if names is None else names)
    if client is None:
        parts = (_of_one(table, wanted, stressor) for table in tables)
    else:
        # pure=False: a function that reads a file may find another file next time
        tasks = [client.submit(_of_one, t, wanted, stressor, pure=False) for t in tables]
        parts = (task.result() for task in tasks)
    found = []
    for part in parts:
        found.append(part)
        if progress is not None:
            progress(int(part["year"].iloc[0]))
    return pd.concat(found, ignore_index=True)


def _of_one(source: Source, names: tuple[str, ...], stressor: str | None) -> pd.DataFrame:
    table = source if isinstance(source, InputOutputTable) else source()
    wide = accounts(table, names, stressor=stressor)
    tidy = wide.rename_axis("principle", axis=1).stack().rename("value").reset_index()
    tidy.insert(0, "year", table.year)
    return tidy.assign(unit=table.stressor_units[table.stressor(stressor)])
