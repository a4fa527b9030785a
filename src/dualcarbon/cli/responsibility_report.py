"""``dualcarbon responsibility report``: one page on accounts, people and budgets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from dualcarbon.cli.console import example, language, progress
from dualcarbon.cli.responsibility_table import (
    PathOption,
    TableArgument,
    TableOption,
    YearOption,
    open_table,
)
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError

EXAMPLE = example("dualcarbon responsibility report --out runs/responsibility --lang zh")


def report(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the page and the tables.")],
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language.")] = "en",
) -> None:
    """Write the HTML page and its tables (CSV), and print the path of the page."""
    language(lang)
    opened = open_table(table, table_name, path, year)
    from dualcarbon.report.export import whole
    from dualcarbon.report.html import write_report
    from dualcarbon.report.text import Text
    from dualcarbon.responsibility.tables import report_tables

    with progress() as say:
        say(f"accounts of {opened.name}")
        tables = report_tables(opened)
        say("writing")
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, frame in tables.items():
                whole(out / f"{name}.csv", partial(frame.to_csv, index=False))
        except OSError as error:
            raise InputError(f"cannot write: {error.strerror}", where=str(out)) from error
        meta: dict[str, object] = {
            f"title_{one}": Text(one)("page.title_responsibility") for one in LANGUAGES
        }
        meta |= about(opened.name, lang)
        page = write_report(tables, out / "report.html", lang=lang, meta=meta)
    typer.echo(page)


def about(name: str, lang: str) -> dict[str, object]:
    """What the page says of itself: the command and the embedded tables that it rests on."""
    return {
        "command": f"dualcarbon responsibility report --out runs/responsibility --lang {lang}",
        "datasets": [
            "national_emissions",
            "national_vintages",
            "gdp",
            "carbon_budgets",
            "footprint_deciles",
            "published_accounts",
            *_embedded(),
        ],
        "table": name,
        "footer": "page.footer_responsibility",
    }


def _embedded() -> list[str]:
    from dualcarbon import datasets

    return [name for name in datasets.matrix_names() if name.startswith("io_")]
