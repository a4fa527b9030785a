"""The chain of events: canonical text, hashes, and what an event writes into the tables.

``hash = sha256(prev, seq, verb, key, actor, recorded, effective, body, effect)``, one per line. The
body holds what was asked, the effect every row that follows from it; both are canonical JSON: keys
sorted, integers and ``n/d`` texts only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from dualcarbon.ledger.errors import LedgerError
from dualcarbon.ledger.kinds import account_text, stamp
from dualcarbon.system.parties import Party

PER_EVENT = 10_000
"""Rows that one event may number: row ``k`` of event ``n`` is ``n * 10 000 + k``."""


class Event(NamedTuple):
    """One event of the chain.

    Attributes:
        recorded: when it was written, by the clock of the writer, UTC.
        effective: day from which it holds.
        body: what was asked; effect: the rows that follow, both canonical JSON.
        prev: hash of the event before it.
    """

    seq: int
    verb: str
    key: str
    actor: str
    recorded: str
    effective: str
    body: str
    effect: str
    prev: str
    hash: str

    def fields(self) -> dict[str, Any]:
        """What was asked."""
        return json.loads(self.body)


class Receipt(NamedTuple):
    """What a verb gives back once it is durable.

    Attributes:
        seq: number of the event; key: of the caller; hash: of the event, the new head.
        lots: lots that the event opened.
    """

    seq: int
    key: str
    hash: str
    lots: tuple[int, ...]


ENDING = ("close", "release", "unverify", "debt")
"""Parts whose rows stand in order of their numbers, whatever the order in which they were found."""


@dataclass
class Effect:
    """Rows that an event writes, in the order of the columns of their tables.

    Attributes:
        close: lots that end; reopen: verified reports that end; release: claims given back.
    """

    account: list[tuple[Any, ...]] = field(default_factory=list)
    activity: list[tuple[Any, ...]] = field(default_factory=list)
    claim: list[tuple[Any, ...]] = field(default_factory=list)
    close: list[int] = field(default_factory=list)
    debt: list[tuple[Any, ...]] = field(default_factory=list)
    issue: list[tuple[Any, ...]] = field(default_factory=list)
    minted: list[tuple[Any, ...]] = field(default_factory=list)
    release: list[int] = field(default_factory=list)
    report: list[tuple[Any, ...]] = field(default_factory=list)
    slice: list[tuple[Any, ...]] = field(default_factory=list)
    unverify: list[int] = field(default_factory=list)
    verified: list[tuple[Any, ...]] = field(default_factory=list)

    def text(self, seq: int) -> str:
        """Canonical JSON, with the numbers of rows that carry one.

        Raises:
            LedgerError: more rows than one event may write.
        """
        parts = {name: rows for name, rows in vars(self).items() if rows}
        parts |= {name: sorted(parts[name]) for name in ENDING if name in parts}
        for name in ("slice", "claim"):
            if name in parts:
                if len(parts[name]) >= PER_EVENT:
                    raise LedgerError(
                        f"touches {len(parts[name])} rows",
                        allowed=f"below {PER_EVENT}; cut it in parts",
                    )
                first = seq * PER_EVENT
                parts[name] = [(first + k, *row) for k, row in enumerate(parts[name])]
        return _dumps(parts)

    def lots(self, seq: int) -> tuple[int, ...]:
        """Numbers of the lots that it opens."""
        return tuple(seq * PER_EVENT + k for k in range(len(self.slice)))


CONTROL = re.compile(r"[\x00-\x1f]")
_dumps = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(fields: Mapping[str, Any]) -> str:
    """Canonical JSON of what was asked.

    Raises:
        LedgerError: a field is of a type that has no canonical text, such as a fraction in floating
        point.
    """
    return _dumps({str(key): _plain(value, str(key)) for key, value in fields.items()})


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, bool | str):
        if isinstance(value, str) and CONTROL.search(value):
            raise LedgerError("holds control signs", where=where, allowed="text of one line")
        return value
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, Party):
        return account_text(value, where)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{where}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{where}.{k}") for k, inner in enumerate(value)]
    if hasattr(value, "__index__"):
        return value.__index__()
    raise LedgerError(
        f"{value!r} cannot be written exactly",
        where=where,
        allowed="text, whole numbers, fractions, days",
    )


def digest(
    prev: str, seq: int, verb: str, key: str, actor: str, recorded: str, effective: str, body: str,
    effect: str,
) -> str:  # fmt: skip
    """Hash of an event and of all before it."""
    text = f"{prev}\n{seq}\n{verb}\n{key}\n{actor}\n{recorded}\n{effective}\n{body}\n{effect}"
    return hashlib.sha256(text.encode()).hexdigest()


def genesis(settings: str) -> str:
    """What stands before the first event: the hash of the ledger's settings."""
    return hashlib.sha256(f"dualcarbon ledger\n{settings}".encode()).hexdigest()


def effect_texts(effect: str) -> Iterator[tuple[str, str]]:
    """Table and canonical text of its rows, for each part of an effect."""
    for name, rows in json.loads(effect).items():
        yield name, _dumps(rows)
