"""Units of one market made into units of another, and events taken back: convert, reverse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualcarbon.ledger.chain import PER_EVENT
from dualcarbon.ledger.errors import InsufficientUnits, LedgerError, RuleError, StateError
from dualcarbon.ledger.kinds import LARGEST, WHOLE, quantity
from dualcarbon.ledger.lots import BUFFER, Desk, Piece
from dualcarbon.ledger.rules import SCENARIO, ConversionRule

CONVERT_USE = {"green": "converted", "white": "converted_white"}
REVERSIBLE = ("transfer", "reserve", "claim", "surrender", "cancel", "convert")
PARTS = ("holder", "buffer")


def convert(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Burn units and mint others at an exact rate; what makes no whole unit is kept as dust.

    ``minted * den + dust' = burned * num + dust`` for the holder's part and for the buffer's, so
    that what is minted depends on the total alone, not on how it was cut. A unit is converted once
    in its life; what is minted keeps the earliest vintage and end of life of what was burned.
    """
    account = desk.account(fields.get("account"))
    desk.may(account)
    rule = desk.rules.conversion(str(fields.get("rule")))
    if rule.status == SCENARIO and not desk.writer.store.settings.get("scenario"):
        raise RuleError(
            f"rule '{rule.name}' is of a scenario, not law", where="rule",
            allowed="a ledger opened with scenario='...'",
        )  # fmt: skip
    if rule.additionality and fields.get("additionality") is None:
        raise RuleError(
            f"rule '{rule.name}' needs the test '{rule.additionality}'", where="additionality",
            allowed="the document that shows it",
        )  # fmt: skip
    pieces = desk.pick({"kind": rule.from_kind, **fields})
    wrong = next((p.lot.kind for p in pieces if p.lot.kind != rule.from_kind), None)
    if wrong is not None:
        raise RuleError(f"'{rule.name}' converts no {wrong}", where="rule", allowed=rule.from_kind)
    if any(p.lot.converted for p in pieces):
        raise RuleError("units are converted once in their life", where="convert")
    desk.alive(pieces)
    if rule.from_kind in CONVERT_USE:
        desk.claim_pieces(desk.rules.use(CONVERT_USE[rule.from_kind]), pieces, account, "")
    desk.move(pieces, state="converted", purpose=rule.name)
    burned = sum(p.hi - p.lo for p in pieces)
    holder, kept = (_mint(desk, rule, part, account, burned) for part in PARTS)
    if holder + kept:
        first = min(pieces, key=lambda p: (p.lot.due, p.lot.vintage)).lot
        desk.effect.issue.append(
            (rule.to_kind, desk.rules.unit(rule.to_kind).code, first.vintage, first.area,
             f"converted/{desk.seq}", 0, burned, holder + kept, first.due, 1, rule.name)
        )  # fmt: skip
        on = desk.on.isoformat()
        for whom, lo, hi in ((account, 0, holder), (BUFFER, holder, holder + kept)):
            if lo < hi:
                desk.effect.slice.append((desk.seq, None, lo, hi, whom, "held", 0, on, rule.name))


def _mint(desk: Desk, rule: ConversionRule, part: str, account: str, burned: int) -> int:
    """What a part of a conversion mints, in base units; a negative burning takes back."""
    share = rule.share(part)
    if part == "buffer" and share == 0:
        return 0
    row = desk.one(
        "SELECT after FROM minted WHERE rule = ? AND part = ? AND account = ? "
        "ORDER BY event DESC LIMIT 1", rule.name, part, account,
    )  # fmt: skip
    before = 0 if row is None else row.after
    num, den, unit = share.numerator, share.denominator, WHOLE[rule.to_kind]
    total = burned * num + before
    if not -LARGEST < total < LARGEST:
        raise LedgerError(
            "too much for one conversion", where="quantity", allowed="cut it in parts"
        )
    minted = total // (unit * den) * unit
    desk.effect.minted.append(
        (part, rule.name, account, burned, minted, before, total - minted * den, num, den, unit)
    )
    return minted


def reverse(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Take an event back by another one, if its units are still where it put them.

    Serials go back to who held them, claims are released; of a conversion as many units of the same
    rule and vintage are cancelled as it would not have minted. An event is reversed once.
    """
    desk.must_be("issuer", "government")
    if not fields.get("reason"):
        raise LedgerError("a reversal needs a reason", where="reason")
    number = quantity(fields.get("event"), "events", "event")
    event = desk.one("SELECT seq, verb, key FROM event WHERE seq = ?", number)
    if event is None or event.verb not in REVERSIBLE:
        what = f"no event {number}" if event is None else f"event {number} is a {event.verb}"
        raise StateError(f"{what}, which cannot be reversed", where="event", allowed=REVERSIBLE)
    if desk.taken(f"event/{number}", "reversed", 0, 1):
        raise StateError(f"event {number} is reversed already", where="event")
    first, last = number * PER_EVENT, number * PER_EVENT + PER_EVENT - 1
    changed = desk.writer.rows(
        "SELECT s.issue, s.lo, s.hi, s.account, s.state, p.account AS whose, p.state AS was, "
        "p.purpose, p.sold FROM slice s JOIN slice p ON p.id = s.parent "
        "WHERE s.id BETWEEN ? AND ? AND (s.account <> p.account OR s.state <> p.state) "
        "ORDER BY s.id", first, last,
    )  # fmt: skip
    moved = [(row, _where_it_put_them(desk, row)) for row in changed]
    for (whose, was, purpose, sold), pieces in _grouped(moved).items():
        desk.move(pieces, account=whose, state=was, purpose=purpose, sold=sold)
    claims = desk.writer.rows(
        "SELECT id FROM claim WHERE id BETWEEN ? AND ? AND released IS NULL ORDER BY id",
        first,
        last,
    )
    desk.effect.release += [row.id for row in claims]
    if event.verb == "convert":
        _unmint(desk, number)
    desk.effect.claim.append(
        (f"event/{number}", "reversed", 0, 1, "reversal", "registry", desk.actor, "", 0)
    )


def _where_it_put_them(desk: Desk, row: Any) -> list[Piece]:
    same = (row.account, row.state)
    lots = [
        lot
        for lot in desk.overlapping(row.issue, row.lo, row.hi)
        if (lot.account, lot.state) == same and lot.hi > row.lo
    ]
    pieces = [Piece(lot, max(lot.lo, row.lo), min(lot.hi, row.hi)) for lot in lots]
    if sum(p.hi - p.lo for p in pieces) < row.hi - row.lo:
        raise StateError(
            f"'{row.account}' does not hold all of its units as {row.state} any more", where="event"
        )
    return pieces


def _grouped(moved: list[tuple[Any, list[Piece]]]) -> dict[tuple[str, str, str, int], list[Piece]]:
    """Pieces by what they become; a lot whose parts become different things is cut by its first."""
    found: dict[tuple[str, str, str, int], list[Piece]] = {}
    for row, pieces in moved:
        found.setdefault((row.whose, row.was, row.purpose, row.sold), []).extend(pieces)
    owners: dict[int, tuple[str, str, str, int]] = {}
    for target, pieces in found.items():
        for piece in pieces:
            if owners.setdefault(piece.lot.id, target) != target:
                raise StateError(
                    f"lot {piece.lot.id} was merged of units that go back to different places",
                    where="event", allowed="split it first",
                )  # fmt: skip
    return found


def _unmint(desk: Desk, number: int) -> None:
    """Cancel what a conversion minted, dust carried on exactly."""
    rows = desk.writer.rows(
        "SELECT part, rule, account, burned FROM minted WHERE event = ?", number
    )
    for row in rows:
        rule = desk.rules.conversions[row.rule]
        back = -_mint(desk, rule, row.part, row.account, -row.burned)
        holder = BUFFER if row.part == "buffer" else row.account
        vintage = desk.one("SELECT vintage FROM issue WHERE event = ?", number)
        lots = desk.lots(
            "s.account = ? AND s.kind = ? AND s.state = 'held' AND i.origin = ? "
            "ORDER BY CASE WHEN s.issue = ? THEN 0 ELSE 1 END, s.issue, s.lo",
            holder, rule.to_kind, rule.name, number,
        )  # fmt: skip
        pieces: list[Piece] = []
        for lot in lots:
            if back > 0 and (vintage is None or lot.vintage == vintage.vintage):
                pieces.append(Piece(lot, lot.lo, min(lot.hi, lot.lo + back)))
                back -= pieces[-1].hi - pieces[-1].lo
        if back > 0:
            raise InsufficientUnits(
                f"'{holder}' does not hold the units of the conversion: {back} are missing",
                where="event",
            )
        desk.move(pieces, state="cancelled", purpose=f"reversal of event {number}")
