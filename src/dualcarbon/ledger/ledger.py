"""A ledger of units: one chain of events, every verb atomic and durable, every balance a sum.

For research, simulation and internal control, not an official registry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import nearest_name
from dualcarbon.ledger import reading, verifying
from dualcarbon.ledger.batch import Batch, submit_many
from dualcarbon.ledger.chain import Event, Receipt, canonical
from dualcarbon.ledger.errors import KeyReused, LedgerError, TamperFound
from dualcarbon.ledger.kinds import account_text, day, stamp
from dualcarbon.ledger.lots import Desk
from dualcarbon.ledger.rules import ConversionRule, Rules, check_paths, rules
from dualcarbon.ledger.statement import Statement, statement
from dualcarbon.ledger.store import Store, Writer
from dualcarbon.ledger.verbs import VERBS

if TYPE_CHECKING:
    import pandas as pd

Clock = Callable[[], datetime]


class Ledger:
    """A ledger that is open; see :func:`open_ledger`."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self.store = store
        self._clock = clock or (lambda: datetime.now(UTC))
        self._rules: dict[date, Rules] = {}
        self._own = _conversions(store.settings.get("conversions", ()))

    # writing

    def submit(
        self, verb: str, *, key: str, actor: Any, dry_run: bool = False, effective: Any = None,
        **fields: Any,
    ) -> Receipt:  # fmt: skip
        """Do one verb: all of it, durably, or nothing.

        Args:
            verb: one of :data:`dualcarbon.ledger.verbs.VERBS`.
            key: of the caller; the same key with the same body gives the same receipt again.
            actor: who asks; a party or its text.
            dry_run: check it and write nothing.
            effective: day from which it holds; that of the clock by default.
            fields: of the verb.

        Raises:
            LedgerError: it cannot be done, with the reason; nothing was written.
        """
        with self.writing(dry_run) as writer:
            return self.do(writer, verb, key, actor, effective, fields)

    def submit_many(self, rows: Any, *, dry_run: bool = False, plan: str | None = None) -> Batch:
        """Do all rows, in order, or none; see :func:`dualcarbon.ledger.batch.submit_many`."""
        return submit_many(self, rows, dry_run=dry_run, plan=plan)

    @contextmanager
    def writing(self, dry_run: bool = False) -> Iterator[Writer]:
        """The one writer; its block is written whole or not at all."""
        with self.store.writing() as writer:
            writer.dry = dry_run
            yield writer

    def do(
        self,
        writer: Writer,
        verb: str,
        key: Any,
        actor: Any,
        effective: Any,
        fields: Mapping[str, Any],
    ) -> Receipt:
        """Do one verb by a writer; see :meth:`submit`."""
        if verb not in VERBS:
            raise LedgerError(
                f"unknown verb '{verb}'",
                where="verb",
                allowed=VERBS,
                nearest=nearest_name(verb, VERBS),
            )
        if not isinstance(key, str) or not 0 < len(key) <= 200 or not key.isprintable():
            raise LedgerError(f"{key!r} is no key", where="key", allowed="1 to 200 printable signs")
        who = account_text(actor, "actor")
        given = {name: value for name, value in fields.items() if value is not None}
        VERBS[verb].check(verb, given)
        if effective is not None:
            given["effective"] = day(effective, "effective")
        body = canonical(given)
        before = writer.rows(
            "SELECT seq, verb, actor, body, hash, effect FROM event WHERE key = ?", key
        )
        if before:
            return _again(before[0], verb, key, who, body)
        now = self._clock()
        on = given.get("effective") or day(now)
        if on not in self._rules:
            self._rules[on] = self.rules(on)
        desk = Desk(writer, self._rules[on], writer.head.seq + 1, verb, who, stamp(now), on)
        VERBS[verb].does(desk, given)
        effect = desk.effect.text(desk.seq)
        event = writer.append(verb, key, who, desk.recorded, desk.on.isoformat(), body, effect)
        return Receipt(event.seq, key, event.hash, desk.effect.lots(event.seq))

    # reading

    def rules(self, at: date | str | None = None) -> Rules:
        """The rules of this ledger as they stand on a day; today by default."""
        found = rules(at or day(self._clock()), tuple(self.store.settings.get("opened", ())))
        return replace(found, conversions=self._own) if self._own else found

    def balances(
        self, at: int | None = None, *, known_at: Any = None, valid_at: Any = None
    ) -> pd.DataFrame:
        """Sums over live lots: account, kind, vintage, area, state, quantity (base units).

        Args:
            at: after the event of this number; now by default.
            known_at: what was recorded by then; valid_at: what holds on that day.
        """
        with self.store.reading() as connection:
            return reading.balances(connection, at, known_at, valid_at)

    def holdings(
        self, at: int | None = None, *, known_at: Any = None, valid_at: Any = None
    ) -> pd.DataFrame:
        """Lots: lot, kind, start, end (half open), account, state, parent, evidence."""
        with self.store.reading() as connection:
            return reading.holdings(connection, at, known_at, valid_at)

    def entries(self) -> pd.DataFrame:
        """Closings (-) and openings (+) of every event, by account, kind, vintage, area, state."""
        with self.store.reading() as connection:
            return reading.entries(connection)

    def events(self, after: int = 0) -> list[Event]:
        """Events behind the one of a number, in order."""
        with self.store.reading() as connection:
            return reading.events(connection, after)

    def claims(self, evidence: str | None = None) -> pd.DataFrame:
        """Claims on evidence, those given back included."""
        with self.store.reading() as connection:
            return reading.claims(connection, evidence)

    def overlaps(self) -> pd.DataFrame:
        """Evidence that two uses claim because a scenario opened the pair, in base units."""
        with self.store.reading() as connection:
            return reading.overlaps(connection)

    def debts(self) -> pd.DataFrame:
        """What accounts owe because units were found void: account, kind, quantity."""
        with self.store.reading() as connection:
            return reading.debts(connection)

    def dust(self) -> pd.DataFrame:
        """What conversions left that makes no whole unit: account, rule, part, exact ``n/d``."""
        with self.store.reading() as connection:
            return reading.dust(connection)

    def trace(self, serial: str) -> pd.DataFrame:
        """The life of serials such as ``green-12:0-500``: every event that moved a part of them."""
        with self.store.reading() as connection:
            return reading.trace(connection, serial)

    def statement(self, account: Any, period: Any) -> Statement:
        """What an account held, what moved, and what it holds, with the head of the chain."""
        with self.store.reading() as connection:
            return statement(connection, self.store, account_text(account), period)

    def root(self, seq: int | None = None) -> str:
        """Hash of the last event, or of the one of a number; of no event, that of the settings."""
        with self.store.reading() as connection:
            return reading.root(connection, self.store, seq)

    def head(self) -> str:
        """Number and hash of the last event, ``seq:hash``, as statements and exports print it."""
        with self.store.reading() as connection:
            head = self.store.head(connection)
            return f"{head.seq}:{head.hash}"

    # checking, moving

    def verify(self, root: str | None = None) -> int:
        """Check every hash and every row; give the number of events.

        Args:
            root: head of an earlier statement, ``seq:hash`` or the hash alone, that must be on the
            chain.

        Raises:
            TamperFound: with the number of the first event that is not as it was written.
        """
        with self.store.reading() as connection:
            self.store.check_guards(connection)
            return verifying.verify(connection, self.store, root)

    def replay(self, events: Iterable[Event], into: str) -> Ledger:
        """Write events into a new ledger, of another backend too; its root is the same.

        Raises:
            LedgerError: the ledger holds events already, or the events are no chain.
        """
        store = Store(
            into, settings={k: v for k, v in self.store.settings.items() if k != "version"}
        )
        other = Ledger(store, self._clock)
        if store.genesis != self.store.genesis:
            raise LedgerError("is a ledger of other settings", where=into)
        with other.writing() as writer:
            if writer.head.seq:
                raise LedgerError("holds events already", where=into, allowed="an empty ledger")
            for event in events:
                writer.insert(Event(*event))
        return other

    def from_run(self, run: Any, *, key: str, scenario: str | None = None) -> Any:
        """Post a solved run; see :func:`dualcarbon.ledger.bridge.from_run`."""
        from dualcarbon.ledger.bridge import from_run

        return from_run(self, run, key=key, scenario=scenario)

    def close(self) -> None:
        """Let go of the database."""
        self.store.engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(
    url: str | Path,
    clock: Clock | None = None,
    create: bool = True,
    *,
    scenario: str = "",
    opened: Collection[str] = (),
    conversions: Collection[ConversionRule | Mapping[str, Any]] = (),
) -> Ledger:
    """Open a ledger, or make one where there is none.

    For research, simulation and internal control, not an official registry.

    Args:
        url: ``sqlite:///x.db`` or ``postgresql+psycopg://user@host/base``; a path is one of SQLite.
        clock: gives the time; that of the machine by default. Order is by number, never by clock.
        create: make a new ledger where there is none.
        scenario: name of the scenario for which the ledger is: only then do conversions that are
        not
            law run, and pairs without a rule open.
        opened: exclusions that the scenario opens, by id, such as ``X13``.
        conversions: rules of the scenario in place of the built-in ones; no path may beat a direct
        one.

    Raises:
        InputError: the address cannot be used, or holds no ledger.
        RuleError: a rule cannot be used.
        TamperFound: a guard of the database is missing.
    """
    address = str(url) if "://" in str(url) else f"sqlite:///{url}"
    wanted: dict[str, Any] = {}
    if (opened or conversions) and not scenario:
        raise LedgerError("only a scenario opens pairs or brings rules", where="scenario")
    if scenario:
        rules(opened=opened)
        own = [_written(rule) for rule in conversions]
        _conversions(own)
        wanted = {"scenario": scenario, "opened": sorted(opened), "conversions": own}
    ledger = Ledger(Store(address, create=create, settings=wanted), clock)
    differ = {k for k, v in wanted.items() if ledger.store.settings.get(k) != v}
    if differ:
        raise LedgerError(
            f"the ledger was made with another {', '.join(sorted(differ))}", where=address
        )
    return ledger


def _again(row: Any, verb: str, key: str, actor: str, body: str) -> Receipt:
    """The receipt of an event that is there, if the same was asked."""
    import json

    if (row.verb, row.actor, row.body) != (verb, actor, body):
        raise KeyReused(
            f"key '{key}' belongs to event {row.seq}, which is another one", where="key"
        )
    lots = tuple(r[0] for r in json.loads(row.effect).get("slice", ()))
    return Receipt(row.seq, key, row.hash, lots)


def _written(rule: ConversionRule | Mapping[str, Any]) -> dict[str, Any]:
    given = asdict(rule) if isinstance(rule, ConversionRule) else dict(rule)
    return {k: str(v) if isinstance(v, Fraction) else v for k, v in given.items() if v is not None}


def _conversions(rows: Collection[Mapping[str, Any]]) -> dict[str, ConversionRule]:
    found: dict[str, ConversionRule] = {}
    for row in rows:
        shares = {
            k: Fraction(str(row[k])) for k in ("rate", "discount", "buffer", "limit") if k in row
        }  # fmt: skip
        try:
            rule = ConversionRule(**{**row, **shares})
        except TypeError as error:
            raise LedgerError(f"is no conversion rule: {error}", where="conversions") from None
        found[rule.name] = rule
    check_paths(found.values())
    return found


__all__ = ["Ledger", "TamperFound", "open_ledger"]
