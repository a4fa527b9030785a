"""``dualcarbon responsibility series``: accounts over the years, national or of full tables."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import example, progress
from dualcarbon.cli.responsibility_print import FormatOption, check_format, emit, listed
from dualcarbon.cli.responsibility_table import PathOption, TableOption
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

EXAMPLE = example(
    "dualcarbon responsibility series CHN,USA --years 2010-2022",
    "dualcarbon responsibility series --table compact --years 2004-2011 --format csv",
)


def series(
    regions: Annotated[
        str,
        typer.Argument(metavar="CHN,USA", help="ISO 3 codes, EU27 or WLD; of a table, its own."),
    ] = "CHN,USA",
    years: Annotated[str, typer.Option(metavar="YYYY-YYYY", help="Both included.")] = "2000-2022",
    vintages: Annotated[
        str, typer.Option(metavar="2024,2022", help="Editions of the Global Carbon Budget.")
    ] = "2024",
    table_name: TableOption = None,
    path: PathOption = None,
    principles: Annotated[
        str, typer.Option(metavar="PBA,CBA", help="Of a table; one solve per year.")
    ] = "PBA,CBA",
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Dask scheduler; each year a task.", show_default=False
        ),
    ] = None,
    format_: FormatOption = "table",
) -> None:
    """Territorial and consumption emissions by year and edition, or accounts of full tables."""
    check_format(format_)
    first, last = _span(years)
    wanted = listed(regions, "REGIONS")
    if table_name is None:
        frame, title = _national(wanted, first, last, vintages)
        heads = {"year": "year", "region": "region", "edition": "edition"}
        heads |= {"territorial": "territorial, Mt", "consumption": "consumption, Mt"}
    else:
        keys = listed(principles, "--principles")
        frame = _tables(table_name, path, first, last, keys, cluster)
        _check_regions(wanted, frame)
        frame = frame[frame["region"].isin(wanted)] if wanted else frame
        unit = str(frame["unit"].iloc[0])
        title = f"accounts of {table_name}, {first}-{last}, {unit}"
        heads = {"year": "year", "region": "region", **{k: f"{k}, {unit}" for k in keys}}
    if format_ != "table":
        emit(frame, format_, title, {})
        return
    emit(_wide(frame, list(heads)), format_, title, heads, text_columns=2)


def _national(regions: list[str], first: int, last: int, vintages: str) -> tuple[pd.DataFrame, str]:
    from dualcarbon.responsibility.history.series import national_series

    try:
        editions = [int(v) for v in listed(vintages, "--vintages")]
    except ValueError:
        raise InputError(
            f"'{vintages}' holds something that is no year", where="--vintages"
        ) from None
    frame = national_series(regions, start=first, end=last, vintages=editions)
    return frame, f"Global Carbon Budget, Mt CO2, {first}-{last}; territorial (B), consumption (C)"


def _wide(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """One row per year and region, accounts beside each other."""
    if "account" in frame:
        frame = frame.rename(columns={"account": "principle", "vintage": "edition"})
    index = [c for c in ("year", "region", "edition") if c in frame]
    wide = frame.pivot(index=index, columns="principle", values="value").reset_index()
    return wide.reindex(columns=columns)


def _tables(
    name: str, path: Path | None, first: int, last: int, keys: list[str], cluster: str | None
) -> pd.DataFrame:
    from dualcarbon.responsibility.history.series import table_series

    with _client(cluster) as client, progress() as say:
        return table_series(
            _held(name, path, first, last),
            partial(read_balanced, name, path),
            keys,
            progress=lambda done, all_: say(f"{done} of {all_} tables"),
            client=client,
        )


def read_balanced(name: str, path: Path | None, year: int) -> InputOutputTable:
    """The table of a year with sales as output; a function of the module, so that it travels."""
    if path is None:
        from dualcarbon.responsibility.table.embedded import load_table

        return load_table(name, year=year).balanced()
    from dualcarbon.responsibility.readers.registry import read_table

    return read_table(name, path, year).balanced()


def _held(name: str, path: Path | None, first: int, last: int) -> list[int]:
    """Years of the span: all of them for a table on disk, those that exist for an embedded one."""
    if path is not None:
        return list(range(first, last + 1))
    from dualcarbon.responsibility.table.embedded import years

    found = [year for year in years(name) if first <= year <= last]
    if not found:
        raise InputError(
            f"no embedded table in {first}-{last}", where="--years", allowed=map(str, years(name))
        )
    return found


@contextmanager
def _client(address: str | None) -> Iterator[Any]:
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError("needs the extra 'cluster'", where="--cluster") from None
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers: {error}", where="--cluster") from error
    with client:
        yield client


def _span(years: str) -> tuple[int, int]:
    first, _, last = years.partition("-")
    try:
        ends = int(first), int(last or first)
    except ValueError:
        raise InputError(
            f"'{years}' is no span of years", where="--years", allowed="2000-2022"
        ) from None
    if ends[0] > ends[1]:
        raise InputError(f"{ends[0]} is after {ends[1]}", where="--years")
    return ends


def _check_regions(wanted: list[str], frame: pd.DataFrame) -> None:
    known = list(dict.fromkeys(frame["region"]))
    for region in wanted:
        if region not in known:
            raise unknown_name("region", region, known, where="REGIONS")
