"""Shipments on the command line: options of one, files of many, and prices by period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.console import errors
from dualcarbon.common.words import LANGUAGES
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.common.intake import Choices
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
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sheet of the workbook; found if left out.")
]
Decimal = Annotated[
    str | None,
    typer.Option(metavar="point|comma", help="Decimal sign, where the file does not show it."),
]
Unit = Annotated[
    str | None, typer.Option(metavar="t|kg", help="Unit of masses, where the head names none.")
]
Days = Annotated[
    str | None,
    typer.Option(metavar="day|month", help="What stands first in days such as 3/4/2026."),
]
KINDS = (".csv", ".xlsx")
TEMPLATE = {
    "cn": ("cn", "CN编码"),
    "origin": ("origin", "原产国"),
    "tonnes": ("tonnes (t)", "净重（吨）"),
    "year": ("year", "年份"),
    "price": ("price (EUR per certificate)", "证书价格（欧元）"),
    "importer": ("importer", "进口商"),
    "direct": ("direct (tCO2e/t)", "直接排放（tCO2e/t）"),
    "verified": ("verified", "是否核查"),
    "route": ("route", "生产路线"),
    "one_process": ("one_process", "是否一体化"),
    "carbon_price": ("carbon_price", "碳价"),
    "carbon_price_currency": ("carbon_price_currency", "碳价币种"),
    "carbon_price_exchange_rate": ("carbon_price_exchange_rate", "汇率"),
    "carbon_price_track": ("carbon_price_track", "碳价类型"),
}
"""Columns of the template, with their heads in English and Chinese."""
ROWS: tuple[dict[str, Any], ...] = (
    {"cn": "72071111", "origin": "TR", "tonnes": 100.0, "year": 2026, "price": 80.0,
     "importer": "Example GmbH"},
    {"cn": "72083900", "origin": "CN", "tonnes": 2500.0, "year": 2027, "price": 80.0,
     "carbon_price": 60.0, "carbon_price_currency": "CNY", "carbon_price_exchange_rate": 7.876,
     "carbon_price_track": "default"},
    {"cn": "76011010", "origin": "CN", "tonnes": 400.0, "year": 2028, "price": 85.0,
     "importer": "Example GmbH", "direct": 1.6, "verified": "yes", "route": "K"},
    {"cn": "31021019", "origin": "EG", "tonnes": 40.0, "year": 2026, "price": 80.0,
     "importer": "Small BV"},
)  # fmt: skip


def choices(sheet: str | None, decimal: str | None, unit: str | None, days: str | None) -> Choices:
    """What the options say about a file where it does not show it.

    Raises:
        InputError: an option has none of its values.
    """
    from dualcarbon.cli.verb import chosen
    from dualcarbon.common.intake import Choices

    said: dict[str, Any] = {"sheet": sheet, "unit": unit}
    if decimal is not None:
        said["decimal"] = chosen(decimal, ("point", "comma"), "--decimal")
    if unit is not None:
        chosen(unit, ("t", "kg"), "--unit")
    if days is not None:
        said["order"] = chosen(days, ("day", "month"), "--days")
    return Choices(**said)


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


ABBREVIATED = (
    ("Implementing Regulation (EU)", "IR"),
    ("Regulation (EU)", "Reg."),
    ("Directive", "Dir."),
    ("Article", "Art."),
)


def step(line: Any) -> list[str]:
    """A line of an assessment, its article abbreviated."""
    article = line.article
    for long, short in ABBREVIATED:
        article = article.replace(long, short)
    value = "" if line.value is None else f"{line.value:,.10g}"
    return [line.rule.replace("_", " "), value, line.unit, line.status, article, line.note]


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
    """Write results, errors, declarations, doubts and the reading: sheets, or csv files.

    Raises:
        InputError: the file cannot be written.
    """
    import pandas as pd

    from dualcarbon.common.tables import columns

    read = pd.DataFrame(list(batch.reading.items()), columns=columns("cbam_reading"))
    beside = {"errors": batch.errors, "declarations": batch.declarations}
    beside |= {"warnings": batch.warnings, "reading": read}
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


def write_template(path: Path, lang: str = "en") -> Path:
    """Write the example of a file of shipments, with lists to choose from in a workbook.

    Raises:
        InputError: the file exists, or cannot be written.
    """
    import pandas as pd

    check_target(path)
    if path.exists():
        raise InputError("exists already", where=str(path))
    at = LANGUAGES.index(lang)
    heads = {name: words[at] for name, words in TEMPLATE.items()}
    table = pd.DataFrame(list(ROWS), columns=list(TEMPLATE)).rename(columns=heads)
    if path.suffix.lower() == ".csv":
        return _csv(table, path)
    written = _workbook({"shipments": table}, path)
    _with_lists(written)
    return written


def _with_lists(path: Path) -> None:
    """Give the columns of origin, answer and route lists to choose from."""
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from dualcarbon.international.cbam import listed_origins
    from dualcarbon.international.cbam.allocation import ROUTES

    book = load_workbook(path)
    lists = book.create_sheet("lists")
    offered = {
        "origin": [one.code for one in listed_origins()],
        "verified": ["yes", "no"],
        "one_process": ["yes", "no"],
        "route": list(ROUTES),
        "carbon_price_track": ["actual", "default"],
    }
    for column, (name, values) in enumerate(offered.items(), start=1):
        letter = get_column_letter(column)
        for row, value in enumerate((name, *values), start=1):
            lists.cell(row, column, value)
        chosen = DataValidation(
            type="list",
            formula1=f"lists!${letter}$2:${letter}${len(values) + 1}",
            allow_blank=True,
            showErrorMessage=False,
        )
        own = get_column_letter(list(TEMPLATE).index(name) + 1)
        chosen.add(f"{own}2:{own}{LAST_ROW}")
        book["shipments"].add_data_validation(chosen)
    lists.sheet_state = "hidden"
    book.save(path)


LAST_ROW = 10_000


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> Path:
    from dualcarbon.common.whole import whole
    from dualcarbon.report.export import write_workbook

    return whole(path, lambda part: write_workbook(tables, part, first=False))


def _csv(table: pd.DataFrame, path: Path) -> Path:
    from dualcarbon.common.outgoing import write_csv
    from dualcarbon.common.whole import whole

    return whole(path, lambda part: write_csv(table, part))


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
