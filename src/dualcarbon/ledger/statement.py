"""Statement of an account: what it held, what moved, what it holds, and the head of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dualcarbon.errors import nearest_name
from dualcarbon.ledger.errors import SCOPE, LedgerError
from dualcarbon.ledger.kinds import BEIJING, interval, serial
from dualcarbon.ledger.reading import in_units
from dualcarbon.ledger.schema import account as accounts
from dualcarbon.ledger.schema import debt, event, issue, slice_
from dualcarbon.ledger.store import Store

SOON = 90
"""Days within which the end of life is announced."""
BALANCE = ["kind", "vintage", "area", "state", "quantity", "shown", "serials"]
LINES = ["seq", "effective", "verb", "kind", "vintage", "state", "quantity", "shown", "serials",
         "counterpart", "purpose"]  # fmt: skip
AT_ONCE = 5_000
Group = tuple[str, int, str, str]


@dataclass(frozen=True, eq=False)
class Statement:
    """What an account held and did in a period; how its lots are cut makes no difference.

    Two statements are equal if they say the same of the account, whatever head they print.

    Attributes:
        first, last: days of the period, both included.
        opening, closing: kind, vintage, area, state, quantity (base units) and serials.
        lines: every event that moved units in or out of the account, or changed their state.
        expiring: what it holds that ends its life within 90 days after the period.
        debts: units owed because what was issued was found void.
        head: number and hash of the last event, ``seq:hash``; :meth:`Ledger.verify` takes it.
    """

    account: str
    first: str
    last: str
    opening: pd.DataFrame
    lines: pd.DataFrame
    closing: pd.DataFrame
    expiring: pd.DataFrame
    debts: pd.DataFrame
    head: str
    scope: str = SCOPE

    @property
    def content(self) -> tuple[str, ...]:
        """What it says, as text."""
        said = (self.opening, self.lines, self.closing, self.debts)
        return (self.account, self.first, self.last, *(t.to_csv(index=False) for t in said))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Its tables by name."""
        names = ("opening", "lines", "closing", "expiring", "debts")
        return {name: getattr(self, name) for name in names}


def statement(connection: Connection, store: Store, account: str, period: Any) -> Statement:
    """The statement of an account for a period, by the days on which events hold.

    Raises:
        LedgerError: no such account or period.
    """
    known = sa.select(accounts.c.id)
    if connection.execute(known.where(accounts.c.id == account)).first() is None:
        near = nearest_name(account, connection.execute(known.limit(5000)).scalars())
        raise LedgerError(f"unknown account '{account}'", where="account", nearest=near)
    span = interval(period)
    first = span.start.astimezone(BEIJING).date()
    last = (span.end - timedelta(seconds=1)).astimezone(BEIJING).date()
    lots = _lots(connection, account)
    before, end = (first - timedelta(days=1)).isoformat(), last.isoformat()
    opening = _balance(r for r in lots if _holds(r, before))
    there = [r for r in lots if _holds(r, end)]
    soon = (last + timedelta(days=SOON)).isoformat()
    held = [r for r in there if r.state in ("held", "reserved") and r.due <= soon]
    lines = _lines(connection, lots, account, first, last)
    owed = sa.select(debt.c.event, debt.c.kind, debt.c.quantity).where(debt.c.account == account)
    debts = pd.DataFrame(connection.execute(owed).all(), columns=["seq", "kind", "quantity"])
    head = store.head(connection)
    closing = _balance(there)
    return Statement(
        account, first.isoformat(), last.isoformat(), opening, lines, closing,
        _balance(held, due=True), debts, f"{head.seq}:{head.hash}",
    )  # fmt: skip


def _lots(connection: Connection, account: str) -> list[Any]:
    """All lots that the account ever held, with the days on which they began and ended."""
    s, opens, closes = slice_.c, event.alias("opens"), event.alias("closes")
    source = slice_.join(issue, issue.c.event == s.issue).join(opens, opens.c.seq == s.opened)
    source = source.outerjoin(closes, closes.c.seq == s.closed)
    query = sa.select(
        s.id, s.parent, s.issue, s.lo, s.hi, s.state, s.kind, s.due, s.purpose, s.opened, s.closed,
        issue.c.vintage, issue.c.area, opens.c.effective.label("begun"),
        closes.c.effective.label("ended"),
    ).select_from(source)  # fmt: skip
    return list(connection.execute(query.where(s.account == account).order_by(s.id)))


def _holds(row: Any, on: str) -> bool:
    return row.begun <= on and (row.ended is None or row.ended > on)


def _balance(rows: Iterable[Any], *, due: bool = False) -> pd.DataFrame:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        key = (row.kind, row.vintage, row.area, row.state, *((row.due,) if due else ()))
        found.setdefault(key, []).append((row.issue, row.lo, row.hi))
    table = [
        (*key[:4], total, in_units(total, key[0]), _serials(key[0], ranges), *key[4:])
        for key, ranges in sorted(found.items())
        for total in [sum(hi - lo for _, lo, hi in ranges)]
    ]
    return pd.DataFrame(table, columns=[*BALANCE, *(["due"] if due else [])])


def _joined(ranges: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Ranges in order, adjoining ones as one, so that it does not show how lots are cut."""
    found: list[tuple[int, int, int]] = []
    for number, lo, hi in sorted(ranges):
        if found and found[-1][0] == number and found[-1][2] == lo:
            found[-1] = (number, found[-1][1], hi)
        else:
            found.append((number, lo, hi))
    return found


def _serials(kind: str, ranges: Iterable[tuple[int, int, int]]) -> str:
    return "; ".join(serial(kind, *one) for one in _joined(ranges))


def _lines(
    connection: Connection, lots: list[Any], account: str, first: date, last: date
) -> pd.DataFrame:
    """Net change of each event and group; what only cuts lots leaves none."""
    low, high = first.isoformat(), last.isoformat()
    moved: dict[int, dict[Group, list[tuple[int, Any]]]] = {}
    for row in lots:
        group = (row.kind, row.vintage, row.area, row.state)
        if low <= row.begun <= high:
            moved.setdefault(row.opened, {}).setdefault(group, []).append((1, row))
        if row.ended is not None and low <= row.ended <= high:
            moved.setdefault(row.closed, {}).setdefault(group, []).append((-1, row))
    about = _events(connection, moved, account)
    table = []
    for seq in sorted(moved):
        for group, rows in sorted(moved[seq].items()):
            net = sum(sign * (row.hi - row.lo) for sign, row in rows)
            if net:
                sign = 1 if net > 0 else -1
                ranges = _rest(rows, sign)
                purpose = next((r.purpose for s, r in rows if s == sign and r.purpose), "")
                effective, verb, other = about[seq]
                kind, vintage, _, state = group
                table.append((seq, effective, verb, kind, vintage, state, net, in_units(net, kind),
                              _serials(kind, ranges), other, purpose))  # fmt: skip
    return pd.DataFrame(table, columns=LINES)


def _rest(rows: list[tuple[int, Any]], sign: int) -> list[tuple[int, int, int]]:
    """Serials that came (or went) on balance: those of one side without those of the other."""
    mine = _joined((r.issue, r.lo, r.hi) for s, r in rows if s == sign)
    if len(mine) == 1 and all(s == sign for s, _ in rows):
        return mine
    theirs = _joined((r.issue, r.lo, r.hi) for s, r in rows if s == -sign)
    found = []
    for number, lo, hi in mine:
        for _, start, end in (t for t in theirs if t[0] == number and t[1] < hi and t[2] > lo):
            if lo < start:
                found.append((number, lo, start))
            lo = max(lo, end)
        if lo < hi:
            found.append((number, lo, hi))
    return found


def _events(
    connection: Connection, numbers: Mapping[int, Any], account: str
) -> dict[int, tuple[str, str, str]]:
    """Day, verb and other account of events."""
    found = {}
    wanted = sorted(numbers)
    if connection.dialect.name == "sqlite":
        names = "json_extract(body, '$.to'), json_extract(body, '$.account')"
    else:
        names = "body::jsonb->>'to', body::jsonb->>'account'"
    columns = (event.c.seq, event.c.effective, event.c.verb, sa.text(names))
    for k in range(0, len(wanted), AT_ONCE):
        query = sa.select(*columns).where(event.c.seq.in_(wanted[k : k + AT_ONCE]))
        for seq, effective, verb, *both in connection.execute(query):
            moved = both if verb in ("transfer", "reserve") else ()
            other = next((name for name in moved if name and name != account), "")
            found[seq] = (effective, verb, other)
    return found
