"""What a verb found, and the one printer of it: table, JSON, CSV, page, and a run's folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from dualcarbon.cli.console import output, print_json, remark, show, word
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "json", "csv")


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        title: above it.
        heads: words of the catalogue; a unit behind a comma gets a line of its own.
        rows: cells, see :func:`dualcarbon.cli.console.show`.
        text: number of leading columns that hold text.
        remark: what is said on standard error where the table is printed.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    text: int = 1
    remark: str = ""


class Heading(str):
    """A sentence that stands above others."""


@dataclass(frozen=True)
class Answer:
    """What a verb found, in each form that can be asked for.

    Attributes:
        shown: tables for people, and sentences between them.
        json: data, or a function that makes them.
        csv: the table as CSV; the rows of ``json``, or the first of ``shown``, if left out.
        digits: significant digits of numbers in CSV; 0 for all.
        page: tables of the HTML page, or a function that makes them.
        titles: of the page, in English and Chinese.
        add: name and rows of the table that ``--add-to`` puts into a run folder.
        remarks: said on standard error at the end.
        failure: raised once all is printed.
    """

    shown: Sequence[Table | str] = ()
    json: Any = None
    csv: pd.DataFrame | None = None
    digits: int = 15
    page: Callable[[], Mapping[str, pd.DataFrame]] | None = None
    titles: tuple[str, str] = ("", "")
    add: tuple[str, pd.DataFrame] | None = None
    remarks: Sequence[str] = ()
    failure: Exception | None = None


def tidy(
    frame: pd.DataFrame,
    title: str,
    heads: Mapping[str, str] | Sequence[str],
    *,
    text: int = 1,
    about: Mapping[str, Any] | None = None,
    shown: pd.DataFrame | None = None,
    **more: Any,
) -> Answer:
    """The answer that is one tidy table.

    Args:
        frame: the table; CSV holds all its columns, JSON all its rows.
        title: above the table, with unit, year, source and grade.
        heads: columns that people see, with their heads; the names without dashes by default.
        text: number of leading columns that hold text.
        about: what JSON says beside title and rows; None leaves the rows alone.
        shown: table that people see, if it is another one.
        more: further attributes of :class:`Answer`.
    """
    if not isinstance(heads, Mapping):
        heads = {name: name.replace("_", " ") for name in heads}
    seen = frame if shown is None else shown
    rows = seen[list(heads)].to_numpy(dtype=object).tolist()

    def data() -> Any:
        found = records(frame)
        return found if about is None else {"title": title, **about, "rows": found}

    tables = [Table(title, list(heads.values()), rows, text)]
    return Answer(tables, **{"json": data, "csv": frame, **more})


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON knows them: no number is missing but by ``null``."""
    text = frame.to_json(orient="records", force_ascii=False, double_precision=15)
    found: list[dict[str, Any]] = json.loads(text)
    return found


def present(
    found: Answer | str | Path | Sequence[Path] | None,
    *,
    lang: str | None,
    format_: str = FORMATS[0],
    report: Path | None = None,
    add_to: Path | None = None,
) -> None:
    """Print an answer in the form asked for, write its page, and add it to a run folder.

    Raises:
        InputError: a page is asked for and there is none, or something cannot be written.
    """
    if found is None:
        return
    if not isinstance(found, Answer):
        for line in [found] if isinstance(found, str | Path) else found:
            typer.echo(line)
        return
    lang = lang or LANGUAGES[0]
    if report is not None:
        _write_page(found, report, lang)
    if add_to is not None and found.add is not None:
        _add(add_to, *found.add)
    if format_ == "json":
        print_json(found.json() if callable(found.json) else found.json)
    elif format_ == "csv":
        _print_csv(found)
    else:
        _show(found.shown, lang)
    for text in found.remarks:
        remark(text)
    if found.failure is not None:
        raise found.failure


def _show(shown: Sequence[Table | str], lang: str) -> None:
    for part in shown:
        if isinstance(part, str):
            output().print(part, style="bold" if isinstance(part, Heading) else None, markup=False)
            continue
        if part.remark:
            remark(part.remark)
        show(part.title, part.heads, part.rows, text_columns=part.text, lang=lang)


def _print_csv(found: Answer) -> None:
    import pandas as pd

    from dualcarbon.common.outgoing import write_csv

    frame = found.csv
    data = found.json() if frame is None and callable(found.json) else found.json
    if frame is None and isinstance(data, list) and all(isinstance(row, dict) for row in data):
        frame = pd.DataFrame(data)
    elif frame is None:
        first = next(part for part in found.shown if isinstance(part, Table))
        frame = pd.DataFrame(first.rows, columns=list(first.heads))
    digits = f"%.{found.digits}g" if found.digits else None
    write_csv(frame, sys.stdout, digits=digits)


def _write_page(found: Answer, path: Path, lang: str) -> None:
    from dualcarbon.report.html import write_report

    if found.page is None:
        raise InputError("there is no page of this", where="--report")
    meta: dict[str, object] = {
        f"title_{one}": title for one, title in zip(LANGUAGES, found.titles, strict=True)
    }
    write_report(found.page(), path, lang=lang, meta=meta)
    remark(str(path))


def titles(key: str, more: str = "") -> tuple[str, str]:
    """Title of a page in both languages, from the catalogue, with a name behind it."""
    english, chinese = (word(key, lang) + (f": {more}" if more else "") for lang in LANGUAGES)
    return english, chinese


def checked_folder(folder: Path | None) -> None:
    """Check, before anything is solved, that a folder holds a run."""
    if folder is not None:
        from dualcarbon.cli.opening import open_folder

        open_folder(str(folder))


def _add(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Add or replace a table of a run, and write the report in the language of the run."""
    from dataclasses import replace

    from dualcarbon.cli.opening import open_folder
    from dualcarbon.report.export import write_tables

    run = open_folder(str(folder))
    run = replace(run, tables={**run.tables, name: table})
    write_tables(run.tables, folder)
    remark(f"report: {run.write_report()}")
