"""The on-disk format of this package, memory-mapped: ``responsibility.table.store``."""

from __future__ import annotations

from pathlib import Path

from dualcarbon.errors import InputError
from dualcarbon.responsibility.table import store
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with table.json and .npy files, as written by responsibility.table.store.save"


def read(
    path: Path, year: int | None, *, mapped: bool = True, verify: bool = False
) -> InputOutputTable:
    """Open a stored table.

    Args:
        path: its folder.
        year: must be that of the table, if given.
        mapped: leave the flows on disk.
        verify: compare with the checksums first.

    Raises:
        InputError: no such table, damaged, or of another year.
    """
    table = store.load(path, mapped=mapped, verify=verify)
    if year is not None and table.year and year != table.year:
        raise InputError(f"is of {table.year}, not of {year}", where=str(path))
    return table


def years(path: Path) -> tuple[int, ...]:
    """The year of a stored table."""
    return (int(store.describe(path)["year"]),)
