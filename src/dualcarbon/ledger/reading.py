"""What a ledger says: balances, lots, entries, claims, and the life of a serial."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dualcarbon.ledger.chain import Event
from dualcarbon.ledger.errors import StateError
from dualcarbon.ledger.kinds import UNIT, WHOLE, day, instant, parse_serial, serial, stamp
from dualcarbon.ledger.schema import claim, debt, event, issue, minted, slice_
from dualcarbon.ledger.store import Store

KEYS = ["account", "kind", "vintage", "area", "state"]
BALANCES = [*KEYS, "quantity"]
"""Columns; the contract of tables says what each is."""
ENTRIES = ["seq", *KEYS, "quantity"]
HOLDINGS = [
    "lot", "kind", "start", "end", "account", "state", "parent", "evidence",
    "issue", "vintage", "area", "due", "since", "purpose", "converted",
]  # fmt: skip


def frame(connection: Connection, query: Any, columns: list[str]) -> pd.DataFrame:
    """Rows of a query as a table; numbers stay whole."""
    found = pd.DataFrame(connection.execute(query).all(), columns=columns)
    whole = {c: "Int64" for c in ("parent", "released") if c in found}
    return found.astype(whole) if len(found) else found.astype({c: object for c in columns})


def last_known(connection: Connection, known_at: Any) -> int:
    """Number of the last event of those recorded by a time, up to the first that was not."""
    until = stamp(instant(known_at, "known_at"))
    later = sa.select(sa.func.min(event.c.seq)).where(event.c.recorded > until)
    first = connection.execute(later).scalar()
    last = connection.execute(sa.select(sa.func.max(event.c.seq))).scalar() or 0
    return last if first is None else first - 1


def position(connection: Connection, at: Any, known_at: Any, valid_at: Any) -> tuple[Any, Any]:
    """Number of the last event to regard and the day on which it must hold, each None for all.

    Raises:
        StateError: no such event, or a number and a time are both given.
    """
    if at is not None:
        last = connection.execute(sa.select(sa.func.max(event.c.seq))).scalar() or 0
        if known_at is not None or not isinstance(at, int) or not 0 <= at <= last:
            raise StateError(f"no state at {at!r}", where="at", allowed=f"0 to {last}, or known_at")
    elif known_at is not None:
        at = last_known(connection, known_at)
    return at, None if valid_at is None else day(valid_at, "valid_at").isoformat()


def _there(seq: Any, valid: Any) -> tuple[Any, Any]:
    """Rows from, and the condition on, live lots at a position."""
    source: Any = slice_.join(issue, issue.c.event == slice_.c.issue)
    ended: Any = slice_.c.closed.is_(None)
    begun: Any = sa.true()
    if valid is not None:
        opens, closes = event.alias("opens"), event.alias("closes")
        source = source.join(opens, opens.c.seq == slice_.c.opened)
        source = source.outerjoin(closes, closes.c.seq == slice_.c.closed)
        begun = opens.c.effective <= valid
        ended = sa.or_(ended, closes.c.effective > valid)
    if seq is not None:
        begun = sa.and_(begun, slice_.c.opened <= seq)
        ended = sa.or_(ended, slice_.c.closed > seq)
    return source, sa.and_(begun, ended)


GROUPS = [slice_.c.account, slice_.c.kind, issue.c.vintage, issue.c.area, slice_.c.state]


def balances(connection: Connection, at: Any, known_at: Any, valid_at: Any) -> pd.DataFrame:
    """Sums over the lots that are live at a position."""
    source, condition = _there(*position(connection, at, known_at, valid_at))
    total = sa.func.sum(slice_.c.hi - slice_.c.lo)
    query = sa.select(*GROUPS, sa.cast(total, sa.BigInteger)).select_from(source).where(condition)
    found = frame(connection, query.group_by(*GROUPS).order_by(*GROUPS), BALANCES)
    return found.sort_values(KEYS, ignore_index=True)


def holdings(connection: Connection, at: Any, known_at: Any, valid_at: Any) -> pd.DataFrame:
    """The lots that are live at a position."""
    source, condition = _there(*position(connection, at, known_at, valid_at))
    s, i = slice_.c, issue.c
    columns = (
        s.id, s.kind, s.lo, s.hi, s.account, s.state, s.parent, i.evidence, s.issue, i.vintage,
        i.area, s.due, s.since, s.purpose, i.converted,
    )  # fmt: skip
    query = sa.select(*columns).select_from(source).where(condition).order_by(s.issue, s.lo)
    return frame(connection, query, HOLDINGS)


def entries(connection: Connection) -> pd.DataFrame:
    """Closings with a minus, openings with a plus, summed by event; a split leaves no entry."""
    source = slice_.join(issue, issue.c.event == slice_.c.issue)
    size = slice_.c.hi - slice_.c.lo
    plus = sa.select(slice_.c.opened.label("seq"), *GROUPS, size.label("n")).select_from(source)
    minus = sa.select(slice_.c.closed, *GROUPS, -size).select_from(source)
    both = sa.union_all(plus, minus.where(slice_.c.closed.is_not(None))).subquery()
    keys = [both.c.seq, *(both.c[name] for name in KEYS)]
    total = sa.cast(sa.func.sum(both.c.n), sa.BigInteger)
    query = sa.select(*keys, total).group_by(*keys).having(total != 0).order_by(*keys)
    return frame(connection, query, ENTRIES)


def events(connection: Connection, after: int) -> list[Event]:
    """Events behind a number."""
    query = sa.select(event).where(event.c.seq > after).order_by(event.c.seq)
    return [Event(*row) for row in connection.execute(query)]


def root(connection: Connection, store: Store, seq: int | None) -> str:
    """Hash of an event; of no event, that of the settings.

    Raises:
        StateError: no such event.
    """
    if seq is None:
        return store.head(connection).hash
    if seq == 0:
        return store.genesis
    found = connection.execute(sa.select(event.c.hash).where(event.c.seq == seq)).scalar()
    if found is None:
        raise StateError(f"no event {seq}", where="seq")
    return str(found)


CLAIMS = ["evidence", "slot", "start", "end", "use", "level", "beneficiary", "period", "issue",
          "event", "released"]  # fmt: skip


def claims(connection: Connection, evidence: str | None) -> pd.DataFrame:
    """Claims by evidence and slot."""
    c = claim.c
    query = sa.select(c.evidence, c.slot, c.lo, c.hi, c.use, c.level, c.beneficiary, c.period,
                      c.issue, c.event, c.released)  # fmt: skip
    query = (
        query.where(c.slot != "reversed")
        if evidence is None
        else query.where(c.evidence == evidence)
    )
    return frame(connection, query.order_by(c.evidence, c.slot, c.lo, c.id), CLAIMS)


OVERLAPS = ["evidence", "slot", "first", "second", "start", "end", "quantity"]


def overlaps(connection: Connection) -> pd.DataFrame:
    """Pairs of uses that a scenario let stand on the same evidence."""
    c = claim.c
    query = sa.select(c.evidence, c.slot, c.use, c.lo, c.hi).where(
        c.slot.contains("#"), c.released.is_(None)
    )
    rows = [
        (r.evidence, r.slot.partition("#")[0], r.use, r.lo, r.hi) for r in connection.execute(query)
    ]
    found = []
    for (evidence, slot), group in groupby(sorted(rows), key=lambda r: r[:2]):
        listed = list(group)
        for k, (_, _, first, lo, hi) in enumerate(listed):
            for _, _, second, start, end in listed[k + 1 :]:
                both = max(lo, start), min(hi, end)
                if first != second and both[0] < both[1]:
                    found.append((evidence, slot, first, second, *both, both[1] - both[0]))
    return pd.DataFrame(found, columns=OVERLAPS)


def debts(connection: Connection) -> pd.DataFrame:
    """What accounts owe."""
    d = debt.c
    query = sa.select(d.event, d.account, d.kind, d.quantity).order_by(d.event, d.kind)
    return frame(connection, query, ["seq", "account", "kind", "quantity"])


def dust(connection: Connection) -> pd.DataFrame:
    """Exact rests of conversions, in base units, and in units of the registries."""
    m = minted.c
    query = sa.select(m.account, m.rule, m.part, m.after, m.den, m.unit, m.event)
    rows = connection.execute(query.order_by(m.account, m.rule, m.part, m.event)).all()
    newest = {(r.account, r.rule, r.part): r for r in rows}
    found = [
        (*key, str(Fraction(r.after, r.den)), str(Fraction(r.after, r.den * r.unit)))
        for key, r in newest.items()
    ]
    return pd.DataFrame(found, columns=["account", "rule", "part", "dust", "dust_units"])


TRACE = ["seq", "verb", "recorded", "effective", "actor", "serial", "account", "state", "purpose",
         "closed"]  # fmt: skip


def trace(connection: Connection, text: str) -> pd.DataFrame:
    """Every lot that ever held a part of some serials, and what they were converted into.

    Raises:
        StateError: no such serials.
    """
    kind, number, lo, hi = parse_serial(text)
    s, e = slice_.c, event.c
    source = slice_.join(event, e.seq == s.opened)
    query = sa.select(
        e.seq, e.verb, e.recorded, e.effective, e.actor, s.kind, s.issue, s.lo, s.hi, s.account,
        s.state, s.purpose, s.closed,
    ).select_from(source)  # fmt: skip
    mine = sa.and_(s.issue == number, s.kind == kind)
    if lo is not None:
        mine = sa.and_(mine, s.hi > lo, s.lo < (hi if hi is not None else sa.literal(2**62)))
    rows = list(connection.execute(query.where(mine).order_by(s.id)))
    if not rows:
        raise StateError(f"no such serials '{text}'", where="serial")
    made = {r.seq for r in rows if r.state == "converted"}
    if made:
        rows += connection.execute(query.where(s.issue.in_(made)).order_by(s.id))
    found = [
        (*r[:5], serial(r.kind, r.issue, r.lo, r.hi), r.account, r.state, r.purpose, r.closed)
        for r in rows
    ]
    return pd.DataFrame(found, columns=TRACE).astype({"closed": "Int64"})


def in_units(quantity: int, kind: str) -> str:
    """A quantity in units of the registries, exactly."""
    whole, rest = divmod(abs(quantity), WHOLE[kind])
    digits = len(str(WHOLE[kind])) - 1
    text = f"{whole}" if not rest else f"{whole}.{rest:0{digits}d}".rstrip("0")
    return f"{'-' if quantity < 0 else ''}{text} {UNIT[kind]}"
