"""Whether a stored ledger is what was written: every hash, and every row against its event."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing
from itertools import count
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from dualcarbon.ledger.chain import digest, genesis
from dualcarbon.ledger.errors import TamperFound
from dualcarbon.ledger.schema import ENDS, ROWS, WRITER
from dualcarbon.ledger.store import BUILT_IN, SQLITE, Store

MANY = ("claim", "close", "slice")
"""Parts that are read along with the events; the others are few and held in memory."""
AT_ONCE = 5_000
NEVER = 2**62
NAMES = count()


def verify(connection: Connection, store: Store, root: str | None) -> int:
    """Check the chain and the rows; give the number of events.

    Raises:
        TamperFound: with the number of the first event that is not as it was written.
    """
    connection.exec_driver_sql("SELECT 1")  # begins the one state that all is read from
    try:
        return _verify(connection, store, root)
    except sqlite3.DatabaseError as error:
        raise TamperFound(f"the file cannot be read: {error}", seq=_readable(connection)) from error


def _readable(connection: Connection) -> int:
    """Number behind the last event that can be read one by one."""
    seq = 1
    try:
        while connection.exec_driver_sql("SELECT hash FROM event WHERE seq = ?", (seq,)).first():
            seq += 1
    except DBAPIError:
        pass
    return seq


EVENTS = (
    "SELECT seq, verb, key, actor, recorded, effective, body, effect, prev, hash "
    "FROM event ORDER BY seq"
)


def _verify(connection: Connection, store: Store, root: str | None) -> int:
    wanted_seq, _, wanted = (root or "").rpartition(":")
    met = root is None or wanted == store.genesis
    _check_beginning(connection, store)
    few = {part: _grouped(connection, store, part) for part in (*ROWS, *ENDS) if part not in MANY}
    rare = {at for found in few.values() for at in found}
    seq, prev = 0, store.genesis
    with ExitStack() as stack:
        many = [stack.enter_context(closing(_stream(connection, store, part))) for part in MANY]
        rows = stack.enter_context(closing(_rows(connection, store, EVENTS)))
        heads = [next(stream) for stream in many]
        for row in rows:
            seq += 1
            now = _checked(row, seq, prev)
            parts = {}
            if seq in rare:
                parts = {name: found.pop(seq) for name, found in few.items() if seq in found}
            for k, part in enumerate(MANY):
                at, text = heads[k]
                if at == seq:
                    parts[part] = text
                    heads[k] = next(many[k])
                elif at < seq:
                    raise TamperFound(f"rows of {part} that no event wrote", seq=max(at, 1))
            names = sorted(parts) if seq in rare else parts
            effect = ",".join([f'"{name}":{parts[name]}' for name in names])
            if row[7] != f"{{{effect}}}":
                raise TamperFound("its rows are not what it wrote", seq=seq)
            prev = now
            met = met or now == wanted
    _check_copies(connection)
    left = [at for found in few.values() for at in found] + [at for at, _ in heads if at != NEVER]
    if left:
        raise TamperFound("rows that no event wrote", seq=max(min(left), 1))
    if not met:
        named = int(wanted_seq) if wanted_seq.isdigit() else seq
        raise TamperFound("the head of that statement is not on this chain", seq=min(named, seq))
    return seq


def _checked(row: Any, seq: int, prev: str) -> str:
    """The hash of an event that follows the one before it."""
    if row[0] != seq:
        raise TamperFound("an event is missing", seq=seq)
    if row[8] != prev:
        raise TamperFound("does not follow the event before it", seq=seq)
    now = digest(prev, *row[:8])
    if now != row[9]:
        raise TamperFound("is not what its hash says", seq=seq)
    return now


def _rows(connection: Connection, store: Store, statement: str) -> Generator[Any, None, None]:
    """Rows as the driver gives them, a few thousand at a time."""
    driver: Any = connection.connection.driver_connection
    named = {} if store.dialect == SQLITE else {"name": f"verify_{next(NAMES)}"}
    cursor = driver.cursor(**named)
    try:
        cursor.execute(statement)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows
    finally:
        cursor.close()


def _text(store: Store, part: str) -> str:
    """SQL that writes a row as canonical JSON."""
    table, columns = ROWS[part]
    if store.dialect == SQLITE:
        return f"json_array({', '.join(columns)})"
    cells = []
    for name in columns:
        column = table.c[name]
        text = f"to_json({name})::text" if str(column.type) == "TEXT" else f"{name}::text"
        cells.append(f"coalesce({text}, 'null')" if column.nullable else text)
    return "'[' || " + " || ',' || ".join(cells) + " || ']'"


def _statement(store: Store, part: str) -> str:
    if part in ENDS:
        table, column = ENDS[part]
        key = next(iter(table.primary_key)).name
        where = f"WHERE {column} IS NOT NULL ORDER BY {column}, {table.name}.{key}"
        return f"SELECT {column}, CAST({key} AS TEXT) FROM {table.name} {where}"
    table, _ = ROWS[part]
    writer = WRITER.get(part, "event")
    order = ", ".join(c.name for c in table.primary_key) if part != "minted" else "event, part DESC"
    order = f"event, {order}" if part in ("account", "activity") else order
    where = " WHERE event > 0" if part == "account" else ""
    return f"SELECT {writer}, {_text(store, part)} FROM {table.name}{where} ORDER BY {order}"


def _stream(
    connection: Connection, store: Store, part: str
) -> Generator[tuple[int, str], None, None]:
    """Number of an event and the canonical text of its rows, for one part, in order."""
    at = NEVER
    texts: list[str] = []
    for seq, text in _rows(connection, store, _statement(store, part)):
        if seq == at:
            texts.append(text)
            continue
        if at != NEVER:
            if seq < at:
                raise TamperFound(f"rows of {part} are not in order", seq=max(at, 1))
            yield at, f"[{','.join(texts)}]"
        at, texts = seq, [text]
    if at != NEVER:
        yield at, f"[{','.join(texts)}]"
    while True:
        yield NEVER, ""


def _grouped(connection: Connection, store: Store, part: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, text in _stream(connection, store, part):
        if at == NEVER:
            return found
        if at in found:
            raise TamperFound(f"rows of {part} in another order", seq=max(at, 1))
        found[at] = text
    return found


def _check_copies(connection: Connection) -> None:
    """Kind and end of life stand in a lot as in its issue."""
    row = connection.exec_driver_sql(
        "SELECT MIN(s.opened) FROM slice s LEFT JOIN issue i ON i.event = s.issue "
        "WHERE i.kind IS NULL OR s.kind <> i.kind OR s.due <> i.due"
    ).first()
    if row is not None and row[0] is not None:
        raise TamperFound("a lot is not of its issue", seq=max(row[0], 1))


def _check_beginning(connection: Connection, store: Store) -> None:
    """Settings, and accounts that every ledger has, are written by no event."""
    rows = connection.exec_driver_sql("SELECT name, value FROM settings")
    found = {name: value for name, value in rows}
    if found.get("genesis") != store.genesis or genesis(found.get("settings", "")) != store.genesis:
        raise TamperFound("the settings are not those of the beginning", seq=0)
    accounts = connection.exec_driver_sql(
        "SELECT id, kind, what, bus, role, agents FROM account WHERE event < 1 ORDER BY id DESC"
    ).all()
    if [tuple(row) for row in accounts] != list(BUILT_IN):
        raise TamperFound("the accounts of the beginning are not as they were", seq=0)
