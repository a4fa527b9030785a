"""``dualcarbon export``: the results of a run in the format that another tool reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dualcarbon.cli.console import chosen, example

FORMATS = ("xlsx", "csv", "parquet", "netcdf", "iamc")
EXAMPLE = example(
    "dualcarbon run teaching --out runs/teaching", "dualcarbon export runs/teaching --to xlsx"
)


def export(
    run: Annotated[str, typer.Argument(help="Run folder.", show_default=False)],
    to: Annotated[str, typer.Option(metavar="|".join(FORMATS), help="Format.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write to; the working directory by default."),
    ] = None,
) -> None:
    """Copy the results of a run out of its folder and print the paths."""
    chosen(to, FORMATS, "--to")
    from dualcarbon.runs import files as runfiles

    for path in runfiles.exported(run, to, out or Path()):
        typer.echo(path)
