"""What the verbs of ``dualcarbon comply`` share: the group, a company, a ledger, forms out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.options import pair
from dualcarbon.cli.verb import group
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.compliance import Company, Form, Holding

TEMPLATE = "dualcarbon comply template --out company.yaml"
EXAMPLE = """\
# A company in five markets. Markets it is not in are left out, like prices of what is not traded.
name: Example power plant
province: Shandong
sector: power
year: 2025                  # of the emissions; surrender by 31 December 2026
carbon: {emissions_t: 2900000}
green: {electricity_mwh: 120000, weight: 0.252, green_power_mwh: 10000}
energy_use: {use_tce: 950000}
electricity: {load_mwh: 120000, contracted_mwh: 100000}
holdings:
  - {kind: allowance, vintage: 2025, quantity: 2713600}
  - {kind: green, vintage: 2025-03, quantity: 12000}
  - {kind: energy_use, vintage: 2025, quantity: 960000}
prices: {allowance: 98.32, ccer: 82.43, green: 5.51, power: 380, energy_use_sell: 100}
measures:                   # cost and savings per unit, and how many units there are
  - {name: new pumps, cost_cny: 60, most: 8000, tco2: 0, tce: 0.123, mwh: 1}
  - {name: soot blowing, cost_cny: 30, most: 5000, tco2: 1, tce: 0.376}
"""
FORMS = (".xlsx", ".html")
LEDGER = "sqlite:///ledger.db"
ENDLESS = "9999"
app = group(
    "Compliance in five markets. Research and internal control, not an official registry.",
    TEMPLATE,
    "dualcarbon comply plan company.yaml",
)
CompanyFile = Annotated[Path, typer.Argument(help="Company, YAML.", show_default=False)]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value, e.g. prices.ccer=90; repeatable."
    ),
]
LedgerUrl = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", help="Ledger whose account gives the holdings."),
]
Account = Annotated[str | None, typer.Option(metavar="NAME", help="Account in the ledger.")]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="xlsx, or html to print.", show_default=False)
]


def company_of(
    file: Path, changes: list[str] | None, ledger: str | None = None, account: str | None = None
) -> Company:
    """The company of a file, changed as asked, with holdings of a ledger where one is named."""
    from dualcarbon.compliance import read_company

    company = read_company(file)
    if (ledger is None) != (account is None):
        raise InputError("a ledger and an account belong together", where="--ledger")
    if ledger is not None and account is not None:
        if company.holdings:
            raise InputError("holdings are in the file and in the ledger", where="holdings")
        company = company.model_copy(update={"holdings": _held(ledger, account)})
    for text in changes or ():
        company = company.changed(*changed(text))
    return company


def _held(url: str, account: str) -> tuple[Holding, ...]:
    from dualcarbon.compliance import holdings_of

    units, due, _ = units_in(url, account)
    return holdings_of(units, due)


def units_in(url: str, account: str) -> tuple[pd.DataFrame, dict[str, date], str]:
    """Units of an account of a ledger, the last day of each lot, and the head of its chain."""
    from dualcarbon.compliance import units_of
    from dualcarbon.ledger import open_ledger

    with open_ledger(url, create=False) as led:
        found = led.holdings()
        units, head = units_of(found, account), led.root()
    days = found.set_index(found["lot"].astype(str))["due"]
    due = {lot: date.fromisoformat(day) for lot, day in days.items() if day < ENDLESS}
    return units, due, head


def changed(text: str) -> tuple[str, Any]:
    """Path and value of a change, ``PATH=VALUE``."""
    from dualcarbon.common.documents import parse

    path, value = pair(text, "--set", "PATH=VALUE")
    return path, parse(value, "--set")


def day_of(text: str | None) -> date:
    """A day; today where none is given."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise InputError(f"'{text}' is no day", where="--at", allowed="e.g. 2026-03-01") from None


def check_form(path: Path) -> None:
    """Refuse, before anything is computed, a form of a kind that is not written."""
    if path.suffix.lower() not in FORMS:
        raise unknown_name("kind of file", path.suffix, FORMS, where=str(path))
    if not path.parent.is_dir():
        raise InputError("no such folder", where=str(path.parent))


def write_form(form: Form, path: Path) -> Path:
    """Write a form as a page to print or a workbook."""
    from dualcarbon.common.whole import whole
    from dualcarbon.report.export import write_workbook

    if path.suffix.lower() == ".html":
        page = form.html()
        return written(lambda: whole(path, lambda part: put(part, page)), path)
    tables = form.workbook()
    return written(
        lambda: whole(path, lambda part: write_workbook(tables, part, first=False)), path
    )


def written(write: Any, path: Path) -> Path:
    """The path, once something is written there."""
    try:
        write()
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
    return path


def put(path: Path, text: str) -> None:
    """Write a text."""
    path.write_text(text, encoding="utf-8")
