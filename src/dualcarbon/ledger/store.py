"""Where a ledger lives: SQLite or PostgreSQL by URL, one writer at a time, durable."""

from __future__ import annotations

import json
import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from dualcarbon.errors import InputError, missing_part
from dualcarbon.ledger import guards_postgres, guards_sqlite, schema
from dualcarbon.ledger.chain import Event, digest, genesis
from dualcarbon.ledger.errors import BY_NAME, BusyError, LedgerError, StateError, TamperFound

INSERT = f"INSERT INTO event ({', '.join(Event._fields)}) VALUES ({', '.join('?' * 10)})"
WAIT = 60.0
"""Seconds that a writer waits for another."""
SQLITE, POSTGRES = "sqlite", "postgresql"
LEAST_SQLITE = (3, 38, 0)
BUILT_IN = (
    ("registry", "other", "registry", "", "registry", ""),
    ("buffer", "other", "buffer", "", "pool", ""),
)
"""Accounts that every ledger has: who runs it, and the buffer against reversals."""


@dataclass(frozen=True)
class Head:
    """Number and hash of the last event."""

    seq: int
    hash: str


class Store:
    """A ledger's database.

    Args:
        url: such as ``sqlite:///x.db`` or ``postgresql+psycopg://user@host/base``.
        create: make the tables where there are none.
        settings: of a new ledger; those of an old one are its own.

    Raises:
        InputError: the URL or its driver cannot be used, or holds no ledger.
        TamperFound: a guard of the database is missing.
    """

    def __init__(
        self, url: str, *, create: bool = True, settings: Mapping[str, Any] | None = None
    ) -> None:
        self.engine = _engine(str(url))
        self.url = self.engine.url.render_as_string(hide_password=True)
        self.dialect = self.engine.dialect.name
        self.known: set[str] = set()
        self.makers: dict[str, Any] = {}
        try:
            self._open(create, settings or {})
        except BaseException:
            self.engine.dispose()
            raise

    def _open(self, create: bool, settings: Mapping[str, Any]) -> None:
        file = self.engine.url.database
        if self.dialect == SQLITE and not create and file and not Path(file).is_file():
            raise InputError(
                "no ledger there",
                where=self.url,
                allowed="`dualcarbon ledger init` makes one, in Python create=True",
            )
        with reported(self.url), self.engine.connect() as connection:
            there = sa.inspect(connection).has_table("settings")
        if not there and not create:
            raise InputError(
                "no ledger there",
                where=self.url,
                allowed="`dualcarbon ledger init` makes one, in Python create=True",
            )
        if not there:
            self._create(dict(settings))
        with self.reading() as connection:
            rows = connection.execute(sa.select(schema.settings)).all()
            self.check_guards(connection)
        found = {row.name: row.value for row in rows}
        self.settings: dict[str, Any] = json.loads(found["settings"])
        self.genesis = found["genesis"]
        if self.genesis != genesis(found["settings"]):
            raise TamperFound("the settings are not those of the beginning", seq=0)

    def _create(self, settings: dict[str, Any]) -> None:
        text = json.dumps({"version": schema.VERSION, **settings}, sort_keys=True)
        guards = guards_sqlite if self.dialect == SQLITE else guards_postgres
        extra = guards_sqlite.WRITING if self.dialect == SQLITE else ()
        with reported(self.url), self.engine.begin() as connection:
            if self.dialect == POSTGRES:
                connection.exec_driver_sql(
                    "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.ledger'))"
                )
            if sa.inspect(connection).has_table("settings"):
                return  # another process was first
            schema.metadata.create_all(connection)
            for row in BUILT_IN:
                values = dict(zip(schema.ROWS["account"][1], row, strict=True))
                connection.execute(sa.insert(schema.account).values(**values, event=0))
            rows = [
                {"name": "settings", "value": text}, {"name": "genesis", "value": genesis(text)}
            ]  # fmt: skip
            connection.execute(sa.insert(schema.settings), rows)
            for statement in (*extra, *guards.statements()):
                connection.exec_driver_sql(
                    statement.replace("%", "%%") if extra == () else statement
                )

    def check_guards(self, connection: Connection) -> None:
        """Check that every guard is there as we wrote it.

        Raises:
            TamperFound: one is missing, switched off or another.
        """
        if self.dialect == SQLITE:
            rows = connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
            )
            there = {row[0] for row in rows}
            missing = {s.split()[2] for s in guards_sqlite.statements() if s not in there}
        else:
            missing = _missing_of_postgres(connection)
        if missing:
            names = ", ".join(sorted(missing))
            raise TamperFound(f"guards of the database are missing: {names}", seq=0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the ledger and writes nothing."""
        with reported(self.url), self.engine.connect() as connection:
            if self.dialect == POSTGRES:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.info["wanted"] = "BEGIN"
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """The one writer: its block is written whole, durably, or not at all.

        Raises:
            BusyError: others held the ledger too long.
            LedgerError: the database refuses what is written.
        """
        with reported(self.url), self.engine.connect() as connection:
            connection.info["wanted"] = "BEGIN IMMEDIATE"
            with connection.begin() as transaction:
                writer = Writer(self, connection)
                yield writer
                if writer.dry:
                    transaction.rollback()
            if not writer.dry:
                self.known |= writer.known

    def head(self, connection: Connection) -> Head:
        """The last event."""
        found = connection.exec_driver_sql("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")
        row = found.first()
        return Head(0, self.genesis) if row is None else Head(row[0], row[1])


class Writer:
    """A transaction that holds the ledger's head and appends events.

    Attributes:
        connection: sees what was appended.
        dry: whether all is taken back at the end.
        known: accounts seen in this transaction; once it is durable, the store knows them.
    """

    def __init__(self, store: Store, connection: Connection) -> None:
        self.store, self.connection, self.dry = store, connection, False
        self.known: set[str] = set()
        driver: Any = connection.connection.driver_connection
        self.cursor = driver.cursor()
        if store.dialect == POSTGRES:
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock('event'::regclass::oid::bigint)"
            )
        self.head = store.head(connection)

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a statement with ``?`` for values, as tuples with the names of its columns."""
        cursor = self.execute(statement, values)
        make: Any = self.store.makers.get(statement)
        if make is None:
            names = [column[0] for column in cursor.description]
            row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
            make = self.store.makers[statement] = row._make
        return list(map(make, cursor.fetchall()))

    def tuples(self, statement: str, *values: Any) -> list[Any]:
        """Rows of a statement with ``?`` for values, as the driver gives them."""
        found: list[Any] = self.execute(statement, values).fetchall()
        return found

    def execute(self, statement: str, values: Sequence[Any]) -> Any:
        """Execute a statement with ``?`` for values by the driver itself, which costs least."""
        if self.store.dialect == POSTGRES:
            statement = statement.replace("%", "%%").replace("?", "%s")
        return self.cursor.execute(statement, values)

    def append(
        self, verb: str, key: str, actor: str, recorded: str, effective: str, body: str, effect: str
    ) -> Event:
        """Write the next event; its trigger writes the rows of its effect."""
        seq, prev = self.head.seq + 1, self.head.hash
        now = digest(prev, seq, verb, key, actor, recorded, effective, body, effect)
        event = Event(seq, verb, key, actor, recorded, effective, body, effect, prev, now)
        self.insert(event)
        return event

    def insert(self, event: Event) -> None:
        """Write an event as it is."""
        self.execute(INSERT, event)
        self.head = Head(event.seq, event.hash)


def _missing_of_postgres(connection: Connection) -> set[str]:
    """Triggers that are not there or off, and functions that are not as we wrote them."""
    rows = connection.exec_driver_sql(
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'D'"
    )
    triggers = {(row[0], row[1]) for row in rows}
    rows = connection.exec_driver_sql(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    )
    bodies = {(row[0], row[1].strip()) for row in rows}
    missing = set()
    for statement in guards_postgres.statements():
        words = statement.split()
        if words[1] == "TRIGGER":
            if (words[2], words[words.index("ON") + 1]) not in triggers:
                missing.add(words[2])
        else:
            name, body = words[2].partition("(")[0], statement.split("$guard$")[1].strip()
            if (name, body) not in bodies:
                missing.add(name)
    return missing


def _engine(url: str) -> Engine:
    if url.startswith("postgresql:"):
        url = url.replace("postgresql:", "postgresql+psycopg:", 1)
    try:
        address = sa.make_url(url)
        name = address.get_backend_name()
        if name not in (SQLITE, POSTGRES):
            raise InputError(
                f"no ledger can live in '{name}'", where=url, allowed=[SQLITE, POSTGRES]
            )
        more: dict[str, Any] = {}
        if name == SQLITE and address.database in (None, "", ":memory:"):
            more["poolclass"] = sa.StaticPool
        arguments = {"timeout": WAIT} if name == SQLITE else {}
        engine = sa.create_engine(address, connect_args=arguments, **more)
    except (ArgumentError, NoSuchModuleError) as error:
        raise InputError(f"is no address of a database: {error}", where=url) from None
    except ModuleNotFoundError as error:
        raise missing_part(error) or error from None
    if name == SQLITE:
        if sqlite3.sqlite_version_info < LEAST_SQLITE:
            raise InputError(
                f"SQLite {sqlite3.sqlite_version} is too old", where=url, allowed="3.38 or later"
            )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin)
    else:
        sa.event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we say when a transaction begins
    connection.create_function(guards_sqlite.FUNCTION, 9, digest, deterministic=True)
    for pragma in (
        "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON",
        f"busy_timeout = {int(WAIT * 1000)}",
        "cache_size = -65536", "trusted_schema = ON", "recursive_triggers = ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.get("wanted", "BEGIN IMMEDIATE"))


def _prepare_postgres(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {int(WAIT * 1000)}")
        cursor.execute("SET synchronous_commit = on")
    connection.commit()


@contextmanager
def reported(where: str) -> Iterator[None]:
    """Say errors of the database as errors of the ledger."""
    try:
        yield
    except DBAPIError as error:
        raise explained(error.orig, where) from error
    except Exception as error:
        if not type(error).__module__.startswith(("sqlite3", "psycopg")):
            raise
        raise explained(error, where) from error


def explained(error: BaseException | None, where: str) -> Exception:
    """The error of the ledger that a refusal of the database stands for."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    name, colon, what = text.partition(": ")
    if colon and name in BY_NAME:
        return BY_NAME[name](what)
    if "locked" in text or "lock timeout" in text or "could not obtain lock" in text:
        return BusyError("another writer holds the ledger", where=where)
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return TamperFound(f"the file cannot be read: {text}", seq=0)
    if type(error).__name__ == "OperationalError":
        return InputError(f"the database cannot be used: {text}", where=where)
    if "constraint" in text.lower() or "check" in text.lower():
        return StateError(f"the database refuses it: {text}")
    return LedgerError(f"the database refuses it: {text}", where=where)
