"""A verb is a function that gives an answer; what all verbs share is declared here, once.

:func:`verb` adds the options ``--format``, ``--report``, ``--add-to``, ``--lang``, ``--quiet`` and
``--verbose``, checks them before anything is computed, and prints the answer.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from dualcarbon.cli.console import loudness, output, print_json, progress, remark, show, word
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

Function = TypeVar("Function", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv")
WHOLE = 1_000  # letters of the first sentence of a verb; click would cut them off behind some fifty
COMMANDS = "Commands"
MARKETS, RUNS, ACCOUNTS, WORLD = "Markets", "Runs", "Accounts", "Border and world"
FINANCE, UNITS, DATA = "Finance", "Units", "Data"
PANELS = (MARKETS, RUNS, ACCOUNTS, WORLD, FINANCE, UNITS, DATA, COMMANDS)  # in this order

Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="|".join(FORMATS),
        help="What is printed.",
        autocompletion=lambda: list(FORMATS),
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML page as well.")
]
AddTo = Annotated[
    Path | None,
    typer.Option(
        "--add-to", metavar="DIR", help="Run folder whose tables and report get the result."
    ),
]
LANG = typer.Option(
    "--lang",
    metavar="zh|en",
    help="Language of what is printed and written.",
    envvar="DUALCARBON_LANG",
    autocompletion=lambda: list(LANGUAGES),
)
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value of the scenario, e.g. carbon.cap=4e9; repeatable.",
    ),
]
Workers = Annotated[
    int, typer.Option(metavar="N", min=1, help="Processes of this machine that share the work.")
]
OnCluster = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="Dask scheduler instead, e.g. tcp://10.0.0.1:8786."
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing on standard error but errors.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show the log of what is done as well.")
]


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
        csv: the table as CSV; the first of ``shown`` if left out.
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
    import json

    text = frame.to_json(orient="records", force_ascii=False, double_precision=15)
    found: list[dict[str, Any]] = json.loads(text)
    return found


def example(*commands: str) -> str:
    """End of a help page: commands that work as they stand."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExample:\n{lines}"


def chosen(value: str, allowed: Sequence[str], option: str) -> str:
    """Return a value that is among the allowed ones.

    Raises:
        InputError: it is not.
    """
    if value not in allowed:
        raise unknown_name("value", value, allowed, where=option)
    return value


class Verbs(TyperGroup):
    """A group that lists its verbs by panel, in full, and shows its help where none is named."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the lists of verbs."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            found = self.get_command(ctx, name)
            if found is not None and not found.hidden:
                panel = getattr(found, "rich_help_panel", None) or COMMANDS
                panels.setdefault(panel, []).append((name, found.get_short_help_str(WHOLE)))
        for panel in sorted(panels, key=PANELS.index):
            with formatter.section(panel):
                formatter.write_dl(panels[panel])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments of the group; without any, print its help and be content."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)


def group(words: str, *examples: str, **more: Any) -> typer.Typer:
    """A group of verbs.

    Args:
        words: help.
        examples: commands that work as they stand.
        more: further arguments of typer.
    """
    settings: dict[str, Any] = {
        "cls": Verbs,
        "no_args_is_help": True,
        "pretty_exceptions_enable": False,
        "add_completion": False,
        **more,
    }
    settings |= {"help": words, "epilog": example(*examples) if examples else None}
    return typer.Typer(rich_markup_mode=None, **settings)


def verb(
    app: typer.Typer,
    name: str | None = None,
    *,
    examples: Sequence[str],
    panel: str | None = None,
    tables: bool = True,
    report: bool = False,
    add_to: bool = False,
    callback: bool = False,
) -> Callable[[Function], Function]:
    """Make a function a verb of the command line.

    The function gives an :class:`Answer`, a text, or paths, one to a line. Where it has a
    parameter ``lang``, ``tell`` (says what is being done), ``format_`` or ``report``, it gets that.

    Args:
        app: group that gets the verb.
        name: of the verb; that of the function by default.
        examples: commands at the end of its help, that work as they stand.
        panel: heading under which it is listed.
        tables: whether it prints tables, and has ``--format``.
        report: whether it has a page, and ``--report``.
        add_to: whether its table can be added to a run folder, with ``--add-to``.
        callback: whether it is what the group does where no verb is named.
    """

    def register(function: Function) -> Function:
        own = dict(inspect.signature(function, eval_str=True).parameters)
        language = own.get("lang")
        shared = {
            **({"report": (Report, None)} if report else {}),
            **({"add_to": (AddTo, None)} if add_to else {}),
            **({"format_": (Format, FORMATS[0])} if tables else {}),
            "lang": (Annotated[str | None, LANG], language.default if language else "en"),
            "quiet": (Quiet, False),
            "verbose": (Verbose, False),
        }
        kept = [p for key, p in own.items() if key not in {*shared, "tell"}]

        def run(**given: Any) -> None:
            common = {key: given.pop(key) for key in shared}
            if common["lang"] is not None:
                chosen(common["lang"], LANGUAGES, "--lang")
            chosen(common.get("format_", FORMATS[0]), FORMATS, "--format")
            _checked_folder(common.get("add_to"))
            with loudness(common.pop("quiet"), common.pop("verbose")):
                with ExitStack() as stack:
                    if "tell" in own:
                        given["tell"] = stack.enter_context(progress())
                    found = function(**given, **{k: v for k, v in common.items() if k in own})
                present(found, **common)

        parameters = [
            *(p.replace(kind=p.KEYWORD_ONLY) for p in kept),
            *(
                inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, annotation=a, default=d)
                for key, (a, d) in shared.items()
            ),
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__name__, run.__doc__ = function.__name__, function.__doc__
        end = example(*examples)
        if callback:
            app.callback(epilog=end)(run)
        else:
            app.command(name, epilog=end, rich_help_panel=panel)(run)
        return function

    return register


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

    frame = found.csv
    if frame is None:
        first = next(part for part in found.shown if isinstance(part, Table))
        frame = pd.DataFrame(first.rows, columns=list(first.heads))
    digits = f"%.{found.digits}g" if found.digits else None
    frame.to_csv(sys.stdout, index=False, float_format=digits)


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


def _checked_folder(folder: Path | None) -> None:
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
