"""``dualcarbon responsibility flows | decompose | paths``: reading accounts of a world table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.console import example
from dualcarbon.cli.responsibility_print import FormatOption, check_format, emit, known, listed
from dualcarbon.cli.responsibility_table import (
    PathOption,
    StressorOption,
    TableArgument,
    TableOption,
    YearOption,
    dated,
    open_table,
)
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

FLOWS_EXAMPLE = example(
    "dualcarbon responsibility flows", "dualcarbon responsibility flows --region CHN --top 5"
)
DECOMPOSE_EXAMPLE = example(
    "dualcarbon responsibility decompose --from 2004 --to 2011 --regions CHN,USA"
)
PATHS_EXAMPLE = example("dualcarbon responsibility paths --region CHN --top 10")


def flows(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="CHN", help="Only from or to this region.", show_default=False),
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="MRIO|EEBT", help="Whole chains, or bilateral trade.")
    ] = "MRIO",
    top: Annotated[int, typer.Option(metavar="N", help="Largest flows; 0 for all.")] = 15,
    stressor: StressorOption = None,
    format_: FormatOption = "table",
) -> None:
    """Emissions that one region causes in another, and the balance between both."""
    check_format(format_)
    if top < 0:
        raise InputError(f"must not be negative, got {top}", where="--top")
    opened = open_table(table, table_name, path, year)
    from dualcarbon.responsibility.flows import flows as flows_of

    found = flows_of(opened, stressor=stressor, method=method)
    largest = found.largest(top or opened.R**2, region=region)
    unit = found.unit
    title = _title(opened, f"{found.stressor} embodied in trade, {found.method}, {unit}")
    heads = {
        "from": "emitted in",
        "to": "used in",
        "value": f"flow, {unit}",
        "returned": f"the other way, {unit}",
        "net": f"balance, {unit}",
    }
    about = {**_about(opened), "unit": unit, "method": method, "traded": found.traded}
    emit(largest, format_, title, heads, about=about, text_columns=2)


def decompose(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    start: Annotated[
        int | None,
        typer.Option("--from", metavar="YYYY", help="First year.", show_default=False),
    ] = None,
    end: Annotated[
        int | None, typer.Option("--to", metavar="YYYY", help="Last year.", show_default=False)
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="all|polar", help="All orders of change, or the two polar ones.")
    ] = "all",
    regions: Annotated[
        str | None, typer.Option(metavar="CHN,USA", help="By default all.", show_default=False)
    ] = None,
    stressor: StressorOption = None,
    format_: FormatOption = "table",
) -> None:
    """Why consumption emissions changed between two years: effects that sum to the change."""
    check_format(format_)
    first, last = _years(start, end, path is None)
    tables = [open_table(table, table_name, path, year) for year in (first, last)]
    wanted = known(listed(regions, "--regions"), tables[0].regions, "--regions")
    from dualcarbon.responsibility.decomposition import FACTORS
    from dualcarbon.responsibility.decomposition import decompose as decompose_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    old, new = (LeontiefSystem.of(t) for t in tables)
    result = decompose_of(old, new, population=_people(tables), stressor=stressor, method=method)
    frame = result.effects.assign(change=result.change).loc[wanted or list(tables[0].regions)]
    names = [*FACTORS, "direct", "change"]
    heads = {"region": "region", **{n: f"{n}, {result.unit}" for n in names}}
    title = _title(
        tables[1], f"change of {result.stressor} for consumption from {first}, {result.unit}"
    )
    about = {**_about(tables[1]), "unit": result.unit, "from": first, "method": method}
    emit(frame.reset_index(), format_, title, heads, about=about)


def paths(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    region: Annotated[str, typer.Option(metavar="CHN", help="Whose consumption.")] = "CHN",
    threshold: Annotated[
        float, typer.Option(metavar="SHARE", help="Smallest share of the total that is listed.")
    ] = 0.001,
    top: Annotated[int, typer.Option(metavar="N", help="At most so many.")] = 20,
    stressor: StressorOption = None,
    format_: FormatOption = "table",
) -> None:
    """The single supply chains behind a region's consumption, none above the threshold missed."""
    check_format(format_)
    if top < 1:
        raise InputError(f"must be at least 1, got {top}", where="--top")
    opened = open_table(table, table_name, path, year)
    from dualcarbon.responsibility.decomposition import structural_paths
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    found = structural_paths(
        LeontiefSystem.of(opened), region, stressor=stressor, threshold=threshold, most=top
    )
    frame = found.table.assign(percent=100 * found.table["share"])
    title = _title(
        opened,
        f"{found.stressor} of production for consumption in {region}: {found.total:,.0f} "
        f"{found.unit}, of which {found.remainder:,.0f} in smaller paths; final product first",
    )
    heads = {"path": "path", "value": f"emissions, {found.unit}", "percent": "share, %"}
    about = {
        **_about(opened),
        "unit": found.unit,
        "region": region,
        "total": found.total,
        "remainder": found.remainder,
        "largest_omitted": found.largest_omitted,
    }
    emit(
        frame.drop(columns="percent") if format_ != "table" else frame,
        format_,
        title,
        heads,
        about=about,
    )


def _years(start: int | None, end: int | None, embedded: bool) -> tuple[int, int]:
    """The years of a decomposition: those given, or the first and last embedded ones."""
    if embedded:
        from dualcarbon.responsibility.table.embedded import years

        start = years()[0] if start is None else start
        end = years()[-1] if end is None else end
    if start is None or end is None:
        raise InputError("both years are needed for tables from disk", where="--from, --to")
    if start >= end:
        raise InputError(f"{start} is not before {end}", where="--from")
    return start, end


def _people(tables: list[InputOutputTable]) -> tuple[pd.Series, pd.Series] | None:
    """Populations of both years where every region has one."""
    import pandas as pd

    found = [t.population or {} for t in tables]
    if any(set(t.regions) - set(p) for t, p in zip(tables, found, strict=True)):
        return None
    first, last = (pd.Series(dict(p), dtype=float) for p in found)
    return first, last


def _title(table: InputOutputTable, words: str) -> str:
    return f"{words}. {dated(table)}. {table.source} ({table.grade})"


def _about(table: InputOutputTable) -> dict[str, object]:
    return {
        "table": table.name,
        "year": table.year,
        "source": table.source,
        "grade": table.grade,
    }
