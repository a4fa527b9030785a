"""``flows``, ``decompose``, ``paths``, ``extract``, ``uncertainty``: reading accounts of chains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import known, listed
from dualcarbon.cli.responsibility.opening import (
    PathOption,
    RegionsOption,
    StressorOption,
    TableArgument,
    TableOption,
    YearOption,
    app,
    facts,
    open_table,
    sourced,
)
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable


@verb(
    app,
    examples=(
        "dualcarbon responsibility flows",
        "dualcarbon responsibility flows --region CHN --top 5",
    ),
)
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
    lang: str = "en",
) -> Answer:
    """Emissions that one region causes in another, and the balance between both."""
    if top < 0:
        raise InputError(f"must not be negative, got {top}", where="--top")
    opened = open_table(table, table_name, path, year, stressor=stressor)
    from dualcarbon.datasets.countries import among
    from dualcarbon.responsibility.flows import flows as flows_of

    found = flows_of(opened, stressor=stressor, method=method)
    wanted = None if region is None else among(region, opened.regions)
    largest = found.largest(top or opened.R**2, region=wanted)
    unit = found.unit
    title = word("flows", lang, stressor=found.stressor, method=found.method, unit=unit)
    heads = {
        "from": "emitted in",
        "to": "used in",
        "value": f"flow, {unit}",
        "returned": f"the other way, {unit}",
        "net": f"balance, {unit}",
    }
    about = {**facts(opened), "unit": unit, "method": method, "traded": found.traded}
    return tidy(largest, f"{title}. {sourced(opened)}", heads, about=about, text=2)


@verb(
    app, examples=("dualcarbon responsibility decompose --from 2004 --to 2011 --regions CHN,USA",)
)
def decompose(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    start: Annotated[
        int | None, typer.Option("--from", metavar="YYYY", help="First year.", show_default=False)
    ] = None,
    end: Annotated[
        int | None, typer.Option("--to", metavar="YYYY", help="Last year.", show_default=False)
    ] = None,
    method: Annotated[
        str, typer.Option(metavar="all|polar", help="All orders of change, or the two polar ones.")
    ] = "all",
    regions: RegionsOption = None,
    stressor: StressorOption = None,
    lang: str = "en",
) -> Answer:
    """Why consumption emissions changed between two years: effects that sum to the change."""
    first, last = _years(start, end, path is None)
    tables = [open_table(table, table_name, path, year) for year in (first, last)]
    wanted = known(regions, tables[0].regions, "--regions")
    from dualcarbon.responsibility.decomposition import FACTORS
    from dualcarbon.responsibility.decomposition import decompose as decompose_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    old, new = (LeontiefSystem.of(t) for t in tables)
    result = decompose_of(old, new, population=_people(tables), stressor=stressor, method=method)
    frame = result.effects.assign(change=result.change).loc[wanted or list(tables[0].regions)]
    names = [*FACTORS, "direct", "change"]
    heads = {"region": "region", **{n: f"{n}, {result.unit}" for n in names}}
    title = word("decompose", lang, stressor=result.stressor, first=first, unit=result.unit)
    about = {**facts(tables[1]), "unit": result.unit, "from": first, "method": method}
    return tidy(frame.reset_index(), f"{title}. {sourced(tables[1])}", heads, about=about)


@verb(app, examples=("dualcarbon responsibility paths --region CHN --top 10",))
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
    lang: str = "en",
) -> Answer:
    """The single supply chains behind a region's consumption, none above the threshold missed."""
    if top < 1:
        raise InputError(f"must be at least 1, got {top}", where="--top")
    opened = open_table(table, table_name, path, year, stressor=stressor)
    from dualcarbon.datasets.countries import among
    from dualcarbon.responsibility.decomposition import structural_paths
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    region = among(region, opened.regions)
    found = structural_paths(
        LeontiefSystem.of(opened), region, stressor=stressor, threshold=threshold, most=top
    )
    words = {
        "stressor": found.stressor,
        "region": region,
        "total": f"{found.total:,.0f}",
        "unit": found.unit,
        "rest": f"{found.remainder:,.0f}",
    }
    heads = {"path": "path", "value": f"emissions, {found.unit}", "percent": "share, %"}
    about = {
        **facts(opened),
        "unit": found.unit,
        "region": region,
        "total": found.total,
        "remainder": found.remainder,
        "largest_omitted": found.largest_omitted,
    }
    shown = found.table.assign(percent=100 * found.table["share"])
    title = f"{word('paths', lang, **words)}. {sourced(opened)}"
    return tidy(found.table, title, heads, about=about, shown=shown)


@verb(app, examples=("dualcarbon responsibility extract --region CHN --sectors construction",))
def extract(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    region: Annotated[
        str | None, typer.Option(metavar="CHN", help="By default all.", show_default=False)
    ] = None,
    sectors: Annotated[
        str | None, typer.Option(metavar="A,B", help="By default all.", show_default=False)
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="total|purchases|sales", help="What is taken away.")
    ] = "total",
    stressor: StressorOption = None,
    lang: str = "en",
) -> Answer:
    """What the world would emit without some industries, their purchases or their sales."""
    opened = open_table(table, table_name, path, year, stressor=stressor)
    from dualcarbon.datasets.countries import among
    from dualcarbon.responsibility.decomposition import extract as extract_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    found = extract_of(
        LeontiefSystem.of(opened),
        region=None if region is None else among(region, opened.regions),
        sectors=listed(sectors, "--sectors") or None,
        kind=kind,
        stressor=stressor,
    )
    unit = found.unit
    words = {
        "stressor": found.stressor,
        "count": len(found.extracted),
        "kind": kind,
        "change": f"{found.change:,.0f}",
        "own": f"{-found.own:,.0f}",
        "unit": unit,
    }
    title = f"{word('extract', lang, **words)}. {opened.name}. {opened.source} ({opened.grade})"
    heads = {"region": "region"} | {k: f"{k}, {unit}" for k in ("before", "after", "change")}
    about = {"kind": kind, "change": found.change, "own": found.own, "unit": unit}
    about |= {"extracted": list(found.extracted)}
    return tidy(found.table.reset_index(), title, heads, about=about)


@verb(app, examples=("dualcarbon responsibility uncertainty --draws 20 --regions CHN,USA",))
def uncertainty(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Tables drawn.")] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the random numbers.")] = 0,
    intensity: Annotated[
        float, typer.Option(metavar="SD", help="Relative deviation of intensities.")
    ] = 0.05,
    flows: Annotated[float, typer.Option(metavar="SD", help="Of flows.")] = 0.1,
    demand: Annotated[float, typer.Option(metavar="SD", help="Of final demand.")] = 0.05,
    regions: RegionsOption = None,
    stressor: StressorOption = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """How sure the consumption accounts are: first order, and from drawn tables."""
    opened = open_table(table, table_name, path, year, stressor=stressor)
    wanted = known(regions, opened.regions, "--regions")
    from dualcarbon.responsibility.decomposition import Spread, first_order, monte_carlo
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    def each_tenth(done: int, whole: int) -> None:
        if done % max(whole // 10, 1) == 0 or done == whole:
            tell(f"{done} of {whole} draws")

    spread = Spread(intensity, flows, demand)
    system = LeontiefSystem.of(opened)
    exact = first_order(system, spread, stressor=stressor)
    drawn = monte_carlo(system, spread, draws, seed=seed, stressor=stressor, progress=each_tenth)
    frame = drawn.summary().loc["CBA"].assign(first_order_sd=exact["sd"])
    frame = frame.loc[wanted or list(opened.regions)].rename_axis("region").reset_index()
    unit = drawn.unit
    words = {"draws": draws, "seed": seed, "intensity": f"{intensity:g}", "flows": f"{flows:g}"}
    words |= {"stressor": drawn.stressor, "demand": f"{demand:g}"}
    title = f"{word('uncertainty', lang, **words)}. {opened.name} (D)"
    heads = {"region": "region", "base": f"account, {unit}", "sd": f"deviation, {unit}"}
    heads |= {"first_order_sd": f"first order, {unit}"}
    heads |= {"q5": f"5 % below, {unit}", "q95": f"5 % above, {unit}"}
    about = {"draws": draws, "seed": seed, "unit": unit}
    return tidy(frame, title, heads, about=about)


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
