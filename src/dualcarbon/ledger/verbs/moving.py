"""How units change hands and are held: transfer, reserve, release, split, merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dualcarbon.ledger.errors import LedgerError, StateError
from dualcarbon.ledger.kinds import KINDS, day, quantity
from dualcarbon.ledger.lots import FIRST_SALE, REGISTRY, Desk, Lot, Piece


def transfer(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Hand units to another account; the first sale of a certificate takes its slots.

    A reserved lot goes to the account for which it is reserved, while the reservation lasts.
    """
    account, to = desk.account(fields.get("account")), desk.account(fields.get("to"), "to")
    desk.may(account)
    if account == to:
        raise LedgerError(f"'{to}' holds them already", where="to", allowed="another account")
    named = any(fields.get(name) is not None for name in ("lot", "lots", "serial"))
    pieces = desk.pick(fields, ("held", "reserved") if named else ("held",))
    desk.alive(pieces)
    for lot, _, _ in pieces:
        if lot.state == "reserved":
            whom, until = _reservation(lot)
            if whom != to or until < desk.on.isoformat():
                raise StateError(
                    f"lot {lot.id} is reserved for '{whom}' until {until}",
                    where="lot",
                    allowed="release",
                )
    sell(desk, pieces)
    desk.move(pieces, account=to, state="held", purpose=str(fields.get("purpose") or ""), sold=1)


def sell(desk: Desk, pieces: Sequence[Piece]) -> None:
    """Take the slots of a first sale on what was never sold."""
    for lot, lo, hi in pieces:
        if not lot.sold and lot.kind in FIRST_SALE and not lot.converted:
            use = desk.rules.use(FIRST_SALE[lot.kind])
            desk.claim_pieces(use, [Piece(lot, lo, hi)], lot.account, "")


def reserve(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Set units aside for another account until a day: then it is theirs, or released."""
    account, to = desk.account(fields.get("account")), desk.account(fields.get("to"), "to")
    desk.may(account)
    if fields.get("until") is None:
        raise LedgerError("a reservation ends on a day", where="until", allowed="e.g. 2026-12-31")
    until = day(fields["until"], "until")
    if until < desk.on:
        raise StateError(f"{until} has passed on {desk.on}", where="until")
    pieces = desk.pick(fields)
    desk.alive(pieces)
    desk.move(pieces, state="reserved", purpose=f"{until.isoformat()} {to}")


def _reservation(lot: Lot) -> tuple[str, str]:
    until, _, whom = lot.purpose.partition(" ")
    return whom, until


def release(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Take a reservation back: who it is for at any time, the holder once it has ended."""
    account = desk.account(fields.get("account"))
    pieces = desk.pick(fields, ("reserved",))
    for lot, _, _ in pieces:
        whom, until = _reservation(lot)
        if desk.actor not in (whom, REGISTRY):
            desk.may(account)
            if until >= desk.on.isoformat():
                raise StateError(
                    f"lot {lot.id} is reserved for '{whom}' until {until}", where="release",
                    allowed=f"'{whom}', or a later day",
                )  # fmt: skip
    desk.move(pieces, state="held")


def split(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Cut a lot in parts of stated sizes that add up to it; nothing else changes."""
    account = desk.account(fields.get("account"))
    desk.may(account)
    if fields.get("lot") is None:
        raise LedgerError("names no lot", where="lot", allowed="the number of a lot")
    [(lot, lo, hi)] = desk.pick({"account": account, "lot": fields["lot"]}, ("held", "reserved"))
    given = fields.get("parts")
    if not isinstance(given, list | tuple) or len(given) < 2:
        raise LedgerError("names no parts", where="parts", allowed="two quantities or more")
    parts = [quantity(part, KINDS[lot.kind], "parts") for part in given]
    if sum(parts) != hi - lo:
        raise LedgerError(
            f"the parts add up to {sum(parts)}, the lot holds {hi - lo}", where="parts",
            allowed=f"parts that add up to {hi - lo}",
        )  # fmt: skip
    desk.effect.close.append(lot.id)
    for part in parts:
        _as_it_was(desk, lot, lo, lo + part)
        lo += part


def merge(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Make one lot of adjoining lots of one issue that are alike in all else."""
    account = desk.account(fields.get("account"))
    desk.may(account)
    pieces = desk.pick({"account": account, "lots": fields.get("lots")}, ("held", "reserved"))
    lots = sorted((piece.lot for piece in pieces), key=lambda lot: (lot.issue, lot.lo))
    if len(lots) < 2:
        raise LedgerError("merges one lot", where="lots", allowed="two lots or more")
    first, last = lots[0], lots[-1]
    for a, b in pairwise(lots):
        if a.issue != b.issue or a.hi != b.lo:
            raise StateError(f"{a.serial} and {b.serial} do not adjoin", where="lots")
        if (a.state, a.sold, a.purpose) != (b.state, b.sold, b.purpose):
            raise StateError(f"lots {a.id} and {b.id} are not alike", where="lots")
    desk.effect.close += [lot.id for lot in lots]
    late = max(lots, key=lambda lot: lot.since)
    _as_it_was(desk, first._replace(since=late.since), first.lo, last.hi)


def _as_it_was(desk: Desk, lot: Lot, lo: int, hi: int) -> None:
    desk.effect.slice.append(
        (lot.issue, lot.id, lo, hi, lot.account, lot.state, lot.sold, lot.since, lot.purpose)
    )
