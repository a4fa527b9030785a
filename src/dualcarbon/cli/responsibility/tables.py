"""``quality``, ``tables`` and ``convert``: world tables, what is odd in them, how to keep them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table
from dualcarbon.cli.console import remark, word
from dualcarbon.cli.responsibility.opening import (
    PathOption,
    ReaderOption,
    TableArgument,
    TableOption,
    YearOption,
    app,
    named_table,
    read,
    reader_options,
)
from dualcarbon.cli.verb import verb
from dualcarbon.common.tables import contract
from dualcarbon.errors import CheckFailed, InputError

if TYPE_CHECKING:
    from dualcarbon.responsibility.table.table import InputOutputTable

ORDER = (0, 1, 3, 5, 2, 4, 6)  # of the columns of findings, for people


@verb(
    app,
    examples=(
        "dualcarbon responsibility quality",
        "dualcarbon responsibility quality compact --year 2009 --format json",
    ),
)
def quality(
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    option: ReaderOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail where an error is found.")] = False,
    lang: str = "en",
) -> Answer:
    """Data-quality report of a table: defects, how much they matter, what to do."""
    name = named_table(table, table_name)
    from dualcarbon.responsibility.quality import FINDINGS, assess

    opened = _with_its_defects(name, path, year, reader_options(option))
    remark(f"{opened.name}: {opened.R} x {opened.S}, {opened.source}")
    found = assess(opened)
    frame = found.frame(lang)
    rows = [[None if v != v else v for v in row] for row in frame.to_numpy().tolist()]
    title = word(
        "quality",
        lang,
        table=found.table,
        count=len(found.findings),
        passed=len(found.passed),
        radius=f"{found.spectral_radius:.3f}",
    )
    heads = [column.label(lang) for column in contract()[FINDINGS].columns]
    listed = Table(title, [heads[i] for i in ORDER], [[r[i] for i in ORDER] for r in rows], 4)
    colon = "：" if lang == "zh" else ": "
    wrong = [f.key for f in found.findings if f.severity == "error"]
    failed = strict and found.severity == "error"
    return Answer(
        [listed, *(f"- {row[1]}{colon}{row[-1]}" for row in rows)],
        json=found.as_dict,
        csv=frame,
        failure=CheckFailed(f"{found.table}: {', '.join(wrong)}") if failed else None,
    )


def _with_its_defects(
    name: str | None, path: Path | None, year: int | None, given: dict[str, str]
) -> InputOutputTable:
    """The table as it stands on disk: nothing is left out, missing emissions are a finding."""
    from dualcarbon.responsibility.readers import READERS
    from dualcarbon.responsibility.readers.emissions import MissingEmissions

    if path is None or name is None or name not in READERS:
        return read(name, path, year, given)
    if "zero_output" in READERS[name].options:
        given = {"zero_output": "keep"} | given
    try:
        return read(name, path, year, given)
    except MissingEmissions as error:
        remark(f"{error.where}: {error.what}")
        return read(name, path, year, given | {"co2": "none"})


@verb(app, examples=("dualcarbon responsibility tables",))
def tables(
    kind: Annotated[
        str | None, typer.Argument(help="Kind of table; by default all.", show_default=False)
    ] = None,
    path: PathOption = None,
    lang: str = "en",
) -> Answer:
    """Kinds of world tables, what is expected on disk, and with --path which years are there."""
    if path is not None and kind is None:
        raise InputError("the kind of table is needed with --path", where="KIND")
    rows = _rows(kind, path)
    columns = ["kind", "title", "expects", "emissions", "years"]
    cells = [[r[c] for c in columns] for r in rows]
    return Answer([Table(word("World tables", lang), columns, cells, 5)], json=rows)


@verb(
    app,
    examples=("dualcarbon responsibility convert compact --out compact-table --overwrite",),
    tables=False,
)
def convert(
    out: Annotated[
        Path, typer.Option(metavar="PATH", help="Folder, or file .npz.", show_default=False)
    ],
    table: TableArgument = None,
    table_name: TableOption = None,
    path: PathOption = None,
    year: YearOption = None,
    option: ReaderOption = None,
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
    name = named_table(table, table_name)
    archive = out.suffix == ".npz"
    if archive and single:
        raise InputError("only for a folder", where="--single")
    if out.exists() and not overwrite:
        raise InputError("exists already", where=str(out), allowed="--overwrite")
    from dualcarbon.responsibility.readers.archives import write_npz
    from dualcarbon.responsibility.table import store
    from dualcarbon.responsibility.table.aggregate import aggregate

    found = read(name, path, year, reader_options(option))
    if regions is not None or sectors is not None:
        found = aggregate(found, regions, sectors)
    if archive:
        write_npz(found, out)
    else:
        precision = "single" if single else "double"
        store.save(found, out, precision=precision, overwrite=overwrite)
    remark(f"{found.name}: {found.R} x {found.S} in {out}")


@verb(
    app,
    examples=(
        "dualcarbon responsibility template my-table",
        "dualcarbon responsibility template my-table --regions CHN,USA --sectors steel,power",
    ),
    tables=False,
)
def template(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the files.")],
    regions: Annotated[
        str | None, typer.Option(metavar="CHN,USA", help="Labels of regions.", show_default=False)
    ] = None,
    sectors: Annotated[
        str | None, typer.Option(metavar="A,B", help="Labels of sectors.", show_default=False)
    ] = None,
) -> list[Path]:
    """Write the csv files of a table of your own with example figures, to be replaced by yours."""
    from dualcarbon.cli.options import listed
    from dualcarbon.responsibility.readers import template as forms

    written = forms.write_template(
        out,
        listed(regions, "--regions") or forms.REGIONS,
        listed(sectors, "--sectors") or forms.SECTORS,
    )
    remark(f"read it with: dualcarbon responsibility arrays --path {out}")
    return written


def _rows(kind: str | None, path: Path | None) -> list[dict[str, Any]]:
    """One row per kind, with the years that a path holds, or those of the embedded table."""
    from dualcarbon.responsibility.readers import READERS, available_years, reader_of
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
