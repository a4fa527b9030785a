"""Add a table that a verb computed to a run folder, and write its report again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.cli.console import errors

if TYPE_CHECKING:
    import pandas as pd


def checked_folder(folder: Path | None) -> None:
    """Check, before anything is solved, that a folder holds a run.

    Raises:
        InputError: it does not.
    """
    if folder is not None:
        from dualcarbon.cli.opening import open_folder

        open_folder(str(folder))


def with_table(folder: Path | None, name: str, table: pd.DataFrame) -> None:
    """Add or replace a table of a run, and write the report in the language of the run.

    Raises:
        InputError: the folder holds no run, or cannot be written.
    """
    if folder is None:
        return
    from dataclasses import replace

    from dualcarbon.cli.opening import open_folder
    from dualcarbon.report.export import write_tables

    run = open_folder(str(folder))
    run = replace(run, tables={**run.tables, name: table})
    write_tables(run.tables, folder)
    errors().print(f"report: {run.write_report()}", markup=False)
