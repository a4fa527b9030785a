"""``dualcarbon data``: the embedded tables with unit, year, source, licence and grade."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, example, print_json
from dualcarbon.errors import CheckFailed, InputError, unknown_name

EXAMPLE = example("dualcarbon data list")
app = typer.Typer(
    help="List, show and verify the embedded data.", no_args_is_help=True, rich_markup_mode=None
)
MOST_COLUMNS, KEYS_OF_WIDE = 12, 3  # a wider table prints each row as a list below its keys
FORMAT_HELP = "What is printed."


@app.command("list", epilog=example("dualcarbon data list"))
def list_(
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help=FORMAT_HELP)
    ] = "table",
) -> None:
    """List the tables with the years, sources and worst grade of their figures."""
    chosen(format_, FORMATS, "--format")
    from dualcarbon import datasets

    catalogue = datasets.catalogue()
    rows = [
        {
            "table": str(table),
            "columns": len(group),
            "worst_grade": max(group["grade"]),
            "sources": "; ".join(dict.fromkeys(s for s in group["source"] if s != "this package")),
        }
        for table, group in catalogue.groupby("table", sort=False)
    ]
    if format_ == "json":
        print_json(rows)
        return
    from dualcarbon.cli.layout import show

    heads = ["table", "columns", "worst grade", "sources"]
    show("Embedded data", heads, [list(row.values()) for row in rows], text_columns=4)


@app.command(epilog=example("dualcarbon data show ets_benchmarks"))
def show(
    name: Annotated[str, typer.Argument(help="Table; see 'data list'.", show_default=False)],
    rows: Annotated[int, typer.Option(metavar="N", help="Rows to print; 0 for all.")] = 10,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json|csv", help=FORMAT_HELP)
    ] = "table",
) -> None:
    """Print a table and what its columns mean: unit, year, source, licence, grade."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    if rows < 0:
        raise InputError(f"must not be negative, got {rows}", where="--rows")
    from dualcarbon import datasets

    table = _table(name)
    if format_ == "csv":
        table.to_csv(sys.stdout, index=False)
        return
    about = datasets.catalogue()
    about = about[about["table"] == name]
    columns = ["column", "unit", "year", "grade", "source", "licence", "note"]
    if format_ == "json":
        import json

        values = json.loads(table.to_json(orient="records", force_ascii=False))
        print_json({"columns": about[columns].to_dict("records"), "rows": values})
        return
    from dualcarbon.cli.layout import show as show_table

    show_table(name, columns[:5], about[columns[:5]].to_numpy().tolist(), text_columns=5)
    shown = table if rows == 0 else table.head(rows)
    title = f"{len(shown)} of {len(table)} rows"
    cells = [[str(v) for v in row] for row in shown.to_numpy().tolist()]
    heads = list(map(str, table.columns))
    keys = len(heads) if len(heads) <= MOST_COLUMNS else KEYS_OF_WIDE
    show_table(title, heads, cells, text_columns=keys)


@app.command(epilog=example("dualcarbon data verify"))
def verify() -> None:
    """Compare every data file with its checksum."""
    from dualcarbon import datasets

    different = datasets.verify()
    if different:
        raise CheckFailed(f"differ from their checksums: {', '.join(different)}")
    count = datasets.catalogue()["file"].nunique()
    typer.echo(f"{count} data files are as described")


def _table(name: str):  # type: ignore[no-untyped-def]
    """A table, an hourly profile or an input-output table by its name in the catalogue."""
    from dualcarbon import datasets

    prefix = "profile_"
    known = list(dict.fromkeys(datasets.catalogue()["table"]))
    if name not in known:
        raise unknown_name("table", name, known)
    if name.startswith(prefix):
        return datasets.profiles(name.removeprefix(prefix)).reset_index()
    if name in datasets.matrix_names():
        return _industries(datasets.matrices(name))
    return datasets.load(name)


def _industries(arrays: dict[str, Any]) -> Any:
    """Output and emissions of each industry of an input-output table."""
    import pandas as pd

    keys = pd.MultiIndex.from_product(
        [arrays["regions"], arrays["sectors"]], names=["region", "sector"]
    )
    return pd.DataFrame({"x": arrays["x"], "F": arrays["F"]}, index=keys).reset_index()
