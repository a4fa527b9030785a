"""Standard output for what was asked for, standard error for the rest; tables for people."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.common.words import Words, catalogue, printable

if TYPE_CHECKING:
    from rich.console import Console

WORDS = Path(__file__).with_name("words.yaml")
UNLIMITED = 10_000
Tell = Callable[[str], None]

_quiet: ContextVar[bool] = ContextVar("nothing but errors on standard error", default=False)
_later: ContextVar[list[str]] = ContextVar("remarks that follow the answer")


def word(key: str, lang: str, **values: object) -> str:
    """A word of the terminal's tables, or the key itself where the catalogue has none."""
    return Words(lang, catalogue(WORDS)).get(key).format(**values)


def head(text: str, lang: str) -> str:
    """A column head in a language: its name and, behind a comma, its unit."""
    name, comma, unit = text.partition(", ")
    if lang == "en" or text in catalogue(WORDS) or not comma:
        return word(text, lang)
    return f"{word(name, lang)}，{word(unit, lang)}"


def output() -> Console:
    """Console for what was asked for."""
    from rich.console import Console

    return Console(file=sys.stdout, soft_wrap=False, highlight=False)


def errors() -> Console:
    """Console for progress and remarks."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, quiet=_quiet.get())


def remark(message: str) -> None:
    """Say something beside the answer, unless the verb was asked to be quiet."""
    errors().print(message, markup=False)


def remark_at_the_end(message: str) -> None:
    """Say something once the answer is printed; nothing if there is none."""
    _later.get([]).append(message)


def print_json(data: Any) -> None:
    """Write JSON to standard output, Chinese as it is."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def log_to_stderr(level: int) -> None:
    """Show the library's log from a level on; the run folder keeps the whole log."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    library = logging.getLogger("dualcarbon")
    library.handlers = [handler]
    library.propagate = False
    library.setLevel(min(level, logging.WARNING))


@contextmanager
def loudness(quiet: bool, verbose: bool) -> Iterator[None]:
    """What a verb says on standard error: errors alone, warnings and progress, or the whole log."""
    log_to_stderr(logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING)
    said: list[str] = []
    tokens = _quiet.set(quiet), _later.set(said)
    try:
        yield
        for message in said:
            remark(message)
    finally:
        _quiet.reset(tokens[0])
        _later.reset(tokens[1])


@contextmanager
def progress() -> Iterator[Tell]:
    """Show what is being done: a spinner on a terminal, plain lines elsewhere."""
    console = errors()
    if not console.is_terminal or console.quiet:
        yield lambda message: console.print(message, markup=False)
        return
    with console.status("start") as status:
        yield lambda message: status.update(message)


def show(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    text_columns: int = 1,
    lang: str = "en",
) -> None:
    """Print a table; where the terminal is too narrow for it, each row becomes a short list.

    Args:
        title: above the table.
        heads: column heads; a unit behind a comma gets a line of its own.
        rows: cells; numbers are rounded, None is a dash, "" is left out of lists.
        text_columns: number of leading columns that hold text.
        lang: of the heads, and of yes and no.
    """
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    console = output()
    heads = [head(text, lang) for text in heads]
    cells = [[cell(value, lang) for value in row] for row in rows]
    console.print(f"\n{printable(title)}", style="bold", markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for position, text in enumerate(heads):
        left = position < text_columns
        table.add_column(_two_lines(text), justify="left" if left else "right", overflow="fold")
    for row in cells:
        table.add_row(*map(escape, row))
    wide = console.options.update(width=UNLIMITED)
    if text_columns == len(heads) or console.measure(table, options=wide).maximum <= console.width:
        console.print(table)
        return
    for row in cells:
        console.print(
            " · ".join(cell for cell in row[:text_columns] if cell), style="bold", markup=False
        )
        for text, value in zip(heads[text_columns:], row[text_columns:], strict=True):
            if value:
                console.print(f"  {text}: {value}", markup=False)


def _two_lines(text: str) -> str:
    """Put the unit of a head on a second line."""
    name, _, unit = text.replace("，", ", ").partition(", ")
    return f"{name}\n{unit}" if unit else name


def cell(value: Any, lang: str = "en") -> str:
    """A value as text: four significant digits, a dash for what is missing."""
    from dualcarbon.charts.numbers import in_text

    if value is None or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, bool):
        return word("yes" if value else "no", lang)
    if isinstance(value, float):
        return in_text(value)
    return printable(value)
