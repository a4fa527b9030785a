"""``dualcarbon responsibility tables`` and ``convert``: what can be read, and how to keep it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dualcarbon.cli.console import FORMATS, chosen, errors, example, print_json
from dualcarbon.cli.responsibility_quality import opened_table, reader_options
from dualcarbon.cli.responsibility_table import PathOption, TableArgument, TableOption, YearOption
from dualcarbon.errors import InputError

TABLES_EXAMPLE = example("dualcarbon responsibility tables")
CONVERT_EXAMPLE = example(
    "dualcarbon responsibility convert compact --out compact-table --overwrite"
)


def tables(
    kind: Annotated[
        str | None,
        typer.Argument(help="Kind of table; by default all.", show_default=False),
    ] = None,
    path: PathOption = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="table|json", help="What is printed.")
    ] = "table",
) -> None:
    """Kinds of world tables, what is expected on disk, and with --path which years are there."""
    chosen(format_, FORMATS, "--format")
    if path is not None and kind is None:
        raise InputError("the kind of table is needed with --path", where="KIND")
    rows = _rows(kind, path)
    if format_ == "json":
        print_json(rows)
        return
    from dualcarbon.cli.layout import show

    columns = ["kind", "title", "expects", "emissions", "years"]
    show("World tables", columns, [[r[c] for c in columns] for r in rows], text_columns=5)


def convert(
    out: Annotated[
        Path, typer.Option(metavar="PATH", help="Folder, or file .npz.", show_default=False)
    ],
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", metavar="KEY=VALUE", help="Option of the reader."),
    ] = None,
    regions: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Groups of regions: label, group.", show_default=False),
    ] = None,
    sectors: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Groups of sectors: label, group.", show_default=False),
    ] = None,
    single: Annotated[bool, typer.Option("--single", help="Flows in single precision.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Read a table, aggregate it if wanted, and keep it in a form that opens at once."""
    if table and table_name and table != table_name:
        raise InputError(f"TABLE is '{table}', but --table is '{table_name}'")
    archive = out.suffix == ".npz"
    if archive and single:
        raise InputError("only for a folder", where="--single")
    if out.exists() and not overwrite:
        raise InputError("exists already", where=str(out), allowed="--overwrite")
    from dualcarbon.responsibility.readers.archives import write_npz
    from dualcarbon.responsibility.table import store
    from dualcarbon.responsibility.table.aggregate import aggregate

    found = opened_table(table or table_name, path, year, reader_options(option))
    if regions is not None or sectors is not None:
        found = aggregate(found, regions, sectors)
    if archive:
        write_npz(found, out)
    else:
        precision = "single" if single else "double"
        store.save(found, out, precision=precision, overwrite=overwrite)
    errors().print(f"{found.name}: {found.R} x {found.S} in {out}", markup=False)


def _rows(kind: str | None, path: Path | None) -> list[dict[str, Any]]:
    """One row per kind, with the years that a path holds, or those of the embedded table."""
    from dualcarbon.responsibility.readers import READERS, available_years
    from dualcarbon.responsibility.readers.registry import reader_of
    from dualcarbon.responsibility.table import embedded

    wanted = READERS.values() if kind is None else [reader_of(kind)]
    rows: list[dict[str, Any]] = []
    if kind is None:
        rows.append(
            {
                "kind": embedded.NAMES[0],
                "title": "embedded, 16 regions x 17 sectors",
                "expects": "nothing",
                "emissions": "CO2, Mt",
                "years": _said(embedded.years()),
                "source": "this package",
                "cite": embedded.SOURCE,
            }
        )
    for reader in wanted:
        years = _said(available_years(reader.kind, path)) if path is not None else "–"
        about = {name: getattr(reader, name) for name in ("kind", "title", "expects", "emissions")}
        rows.append(about | {"years": years, "source": reader.source, "cite": reader.cite})
    return rows


def _said(years: tuple[int, ...]) -> str:
    """Years with runs joined: 1995–2011, 2014."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs) or (
        "none"
    )
