"""The verbs of responsibility: their group, and which table they work on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import remark_at_the_end
from dualcarbon.cli.verb import Verbs, group, stands_before
from dualcarbon.errors import InputError, nearest_name, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.responsibility.table.table import InputOutputTable

DEFAULT = "accounts"
EXAMPLES = (
    "dualcarbon responsibility",
    "dualcarbon responsibility --principles PBA,CBA,income --regions CHN,USA --per-capita",
)


class DefaultVerb(Verbs):
    """Puts the default verb before arguments that start with none of the verbs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments of the group, with the default verb where none is named.

        Raises:
            InputError: the first word is neither a verb nor a table, or an option before a verb.
        """
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        if not named and not ctx.resilient_parsing:
            if args and not args[0].startswith("-"):
                _check_table(args[0], list(self.commands))
            behind = next((word for word in args[1:] if word in self.commands), None)
            if behind is not None and args[0].startswith("-"):
                raise stands_before(args[0], ctx.command_path, behind)
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


def _check_table(word: str, verbs: list[str]) -> None:
    from dualcarbon.responsibility.readers import READERS
    from dualcarbon.responsibility.table.embedded import NAMES

    tables = [*NAMES, *READERS]
    if word not in tables:
        raise InputError(
            f"unknown verb or table '{word}'",
            allowed=f"verbs {', '.join(verbs)}; tables {', '.join(tables)}",
            nearest=nearest_name(word, [*verbs, *tables]),
        )


app = group(
    "Who answers for emissions: accounts by region under each principle.",
    *EXAMPLES,
    cls=DefaultVerb,
    no_args_is_help=False,
)


TableArgument = Annotated[
    str | None,
    typer.Argument(help="Embedded table, or the kind of table in --path.", show_default=False),
]
TableOption = Annotated[
    str | None,
    typer.Option("--table", metavar="NAME", help="The same as TABLE.", show_default=False),
]
PathOption = Annotated[
    Path | None,
    typer.Option(
        "--path", metavar="DIR", help="Folder or file with the table.", show_default=False
    ),
]
YearOption = Annotated[
    int | None, typer.Option(metavar="YYYY", help="Year of the table.", show_default=False)
]
StressorOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="By default the first one.", show_default=False)
]
RegionsOption = Annotated[
    str | None, typer.Option(metavar="CHN,USA", help="By default all.", show_default=False)
]
ReaderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="KEY=VALUE",
        help="Option of the reader, such as co2=none.",
        show_default=False,
    ),
]


def named_table(argument: str | None, option: str | None) -> str | None:
    """The name of a table, which may be given in two ways.

    Raises:
        InputError: two different names.
    """
    if argument and option and argument != option:
        raise InputError(f"TABLE is '{argument}', but --table is '{option}'")
    return argument or option


def read(
    name: str | None, path: Path | None, year: int | None, options: Mapping[str, str] | None = None
) -> InputOutputTable:
    """The table that was asked for as it stands; the embedded one by default.

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
    return read_table(name, path, year, **(options or {}))


def reader_options(given: list[str] | None) -> dict[str, str]:
    """Options of a reader, each given as ``KEY=VALUE``."""
    from dualcarbon.cli.options import pair

    return dict(pair(text, "--option", "KEY=VALUE") for text in given or [])


def open_table(
    argument: str | None,
    option: str | None,
    path: Path | None,
    year: int | None,
    *,
    stressor: str | None = None,
    options: list[str] | None = None,
) -> InputOutputTable:
    """The table that was asked for, with sales as output; the embedded one by default.

    Where the stressor is ``GHG`` and the table has its gases apart, they are summed in CO2e.

    Raises:
        InputError: see :func:`named_table` and :func:`read`; or a table far out of balance.
    """
    table = read(named_table(argument, option), path, year, reader_options(options))
    if stressor == "GHG" and stressor not in table.stressors:
        from dualcarbon.responsibility.table.gases import characterised

        table = characterised(table)
    if (table.Z < 0).any():
        remark_at_the_end(
            f"{table.name}: {int((table.Z < 0).sum())} flows are negative "
            "(see 'dualcarbon responsibility quality')"
        )
    settled = table.settled()
    if settled is not table:
        remark_at_the_end(
            f"{table.name}: output and sales differ by {table.imbalance:.2%}; "
            "sales are taken as output (see 'dualcarbon responsibility quality')"
        )
    return settled


def dated(table: InputOutputTable) -> str:
    """The name of a table with its year."""
    return table.name if str(table.year) in table.name else f"{table.name}, {table.year or '–'}"


def sourced(table: InputOutputTable) -> str:
    """The name of a table with its year, source and grade."""
    return f"{dated(table)}. {table.source} ({table.grade})"


def facts(table: InputOutputTable) -> dict[str, object]:
    """What JSON says of a table."""
    more = {name: getattr(table, name) for name in ("year", "source", "grade")}
    return {"table": table.name, **more}


def persons(table: InputOutputTable) -> pd.Series:
    """Persons by region: the table's own, else those of the embedded series in its year.

    Raises:
        InputError: neither knows every region.
    """
    import pandas as pd

    known = dict(table.population or {})
    if not known:
        from dualcarbon.responsibility.history.national import population

        series = population()
        of_year = series[series["year"] == table.year]
        known = dict(zip(of_year["region"], of_year["value"], strict=True))
    missing = [region for region in table.regions if region not in known]
    if missing:
        raise InputError(
            f"no population of {', '.join(missing)} in {table.year}", where="--per-capita"
        )
    return pd.Series({region: float(known[region]) for region in table.regions})
