"""The verbs, by what they are about."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli import (
    cbam,
    club,
    comply,
    cooperation,
    data,
    finance,
    folders,
    lab,
    ledger,
    link,
    loop,
    mrv,
    price,
    responsibility,
    run,
    sweeps,
)
from dualcarbon.cli.verb import ACCOUNTS, DATA, FINANCE, MARKETS, RUNS, UNITS, WORLD, group, verb
from dualcarbon.version import __version__

WORDS = "Policy laboratory for carbon neutrality: markets, responsibility, border."

app = group(WORDS, "dualcarbon run teaching", add_completion=True)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dualcarbon {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Policy laboratory for carbon neutrality: markets, responsibility, border."""


verb(app, panel=MARKETS, examples=run.EXAMPLES)(run.run)
verb(app, panel=MARKETS, examples=lab.EXAMPLES, tables=False)(lab.lab)
verb(app, panel=MARKETS, examples=sweeps.ATTRIBUTE, add_to=True)(sweeps.attribute)
verb(app, panel=MARKETS, examples=sweeps.MACC, add_to=True)(sweeps.macc)
verb(app, panel=MARKETS, examples=sweeps.SWEEP)(sweeps.sweep)
verb(app, panel=MARKETS, examples=folders.EXPLAIN, tables=False)(folders.explain)
verb(app, panel=MARKETS, examples=folders.CHECK)(folders.check)
verb(app, panel=RUNS, examples=folders.COMPARE)(folders.compare)
verb(app, panel=RUNS, examples=folders.REPORT, tables=False)(folders.report)
verb(app, panel=RUNS, examples=folders.EXPORT, tables=False)(folders.export)
app.add_typer(responsibility.app, name="responsibility", rich_help_panel=ACCOUNTS)
app.add_typer(price.app, name="price", rich_help_panel=WORLD)
app.add_typer(cbam.app, name="cbam", rich_help_panel=WORLD)
app.add_typer(club.app, name="club", rich_help_panel=WORLD)
verb(app, panel=WORLD, examples=loop.EXAMPLES, report=True)(loop.loop)
verb(app, panel=WORLD, examples=link.EXAMPLES, report=True)(link.link)
verb(app, panel=WORLD, examples=cooperation.COOPERATION, report=True)(cooperation.cooperation)
verb(app, panel=WORLD, examples=cooperation.RECYCLE, report=True)(cooperation.recycle)
verb(app, panel=WORLD, examples=cooperation.LOCALISE, report=True)(cooperation.localise)
app.add_typer(finance.app, name="finance", rich_help_panel=FINANCE)
app.add_typer(mrv.app, name="mrv", rich_help_panel=UNITS)
app.add_typer(ledger.app, name="ledger", rich_help_panel=UNITS)
app.add_typer(comply.app, name="comply", rich_help_panel=UNITS)
app.add_typer(data.app, name="data", rich_help_panel=DATA)
verb(app, panel=DATA, examples=data.SCENARIOS)(data.scenarios)
verb(app, panel=DATA, examples=data.SCHEMA, tables=False)(data.schema)
