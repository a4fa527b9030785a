"""Shipments on the command line: options of one, files of many, and prices by period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import errors
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.international.cbam import Batch, Shipment

Cn = Annotated[str, typer.Option("--cn", metavar="CODE", help="CN code of eight digits.")]
Origin = Annotated[
    str, typer.Option("--origin", metavar="CODE", help="Country, ISO code or name; or 'other'.")
]
Year = Annotated[int, typer.Option("--year", metavar="YEAR", help="Year of the import.")]
Tonnes = Annotated[float | None, typer.Option("--tonnes", metavar="T", help="Net mass, tonnes.")]
Price = Annotated[
    float | None,
    typer.Option(
        "--price",
        metavar="EUR",
        help="Certificate price, EUR/tCO2e; the published one if left out.",
    ),
]
Prices = Annotated[
    Path | None,
    typer.Option(
        "--prices", metavar="FILE", help="Prices by quarter or week, csv: period, eur_per_t."
    ),
]
Detail = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Further field of the shipment, e.g. route=C, direct=1.9, verified=yes, mwh=100, "
        "clinker_share=0.8, importer_tonnes=40, carbon_price=50, carbon_price_currency=CNY, "
        "carbon_price_exchange_rate=7.8, carbon_price_track=default.",
    ),
]
Precursors = Annotated[
    Path | None, typer.Option("--precursors", metavar="FILE", help="JSON list of precursors.")
]
Downstream = Annotated[
    bool, typer.Option("--downstream", help="As if COM(2025) 989 held: more goods from 2028.")
]
LAWS = "2025-12|2026-07|proposal-616"
Law = Annotated[
    str,
    typer.Option(
        "--law",
        metavar=LAWS,
        help="Law: as of December 2025, as amended in July 2026, or with COM(2026) 616.",
        autocompletion=lambda: LAWS.split("|"),
    ),
]
AnyLaw = Annotated[
    str | None, typer.Option("--law", metavar=LAWS, help="Only acts that count under this law.")
]
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


def shipment(
    cn: str,
    origin: str,
    year: int,
    tonnes: float | None,
    details: list[str] | None = None,
    precursors: Path | None = None,
) -> Shipment:
    """The shipment that the options describe.

    Raises:
        InputError: a detail without '=', or of an unknown name, or a value that cannot be used.
    """
    from dualcarbon.common.documents import parse_json, read_text
    from dualcarbon.datasets.countries import alpha2
    from dualcarbon.international.cbam.batch import ALLOWED, shipment_of

    row: dict[str, Any] = {"cn": cn, "origin": alpha2(origin), "year": year, "tonnes": tonnes}
    for detail in details or []:
        name, given, value = detail.partition("=")
        if not given:
            raise InputError(f"'{detail}' is not NAME=VALUE", where="--set")
        if name not in ALLOWED or name == "price":
            raise unknown_name("field", name, [n for n in ALLOWED if n != "price"], "--set")
        row[name] = value
    if precursors is not None:
        row["precursors"] = read_text(precursors)
        parse_json(row["precursors"], str(precursors))
    return shipment_of(row)


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
    """Write results, errors and declarations: sheets of a workbook, or csv files.

    Raises:
        InputError: the file cannot be written.
    """
    beside = {"errors": batch.errors, "declarations": batch.declarations}
    try:
        if path.suffix.lower() == ".xlsx":
            return [_workbook({"results": batch.results, **beside}, path)]
        more = [_csv(t, path.with_name(f"{path.stem}-{n}.csv")) for n, t in beside.items()]
        return [_csv(batch.results, path), *more]
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error


def read_prices(path: Path | None, flat: float | None) -> float | dict[str, float] | None:
    """Certificate prices: one for all, or by period from a csv file with period and eur_per_t.

    Raises:
        InputError: both are given, or the file cannot be used.
    """
    from dualcarbon.common.sheets import read_sheet

    if path is None:
        return flat
    if flat is not None:
        raise InputError("give one price or a file of prices", where="--prices")
    table = read_sheet(path)
    try:
        periods, prices = table["period"].astype(str), table["eur_per_t"].astype(float)
    except (KeyError, ValueError) as error:
        allowed = "columns period (2026-Q2, 2027-W05) and eur_per_t"
        raise InputError("is no file of prices", where=str(path), allowed=allowed) from error
    for row, period in periods[periods.duplicated()].items():
        raise InputError(f"'{period}' stands twice", where=f"{path}, row {int(str(row)) + 2}")
    return dict(zip(periods, prices, strict=True))


def write_template(path: Path) -> Path:
    """Write the example of a file of shipments.

    Raises:
        InputError: the file exists, or cannot be written.
    """
    import pandas as pd

    check_target(path)
    if path.exists():
        raise InputError("exists already", where=str(path))
    empty = ("",) * len(HEADS)
    rows = [(*row, *empty[len(row) :]) for row in ROWS]
    table = pd.DataFrame(rows, columns=list(HEADS))
    if path.suffix.lower() == ".csv":
        return _csv(table, path)
    return _workbook({"shipments": table}, path)


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> Path:
    from dualcarbon.report.export import whole, write_workbook

    return whole(path, lambda part: write_workbook(tables, part, first=False))


def _csv(table: pd.DataFrame, path: Path) -> Path:
    from dualcarbon.report.export import whole

    return whole(path, lambda part: table.to_csv(part, index=False, encoding="utf-8"))


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    console = errors()
    if not console.is_terminal or console.quiet:
        yield lambda done, of: None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, of: bar.update(task, completed=done, total=of)
