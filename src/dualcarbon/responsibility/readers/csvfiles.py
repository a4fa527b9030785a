"""Csv files as people have them: commas, semicolons or tabs, decimal commas, labels of any kind.

Labels stay text (region ``NA``, sector ``01``). With semicolons or tabs between cells, a comma in
a number is a decimal comma; where both a comma and a point stand in numbers, the file is refused.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

import pandas as pd

from dualcarbon.errors import InputError, unreadable

DELIMITERS = (",", ";", "\t")
ENCODING = "utf-8"


def text_of(file: Path, encoding: str = ENCODING) -> str:
    """The text of a csv file (see :func:`opened`); a byte order mark is taken off.

    Raises:
        InputError: it cannot be read, is empty or in another encoding.
    """
    with opened(file) as stream:
        raw = stream.read()
    try:
        text = raw.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError:
        raise InputError(f"unknown encoding '{encoding}'", where="encoding") from None
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            f"is no text in {encoding}",
            where=f"{file}, line {line}",
            allowed="UTF-8, or save it so; for own tables also the option encoding, e.g. latin-1, "
            "gb18030",
        ) from None
    if not text.strip():
        raise InputError("is empty", where=str(file))
    return text


def delimiter_of(text: str) -> str:
    """Which character parts the cells of the first line that has one."""
    for line in text.splitlines():
        counts = {mark: line.count(mark) for mark in DELIMITERS}
        best = max(counts, key=lambda mark: counts[mark])
        if counts[best]:
            return best
    return ","


def read_rows(file: Path, encoding: str = ENCODING) -> pd.DataFrame:
    """A table with one line of heads, all cells as text; heads in lower case without blanks, and
    ``attrs["mark"]`` what parts the cells.

    Raises:
        InputError: see :func:`text_of`; or a line with more cells than heads.
    """
    text = text_of(file, encoding)
    mark = delimiter_of(text)
    frame = _parsed(io.StringIO(text), file, sep=mark, header=0, dtype=str)
    frame.attrs["mark"] = mark
    return frame.rename(columns=lambda name: str(name).strip().lower())


def numbers_of(column: pd.Series, mark: str) -> pd.Series:
    """Numbers of a column of text, NaN where it is none."""
    if mark != "," and not pd.api.types.is_numeric_dtype(column):
        column = column.str.replace(",", ".", regex=False)
    return pd.to_numeric(column, errors="coerce")


def read_labelled(file: Path, heads: int, encoding: str = ENCODING) -> pd.DataFrame:
    """A matrix with labels in its first columns and first lines.

    Args:
        file: csv.
        heads: lines of heads that are expected; one and two may stand for each other where the
            first cells say so.
        encoding: of the text.

    Returns:
        A frame with texts as labels (one or two of rows, one or two of columns) and numbers;
        cells that are none are left as text.

    Raises:
        InputError: see :func:`text_of`; or the layout is another one.
    """
    text = text_of(file, encoding)
    mark = delimiter_of(text)
    lines = islice(csv.reader(io.StringIO(text), delimiter=mark), 4)
    first = [[cell.strip() for cell in row] for row in lines]
    if first[0][:2] == ["region", "sector"]:
        heads = 1  # Y by region alone, x and v
    wide = _label_columns(first, heads)
    if heads == 1 and len(first) > 1 and first[1][:1] in (["category"], ["sector"], [""]):
        heads = 2
    named = len(first) > heads and not any(first[heads][wide:])
    above = heads + int(named)
    if len(first) <= above or len(first[0]) <= wide:
        raise InputError("has no cells below and beside its labels", where=str(file))
    tops = [_filled(row[wide:]) if at < heads - 1 else row[wide:] for at, row in
            enumerate(first[:heads])]  # fmt: skip
    body = _parsed(
        io.StringIO(text),
        file,
        sep=mark,
        header=None,
        skiprows=above,
        dtype=dict.fromkeys(range(wide), str),
    )
    if body.shape[1] != len(first[0]):
        raise InputError(
            f"{body.shape[1]} cells a line under {len(first[0])} heads", where=str(file)
        )
    keys = [body[at].astype(str).str.strip() for at in range(wide)]
    figures = _decimal(body.iloc[:, wide:], mark, file)
    figures.index = pd.MultiIndex.from_arrays(keys) if wide == 2 else pd.Index(keys[0])
    figures.columns = pd.MultiIndex.from_arrays(tops) if heads == 2 else pd.Index(tops[0])
    return figures


def _label_columns(first: list[list[str]], heads: int) -> int:
    """How many first columns hold labels: those over which the first head is empty."""
    top = first[0]
    if heads == 2 or (len(top) > 1 and top[1] == ""):
        return next((at for at, cell in enumerate(top[1:], 1) if cell), len(top))
    return 2 if len(top) > 1 and top[1].lower() in ("unit", "sector") else 1


def _filled(row: list[str]) -> list[str]:
    """Heads with those that a spreadsheet leaves empty after the first of a group."""
    found, last = [], ""
    for cell in row:
        last = cell or last
        found.append(last)
    return found


def _decimal(figures: pd.DataFrame, mark: str, file: Path) -> pd.DataFrame:
    """Numbers with decimal commas, where cells are not parted by commas."""
    if mark == ",":
        return figures
    words = [name for name in figures if not pd.api.types.is_numeric_dtype(figures[name])]
    commas = any(figures[name].astype(str).str.contains(",").any() for name in words)
    if not commas:
        return figures
    for name in figures:
        texts = figures[name].astype(str)
        if texts.str.contains(r"\d\.\d").any():
            raise InputError("has points and commas in numbers", where=str(file))
    for name in words:
        found = numbers_of(figures[name], mark)
        if found.notna().all():
            figures[name] = found
    return figures


def _parsed(stream: Any, file: Path, **options: Any) -> pd.DataFrame:
    try:
        return pd.read_csv(stream, keep_default_na=False, low_memory=False, **options)
    except UnicodeDecodeError:
        raise InputError("is no text in UTF-8", where=str(file)) from None
    except (ValueError, IndexError) as error:  # ParserError and EmptyDataError are ValueErrors
        reason = " ".join(str(error).split())
        raise InputError(f"cannot be read: {reason}", where=str(file)) from None


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """The bytes of a csv file, or of the only csv in a zip archive, whatever stands beside it.

    Raises:
        InputError: it cannot be read, or an archive without or with several csv files.
    """
    try:
        if file.suffix.lower() != ".zip":
            with file.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1:
                what = f"holds {len(names)} csv files" if names else "holds no csv file"
                raise InputError(what, where=str(file), allowed="one csv; unpack it otherwise")
            with archive.open(names[0]) as stream:
                yield stream
    except OSError as error:
        raise unreadable(error, file) from None
    except zipfile.BadZipFile:
        raise InputError("is no zip archive", where=str(file)) from None


def read_csv(file: Path, **options: Any) -> pd.DataFrame:
    """pandas' reader on :func:`opened`, labels as they stand (``NA`` is a region), empty cells NaN.

    Raises:
        InputError: it cannot be read as a csv in UTF-8.
    """
    with opened(file) as stream:
        return _parsed(stream, file, na_values=[""], **options)
