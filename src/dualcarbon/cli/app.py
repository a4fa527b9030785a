"""The verbs and what they share."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli import (
    attribute,
    cbam,
    check,
    club,
    compare,
    cooperation,
    data,
    explain,
    export,
    finance,
    link,
    macc,
    price,
    recycle,
    report,
    responsibility,
    run,
    scenarios,
)
from dualcarbon.cli.console import example
from dualcarbon.cli.verbs import Verbs
from dualcarbon.version import __version__

app = typer.Typer(
    cls=Verbs,
    help="Policy laboratory for carbon neutrality: markets, responsibility, border.",
    epilog=example("dualcarbon run teaching"),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dualcarbon {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Policy laboratory for carbon neutrality: markets, responsibility, border."""


app.command(epilog=run.EXAMPLE)(run.run)
app.command(epilog=compare.EXAMPLE)(compare.compare)
app.command(epilog=attribute.EXAMPLE)(attribute.attribute)
app.command(epilog=macc.EXAMPLE)(macc.macc)
app.command(epilog=explain.EXAMPLE)(explain.explain)
app.command(epilog=check.EXAMPLE)(check.check)
app.command(epilog=report.EXAMPLE)(report.report)
app.command(epilog=export.EXAMPLE)(export.export)
app.command(epilog=link.EXAMPLE)(link.link)
app.command(epilog=recycle.EXAMPLE)(recycle.recycle)
app.command(epilog=cooperation.EXAMPLE)(cooperation.cooperation)
app.add_typer(cbam.app, name="cbam", cls=Verbs, epilog=cbam.EXAMPLE)
app.add_typer(price.app, name="price", cls=Verbs, epilog=price.EXAMPLE)
app.add_typer(club.app, name="club", cls=Verbs, epilog=club.EXAMPLE)
app.add_typer(finance.app, name="finance", cls=Verbs, epilog=finance.EXAMPLE)
app.add_typer(data.app, name="data", cls=Verbs, epilog=data.EXAMPLE)
app.add_typer(responsibility.app, name="responsibility", epilog=responsibility.EXAMPLE)
app.command("scenarios", epilog=scenarios.EXAMPLE)(scenarios.scenarios)
app.command("schema", epilog=scenarios.SCHEMA_EXAMPLE)(scenarios.schema)
