"""Tables for people, legible on narrow terminals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from dualcarbon.charts.numbers import in_text
from dualcarbon.cli.console import output

UNLIMITED = 10_000


def show(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    text_columns: int = 1,
) -> None:
    """Print a table; where the terminal is too narrow for it, each row becomes a short list.

    Args:
        title: above the table.
        heads: column heads; a unit behind a comma gets a line of its own.
        rows: cells; numbers are rounded, None is a dash, "" is left out of lists.
        text_columns: number of leading columns that hold text.
    """
    console = output()
    cells = [[cell(value) for value in row] for row in rows]
    console.print(f"\n[bold]{title}[/bold]")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for position, head in enumerate(heads):
        left = position < text_columns
        table.add_column(_two_lines(head), justify="left" if left else "right", overflow="fold")
    for row in cells:
        table.add_row(*map(escape, row))
    wide = console.options.update(width=UNLIMITED)
    if text_columns == len(heads) or console.measure(table, options=wide).maximum <= console.width:
        console.print(table)
        return
    for row in cells:
        console.print(" ".join(row[:text_columns]), style="bold", markup=False)
        for head, value in zip(heads[text_columns:], row[text_columns:], strict=True):
            if value:
                console.print(f"  {head}: {value}", markup=False)


def _two_lines(head: str) -> str:
    """Put the unit of a head on a second line."""
    name, _, unit = head.replace("，", ", ").partition(", ")
    return f"{name}\n{unit}" if unit else name


def cell(value: Any) -> str:
    """A value as text: four significant digits, a dash for what is missing."""
    if value is None or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return in_text(value)
    return str(value)
