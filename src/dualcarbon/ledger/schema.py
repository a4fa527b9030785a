"""Tables of the ledger; what guards them stands in :mod:`dualcarbon.ledger.guards`.

Ranges are half open, quantities whole numbers, times and days ISO text. Every row but an event's
names the event that wrote it; nothing is ever changed but ``closed`` and ``released``, once, from
empty to the number of an event.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, MetaData, Table, Text

HELD = ("held", "reserved")
TERMINAL = ("claimed", "surrendered", "cancelled", "withdrawn", "expired", "converted")
STATES = (*HELD, *TERMINAL)
VERSION = 1

metadata = MetaData()
Number = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **more)


def _number(name: str, *, missing: bool = False, **more: Any) -> Column[int]:
    return Column(name, Number, nullable=missing, autoincrement=False, **more)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


settings = _table("settings", _text("name", primary_key=True), _text("value"))

event = _table(
    "event",
    _number("seq", primary_key=True),
    _text("verb"),
    _text("key", unique=True),
    _text("actor"),
    _text("recorded"),
    _text("effective"),
    _text("body"),
    _text("effect"),
    _text("prev"),
    _text("hash"),
)

account = _table(
    "account",
    _text("id", primary_key=True),
    _text("kind"),
    _text("what"),
    _text("bus"),
    _text("role"),
    _text("agents"),
    _number("event"),
)

activity = _table(
    "activity",
    _text("id", primary_key=True),
    _text("owner"),
    _text("technology"),
    _text("area"),
    _text("meter", unique=True),
    _text("unit"),
    _number("capacity", missing=True),
    _text("start"),
    _number("event"),
)

report = _table(
    "report",
    _number("event", primary_key=True),
    _text("activity"),
    _number("version"),
    _text("first"),
    _text("last"),
    _number("quantity"),
    _text("document"),
    CheckConstraint("first < last", name="report_period"),
    CheckConstraint("quantity >= 0", name="report_quantity"),
    Index("report_of_activity", "activity", "first", "version", unique=True),
)

verified = _table(
    "verified",
    _number("event", primary_key=True),
    _number("report"),
    _text("activity"),
    _text("evidence"),
    _text("first"),
    _text("last"),
    _number("quantity"),
    _text("verifier"),
    _number("closed", missing=True),
    Index("verified_of_activity", "activity", "first"),
    Index("verified_evidence", "evidence"),
)

issue = _table(
    "issue",
    _number("event", primary_key=True),
    _text("kind"),
    _text("code"),
    _number("vintage"),
    _text("area"),
    _text("evidence"),
    _number("elo"),
    _number("ehi"),
    _number("size"),
    _text("due"),
    _number("converted"),
    _text("origin"),
    CheckConstraint("size > 0", name="issue_size"),
    CheckConstraint("elo >= 0 AND elo < ehi", name="issue_range"),
    CheckConstraint("converted IN (0, 1)", name="issue_converted"),
)

slice_ = _table(
    "slice",
    _number("id", primary_key=True),
    _number("issue"),
    _number("parent", missing=True),
    _number("lo"),
    _number("hi"),
    _text("account"),
    _text("state"),
    _number("sold"),
    _text("since"),
    _text("purpose"),
    _text("kind"),
    _text("due"),
    _number("opened"),
    _number("closed", missing=True),
    CheckConstraint("lo >= 0 AND lo < hi", name="slice_range"),
    CheckConstraint("sold IN (0, 1)", name="slice_sold"),
    CheckConstraint(f"state IN {STATES}", name="slice_state"),
)
LIVE = slice_.c.closed.is_(None)
Index("slice_live", slice_.c.issue, slice_.c.lo, sqlite_where=LIVE, postgresql_where=LIVE)
Index(
    "slice_held", slice_.c.account, slice_.c.kind, slice_.c.state, slice_.c.due, slice_.c.issue,
    slice_.c.lo, sqlite_where=LIVE, postgresql_where=LIVE,
)  # fmt: skip
Index("slice_of_account", slice_.c.account, slice_.c.opened)

claim = _table(
    "claim",
    _number("id", primary_key=True),
    _text("evidence"),
    _text("slot"),
    _number("lo"),
    _number("hi"),
    _text("use"),
    _text("level"),
    _text("beneficiary"),
    _text("period"),
    _number("issue"),
    _number("event"),
    _number("released", missing=True),
    CheckConstraint("lo >= 0 AND lo < hi", name="claim_range"),
)
UNRELEASED = claim.c.released.is_(None)
Index(
    "claim_taken", claim.c.evidence, claim.c.slot, claim.c.lo, unique=True,
    sqlite_where=UNRELEASED, postgresql_where=UNRELEASED,
)  # fmt: skip

minted = _table(
    "minted",
    _number("event", primary_key=True),
    _text("part", primary_key=True),
    _text("rule"),
    _text("account"),
    _number("burned"),
    _number("minted"),
    _number("before"),
    _number("after"),
    _number("num"),
    _number("den"),
    _number("unit"),
    CheckConstraint("part IN ('holder', 'buffer')", name="minted_part"),
    CheckConstraint("den > 0 AND num >= 0 AND unit > 0", name="minted_rate"),
    CheckConstraint("minted % unit = 0", name="minted_whole"),
    CheckConstraint("after >= 0 AND after < unit * den", name="minted_dust"),
    Index("minted_of", "rule", "part", "account", "event"),
)

debt = _table(
    "debt",
    _number("event", primary_key=True),
    _text("kind", primary_key=True),
    _text("account"),
    _number("quantity"),
)

ROWS: dict[str, tuple[Table, tuple[str, ...]]] = {
    "account": (account, ("id", "kind", "what", "bus", "role", "agents")),
    "activity": (
        activity, ("id", "owner", "technology", "area", "meter", "unit", "capacity", "start")
    ),
    "claim": (
        claim,
        ("id", "evidence", "slot", "lo", "hi", "use", "level", "beneficiary", "period", "issue"),
    ),
    "debt": (debt, ("account", "kind", "quantity")),
    "issue": (
        issue,
        ("kind", "code", "vintage", "area", "evidence", "elo", "ehi", "size", "due", "converted",
         "origin"),
    ),
    "minted": (
        minted, ("part", "rule", "account", "burned", "minted", "before", "after", "num", "den",
                 "unit")
    ),
    "report": (report, ("activity", "version", "first", "last", "quantity", "document")),
    "slice": (
        slice_,
        ("id", "issue", "parent", "lo", "hi", "account", "state", "sold", "since", "purpose"),
    ),
    "verified": (
        verified, ("report", "activity", "evidence", "first", "last", "quantity", "verifier")
    ),
}  # fmt: skip
"""Parts of an effect that are rows of a table, and the columns that they give, in order."""

ENDS = {
    "close": (slice_, "closed"),
    "release": (claim, "released"),
    "unverify": (verified, "closed"),
}
"""Parts of an effect that end rows, and the column that says which event ended them."""

WRITER = {"slice": "opened"}
"""Column that names the event which wrote a row, where it is not ``event``."""
