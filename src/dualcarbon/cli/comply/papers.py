"""What the desk files: annual report, statement of account, certificate of retirement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dualcarbon.cli.comply.group import (
    LEDGER,
    Changes,
    CompanyFile,
    Out,
    app,
    check_form,
    company_of,
    day_of,
    units_in,
    write_form,
)
from dualcarbon.cli.verb import verb
from dualcarbon.errors import unknown_name


@verb(app, examples=("dualcarbon comply report company.yaml --out report.html",), tables=False)
def report(file: CompanyFile, out: Out = None, changes: Changes = None, lang: str = "en") -> Path:
    """Write the annual report: position, plan, duals, calendar; a workbook, or a page to print."""
    from dualcarbon.compliance import annual_report

    target = out or file.with_name(f"{file.stem}-report.html")
    check_form(target)
    return write_form(annual_report(company_of(file, changes), lang), target)


@verb(
    app,
    examples=(f"dualcarbon comply certificate {LEDGER} --account 'plant A' --purpose 'scope 2'",),
    tables=False,
)
def certificate(
    ledger: Annotated[str, typer.Argument(metavar="URL", help="Ledger.", show_default=False)],
    account: Annotated[str, typer.Option(metavar="NAME", help="Account in the ledger.")],
    purpose: Annotated[str, typer.Option(metavar="WORDS", help="What the units are retired for.")],
    kind: Annotated[str, typer.Option(help="allowance, ccer, green, white, energy_use.")] = "green",
    beneficiary: Annotated[str | None, typer.Option(help="For whom; the account.")] = None,
    at: Annotated[str | None, typer.Option(metavar="DAY", help="Today if left out.")] = None,
    out: Out = None,
    lang: str = "en",
) -> Path:
    """Write the certificate of retirement of an account's units of a kind."""
    from dualcarbon.compliance import retirement
    from dualcarbon.compliance.holdings import KINDS

    if kind not in KINDS:
        raise unknown_name("kind", kind, KINDS, where="--kind")
    target = out or Path("certificate.html")
    check_form(target)
    units, _, head = units_in(ledger, account)
    form = retirement(
        units[units["kind"] == kind],
        beneficiary=beneficiary or account,
        purpose=purpose,
        at=day_of(at),
        head=head,
        lang=lang,
    )
    return write_form(form, target)


@verb(
    app,
    examples=(f"dualcarbon comply statement {LEDGER} --account 'plant A' --period 2026",),
    tables=False,
)
def statement(
    ledger: Annotated[str, typer.Argument(metavar="URL", help="Ledger.", show_default=False)],
    account: Annotated[str, typer.Option(metavar="NAME", help="Account in the ledger.")],
    period: Annotated[str, typer.Option(metavar="PERIOD", help="2026, or 2026-03.")],
    out: Out = None,
    lang: str = "en",
) -> Path:
    """Write the statement of an account: what it held, what moved, what it holds."""
    from dualcarbon.compliance import statement as made
    from dualcarbon.ledger import open_ledger

    target = out or Path("statement.html")
    check_form(target)
    with open_ledger(ledger, create=False) as led:
        found = led.statement(account, period)
    form = made(found.tables(), found.account, (found.first, found.last), found.head, lang)
    return write_form(form, target)
