"""``dualcarbon responsibility quality``: what is odd in a world table, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dualcarbon.cli.console import FORMATS, chosen, errors, example, language, print_json, word
from dualcarbon.cli.responsibility_table import PathOption, TableArgument, TableOption, YearOption
from dualcarbon.errors import CheckFailed, InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.responsibility.quality import Quality
    from dualcarbon.responsibility.table.table import InputOutputTable

EXAMPLE = example(
    "dualcarbon responsibility quality",
    "dualcarbon responsibility quality compact --year 2009 --format json",
)


def quality(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            metavar="KEY=VALUE",
            help="Option of the reader, such as co2=none.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail where an error is found.")] = False,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|csv|json", help="What is printed.")
    ] = "table",
    lang: Annotated[str, typer.Option(metavar="zh|en", help="Language of the report.")] = "en",
) -> None:
    """Data-quality report of a table: defects, how much they matter, what to do."""
    chosen(format_, (*FORMATS, "csv"), "--format")
    language(lang)
    if table and table_name and table != table_name:
        raise InputError(f"TABLE is '{table}', but --table is '{table_name}'")
    from dualcarbon.responsibility.quality import assess

    opened = _with_its_defects(table or table_name, path, year, reader_options(option))
    errors().print(f"{opened.name}: {opened.R} x {opened.S}, {opened.source}", markup=False)
    found = assess(opened)
    if format_ == "json":
        print_json(found.as_dict())
    elif format_ == "csv":
        found.frame(lang).to_csv(sys.stdout, index=False, float_format="%.10g")
    else:
        _show(found, lang)
    if strict and found.severity == "error":
        wrong = [f.key for f in found.findings if f.severity == "error"]
        raise CheckFailed(f"{found.table}: {', '.join(wrong)}")


def _with_its_defects(
    name: str | None, path: Path | None, year: int | None, options: dict[str, str]
) -> InputOutputTable:
    """The table as it stands on disk: nothing is left out, missing emissions are a finding."""
    from dualcarbon.responsibility.readers import READERS
    from dualcarbon.responsibility.readers.emissions import MissingEmissions

    if path is None or name is None or name not in READERS:
        return opened_table(name, path, year, options)
    if "zero_output" in READERS[name].options:
        options = {"zero_output": "keep"} | options
    try:
        return opened_table(name, path, year, options)
    except MissingEmissions as error:
        errors().print(f"{error.where}: {error.what}", markup=False)
        return opened_table(name, path, year, options | {"co2": "none"})


def _show(found: Quality, lang: str) -> None:
    """The findings, then what to do about each."""
    from dualcarbon.cli.console import output
    from dualcarbon.cli.layout import show

    frame = found.frame(lang)
    title = word(
        "quality",
        lang,
        table=found.table,
        count=len(found.findings),
        passed=len(found.passed),
        radius=f"{found.spectral_radius:.3f}",
    )
    heads = list(frame.columns)
    order = [0, 1, 3, 5, 2, 4, 6]
    rows = [[None if v != v else v for v in row] for row in frame.to_numpy().tolist()]
    show(title, [heads[i] for i in order], [[r[i] for i in order] for r in rows], text_columns=4)
    for row in rows:
        colon = "：" if lang == "zh" else ": "
        output().print(f"- {row[1]}{colon}{row[-1]}", markup=False)


def reader_options(given: list[str] | None) -> dict[str, str]:
    """Options of the reader from KEY=VALUE.

    Raises:
        InputError: an option without a value.
    """
    pairs = [text.partition("=") for text in given or []]
    for key, sign, value in pairs:
        if not (key and sign and value):
            raise InputError(f"'{key}' has no value", where="--option", allowed="KEY=VALUE")
    return {key: value for key, _, value in pairs}


def opened_table(
    name: str | None, path: Path | None, year: int | None, options: dict[str, str]
) -> InputOutputTable:
    """The table that was asked for; the embedded one by default.

    Raises:
        InputError: an unknown name, a kind of table without ``--path``, and what its reader raises.
    """
    from dualcarbon.responsibility.readers import READERS, read_table
    from dualcarbon.responsibility.table.embedded import load_table

    if path is None:
        if name is not None and name in READERS:
            raise InputError(f"needed to read '{name}': {READERS[name].expects}", where="--path")
        if options:
            raise InputError("only with --path", where="--option")
        return load_table(year=year) if name is None else load_table(name, year=year)
    if name is None:
        raise InputError("the kind of table is needed", where="--table", allowed=READERS)
    if name not in READERS:
        raise unknown_name("kind of table", name, READERS, where="--table")
    return read_table(name, path, year, **options)
