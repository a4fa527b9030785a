"""Tidy tables of responsibility as a table for people, as CSV or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, print_json
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

ALL_FORMATS = (*FORMATS, "csv")
FormatOption = Annotated[
    str, typer.Option("--format", metavar="table|csv|json", help="What is printed.")
]


def check_format(value: str) -> str:
    """A format that exists, before anything is computed."""
    return chosen(value, ALL_FORMATS, "--format")


def emit(
    frame: pd.DataFrame,
    format_: str,
    title: str,
    heads: Mapping[str, str],
    *,
    about: Mapping[str, Any] | None = None,
    text_columns: int = 1,
) -> None:
    """Print a tidy frame.

    Args:
        frame: what is printed; CSV holds all its columns under their own names.
        format_: ``table``, ``csv`` or ``json``.
        title: above the table, with unit, year, source and grade.
        heads: columns shown in the table, in order, with their heads and units.
        about: what JSON says beside the rows.
        text_columns: leading columns that hold text.
    """
    if format_ == "csv":
        frame.to_csv(sys.stdout, index=False, float_format="%.10g")
    elif format_ == "json":
        rows = json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=10))
        print_json({"title": title, **(about or {}), "rows": rows})
    else:
        from dualcarbon.cli.layout import show

        rows = frame[list(heads)].to_numpy(dtype=object).tolist()
        show(title, list(heads.values()), rows, text_columns=text_columns)


def listed(value: str | None, option: str) -> list[str]:
    """Names behind commas.

    Raises:
        InputError: none is given.
    """
    names = [part.strip() for part in (value or "").split(",") if part.strip()]
    if value is not None and not names:
        raise InputError("names nothing", where=option)
    return names


def numbers(value: str, option: str) -> list[float]:
    """Figures behind commas.

    Raises:
        InputError: something is no figure.
    """
    try:
        return [float(part) for part in listed(value, option)]
    except ValueError:
        raise InputError(f"'{value}' holds something that is no figure", where=option) from None


def known(names: Sequence[str], valid: Sequence[str], option: str) -> list[str]:
    """Names that are all valid.

    Raises:
        InputError: the first that is not.
    """
    for name in names:
        if name not in valid:
            raise unknown_name("region", name, valid, where=option)
    return list(names)
