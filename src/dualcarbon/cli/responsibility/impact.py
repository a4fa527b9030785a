"""``multipliers`` and ``shock``: what a unit of demand carries, and what a change of it does."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.options import known
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


@verb(app, examples=("dualcarbon responsibility multipliers --regions CHN --top 10",))
def multipliers(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    regions: RegionsOption = None,
    top: Annotated[int, typer.Option(metavar="N", help="Largest ones; 0 for all.")] = 20,
    stressor: StressorOption = None,
    lang: str = "en",
) -> Answer:
    """Stressor and output multipliers and linkages of industries, the largest first."""
    if top < 0:
        raise InputError(f"must not be negative, got {top}", where="--top")
    opened = open_table(table, table_name, path, year, stressor=stressor)
    from dualcarbon.responsibility.impact import multipliers as multipliers_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    frame = multipliers_of(LeontiefSystem.of(opened), stressor=stressor)
    wanted = known(regions, opened.regions, "--regions")
    if wanted:
        frame = frame[frame["region"].isin(wanted)]
    frame = frame.sort_values("total", ascending=False, ignore_index=True)
    if top:
        frame = frame.head(top)
    at = opened.stressor(stressor)
    scale = 1e3 if opened.stressor_units[at].startswith("Mt") else 1.0
    unit = f"{opened.stressor_units[at]} / {opened.currency}"
    if scale > 1:  # people read kt per million better than Mt
        unit = "k" + unit.removeprefix("M")
    words = {"stressor": opened.stressors[at], "unit": unit}
    title = f"{word('multipliers', lang, **words)}. {sourced(opened)}"
    heads = {
        "region": "region",
        "sector": "sector",
        "direct": "at the plant",
        "total": "along the chain",
    }
    heads |= {"output": "output", "forward": "forward"}
    heads |= {"backward_index": "backward, index", "forward_index": "forward, index"}
    frame[["direct", "total"]] *= scale
    return tidy(frame, title, heads, about={**facts(opened), "unit": unit}, text=2)


@verb(
    app,
    examples=(
        "dualcarbon responsibility shock --change CHN:construction=-10%",
        "dualcarbon responsibility shock --change USA:machinery=5000 --change CHN:machinery=-5000",
    ),
)
def shock(
    change: Annotated[
        list[str],
        typer.Option(
            metavar="REGION:SECTOR=AMOUNT",
            help="Change of final demand, money of the table or percent; repeatable.",
        ),
    ],
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    stressor: StressorOption = None,
    lang: str = "en",
) -> Answer:
    """What a change of final demand changes in output, value added and emissions, by region."""
    opened = open_table(table, table_name, path, year, stressor=stressor)
    from dualcarbon.responsibility.impact import parsed
    from dualcarbon.responsibility.impact import shock as shock_of
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    changes: dict[tuple[str, str], float] = {}
    for text in change:
        product, amount = parsed(text, opened)
        changes[product] = changes.get(product, 0.0) + amount
    frame = shock_of(LeontiefSystem.of(opened), changes, stressor=stressor).reset_index()
    order = frame["stressor"].abs().sort_values(ascending=False).index
    frame = frame.loc[order].reset_index(drop=True)
    at = opened.stressor(stressor)
    words = {"changes": ", ".join(change), "currency": opened.currency}
    words |= {"unit": f"{opened.stressor_units[at]} {opened.stressors[at]}"}
    title = f"{word('shock', lang, **words)}. {sourced(opened)}"
    heads = {"region": "region", "demand": "demand", "output": "output"}
    heads |= {"value_added": "value added", "stressor": "emissions"}
    return tidy(frame, title, heads, about={**facts(opened), "changes": list(change)})
