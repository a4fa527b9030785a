"""``dualcarbon comply``: calendar, position over five markets, cheapest plan, what-if, forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, tidy
from dualcarbon.cli.console import word
from dualcarbon.cli.options import pair
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.compliance import Company, Form, Holding, Plan

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


@verb(app, examples=(TEMPLATE,), tables=False)
def template(
    out: Annotated[Path, typer.Option(metavar="FILE", help="YAML.")] = Path("company.yaml"),
) -> Path:
    """Write an example of a company."""
    from dualcarbon.report.export import whole

    if out.suffix.lower() not in (".yaml", ".yml"):
        raise unknown_name("kind of file", out.suffix, (".yaml", ".yml"), where=str(out))
    if out.exists():
        raise InputError("exists already", where=str(out))
    return _written(lambda: whole(out, lambda part: _text(part, EXAMPLE)), out)


@verb(app, examples=("dualcarbon comply calendar --year 2025 --at 2026-03-01",))
def calendar(
    year: Annotated[int, typer.Option(help="Year of the emissions.")] = 2025,
    at: Annotated[str | None, typer.Option(metavar="DAY", help="Today if left out.")] = None,
    market: Annotated[str | None, typer.Option(help="carbon, green, energy, border, ...")] = None,
    lang: str = "en",
) -> Answer:
    """Duties for a year of emissions, by date; those without a found date come last."""
    from dualcarbon.compliance import duties

    day = _day(at)
    table = duties(year, day, market)
    shown = table.assign(due=[one or word("comply.no_date", lang) for one in table["due"]])
    heads = {"due": "due", f"what_{lang}": "what", f"who_{lang}": "who", f"due_{lang}": "when",
             "grade": "grade"}  # fmt: skip
    title = word("comply.calendar", lang, year=year, day=day)
    return tidy(table, title, heads, text=len(heads), shown=shown)


@verb(app, examples=("dualcarbon comply position company.yaml",))
def position(
    file: CompanyFile,
    changes: Changes = None,
    ledger: LedgerUrl = None,
    account: Account = None,
    lang: str = "en",
) -> Answer:
    """What a company owes, holds and lacks in each market."""
    from dualcarbon.compliance import fine, position_table
    from dualcarbon.compliance import position as found_position
    from dualcarbon.mrv.quantities import exact

    company = _company(file, changes, ledger, account)
    found = found_position(company)
    table = position_table(found)
    shown = table.assign(market=[word(f"market.{m}", lang) for m in table["market"]])
    heads = {"market": "market", "unit": "unit", "owed": "owed", "held": "held", "usable": "usable",
             "short": "short", "binds": "must be met"}  # fmt: skip
    said = [f"{h.kind} {h.vintage}: {why}" for h, why in found.refused]
    soon = [
        word("comply.soon", lang, kind=h.kind, vintage=h.vintage, end=h.end) for h in found.expiring
    ]
    price = company.prices.allowance
    owes = None if price is None else fine(found, exact(price))
    if owes is not None:
        said.append(word("comply.fine", lang, low=f"{float(owes.low):,.0f}",
                         high=f"{float(owes.high):,.0f}", tonnes=f"{float(owes.deducted):,.10g}",
                         grade=owes.grade))  # fmt: skip
    title = word("comply.position", lang, name=found.name, year=found.year, day=found.at)
    answer = tidy(table, title, heads, text=2, shown=shown)
    return Answer(
        [*answer.shown, *said, *soon, word("mrv.scope", lang)], json=answer.json, csv=table
    )


@verb(app, "plan", examples=("dualcarbon comply plan company.yaml --set prices.ccer=90",))
def plan_(
    file: CompanyFile,
    changes: Changes = None,
    ledger: LedgerUrl = None,
    account: Account = None,
    lang: str = "en",
) -> Answer:
    """The cheapest way to comply, in whole units, and what one more of each thing is worth."""
    from dualcarbon.compliance import duals_table, plan, plan_table

    found = plan(_company(file, changes, ledger, account))
    duals = duals_table(found)
    return Answer(
        [
            _steps(found, word("comply.plan", lang, name=found.company, cost=_money(found)), lang),
            *map(str, duals[f"text_{lang}"]),
            word("comply.bound", lang, gap=f"{max(0.0, float(found.cost) - found.bound):,.2f}"),
        ],
        json={
            "company": found.company, "cost_cny": str(found.cost), "bound_cny": found.bound,
            "steps": plan_table(found).to_dict("records"), "duals": duals.to_dict("records"),
        },
        csv=plan_table(found),
    )  # fmt: skip


@verb(app, examples=("dualcarbon comply what-if company.yaml --set prices.ccer=90",))
def what_if(file: CompanyFile, changes: Changes = None, lang: str = "en") -> Answer:
    """The plan before and after some values change."""
    from dualcarbon.compliance import what_if as both
    from dualcarbon.compliance.plan import step_in_words

    if not changes:
        raise InputError(
            "names no change", where="--set", allowed="PATH=VALUE, e.g. prices.ccer=90"
        )
    before, after = both(_company(file, None), [_change(text) for text in changes])
    names = list(dict.fromkeys(s.name for found in (before, after) for s in found.steps))
    rows = [
        [
            step_in_words(name, lang),
            *(float(found.quantity(name)) for found in (before, after)),
            float(after.quantity(name) - before.quantity(name)),
        ]
        for name in names
    ]
    rows.append(
        [
            word("comply.cost", lang),
            float(before.cost),
            float(after.cost),
            float(after.cost - before.cost),
        ]
    )
    title = word("comply.what_if", lang, changes=", ".join(changes))
    document = {
        "before_cny": str(before.cost),
        "after_cny": str(after.cost),
        "change_cny": str(after.cost - before.cost),
    }
    return Answer(
        [Table(title, ["step", "plan before", "plan after", "change"], rows)], json=document
    )


@verb(app, examples=("dualcarbon comply report company.yaml --out report.html",), tables=False)
def report(file: CompanyFile, out: Out = None, changes: Changes = None, lang: str = "en") -> Path:
    """Write the annual report: position, plan, duals, calendar; a workbook, or a page to print."""
    from dualcarbon.compliance import annual_report

    target = out or file.with_name(f"{file.stem}-report.html")
    _check(target)
    return _write(annual_report(_company(file, changes), lang), target)


def _steps(found: Plan, title: str, lang: str) -> Table:
    from dualcarbon.compliance.plan import step_in_words

    rows = [
        [step_in_words(s.name, lang), s.unit, float(s.quantity), float(s.price), float(s.cost)]
        for s in found.steps
    ]
    return Table(title, ["step", "unit", "quantity", "price, CNY", "cost, CNY"], rows, 2)


def _money(found: Plan) -> str:
    return f"{float(found.cost):,.2f}"


def _company(
    file: Path, changes: list[str] | None, ledger: str | None = None, account: str | None = None
) -> Company:
    from dualcarbon.compliance import read_company

    company = read_company(file)
    if (ledger is None) != (account is None):
        raise InputError("a ledger and an account belong together", where="--ledger")
    if ledger is not None and account is not None:
        if company.holdings:
            raise InputError("holdings are in the file and in the ledger", where="holdings")
        company = company.model_copy(update={"holdings": _held(ledger, account)})
    for text in changes or ():
        company = company.changed(*_change(text))
    return company


def _held(url: str, account: str) -> tuple[Holding, ...]:
    from dualcarbon.compliance import holdings_of

    units, due, _ = _units(url, account)
    return holdings_of(units, due)


def _units(url: str, account: str) -> tuple[pd.DataFrame, dict[str, date], str]:
    """Units of an account of a ledger, the last day of each lot, and the head of its chain."""
    from dualcarbon.compliance import units_of
    from dualcarbon.ledger import open_ledger

    with open_ledger(url, create=False) as led:
        found = led.holdings()
        units, head = units_of(found, account), led.root()
    days = found.set_index(found["lot"].astype(str))["due"]
    due = {lot: date.fromisoformat(day) for lot, day in days.items() if day < ENDLESS}
    return units, due, head


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
    from dualcarbon.compliance.company import KINDS

    if kind not in KINDS:
        raise unknown_name("kind", kind, KINDS, where="--kind")
    target = out or Path("certificate.html")
    _check(target)
    units, _, head = _units(ledger, account)
    form = retirement(
        units[units["kind"] == kind],
        beneficiary=beneficiary or account,
        purpose=purpose,
        at=_day(at),
        head=head,
        lang=lang,
    )
    return _write(form, target)


@verb(app, examples=(f"dualcarbon comply statement {LEDGER} --account 'plant A'",), tables=False)
def statement(
    ledger: Annotated[str, typer.Argument(metavar="URL", help="Ledger.", show_default=False)],
    account: Annotated[str, typer.Option(metavar="NAME", help="Account in the ledger.")],
    out: Out = None,
    lang: str = "en",
) -> Path:
    """Write the statement of an account: every range it holds or has used."""
    from dualcarbon.compliance import statement as made

    target = out or Path("statement.html")
    _check(target)
    units, _, head = _units(ledger, account)
    return _write(made(units, account, date.today(), head, lang), target)


def _change(text: str) -> tuple[str, Any]:
    from dualcarbon.common.documents import parse

    path, value = pair(text, "--set", "PATH=VALUE")
    return path, parse(value, "--set")


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise InputError(f"'{text}' is no day", where="--at", allowed="e.g. 2026-03-01") from None


def _check(path: Path) -> None:
    if path.suffix.lower() not in FORMS:
        raise unknown_name("kind of file", path.suffix, FORMS, where=str(path))
    if not path.parent.is_dir():
        raise InputError("no such folder", where=str(path.parent))


def _write(form: Form, path: Path) -> Path:
    from dualcarbon.report.export import whole
    from dualcarbon.report.workbook import write_workbook

    if path.suffix.lower() == ".html":
        page = form.html()
        return _written(lambda: whole(path, lambda part: _text(part, page)), path)
    tables = form.workbook()
    return _written(
        lambda: whole(path, lambda part: write_workbook(tables, part, first=False)), path
    )


def _written(write: Any, path: Path) -> Path:
    try:
        write()
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
    return path


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
