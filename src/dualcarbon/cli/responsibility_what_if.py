"""``dualcarbon responsibility extract | uncertainty``: without an industry; how sure it is."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.console import example, progress
from dualcarbon.cli.responsibility_print import FormatOption, check_format, emit, known, listed
from dualcarbon.cli.responsibility_table import (
    PathOption,
    StressorOption,
    TableArgument,
    TableOption,
    YearOption,
    open_table,
)

EXTRACT_EXAMPLE = example("dualcarbon responsibility extract --region CHN --sectors construction")
UNCERTAINTY_EXAMPLE = example("dualcarbon responsibility uncertainty --draws 20 --regions CHN,USA")


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
    format_: FormatOption = "table",
) -> None:
    """What the world would emit without some industries, their purchases or their sales."""
    check_format(format_)
    opened = open_table(table, table_name, path, year)
    from dualcarbon.responsibility.decomposition import extract as extract_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    found = extract_of(
        LeontiefSystem.of(opened),
        region=region,
        sectors=listed(sectors, "--sectors") or None,
        kind=kind,
        stressor=stressor,
    )
    unit = found.unit
    title = (
        f"{found.stressor} of production without {len(found.extracted)} industries ({kind}): "
        f"{found.change:,.0f} {unit}, of which {-found.own:,.0f} their own. {opened.name}. "
        f"{opened.source} ({opened.grade})"
    )
    heads = {"region": "region"} | {k: f"{k}, {unit}" for k in ("before", "after", "change")}
    about = {"kind": kind, "change": found.change, "own": found.own, "unit": unit}
    about |= {"extracted": list(found.extracted)}
    emit(found.table.reset_index(), format_, title, heads, about=about)


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
    regions: Annotated[
        str | None, typer.Option(metavar="CHN,USA", help="By default all.", show_default=False)
    ] = None,
    stressor: StressorOption = None,
    format_: FormatOption = "table",
) -> None:
    """How sure the consumption accounts are: first order, and from drawn tables."""
    check_format(format_)
    opened = open_table(table, table_name, path, year)
    wanted = known(listed(regions, "--regions"), opened.regions, "--regions")
    from dualcarbon.responsibility.decomposition import Spread, first_order, monte_carlo
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    spread = Spread(intensity, flows, demand)
    system = LeontiefSystem.of(opened)
    exact = first_order(system, spread, stressor=stressor)
    with progress() as say:
        drawn = monte_carlo(
            system,
            spread,
            draws,
            seed=seed,
            stressor=stressor,
            progress=lambda done, whole: (
                say(f"{done} of {whole} draws") if _shown(done, whole) else None
            ),
        )
    frame = drawn.summary().loc["CBA"].assign(first_order_sd=exact["sd"])
    frame = frame.loc[wanted or list(opened.regions)].rename_axis("region").reset_index()
    unit = drawn.unit
    title = (
        f"{drawn.stressor} for consumption, {draws} draws, seed {seed}; relative deviations: "
        f"intensities {intensity:g}, flows {flows:g}, final demand {demand:g}. {opened.name} (D)"
    )
    heads = {"region": "region", "base": f"account, {unit}", "sd": f"deviation, {unit}"}
    heads |= {"first_order_sd": f"first order, {unit}"}
    heads |= {"q5": f"5 % below, {unit}", "q95": f"5 % above, {unit}"}
    about = {"draws": draws, "seed": seed, "unit": unit}
    emit(frame, format_, title, heads, about=about)


def _shown(done: int, whole: int) -> bool:
    """Every tenth part of the draws."""
    step = max(whole // 10, 1)
    return done % step == 0 or done == whole
