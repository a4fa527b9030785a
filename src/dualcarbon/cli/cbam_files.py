"""Files that ``dualcarbon cbam batch`` reads and writes, and its progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.cli.console import errors
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.international.cbam import Batch

KINDS = (".csv", ".xlsx")
HEADS = (
    *("cn", "origin", "tonnes", "year", "price", "importer", "direct", "verified", "route"),
    *("carbon_price", "carbon_price_currency", "carbon_price_exchange_rate", "carbon_price_track"),
)
ROWS = (
    ("72071111", "TR", "100", "2026", "80", "Example GmbH"),
    ("72083900", "CN", "2500", "2027", "80", "", "", "", "", "60", "CNY", "7.788", "default"),
    ("76011010", "CN", "400", "2028", "85", "Example GmbH", "1.6", "yes", "K"),
    ("31021019", "EG", "40", "2026", "80", "Small BV"),
)


def check_target(path: Path) -> None:
    """Refuse a file to write of a kind that is not written, or in no folder.

    Raises:
        InputError: neither csv nor xlsx, or the folder does not exist.
    """
    if path.suffix.lower() not in KINDS:
        raise InputError(f"unknown kind of file '{path.suffix}'", where=str(path), allowed=KINDS)
    if not path.parent.is_dir():
        raise InputError("no such folder", where=str(path.parent))


def write(batch: Batch, path: Path) -> list[Path]:
    """Write results and errors: two sheets of a workbook, or two csv files.

    Raises:
        InputError: the file cannot be written.
    """
    import pandas as pd

    from dualcarbon.report.export import whole

    def sheets(part: Path) -> None:
        with pd.ExcelWriter(part) as book:
            batch.results.to_excel(book, sheet_name="results", index=False)
            batch.errors.to_excel(book, sheet_name="errors", index=False)

    try:
        if path.suffix.lower() == ".xlsx":
            return [whole(path, sheets)]
        beside = path.with_name(f"{path.stem}-errors.csv")
        return [_csv(batch.results, path), _csv(batch.errors, beside)]
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error


def write_template(path: Path) -> Path:
    """Write the example of a file of shipments.

    Raises:
        InputError: the file exists, or cannot be written.
    """
    import pandas as pd

    from dualcarbon.report.export import whole

    check_target(path)
    if path.exists():
        raise InputError("exists already", where=str(path))
    empty = ("",) * len(HEADS)
    rows = [(*row, *empty[len(row) :]) for row in ROWS]
    table = pd.DataFrame(rows, columns=list(HEADS))
    if path.suffix.lower() == ".csv":
        return _csv(table, path)
    return whole(path, lambda part: table.to_excel(part, index=False))


def _csv(table: pd.DataFrame, path: Path) -> Path:
    from dualcarbon.report.export import whole

    return whole(path, lambda part: table.to_csv(part, index=False, encoding="utf-8"))


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    console = errors()
    if not console.is_terminal:
        yield lambda done, of: None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, of: bar.update(task, completed=done, total=of)
