"""``dualcarbon explain``: a constraint with its numbers, its dual, unit and meaning."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.console import example, language, progress

EXAMPLE = example("dualcarbon explain teaching carbon-balance --lang zh")


def explain(
    run_or_scenario: Annotated[
        str,
        typer.Argument(help="Run folder or scenario; it is solved again.", show_default=False),
    ],
    row: Annotated[
        str | None, typer.Argument(help="Constraint; without it, all are listed.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="Scenario of the run; the first by default.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="zh|en", help="Language; that of the run by default.")
    ] = None,
) -> None:
    """Explain a constraint of the solved model: equation, numbers, dual, unit, meaning."""
    if lang is not None:
        language(lang)
    from dualcarbon.cli.opening import language_of, solve_now

    with progress() as tell:
        _, equilibrium = solve_now(run_or_scenario, scenario, tell)
    typer.echo(equilibrium.explain(row, lang or language_of(run_or_scenario)))
