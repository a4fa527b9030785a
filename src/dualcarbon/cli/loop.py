"""``dualcarbon loop``: budget, cap, markets, price, border, exports, until the price rests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, titles
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.options import number, pairs, scenario_names
from dualcarbon.cli.run import day_number, year_list
from dualcarbon.cli.verb import Sets, chosen

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = (
    "dualcarbon loop teaching --market cap",
    "dualcarbon loop teaching --market cap --elasticity 0 --set carbon.auction_share=0.5",
)
WORDED = ("low", "median", "high")


def loop(
    scenario: Annotated[
        str, typer.Argument(help="Shipped scenario or YAML file.", autocompletion=scenario_names)
    ] = "today",
    rule: Annotated[
        str, typer.Option(metavar="KEY", help="Rule of sharing the world's budget.")
    ] = "equal_per_capita",
    budget: Annotated[
        str, typer.Option(metavar="KEY", help="Estimate of the world's budget.")
    ] = "forster_2023",
    warming: Annotated[float, typer.Option(help="Warming that the budget allows, degC.")] = 2.0,
    probability: Annotated[float, typer.Option(help="Odds of the budget.")] = 0.66,
    shape: Annotated[
        str, typer.Option(metavar="linear|exponential", help="Shape of the path.")
    ] = "linear",
    net_zero: Annotated[int, typer.Option(help="Year in which the exponential path ends.")] = 2060,
    market: Annotated[
        str | None,
        typer.Option(metavar="cap|benchmarks", help="Kind of market; as the scenario has it."),
    ] = None,
    elasticity: Annotated[
        str, typer.Option(metavar="NUMBER|low|median|high", help="Of exports to their cost.")
    ] = "median",
    exports: Annotated[
        list[str] | None,
        typer.Option(metavar="SECTOR=T", help="Tonnes a year to the EU; repeatable."),
    ] = None,
    diverted: Annotated[
        float, typer.Option(help="Share of lost exports that other buyers take.")
    ] = 0.0,
    certificate: Annotated[
        float | None, typer.Option(help="Price at the border, EUR/t; the published one.")
    ] = None,
    ceiling: Annotated[
        float, typer.Option(help="CNY/t at which the state sells what cannot be met.")
    ] = 2000.0,
    tolerance: Annotated[float, typer.Option(help="CNY/t by which the price may move.")] = 1.0,
    most: Annotated[int, typer.Option(help="Most rounds, of each loop.")] = 20,
    set_: Sets = None,
    regions: Annotated[
        str | None, typer.Option(metavar="provinces|grids", help="31 provinces or 7 grids.")
    ] = None,
    days: Annotated[str | None, typer.Option(metavar="N", help="Typical days per year.")] = None,
    slices: Annotated[str | None, typer.Option(metavar="N", help="Slices of a day.")] = None,
    years: Annotated[
        str | None, typer.Option(metavar="Y,Y,...", help="Years, e.g. 2025,2030,2035.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the tables as CSV.")
    ] = None,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """Close the loop from a carbon budget to the border and back, open loop beside closed."""
    if market is not None:
        chosen(market, ("cap", "benchmarks"), "--market")
    chosen(shape, ("linear", "exponential"), "--shape")
    asked = elasticity if elasticity in WORDED else number(elasticity, "--elasticity")
    given_years, given_days = year_list(years), day_number(days)
    amounts = pairs(exports, "--exports", "SECTOR=TONNES")

    from dualcarbon.loop.closing import close
    from dualcarbon.scenario.overrides import system_sets

    sets = [*(set_ or []), *system_sets(given_years, given_days, regions)]
    if slices is not None:
        sets.append(f"system.segments={slices}")
    found = close(
        scenario,
        sets=sets,
        progress=tell,
        rule=rule,
        source=budget,
        warming=warming,
        probability=probability,
        shape=shape,
        net_zero=net_zero,
        market=market,
        elasticity=asked,
        exports=amounts,
        diverted=diverted,
        certificate=certificate,
        ceiling=ceiling,
        tolerance=tolerance,
        most=most,
    )
    tables = found.tables
    if out is not None:
        from dualcarbon.report.export import write_tables

        out.mkdir(parents=True, exist_ok=True)
        write_tables(tables, out)
    rounds = tables["loop_rounds"]
    return Answer(
        _shown(rounds, found.converged, lang),
        json=lambda: {
            "scenario": found.scenario.name,
            "converged": found.converged,
            "budget_gt": found.path.budget_gt,
            "emitted_before_gt": found.path.before_gt,
            "counted_since": found.path.since,
            **{name: records(table) for name, table in tables.items()},
        },
        csv=rounds,
        page=lambda: tables,
        titles=titles("page.loop"),
    )


def _shown(rounds: pd.DataFrame, converged: dict[str, bool], lang: str) -> list[Table | str]:
    """Both loops at rest, and why each year's price is what it is."""
    ends = rounds[rounds["round"] == rounds.groupby("loop")["round"].transform("max")]
    heads = {
        "path_mt": "path, Mt", "uncovered_mt": "outside, Mt", "cap_mt": "allowances, Mt",
        "covered_mt": "covered, Mt", "cny_per_t": "price, CNY/t", "net_cny_per_t": "net, CNY/t",
        "bill_mn_eur": "bill, M EUR", "exports_mt": "exports, Mt", "above_mt": "above, Mt",
    }  # fmt: skip
    rows: list[list[Any]] = [
        [word(f"loop.{row['loop']}", lang), str(row["year"]), *(float(row[c]) for c in heads)]
        for _, row in ends.iterrows()
    ]
    counts = rounds.groupby("loop")["round"].nunique()
    said: list[Table | str] = [
        Table(word("loop.title", lang), ["loop", "year", *heads.values()], rows, 2)
    ]
    for name, rests in converged.items():
        key = "loop.rests" if rests else "loop.moves"
        said.append(word(key, lang, loop=word(f"loop.{name}", lang), rounds=int(counts[name])))
    for _, row in ends[ends["loop"] == "closed"].iterrows():
        said.append(word(f"loop.{row['why']}", lang, year=int(row["year"])))
    return said
