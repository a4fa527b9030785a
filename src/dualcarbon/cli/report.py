"""``dualcarbon report``: write the report of a run again, in either language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dualcarbon.cli.console import example, language

EXAMPLE = example(
    "dualcarbon run teaching --out runs/teaching", "dualcarbon report runs/teaching --lang zh"
)


def report(
    run: Annotated[str, typer.Argument(help="Run folder.", show_default=False)],
    lang: Annotated[
        str | None, typer.Option(metavar="zh|en", help="Language; that of the run by default.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="HTML file; in the run folder by default."),
    ] = None,
) -> None:
    """Write the HTML report of a run and print its path."""
    if lang is not None:
        language(lang)
    from dualcarbon.cli.opening import open_folder

    typer.echo(open_folder(run).write_report(lang, out))
