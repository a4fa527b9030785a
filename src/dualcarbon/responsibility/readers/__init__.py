"""Readers of world input-output tables, by kind, and the functions that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.archives import NPZ, STORE, WIOD2013
from dualcarbon.responsibility.readers.figaro import FIGARO
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.labelled import ARRAYS, PARQUET
from dualcarbon.responsibility.readers.through_pymrio import EORA26, EXIOBASE3, GLORIA, ICIO, WIOD
from dualcarbon.responsibility.readers.workbooks import ADB, WIOD2016
from dualcarbon.responsibility.table.countries import population_of
from dualcarbon.responsibility.table.table import InputOutputTable

__all__ = ["READERS", "Reader", "available_years", "read_table"]


_ALL = (
    *(WIOD2013, WIOD, WIOD2016, ICIO, EXIOBASE3, EORA26, GLORIA, FIGARO, ADB),
    *(NPZ, PARQUET, ARRAYS, STORE),
)
READERS: Mapping[str, Reader] = {reader.kind: reader for reader in _ALL}


def read_table(
    kind: str, path: str | Path, year: int | None = None, **options: Any
) -> InputOutputTable:
    """Read a world table; the population of its countries is added where the table has none.

    Args:
        kind: one of :data:`READERS`.
        path: the folder or file with the data, see ``READERS[kind].expects``.
        year: which year; may be left out where there is only one.
        options: of that reader, see ``READERS[kind].options``.

    Raises:
        InputError: unknown kind or option, a missing file or year, or a file that is not as it
            should be.
    """
    reader = reader_of(kind)
    for option in options:
        if option not in reader.options:
            raise unknown_name("option", option, reader.options, where=f"reader '{kind}'")
    table = reader.read(files.existing(path, reader.expects), year, **options)
    if table.population is None and table.year:
        return replace(table, population=population_of(table.regions, table.year))
    return table


def available_years(kind: str, path: str | Path) -> tuple[int, ...]:
    """Years of a kind of table that a folder or file holds; none where no file is as expected.

    Raises:
        InputError: unknown kind, or no such folder.
    """
    reader = reader_of(kind)
    folder = files.existing(path, reader.expects)
    return tuple(reader.years(folder))


def reader_of(kind: str) -> Reader:
    """The reader of a kind of table.

    Raises:
        InputError: unknown kind; names the nearest.
    """
    if kind not in READERS:
        raise unknown_name("kind of table", kind, READERS)
    return READERS[kind]
