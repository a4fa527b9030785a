"""``series`` and ``cumulative``: emissions over the years, national or of full tables."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import countries, known, listed
from dualcarbon.cli.responsibility.opening import PathOption, TableOption, app
from dualcarbon.cli.verb import OnCluster, verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable


@verb(
    app,
    examples=(
        "dualcarbon responsibility series CHN,USA --years 2010-2022",
        "dualcarbon responsibility series --table compact --years 2004-2011 --format csv",
    ),
)
def series(
    regions: Annotated[
        str,
        typer.Argument(metavar="CHN,USA", help="ISO 3 codes, EU27 or WLD; of a table, its own."),
    ] = "CHN,USA",
    years: Annotated[str, typer.Option(metavar="YYYY-YYYY", help="Both included.")] = "2000-2022",
    vintages: Annotated[
        str | None,
        typer.Option(
            metavar="2025,2024,2022",
            help="Editions of the Global Carbon Budget; by default the newest of each account.",
            show_default=False,
        ),
    ] = None,
    table_name: TableOption = None,
    path: PathOption = None,
    principles: Annotated[
        str, typer.Option(metavar="PBA,CBA", help="Of a table; one solve per year.")
    ] = "PBA,CBA",
    cluster: OnCluster = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Territorial and consumption emissions by year and edition, or accounts of full tables."""
    first, last = _span(years)
    wanted = listed(regions, "REGIONS")
    if table_name is None:
        frame = _national(countries(regions, "REGIONS"), first, last, vintages)
        title = word("series.national", lang, first=first, last=last)
        heads = {"year": "year", "region": "region", "edition": "edition"}
        heads |= {"territorial": "territorial, Mt", "consumption": "consumption, Mt"}
    else:
        keys = listed(principles, "--principles")
        frame = _tables(table_name, path, first, last, keys, cluster, tell)
        wanted = known(regions, list(dict.fromkeys(frame["region"])), "REGIONS")
        frame = frame[frame["region"].isin(wanted)] if wanted else frame
        unit = str(frame["unit"].iloc[0])
        title = word("series.table", lang, table=table_name, first=first, last=last, unit=unit)
        heads = {"year": "year", "region": "region", **{k: f"{k}, {unit}" for k in keys}}
    return tidy(frame, title, heads, about={}, text=2, shown=_wide(frame, list(heads)))


@verb(
    app,
    examples=(
        "dualcarbon responsibility cumulative CHN,USA,IND --start 1850",
        "dualcarbon responsibility cumulative CHN,USA --start 1990 --basis consumption",
    ),
)
def cumulative(
    regions: Annotated[
        str, typer.Argument(metavar="CHN,USA", help="ISO 3 codes, EU27 or WLD.")
    ] = "CHN,USA,EU27,IND",
    start: Annotated[int, typer.Option(metavar="YYYY", help="First year.")] = 1850,
    end: Annotated[
        int | None,
        typer.Option(
            metavar="YYYY", help="Last year; by default that of the account.", show_default=False
        ),
    ] = None,
    basis: Annotated[
        str, typer.Option(metavar="territorial|consumption", help="Consumption from 1990.")
    ] = "territorial",
    lang: str = "en",
) -> Answer:
    """Emissions since any year, in all and per head in three definitions that are named apart."""
    from dualcarbon.responsibility.history import national
    from dualcarbon.responsibility.history.per_head import DEFINITIONS, cumulative_per_head
    from dualcarbon.responsibility.history.per_head import cumulative as cumulative_of
    from dualcarbon.responsibility.history.series import coverage, history

    wanted = countries(regions, "REGIONS")
    emissions, people = history(wanted, basis=basis)
    end = national.LAST_YEAR[basis] if end is None else end
    frame = (cumulative_of(emissions, start, end) / 1000).rename("total_gt").to_frame()
    for name in DEFINITIONS:
        frame[name] = cumulative_per_head(emissions, people, name, start, end)
    frame = frame.rename_axis("region").reset_index()
    reach = coverage(wanted, basis)
    frame.insert(1, "known_from", frame["region"].map(reach["known_from"]))
    frame.insert(2, "gaps", frame["region"].map(reach["gaps"]))
    words = {
        "basis": word(basis, lang),
        "start": start,
        "end": end,
        "edition": national.NEWEST[basis],
    }
    heads = {"region": "region", "total_gt": "in all, Gt"}
    heads |= {k: f"{getattr(d, f'title_{lang}')}, t" for k, d in DEFINITIONS.items()}
    if (frame["known_from"] > start).any():
        heads["known_from"] = "own figures from"
    if (frame["gaps"] > 0).any():
        heads["gaps"] = "years without, counted 0"
    about = {"basis": basis, "start": start, "end": end, "edition": national.NEWEST[basis]}
    about |= {"definitions": {k: d.formula for k, d in DEFINITIONS.items()}}
    return tidy(frame, word("cumulative", lang, **words), heads, about=about)


def _national(regions: list[str], first: int, last: int, vintages: str | None) -> pd.DataFrame:
    from dualcarbon.responsibility.history.series import national_series

    if vintages is None:
        return national_series(regions, start=first, end=last)
    try:
        editions = [int(v) for v in listed(vintages, "--vintages")]
    except ValueError:
        raise InputError(
            f"'{vintages}' holds something that is no year", where="--vintages"
        ) from None
    return national_series(regions, start=first, end=last, vintages=editions)


def _wide(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """One row per year and region, accounts beside each other."""
    if "account" in frame:
        frame = frame.rename(columns={"account": "principle", "vintage": "edition"})
    index = [c for c in ("year", "region", "edition") if c in frame]
    wide = frame.pivot(index=index, columns="principle", values="value").reset_index()
    return wide.reindex(columns=columns)


def _tables(
    name: str,
    path: Path | None,
    first: int,
    last: int,
    keys: list[str],
    cluster: str | None,
    tell: Tell,
) -> pd.DataFrame:
    from dualcarbon.responsibility.history.series import table_series

    with _client(cluster) as client:
        return table_series(
            _held(name, path, first, last),
            partial(read_balanced, name, path),
            keys,
            progress=lambda done, all_: tell(f"{done} of {all_} tables"),
            client=client,
        )


def read_balanced(name: str, path: Path | None, year: int) -> InputOutputTable:
    """The table of a year with sales as output; a function of the module, so that it travels."""
    if path is None:
        from dualcarbon.responsibility.table.embedded import load_table

        return load_table(name, year=year).balanced()
    from dualcarbon.responsibility.readers import read_table

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
    from dualcarbon.sweep.executors import connected

    with connected(address) as client:
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
