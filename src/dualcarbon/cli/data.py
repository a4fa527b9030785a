"""What is embedded: ``dualcarbon data`` with its tables, ``scenarios`` and ``schema``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Heading, Table, records
from dualcarbon.cli.console import word
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import CheckFailed, InputError, unknown_name

SCENARIOS = ("dualcarbon scenarios",)
SCHEMA = ("dualcarbon schema",)
MOST_COLUMNS, KEYS_OF_WIDE = 12, 3  # a wider table prints each row as a list below its keys
app = group("List, show and verify the embedded data.", "dualcarbon data list")


@verb(app, "list", examples=("dualcarbon data list",))
def list_(lang: str = "en") -> Answer:
    """List the tables with the years, sources and worst grade of their figures."""
    from dualcarbon import datasets

    rows = [
        {
            "table": str(table),
            "columns": len(about),
            "worst_grade": max(about["grade"]),
            "sources": "; ".join(dict.fromkeys(s for s in about["source"] if s != "this package")),
        }
        for table, about in datasets.catalogue().groupby("table", sort=False)
    ]
    heads = ["table", "columns", "worst grade", "sources"]
    cells = [list(row.values()) for row in rows]
    return Answer([Table(word("Embedded data", lang), heads, cells, 4)], json=rows)


@verb(app, examples=("dualcarbon data show ets_benchmarks",))
def show(
    name: Annotated[str, typer.Argument(help="Table; see 'data list'.", show_default=False)],
    rows: Annotated[int, typer.Option(metavar="N", help="Rows to print; 0 for all.")] = 10,
    lang: str = "en",
) -> Answer:
    """Print a table and what its columns mean: unit, year, source, licence, grade."""
    if rows < 0:
        raise InputError(f"must not be negative, got {rows}", where="--rows")
    from dualcarbon import datasets

    table = _table(name)
    about = datasets.catalogue()
    about = about[about["table"] == name]
    columns = ["column", "unit", "year", "grade", "source", "licence", "note"]
    shown = table if rows == 0 else table.head(rows)
    heads = list(map(str, table.columns))
    meaning = about[columns[:5]].to_numpy().tolist()
    cells = [[str(v) for v in row] for row in shown.to_numpy().tolist()]
    keys = len(heads) if len(heads) <= MOST_COLUMNS else KEYS_OF_WIDE
    title = word("data.rows", lang, shown=len(shown), all=len(table))
    return Answer(
        [Table(name, columns[:5], meaning, 5), Table(title, heads, cells, keys)],
        json=lambda: {"columns": about[columns].to_dict("records"), "rows": records(table)},
        csv=table,
        digits=0,
    )


@verb(app, examples=("dualcarbon data verify",), tables=False)
def verify(lang: str = "en") -> str:
    """Compare every data file with its checksum."""
    from dualcarbon import datasets

    different = datasets.verify()
    if different:
        raise CheckFailed(f"differ from their checksums: {', '.join(different)}")
    return word("data.verified", lang, count=datasets.catalogue()["file"].nunique())


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


def scenarios(
    reforms: Annotated[
        bool, typer.Option("--reforms", help="List the reforms that 'attribute' switches.")
    ] = False,
    lang: str = "en",
) -> Answer:
    """List the shipped scenarios, or the reforms that can be laid over them."""
    import pandas as pd

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
    shown: list[Table | str] = []
    for row in rows:
        parent = f" < {row['extends']}" if row["extends"] else ""
        shown += [Heading(f"{row['name']}{parent}: {row['title']}"), f"  {row['description']}"]
    return Answer(shown, json=rows, csv=pd.DataFrame(rows))


def schema() -> str:
    """Print the JSON schema of scenario files."""
    from dualcarbon.scenario.schema import schema_text

    return schema_text().rstrip("\n")
