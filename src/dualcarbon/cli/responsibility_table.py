"""Which table the verbs of responsibility work on: an embedded one, or one read from disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.console import errors
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

TableArgument = Annotated[
    str | None,
    typer.Argument(help="Embedded table, or the kind of table in --path.", show_default=False),
]
TableOption = Annotated[
    str | None,
    typer.Option("--table", metavar="NAME", help="The same as TABLE.", show_default=False),
]
PathOption = Annotated[
    Path | None,
    typer.Option(
        "--path", metavar="DIR", help="Folder or file with the table.", show_default=False
    ),
]
YearOption = Annotated[
    int | None, typer.Option(metavar="YYYY", help="Year of the table.", show_default=False)
]
StressorOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="By default the first one.", show_default=False),
]

_remarks: ContextVar[list[str]] = ContextVar("remarks on opened tables")


def open_table(
    argument: str | None, option: str | None, path: Path | None, year: int | None
) -> InputOutputTable:
    """The table that was asked for, with sales as output; the embedded one by default.

    Raises:
        InputError: two different names, an unknown one, a kind of table without ``--path``, or a
            table far out of balance.
    """
    if argument and option and argument != option:
        raise InputError(f"TABLE is '{argument}', but --table is '{option}'")
    table = _opened(argument or option, path, year)
    settled = table.settled()
    if settled is not table:
        _remarks.get([]).append(
            f"{table.name}: output and sales differ by {table.imbalance:.2%}; "
            "sales are taken as output (see 'dualcarbon responsibility quality')"
        )
    return settled


@contextmanager
def remarks_at_the_end() -> Iterator[None]:
    """Print the remarks on opened tables once all went well."""
    said: list[str] = []
    token = _remarks.set(said)
    try:
        yield
    finally:
        _remarks.reset(token)
    for remark in said:
        errors().print(remark, markup=False, highlight=False)


def dated(table: InputOutputTable) -> str:
    """The name of a table with its year."""
    return table.name if str(table.year) in table.name else f"{table.name}, {table.year or '–'}"


def persons(table: InputOutputTable) -> pd.Series:
    """Persons by region: the table's own, else those of the embedded series in its year.

    Raises:
        InputError: neither knows every region.
    """
    import pandas as pd

    known = dict(table.population or {})
    if not known:
        from dualcarbon.responsibility.history.national import population

        series = population()
        of_year = series[series["year"] == table.year]
        known = dict(zip(of_year["region"], of_year["value"], strict=True))
    missing = [region for region in table.regions if region not in known]
    if missing:
        raise InputError(
            f"no population of {', '.join(missing)} in {table.year}", where="--per-capita"
        )
    return pd.Series({region: float(known[region]) for region in table.regions})


def _opened(name: str | None, path: Path | None, year: int | None) -> InputOutputTable:
    from dualcarbon.responsibility.readers.registry import READERS, read_table

    if path is not None:
        if name is None:
            raise InputError("the kind of table is needed", where="--table", allowed=READERS)
        if name not in READERS:
            raise unknown_name("kind of table", name, READERS, where="--table")
        return read_table(name, path, year)
    if name is not None and name in READERS:
        raise InputError(f"needed to read '{name}': {READERS[name].expects}", where="--path")
    from dualcarbon.responsibility.table.embedded import load_table

    return load_table(year=year) if name is None else load_table(name, year=year)
