"""``provinces``: whose carbon is the electricity, traced over the flows between provinces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.answer import Answer, tidy
from dualcarbon.cli.console import Tell, word
from dualcarbon.cli.responsibility.opening import app
from dualcarbon.cli.verb import verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.common.tracing import Traced


@verb(
    app,
    examples=(
        "dualcarbon responsibility provinces",
        "dualcarbon responsibility provinces --flows --top 10",
        "dualcarbon responsibility provinces runs/main --scenario today --year 2035",
    ),
)
def provinces(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|SCENARIO",
            help="A run folder, or a scenario to solve; by default 2024 as observed.",
            show_default=False,
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of the run; by default its first.", show_default=False),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="YYYY", help="Of the run; by default its last.", show_default=False),
    ] = None,
    factor: Annotated[
        float | None,
        typer.Option(
            metavar="T", help="t CO2 per MWh of thermal power in 2024; 0.83.", show_default=False
        ),
    ] = None,
    flows: Annotated[
        bool, typer.Option("--flows", help="Who emits for whom, instead of the accounts.")
    ] = False,
    top: Annotated[int, typer.Option(metavar="N", help="Largest flows; 0 for all.")] = 15,
    lang: str = "en",
    *,
    tell: Tell,
) -> Answer:
    """CO2 of electricity by province, as produced and as used; both sum to the same."""
    from dualcarbon.common.tables import conformed
    from dualcarbon.common.tracing import tabled

    if top < 0:
        raise InputError(f"must not be negative, got {top}", where="--top")
    found, name, when, source = _found(run, scenario, year, factor, tell, lang)
    words = {"name": word(name, lang), "year": when, "source": source}
    about = {"scenario": name, "year": when, "source": source, "unit": "Mt CO2"}
    if flows:
        long = found.flows.rename_axis(index="from", columns="to").stack().rename("mt")
        crossing = long.reset_index().query("`from` != `to` and mt > 0")
        largest = crossing.nlargest(top or len(crossing), "mt").assign(scenario=name, year=when)
        frame = conformed("electricity_carbon_flows", largest.reset_index(drop=True))
        heads = {"from": "emitted in", "to": "used in", "mt": "flow, Mt"}
        return tidy(frame, word("provinces.flows", lang, **words), heads, about=about, text=2)
    table = tabled(found).assign(scenario=name, year=when)
    frame = conformed("electricity_carbon", table.sort_values("balance_mt", ignore_index=True))
    heads = {"province": "province", "generation_twh": "generation, TWh", "used_twh": "use, TWh"}
    heads |= {"production_mt": "as produced, Mt", "consumption_mt": "as used, Mt"}
    heads |= {"balance_mt": "difference, Mt", "t_per_mwh": "of use, t/MWh"}
    return tidy(frame, word("provinces", lang, **words), heads, about=about)


def _found(
    run: str | None,
    scenario: str | None,
    year: int | None,
    factor: float | None,
    tell: Tell,
    lang: str,
) -> tuple[Traced, str, int, str]:
    """What was traced, its scenario and year, and where it comes from."""
    from dualcarbon.responsibility import electricity

    if run is None:
        for option, value in (("--scenario", scenario), ("--year", year)):
            if value is not None and value != electricity.YEAR:
                raise InputError("only with a run or a scenario", where=option)
        factor = electricity.THERMAL if factor is None else factor
        source = word("provinces.observed", lang, factor=factor)
        return electricity.observed(factor), electricity.OBSERVED, electricity.YEAR, source
    if factor is not None:
        raise InputError(
            "only for the observed year; a run has its own emissions", where="--factor"
        )
    from dualcarbon.cli.opening import open_run

    opened = open_run(run, tell)
    tables = opened.tables
    made = tables.get("generation")
    if made is None or made.empty:
        raise InputError("the run has no table 'generation'", where=run)
    name = str(made["scenario"].iloc[0]) if scenario is None else scenario
    years = made.loc[made["scenario"] == name, "year"]
    when = (int(years.max()) if len(years) else 0) if year is None else year
    return electricity.of_run(tables, name, when), name, when, run
