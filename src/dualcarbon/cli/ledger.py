"""``dualcarbon ledger``: one ledger for all units, posted to, read, verified and exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dualcarbon.cli.answer import Answer, Table, records, tidy, titles
from dualcarbon.cli.console import word
from dualcarbon.cli.options import pair
from dualcarbon.cli.verb import group, verb
from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.ledger import Ledger

URL = "sqlite:///ledger.db"
app = group(
    "One ledger for all units. Research and internal control, not an official registry.",
    "dualcarbon ledger init",
    "dualcarbon ledger post register --key a1 --actor registry account=alice",
    "dualcarbon ledger balances",
)
Address = Annotated[
    str,
    typer.Option(
        "--ledger", metavar="URL", envvar="DUALCARBON_LEDGER",
        help="SQLite, e.g. sqlite:///ledger.db, or PostgreSQL, e.g. postgresql+psycopg://host/base.",
    ),
]  # fmt: skip
Known = Annotated[
    str | None, typer.Option("--known-at", metavar="TIME", help="What was recorded by then.")
]
Valid = Annotated[
    str | None, typer.Option("--valid-at", metavar="DAY", help="What holds on that day.")
]


@verb(app, examples=("dualcarbon ledger init",), tables=False)
def init(
    ledger: Address = URL,
    scenario: Annotated[
        str, typer.Option(metavar="NAME", help="Scenario; only for one do conversions run.")
    ] = "",
    opened: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="ID", help="Exclusion that the scenario opens, e.g. X13."),
    ] = None,
    lang: str = "en",
) -> str:
    """Make a ledger where there is none."""
    from dualcarbon.ledger import open_ledger

    with open_ledger(ledger, scenario=scenario, opened=tuple(opened or ())) as made:
        return word("ledger.made", lang, url=made.store.url, head=made.root())


@verb(app, examples=(
    "dualcarbon ledger post register --key a1 --actor registry account=alice",
    "dualcarbon ledger post events.csv --dry-run",
))  # fmt: skip
def post(
    what: Annotated[
        str, typer.Argument(help="Verb, such as transfer, or a CSV of events.", show_default=False)
    ],
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD=VALUE", help="Fields of the verb.", show_default=False),
    ] = None,
    ledger: Address = URL,
    key: Annotated[str | None, typer.Option(help="Of the event, once.")] = None,
    actor: Annotated[str | None, typer.Option(help="Who asks.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and refused, write nothing.")
    ] = False,
    plan: Annotated[str | None, typer.Option(metavar="ID", help="Plan of the dry run.")] = None,
    lang: str = "en",
) -> Answer:
    """Post one event, or a CSV of events: all of them or none."""
    with _opened(ledger) as book:
        if what.endswith(".csv"):
            _none(key, actor, fields)
            done = book.submit_many(Path(what), dry_run=dry_run, plan=plan)
        else:
            if key is None or actor is None:
                raise InputError("needs --key and --actor", where=what)
            row = {"verb": what, "key": key, "actor": actor, **_fields(fields or ())}
            done = book.submit_many([row], dry_run=dry_run, plan=plan)
        return _tried(done, lang)


def _none(key: str | None, actor: str | None, fields: list[str] | None) -> None:
    if key is not None or actor is not None or fields:
        raise InputError("a CSV brings keys, actors and fields itself", where="post")


def _fields(texts: Any) -> dict[str, Any]:
    from dualcarbon.ledger.batch import cell

    pairs = [pair(text, "FIELD=VALUE", "FIELD=VALUE, e.g. account=alice") for text in texts]
    for name, _ in pairs:
        if sum(name == other for other, _ in pairs) > 1:
            raise InputError(f"'{name}' stands twice", where="FIELD=VALUE")
    return {name: cell(name, value) for name, value in pairs}


def _tried(done: Any, lang: str) -> Answer:
    import pandas as pd

    refused = {r.row: r for r in done.refused}
    receipts = iter(done.receipts)
    rows = []
    for number in range(1, len(done.receipts) + len(refused) + 1):
        if number in refused:
            rows.append((number, refused[number].key, None, str(refused[number].error)))
        else:
            receipt = next(receipts)
            rows.append((number, receipt.key, receipt.seq, ""))
    table = pd.DataFrame(rows, columns=["row", "key", "seq", "refused"])
    table = table.astype({"seq": "Int64"})
    name = "ledger.done" if done.done else "ledger.tried"
    title = word(name, lang, count=len(done.receipts), refused=len(refused), plan=done.plan or "–")
    failure = InputError("some rows would be refused", where="post") if refused else None
    return _answer("ledger_batch", table, title, lang, about={"plan": done.plan, "done": done.done},
                   failure=failure)  # fmt: skip


@verb(app, examples=("dualcarbon ledger balances --account alice",), report=True)
def balances(
    ledger: Address = URL,
    account: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    at: Annotated[int | None, typer.Option(metavar="N", help="After this event.")] = None,
    known_at: Known = None,
    valid_at: Valid = None,
    lang: str = "en",
) -> Answer:
    """Sums over live lots, now or as they were known."""
    from dualcarbon.ledger.reading import in_units

    with _opened(ledger) as book:
        found = book.balances(at, known_at=known_at, valid_at=valid_at)
        found = _of(found, account)
        shown = [in_units(int(n), k) for n, k in zip(found["quantity"], found["kind"], strict=True)]
        claimed = book.claims()
        head = book.head()
    table = found.assign(shown=shown)
    title = word("ledger.balances", lang, head=head)

    def page() -> dict[str, pd.DataFrame]:
        return {"ledger_balances": table, "ledger_claims": claimed}

    more = {"page": page, "titles": titles("ledger.page", head)}
    return _answer("ledger_balances", table, title, lang, text=5, **more)


@verb(app, examples=("dualcarbon ledger holdings --account alice",))
def holdings(
    ledger: Address = URL,
    account: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    lang: str = "en",
) -> Answer:
    """Lots with their serials, half open, and their evidence."""
    with _opened(ledger) as book:
        title = word("ledger.lots", lang, head=book.head())
        return _answer("ledger_holdings", _of(book.holdings(), account), title, lang)


@verb(app, examples=("dualcarbon ledger statement alice 2026",))
def statement(
    account: Annotated[str, typer.Argument(help="Account.", show_default=False)],
    period: Annotated[str, typer.Argument(help="E.g. 2026 or 2026-03.", show_default=False)],
    ledger: Address = URL,
    lang: str = "en",
) -> Answer:
    """What an account held, what moved and what it holds, with the head of the chain."""
    with _opened(ledger) as book:
        found = book.statement(account, period)
    columns = ["kind", "vintage", "state", "shown", "serials"]
    heads = _heads("ledger_statement", lang)
    shown: list[Table | str] = []
    for part in ("opening", "lines", "closing", "expiring"):
        names = list(heads) if part == "lines" else columns
        table = found.tables()[part]
        rows = table[names].to_numpy(dtype=object).tolist()
        if rows or part != "expiring":
            title = word(
                f"ledger.{part}", lang, account=account, first=found.first, last=found.last
            )
            shown.append(Table(title, [heads[n] for n in names], rows, 3))
    shown.append(word("ledger.head", lang, head=found.head))
    shown.append(word("ledger.scope", lang))
    data = {name: records(table) for name, table in found.tables().items()}
    about = {"account": account, "first": found.first, "last": found.last, "head": found.head,
             "scope": found.scope}  # fmt: skip
    return Answer(shown, json={**about, **data}, csv=found.lines)


@verb(app, examples=("dualcarbon ledger trace green-12:0-500",))
def trace(
    serial: Annotated[str, typer.Argument(help="E.g. green-12:0-500.", show_default=False)],
    ledger: Address = URL,
    lang: str = "en",
) -> Answer:
    """The life of serials: every event that moved a part of them."""
    with _opened(ledger) as book:
        title = word("ledger.trace", lang, serial=serial)
        return _answer("ledger_trace", book.trace(serial), title, lang, text=2)


@verb(app, examples=("dualcarbon ledger claims",))
def claims(
    evidence: Annotated[
        str | None, typer.Argument(help="Evidence; all by default.", show_default=False)
    ] = None,
    ledger: Address = URL,
    lang: str = "en",
) -> Answer:
    """Who has claimed which Wh, kg or gce, for what."""
    with _opened(ledger) as book:
        found = book.claims(evidence)
        title = word("ledger.claims", lang, count=len(found))
        return _answer("ledger_claims", found, title, lang, text=2)


@verb(app, examples=("dualcarbon ledger verify", "dualcarbon ledger verify --against 12:9f86d0"),
      tables=False)  # fmt: skip
def verify(
    ledger: Address = URL,
    against: Annotated[
        str | None, typer.Option(metavar="HEAD", help="Head of an old statement, SEQ:HASH.")
    ] = None,
    lang: str = "en",
) -> str:
    """Check every hash and every row; name the first event that is not as it was written."""
    with _opened(ledger) as book:
        count = book.verify(against)
        return word("ledger.verified", lang, count=count, head=book.head())


@verb(app, examples=("dualcarbon ledger export hledger",), tables=False)
def export(
    form: Annotated[
        str, typer.Argument(help="energytag, cad-trust, hledger or events.", show_default=False)
    ],
    ledger: Address = URL,
) -> str:
    """Print the ledger with the names that others use."""
    from dualcarbon.ledger.exports import exported

    with _opened(ledger) as book:
        return exported(book, form).rstrip("\n")


@verb(app, "import-run", examples=("dualcarbon ledger import-run runs/main --key main",))
def import_run(
    run: Annotated[Path, typer.Argument(help="Run folder.", show_default=False)],
    key: Annotated[str, typer.Option(help="Begins the key of every event.")],
    ledger: Address = URL,
    scenario: Annotated[str | None, typer.Option(help="One scenario; all by default.")] = None,
    lang: str = "en",
) -> Answer:
    """Post a solved run: certificates, allowances, and the difference to the run."""
    with _opened(ledger) as book:
        found = book.from_run(run, key=key, scenario=scenario)
        title = word("ledger.run", lang, run=run.name)
        return _answer("ledger_run", found, title, lang, text=4)


@verb(app, examples=("dualcarbon ledger rules --at 2026-11-28",))
def rules(
    at: Annotated[str | None, typer.Option(metavar="DAY", help="Day; today by default.")] = None,
    lang: str = "en",
) -> Answer:
    """Which claims exclude each other, with the state of each rule on a day."""
    from dualcarbon.ledger.rules import rules as embedded

    found = embedded(at)
    names = list(_heads("ledger_exclusions", lang))
    title = word("ledger.rules", lang, day=found.at.isoformat())
    return _answer("ledger_exclusions", found.tables()["exclusions"][names], title, lang, text=3)


def _opened(url: str) -> Ledger:
    from dualcarbon.ledger import open_ledger

    return open_ledger(url, create=False)


def _of(table: pd.DataFrame, account: str | None) -> pd.DataFrame:
    return table if account is None else table[table["account"] == account]


def _heads(table: str, lang: str) -> dict[str, str]:
    from dualcarbon.common.tables import contract

    return {c.name: c.label(lang) for c in contract()[table].columns}


def _answer(
    name: str, table: pd.DataFrame, title: str, lang: str, *, text: int = 1, **more: Any
) -> Answer:
    from dualcarbon.common.tables import conformed

    found = conformed(name, table.reset_index(drop=True))
    shown = found.astype(object).where(found.notna(), None)
    return tidy(found, title, _heads(name, lang), text=text, shown=shown, **more)
