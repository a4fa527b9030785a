"""``dualcarbon scenarios`` and ``dualcarbon schema``."""

from __future__ import annotations

from typing import Annotated

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, language, print_json

EXAMPLE = example("dualcarbon scenarios")
SCHEMA_EXAMPLE = example("dualcarbon schema")


def scenarios(
    reforms: Annotated[
        bool, typer.Option("--reforms", help="List the reforms that 'attribute' switches.")
    ] = False,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """List the shipped scenarios, or the reforms that can be laid over them."""
    language(lang)
    chosen(format_, FORMATS, "--format")
    from dualcarbon.scenario.documents import REFORMS, SHIPPED, read_chain

    paths = sorted((REFORMS if reforms else SHIPPED).glob("*.yaml"))
    found = {path.stem: read_chain(path) for path in paths}
    rows = [
        {
            "name": name,
            "extends": document.get("extends"),
            "title": document[f"title_{lang}"],
            "description": document[f"description_{lang}"],
        }
        for name, document in found.items()
    ]
    if format_ == "json":
        print_json(rows)
        return
    from dualcarbon.cli.console import output

    console = output()
    for row in rows:
        parent = f" < {row['extends']}" if row["extends"] else ""
        console.print(f"{row['name']}{parent}: {row['title']}", style="bold", markup=False)
        console.print(f"  {row['description']}", markup=False)


def schema() -> None:
    """Print the JSON schema of scenario files."""
    from dualcarbon.scenario.schema import schema_text

    typer.echo(schema_text(), nl=False)
