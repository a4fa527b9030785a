"""Consoles and small helpers of the verbs: data on standard output, the rest on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.common.words import LANGUAGES, Words, catalogue
from dualcarbon.errors import unknown_name

if TYPE_CHECKING:
    from rich.console import Console

FORMATS = ("table", "json")
WORDS = Path(__file__).with_name("words.yaml")


def example(*commands: str) -> str:
    """End of a help page: commands that work as they stand."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExample:\n{lines}"


def output() -> Console:
    """Console for what was asked for."""
    from rich.console import Console

    return Console(file=sys.stdout, soft_wrap=False, highlight=False)


def errors() -> Console:
    """Console for progress and remarks."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False)


def chosen(value: str, allowed: Sequence[str], option: str) -> str:
    """Return a value that is among the allowed ones.

    Raises:
        InputError: it is not.
    """
    if value not in allowed:
        raise unknown_name("value", value, allowed, where=option)
    return value


def language(value: str) -> str:
    """The language of ``--lang``.

    Raises:
        InputError: it is neither ``en`` nor ``zh``.
    """
    return chosen(value, LANGUAGES, "--lang")


def word(key: str, lang: str, **values: object) -> str:
    """A word of the terminal's tables, or the key itself where the catalogue has none."""
    return Words(lang, catalogue(WORDS)).get(key).format(**values)


def print_json(data: Any) -> None:
    """Write JSON to standard output, Chinese as it is."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show what is being done: a spinner on a terminal, plain lines elsewhere."""
    console = errors()
    if not console.is_terminal:
        yield lambda message: console.print(message, markup=False)
        return
    with console.status("start") as status:
        yield lambda message: status.update(message)
