"""Many events at once, from rows or CSV: all of them or none, tried before they are done."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dualcarbon.common.documents import read_text
from dualcarbon.errors import nearest_name
from dualcarbon.ledger.chain import Receipt, canonical
from dualcarbon.ledger.errors import LedgerError
from dualcarbon.ledger.store import Writer

OWN = ("verb", "key", "actor", "effective")
LISTS = ("lots", "parts", "agents")
NUMBERS = ("lot", "lots", "report", "issue", "event", "vintage", "parts", "first")


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be done, and why."""

    row: int
    key: str
    error: LedgerError


@dataclass(frozen=True)
class Batch:
    """What many rows came to.

    Attributes:
        plan: id of the rows and of the state that they were tried on, which the real run may name;
            empty where neither was asked for.
        receipts: of the rows that were (or would be) done.
        refused: rows that cannot be done; then nothing was written.
        done: whether it was written.
    """

    plan: str
    receipts: tuple[Receipt, ...]
    refused: tuple[Refusal, ...] = ()
    done: bool = False

    def __iter__(self) -> Any:
        return iter(self.receipts)

    def __len__(self) -> int:
        return len(self.receipts)

    def __getitem__(self, k: int) -> Receipt:
        return self.receipts[k]


class Ledger(Protocol):
    """What a batch asks of a ledger: its one writer, and a verb done by it."""

    def writing(self, dry_run: bool = False) -> AbstractContextManager[Writer]:
        """The writer; its block is written whole or not at all."""

    def do(
        self, writer: Writer, verb: Any, key: Any, actor: Any, effective: Any,
        fields: Mapping[str, Any],
    ) -> Receipt:  # fmt: skip
        """Do one verb by a writer."""


def submit_many(
    ledger: Ledger, rows: Any, *, dry_run: bool = False, plan: str | None = None
) -> Batch:
    """Do all rows, in order, or none.

    Args:
        rows: mappings with ``verb``, ``key``, ``actor`` and the fields of the verb, or a file or
        text of CSV with
            these columns; lists are parted by ``;``.
        dry_run: try them, say for each refused row why, and write nothing.
        plan: id that a dry run gave; refused where rows or ledger have changed since.

    Raises:
        LedgerError: the first row that cannot be done, with its number; nothing was written.
    """
    listed = list(read_rows(rows))
    with ledger.writing(dry_run) as writer:
        head = writer.head.hash
        name = _plan(listed, head) if dry_run or plan is not None else ""
        if plan is not None and plan != name and not _all_there(writer, listed):
            raise LedgerError(
                f"plan '{plan}' is not of these rows on this ledger", where="plan", allowed=name
            )
        receipts, refused = [], []
        for number, row in enumerate(listed, 1):
            fields = {k: v for k, v in row.items() if k not in OWN}
            missing = [k for k in ("verb", "key", "actor") if row.get(k) in (None, "")]
            try:
                if missing:
                    raise LedgerError(f"'{missing[0]}' is missing", allowed=OWN)
                own = (row["verb"], row["key"], row["actor"], row.get("effective"))
                receipts.append(ledger.do(writer, *own, fields))
            except LedgerError as error:
                if not dry_run:
                    raise error.within(f"row {number}") from None
                refused.append(Refusal(number, str(row.get("key") or ""), error))
        return Batch(name, tuple(receipts), tuple(refused), done=not dry_run)


def _plan(rows: list[dict[str, Any]], head: str) -> str:
    text = head + "".join(f"\n{canonical(row)}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _all_there(writer: Writer, rows: list[dict[str, Any]]) -> bool:
    """Whether all keys are events already: then it is a repetition, and no harm."""
    return all(writer.rows("SELECT 1 FROM event WHERE key = ?", row.get("key")) for row in rows)


def read_rows(rows: Any) -> Iterable[dict[str, Any]]:
    """Rows as mappings; from CSV, cells as what they mean.

    Raises:
        InputError: the file cannot be read.
        LedgerError: a row has more cells than heads, or a head stands twice.
    """
    if isinstance(rows, str | Path):
        text = str(rows)
        if isinstance(rows, Path) or "\n" not in text:
            text = read_text(Path(rows))
            try:
                yield from _of_csv(text)
            except LedgerError as error:
                raise error.within(str(rows), ": ") from None
            return
        yield from _of_csv(text)
        return
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise LedgerError("is no mapping of fields", where=f"row {number}")
        yield dict(row)


def _of_csv(text: str) -> Iterable[dict[str, Any]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        _check_heads(heads)
        for number, cells in enumerate(reader, 1):
            if not any(cells):
                continue
            if len(cells) > len(heads):
                raise LedgerError("has more cells than the first line", where=f"row {number}")
            given = {k: c.strip() for k, c in zip(heads, cells, strict=False) if c.strip()}
            yield {name: cell(name, text) for name, text in given.items()}
    except csv.Error as error:
        raise LedgerError(f"is no CSV: {error}", where=f"line {reader.line_num}") from None


def _check_heads(heads: list[str]) -> None:
    twice = next((h for h in heads if heads.count(h) > 1), None)
    if twice is not None:
        raise LedgerError(f"column '{twice}' stands twice", where="first line")
    for name in ("verb", "key", "actor"):
        if name not in heads:
            if len(heads) == 1 and (mark := next((m for m in ";\t" if m in heads[0]), "")):
                raise LedgerError(f"columns are parted by '{mark.strip() or 'tabs'}'",
                                  where="first line", allowed="commas")  # fmt: skip
            near = nearest_name(name, heads)
            raise LedgerError(f"no column '{name}'", where="first line", nearest=near, allowed=OWN)


def cell(name: str, text: str) -> Any:
    """A cell as what it means: a list where the field takes one, a whole number where it is one."""
    if name in LISTS:
        parts = [part.strip() for part in text.split(";")]
        return [_number(part) for part in parts] if name in NUMBERS else parts
    return _number(text) if name in NUMBERS or name == "quantity" else text


def _number(text: str) -> Any:
    with suppress(ValueError):
        return int(text)
    return text
