"""What the database itself refuses, past our code; every altered cell is found."""

# ruff: noqa: E501 (attacks are rows of SQL)

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dualcarbon.ledger import ClaimTaken, StateError, TamperFound, open_ledger, schema
from dualcarbon.ledger.chain import Event, digest
from dualcarbon.ledger.store import Store
from dualcarbon.ledger.verifying import verify
from tests.ledgers import BACKENDS, Desk, address, raw

MWH = 10**6


@pytest.fixture(params=BACKENDS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with address(request.param, tmp_path) as url:
        found = Desk(url, scenario="test")
        found.opened()
        found.certificates()
        found("transfer", "alice", account="alice", to="bob", kind="green", quantity="400 MWh")
        found(
            "claim", "bob", account="bob", use="voluntary_green", kind="green", quantity="100 MWh"
        )
        found("convert", "alice", account="alice", rule="green-allowance", quantity="10 MWh")
        yield found
        found.ledger.close()


def refused(desk: Desk, statement: str, *more: str) -> str:
    """What the database says to raw SQL; fails where it says nothing."""
    connection = raw(desk.url)
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("ledger_digest", 9, digest, deterministic=True)
    else:
        import psycopg

        errors = (psycopg.Error,)
    try:
        for one in (statement, *more):
            connection.execute(one)
    except errors as error:
        return str(error)
    finally:
        connection.close()
    pytest.fail(f"the database accepts {statement}")


ATTACKS = {
    "a lot beside an event": "INSERT INTO slice (id, issue, lo, hi, account, state, sold, since, "
    "purpose, kind, due, opened) VALUES (990001, 7, 0, 5, 'alice', 'held', 0, '2026-01-01', '', "
    "'green', '9999-12-31', 99)",
    "a lot under the last event": "INSERT INTO slice (id, issue, lo, hi, account, state, sold, since, "
    "purpose, kind, due, opened) SELECT id + 5, issue, lo, hi, account, state, sold, since, purpose, "
    "kind, due, opened FROM slice WHERE id = (SELECT MAX(id) FROM slice)",
    "close a lot": "UPDATE slice SET closed = (SELECT MAX(seq) FROM event) WHERE closed IS NULL",
    "close a lot under the next event": "UPDATE slice SET closed = (SELECT MAX(seq) + 1 FROM event) "
    "WHERE closed IS NULL",
    "open a lot again": "UPDATE slice SET closed = NULL WHERE closed IS NOT NULL",
    "a longer range": "UPDATE slice SET hi = hi + 1",
    "another holder": "UPDATE slice SET account = 'carol' WHERE account = 'alice'",
    "another state": "UPDATE slice SET state = 'held'",
    "delete lots": "DELETE FROM slice",
    "change an event": "UPDATE event SET body = '{}' WHERE seq = 1",
    "delete an event": "DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)",
    "give a claim back": "UPDATE claim SET released = (SELECT MAX(seq) FROM event)",
    "delete a claim": "DELETE FROM claim",
    "a claim of nobody": "INSERT INTO claim (id, evidence, slot, lo, hi, use, level, beneficiary, "
    "period, issue, event) SELECT id + 7, evidence, slot, hi, hi + 5, use, level, beneficiary, "
    "period, issue, event FROM claim WHERE id = (SELECT MAX(id) FROM claim)",
    "a larger report": "UPDATE report SET quantity = quantity * 2",
    "a larger verified report": "UPDATE verified SET quantity = quantity * 2",
    "unverify": "UPDATE verified SET closed = 1",
    "a larger issue": "UPDATE issue SET size = size + 1",
    "a later end of life": "UPDATE issue SET due = '9999-12-31'",
    "fresh units": "UPDATE issue SET converted = 0",
    "less dust": "UPDATE minted SET after = 0",
    "another owner of a meter": "UPDATE activity SET owner = 'bob'",
    "an agent": "UPDATE account SET agents = 'bob' WHERE id = 'alice'",
    "another beginning": "UPDATE settings SET value = 'x'",
    "delete the beginning": "DELETE FROM settings",
    "a debt": "INSERT INTO debt (event, account, kind, quantity) VALUES (1, 'bob', 'green', 5)",
    "an account": "INSERT INTO account (id, kind, what, bus, role, agents, event) "
    "VALUES ('eve', 'other', 'eve', '', 'issuer', '', 1)",
}  # fmt: skip


def test_raw_sql_cannot_change_anything(desk: Desk) -> None:
    root, events = desk.ledger.root(), desk.ledger.verify()
    for what, statement in ATTACKS.items():
        assert refused(desk, statement), what
        assert desk.ledger.root() == root, what
    assert desk.ledger.verify() == events


def test_replacing_and_ignoring_are_no_way_round(tmp_path: Path) -> None:
    with address("sqlite", tmp_path) as url:
        desk = Desk(url)
        desk.opened()
        desk.certificates()
        columns = "seq, verb, key, actor, recorded, effective, body, effect, prev, hash"
        for word in ("REPLACE", "IGNORE"):
            for seq, key in (("seq", "key"), ("(SELECT MAX(seq) + 1 FROM event)", "key")):
                rest = columns.removeprefix("seq, verb, key, ")
                refused(
                    desk,
                    f"INSERT OR {word} INTO event ({columns}) SELECT {seq}, verb, {key}, {rest} "
                    "FROM event WHERE seq = 1",
                )
            refused(desk, f"INSERT OR {word} INTO slice SELECT * FROM slice LIMIT 1")
            refused(desk, f"INSERT OR {word} INTO settings SELECT name, 'x' FROM settings")
        assert desk.ledger.verify() == 8
        desk.ledger.close()


def test_the_writing_mark_opens_no_door(tmp_path: Path) -> None:
    with address("sqlite", tmp_path) as url:
        desk = Desk(url)
        desk.opened()
        desk.certificates()
        last = desk.ledger.verify()
        refused(desk, f"UPDATE writing SET seq = {last}")
        steal = f"UPDATE slice SET closed = {last + 1} WHERE closed IS NULL"
        refused(desk, "PRAGMA foreign_keys = OFF", f"UPDATE writing SET seq = {last + 1}", steal)
        refused(desk, "DELETE FROM writing")
        refused(desk, "INSERT INTO writing VALUES (1)")
        desk.certificates("2026-04")
        assert desk.ledger.verify() == last + 3
        desk.ledger.close()


def forged(desk: Desk, verb: str, effect: dict[str, Any], **changes: Any) -> str:
    """What the database says to an event of our own making, with the right hash."""
    last = desk.ledger.events()[-1]
    text = json.dumps(effect, separators=(",", ":"), sort_keys=True)
    row = {
        "seq": last.seq + 1, "verb": verb, "key": "forged", "actor": "registry",
        "recorded": last.recorded, "effective": last.effective, "body": "{}", "effect": text,
        "prev": last.hash, **changes,
    }  # fmt: skip
    row.setdefault("hash", digest(row["prev"], *(row[k] for k in Event._fields[:8])))
    values = ", ".join("'" + str(v).replace("'", "''") + "'" for v in row.values())
    return refused(desk, f"INSERT INTO event ({', '.join(row)}) VALUES ({values})")


def test_an_event_of_ones_own_making_must_keep_every_rule(desk: Desk) -> None:
    seq = len(desk.ledger.events()) + 1
    lots = desk.ledger.holdings()
    mine = lots[
        (lots["account"] == "alice") & (lots["kind"] == "green") & (lots["state"] == "held")
    ]
    lot, issue, lo, hi = (int(mine[c].iloc[0]) for c in ("lot", "issue", "start", "end"))
    used = int(lots[lots["state"] == "claimed"]["lot"].iloc[0])
    minted = lots[lots["kind"] == "allowance"].iloc[0]

    def child(k: int, start: int, end: int, who: str = "carol", state: str = "held") -> list[Any]:
        return [seq * 10_000 + k, issue, lot, start, end, who, state, 1, "2026-06-01", ""]

    close = {"close": [lot]}
    cases: dict[str, tuple[str, dict[str, Any], str]] = {
        "a gap of one": ("transfer", {**close, "slice": [child(0, lo, lo + 5), child(1, lo + 6, hi)]},
                         "conserved"),
        "children that overlap": (
            "transfer", {**close, "slice": [child(0, lo, lo + 5), child(1, lo + 4, hi)]}, "overlap"),
        "one more than there was": ("transfer", {**close, "slice": [child(0, lo, hi + 1)]}, "Taken"),
        "-5 and 15 for 10": ("split", {**close, "slice": [child(0, lo + 5, lo), child(1, lo, hi)]}, ""),
        "units from nowhere": ("transfer", {"slice": [child(0, lo, hi)]}, "overlap"),
        "units to nowhere": ("transfer", close, "conserved"),
        "a lot that has ended": ("transfer", {"close": [issue * 10_000]}, "ended"),
        "used units sold": (
            "transfer", {"close": [used], "slice": [[seq * 10_000, issue, used, 0, 100 * MWH, "carol",
                                                     "held", 1, "2026-06-01", ""]]}, "used"),
        "an account that is none": ("transfer", {**close, "slice": [child(0, lo, hi, "nobody")]}, "acc"),
        "a state that is none": ("transfer", {**close, "slice": [child(0, lo, hi, state="x")]}, ""),
        "used past its life": (
            "claim", {**close, "slice": [[*child(0, lo, hi)[:6], "claimed", 1, "2029-01-01", ""]]},
            "life"),
        "expired before its end": (
            "expire", {**close, "slice": [child(0, lo, hi, state="expired")]}, "life"),
        "converted a second time": (
            "transfer",
            {"close": [int(minted["lot"])],
             "slice": [[seq * 10_000, int(minted["issue"]), int(minted["lot"]), 0,
                        int(minted["end"]), "alice", "converted", 0, "2026-06-01", ""]]}, "once"),
        "minted from nothing": (
            "convert", {"issue": [["allowance", "CEA", 2026, "", "x", 0, 5, 5, "9999-12-31", 1, "r"]],
                        "slice": [[seq * 10_000, seq, None, 0, 5, "alice", "held", 0, "2026-06-01",
                                   ""]]}, "minted"),
        "more minted than burned": (
            "convert",
            {**close, "slice": [child(0, lo, hi, "alice", "converted"),
                                [seq * 10_000 + 1, seq, None, 0, 9_000_000, "alice", "held", 0,
                                 "2026-06-01", ""]],
             "issue": [["allowance", "CEA", 2026, "", "x", 0, 5, 9_000_000, "9999-12-31", 1, "r"]],
             "minted": [["holder", "r", "alice", hi - lo, 9_000_000, 0, 0, 1, 100, 1000]]}, "minted"),
        "issued without a report": (
            "issue", {"issue": [["green", "GEC", 2026, "", "x", 0, 5, 5, "9999-12-31", 0, ""]],
                      "slice": [[seq * 10_000, seq, None, 0, 5, "alice", "held", 0, "2026-06-01",
                                 ""]]}, "report"),
        "a quota without a claim": (
            "issue", {"issue": [["allowance", "CEA", 2026, "", "x", 0, 5, 5, "9999-12-31", 0, ""]],
                      "slice": [[seq * 10_000, seq, None, 0, 5, "alice", "held", 0, "2026-06-01",
                                 ""]]}, "claim"),
        "the same evidence again": (
            "claim", {"claim": [[seq * 10_000, str(mine["evidence"].iloc[0]), "attribute:issued", 4,
                                 6, "i_rec", "issuer", "eve", "", 0]]}, "claimed already"),
        "a meter twice": (
            "register", {"activity": [["wind-2", "alice", "", "", "m001", "Wh", None, "2000"]]}, "meter"),
    }  # fmt: skip
    for what, (verb, effect, word) in cases.items():
        said = forged(desk, verb, effect)
        assert word in said, (what, said)
    assert "gap" in forged(desk, "register", {}, seq=seq + 1)
    assert "prev" in forged(desk, "register", {}, prev="0" * 64)
    assert "hash" in forged(desk, "register", {}, hash="0" * 64)
    assert "key" in forged(desk, "register", {}, key="key 1").lower()
    assert desk.ledger.verify() == seq - 1


def test_neighbouring_claims_of_one_slot_are_accepted(desk: Desk) -> None:
    report = desk.verified("2026-05", 10)
    for first, quantity in ((0, 5), (6, 4)):
        desk("claim", use="rps_province", report=report, first=first, quantity=quantity)
    for first, quantity in ((4, 2), (5, 2), (0, 1), (9, 1)):
        with pytest.raises(ClaimTaken):
            desk("claim", use="rps_province", report=report, first=first, quantity=quantity)
    desk("claim", use="rps_province", report=report, first=5, quantity=1)


WRITERS = {
    "event": "seq", "slice": "opened", "claim": "event", "issue": "event", "account": "event",
    "activity": "event", "report": "event", "verified": "event", "minted": "event",
}  # fmt: skip
ENDED = ("closed", "released")


def test_every_altered_cell_is_found_with_its_event(desk: Desk) -> None:
    """Each cell of each row changed alone, guards taken away: the event is named that it is of."""
    used = desk.ledger.events()[-2].seq
    desk("reverse", event=used, reason="test")
    store, found = desk.ledger.store, 0
    with store.reading() as connection:
        disarm(connection, store.dialect)
        for table, writer in WRITERS.items():
            rows = connection.execute(sa.select(schema.metadata.tables[table])).mappings().all()
            for row in rows[:: max(len(rows) // 6, 1)]:
                for name, value in row.items():
                    other = f"{value}x" if isinstance(value, str) else 77
                    seq = alarm(connection, store, table, row, name, other)
                    if seq is None:  # a type or uniqueness refuses the change itself
                        continue
                    allowed = {row[writer]}
                    if name in ENDED or name in (writer, "id"):
                        allowed |= {row[n] for n in ENDED if row.get(n)} | {
                            1,
                            77,
                            max(1, row[writer]),
                        }
                    assert seq in allowed or (table == "account" and seq == 0), (table, name, seq)
                    found += 1
    assert found > 200
    assert desk.ledger.verify() == len(desk.ledger.events())


def disarm(connection: sa.Connection, dialect: str) -> None:
    """Take the guards away, as whoever can write to the disk does; only in this transaction."""
    if dialect == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = ("SELECT tgname, tgrelid::regclass::text FROM pg_trigger JOIN pg_class c "
                 "ON c.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace")  # fmt: skip
    for name, table in connection.exec_driver_sql(query).all():
        on = "" if dialect == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")


def alarm(
    connection: sa.Connection, store: Store, table: str, row: Any, name: str, other: Any
) -> int | None:
    """The event that verification names after one cell was changed; None where it cannot be."""
    columns = schema.metadata.tables[table].c
    change = sa.update(schema.metadata.tables[table]).values({name: other})
    for column in columns:
        if column.primary_key:
            change = change.where(column == row[column.name])
    step = connection.begin_nested()
    try:
        connection.execute(change)
        with pytest.raises(TamperFound) as error:
            verify(connection, store, None)
        return error.value.seq
    except sa.exc.DBAPIError:
        return None
    finally:
        step.rollback()


def test_rows_that_are_gone_or_added_are_found(desk: Desk) -> None:
    store, last = desk.ledger.store, desk.ledger.events()[-1]
    with store.reading() as connection:
        disarm(connection, store.dialect)
        for table, writer in WRITERS.items():
            where = f"{writer} = (SELECT MAX({writer}) FROM {table})"
            for statement in (
                f"DELETE FROM {table} WHERE {where}",
                f"INSERT INTO slice SELECT id + 9, issue, parent, lo, hi, account, state, sold, since, "
                f"purpose, kind, due, {last.seq + 1}, NULL FROM slice WHERE id = {last.seq * 10_000}",
            ):
                step = connection.begin_nested()
                connection.exec_driver_sql(statement)
                with pytest.raises(TamperFound):
                    verify(connection, store, f"{last.seq}:{last.hash}")
                step.rollback()
        verify(connection, store, last.hash)


def test_a_ledger_without_its_guards_does_not_open(desk: Desk) -> None:
    connection = raw(desk.url)
    name = "slice_new"
    more = "" if isinstance(connection, sqlite3.Connection) else " ON slice"
    connection.execute(f"DROP TRIGGER {name}{more}")
    connection.close()
    with pytest.raises(TamperFound, match=name):
        open_ledger(desk.url)


def test_a_guard_that_was_written_anew_is_found(desk: Desk) -> None:
    connection = raw(desk.url)
    if isinstance(connection, sqlite3.Connection):
        connection.execute("DROP TRIGGER slice_new")
        connection.execute("CREATE TRIGGER slice_new BEFORE INSERT ON slice BEGIN SELECT 1; END")
        name = "slice_new"
    else:
        connection.execute(
            "CREATE OR REPLACE FUNCTION ledger_slice_new() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW; END'"
        )
        name = "ledger_slice_new"
    connection.close()
    with pytest.raises(TamperFound, match=name):
        desk.ledger.verify()


def test_a_chain_written_anew_is_found_by_an_old_statement(tmp_path: Path) -> None:
    with address("sqlite", tmp_path) as url, address("sqlite", tmp_path) as other:
        roots = []
        for place, quantity in ((url, 5), (other, 6)):  # two histories of the same length
            desk = Desk(place)
            desk.opened()
            desk.certificates()
            desk("transfer", "alice", account="alice", to="bob", kind="green", quantity=quantity)
            roots.append(desk.ledger.statement("bob", "2026").head)
            desk.ledger.close()
        with open_ledger(url) as ledger:
            assert ledger.verify(roots[0]) == 9
            assert ledger.verify(roots[0].partition(":")[2]) == 9
            with pytest.raises(TamperFound, match="not on this chain") as found:
                ledger.verify(roots[1])
            assert found.value.seq == 9


def test_replay_into_the_other_backend_gives_the_same_root(desk: Desk, tmp_path: Path) -> None:
    other = "postgresql" if desk.url.startswith("sqlite") else "sqlite"
    with address(other, tmp_path) as url:
        twin = desk.ledger.replay(desk.ledger.events(), into=url)
        assert twin.root() == desk.ledger.root()
        assert twin.verify() == desk.ledger.verify()
        assert twin.balances().equals(desk.ledger.balances())
        assert twin.holdings().equals(desk.ledger.holdings())
        assert twin.claims().equals(desk.ledger.claims())
        assert twin.statement("bob", "2026").content == desk.ledger.statement("bob", "2026").content
        with pytest.raises(StateError, match="no state"):
            twin.balances(at=10_000)
        twin.close()
