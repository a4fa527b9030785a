"""Tables of a run as CSV, Parquet and one workbook; no file is ever seen half written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.report.workbook import write_workbook

FOLDER, WORKBOOK = "tables", "tables.xlsx"


def write_tables(tables: Mapping[str, pd.DataFrame], folder: str | Path) -> list[Path]:
    """Write every table to ``tables/name.csv`` and ``.parquet``, and all to ``tables.xlsx``.

    Args:
        tables: tidy tables by name; see :mod:`dualcarbon.common.tables` and the first sheet.
        folder: where to write; made if it is missing.

    Returns:
        The files written.

    Raises:
        InputError: the folder cannot be written.
    """
    folder = Path(folder)
    try:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        return [whole(path, write) for path, write in _jobs(tables, folder)]
    except OSError as error:
        raise InputError(f"cannot write tables: {error.strerror}", where=str(folder)) from error


def whole(path: Path, write: Callable[[Path], None]) -> Path:
    """Write a file under another name and move it into place once it is complete.

    Args:
        path: the file.
        write: writes the path that it is given.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _jobs(
    tables: Mapping[str, pd.DataFrame], folder: Path
) -> Iterator[tuple[Path, Callable[[Path], None]]]:
    for name, table in tables.items():
        yield folder / FOLDER / f"{name}.csv", partial(table.to_csv, index=False)
        yield folder / FOLDER / f"{name}.parquet", parquet_ready(table).to_parquet
    yield folder / WORKBOOK, partial(write_workbook, tables)


def parquet_ready(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text in columns that mix text and numbers, which Parquet cannot hold."""
    mixed = [c for c in table.columns if pd.api.types.infer_dtype(table[c]).startswith("mixed")]
    return table.assign(**{c: table[c].map(str) for c in mixed}).reset_index(drop=True)
