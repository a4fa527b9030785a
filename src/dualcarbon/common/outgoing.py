"""Tables that leave: the one writer of CSV, and texts as cells may hold them.

A spreadsheet program runs a text that begins like a formula, so such a text is written behind an
apostrophe, which reading takes away again.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from dualcarbon.common.words import printable

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet program takes for a formula, or drops before one."""
QUOTE = "'"
PLAIN = re.compile(r"[-+]?[0-9.,]*(?:[eE][-+]?[0-9]+)?%?")  # a number as text, or a sign alone
MOST_IN_A_CELL = 32_767  # letters that a cell of a workbook holds


def cell_text(value: object) -> str:
    """A text as a cell can hold it: control characters become a mark, what is too long is cut."""
    return printable(value)[:MOST_IN_A_CELL]


def defused(value: object) -> object:
    """The value; a text that a spreadsheet program would run stands behind an apostrophe.

    A bare carriage return, which such a program takes for the end of a row, is a line feed.
    """
    if isinstance(value, str) and "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if not isinstance(value, str) or not value.startswith((*STARTS, QUOTE)):
        return value
    text = value.lstrip(QUOTE)
    return QUOTE + value if text.startswith(STARTS) and not PLAIN.fullmatch(text) else value


def as_written(value: object) -> object:
    """The text that was written behind an apostrophe; anything else as it is."""
    if not isinstance(value, str) or not value.startswith(QUOTE):
        return value
    return value[1:] if defused(value[1:]) == value else value


def write_csv(table: pd.DataFrame, target: Path | TextIO, *, digits: str | None = None) -> None:
    """Write a table as CSV in UTF-8, without its index and without formulas.

    Args:
        table: columns of numbers and texts.
        target: file or stream.
        digits: format of numbers, e.g. ``%.15g``.
    """
    texts = [at for at, kind in enumerate(table.dtypes) if not _of_numbers(kind)]
    safe = table.copy(deep=False)
    safe.columns = pd.Index([defused(name) for name in table.columns])
    for at in texts:
        column = table.iloc[:, at].astype(object)
        safe.isetitem(at, column.map(defused))
    safe.to_csv(target, index=False, float_format=digits, encoding="utf-8", errors="replace")


def csv_text(table: pd.DataFrame) -> str:
    """The text of a table as :func:`write_csv` writes it."""
    stream = io.StringIO()
    write_csv(table, stream)
    return stream.getvalue()


def read_csv(path: Path) -> pd.DataFrame:
    """A table that :func:`write_csv` wrote, its columns of the types that they look like."""
    table = pd.read_csv(path).rename(columns=as_written)
    texts = [name for name, kind in table.dtypes.items() if not _of_numbers(kind)]
    return table.assign(**{str(name): table[name].map(as_written) for name in texts})


def _of_numbers(kind: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind))
