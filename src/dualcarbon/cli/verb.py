"""A verb is a function that gives an answer; what all verbs share is declared here, once.

:func:`verb` adds the options ``--format``, ``--report``, ``--add-to``, ``--lang``, ``--quiet`` and
``--verbose``, checks them before anything is computed, and prints the answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from dualcarbon.cli.answer import FORMATS, checked_folder, present
from dualcarbon.cli.console import loudness, progress
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError, unknown_name

Function = TypeVar("Function", bound=Callable[..., Any])
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
Law = Annotated[
    int | None,
    typer.Option(metavar="YEAR", help="Rules of a year, laid over the scenario: 2022, 2024, 2026."),
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


def under(law: int | None, sets: list[str] | None) -> list[str]:
    """Changes of the command line, the law before all others."""
    return [*([] if law is None else [f"law={law}"]), *(sets or [])]


Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing on standard error but errors.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Show the log of what is done as well.")
]


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
            if callback and _verb_named(given.pop("context")):
                return
            common = {key: given.pop(key) for key in shared}
            if common["lang"] is not None:
                chosen(common["lang"], LANGUAGES, "--lang")
            chosen(common.get("format_", FORMATS[0]), FORMATS, "--format")
            checked_folder(common.get("add_to"))
            with loudness(common.pop("quiet"), common.pop("verbose")), _of_files(given.values()):
                with ExitStack() as stack:
                    if "tell" in own:
                        given["tell"] = stack.enter_context(progress())
                    found = function(**given, **{k: v for k, v in common.items() if k in own})
                present(found, **common)

        context = inspect.Parameter(
            "context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
        )
        parameters = [
            *([context] if callback else []),
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


@contextmanager
def _of_files(given: Iterable[Any]) -> Iterator[None]:
    """An error names the file that was given, where neither it nor an option is named in it."""
    texts = [str(value) for value in given if isinstance(value, str | Path)]
    try:
        yield
    except InputError as error:
        with suppress(OSError, ValueError):
            files = [text for text in texts if Path(text).is_file()]
            if len(files) == 1 and files[0] not in str(error) and "--" not in (error.where or ""):
                raise error.within(files[0]) from error
        raise


def _verb_named(context: typer.Context) -> bool:
    """Whether a group was asked for one of its verbs.

    Raises:
        InputError: the group was given an option of its own besides, which the verb would not see.
    """
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if context.invoked_subcommand and source is not None and source.name == "COMMANDLINE":
            raise stands_before(parameter.opts[0], context.command_path, context.invoked_subcommand)
    return context.invoked_subcommand is not None


def stands_before(option: str, group_: str, verb_: str) -> InputError:
    """The error that an option stands before a verb instead of behind it."""
    what = f"stands before '{verb_}', which does not see it"
    return InputError(what, where=option, allowed=f"{group_} {verb_} {option} ...")
