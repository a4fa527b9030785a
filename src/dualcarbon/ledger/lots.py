"""Which lots a verb takes, how they are cut, and what of their evidence is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from dualcarbon.errors import nearest_name
from dualcarbon.ledger.chain import Effect
from dualcarbon.ledger.errors import (
    ClaimTaken,
    InsufficientUnits,
    LedgerError,
    RightsError,
    StateError,
)
from dualcarbon.ledger.kinds import (
    KINDS,
    LARGEST,
    account_text,
    kind_of,
    parse_serial,
    quantity,
    serial,
)
from dualcarbon.ledger.rules import Rules, Use
from dualcarbon.ledger.store import Writer

REGISTRY, BUFFER = "registry", "buffer"
FIRST_SALE = {"green": "gec_trade"}
"""The use that a first sale is, by kind: it takes its slots on the evidence."""
AT_ONCE = 2
COLUMNS = (
    "s.id, s.issue, s.parent, s.lo, s.hi, s.account, s.state, s.sold, s.since, s.purpose, s.kind, "
    "s.due, i.evidence, i.elo, i.ehi, i.size, i.vintage, i.area, i.converted"
)
FROM = "FROM slice s JOIN issue i ON i.event = s.issue"


class Lot(NamedTuple):
    """A live lot with what its issue says of it."""

    id: int
    issue: int
    parent: int | None
    lo: int
    hi: int
    account: str
    state: str
    sold: int
    since: str
    purpose: str
    kind: str
    due: str
    evidence: str
    elo: int
    ehi: int
    size: int
    vintage: int
    area: str
    converted: int

    @property
    def serial(self) -> str:
        """Its serials."""
        return serial(self.kind, self.issue, self.lo, self.hi)

    def evidence_range(self, lo: int, hi: int) -> tuple[int, int]:
        """The part of the evidence behind serials ``lo`` to ``hi``."""
        span = self.ehi - self.elo
        return self.elo + lo * span // self.size, self.elo + hi * span // self.size


class Piece(NamedTuple):
    """A part of a lot."""

    lot: Lot
    lo: int
    hi: int


@dataclass
class Desk:
    """What a verb sees of the ledger, and the effect it builds.

    Attributes:
        seq: number that the event will have.
        on: day from which the event holds.
    """

    writer: Writer
    rules: Rules
    seq: int
    verb: str
    actor: str
    recorded: str
    on: date
    effect: Effect = field(default_factory=Effect)

    def one(self, statement: str, *values: Any) -> Any:
        """The first row of a statement, or None."""
        rows = self.writer.rows(statement, *values)
        return rows[0] if rows else None

    def account(self, who: Any, where: str = "account") -> str:
        """The name of a registered account.

        Raises:
            LedgerError: it is not registered.
        """
        name = account_text(who, where)
        writer = self.writer
        if name in writer.known or name in writer.store.known:
            return name
        if self.one("SELECT 1 FROM account WHERE id = ?", name) is None:
            near = nearest_name(
                name, [r[0] for r in self.writer.rows("SELECT id FROM account LIMIT 5000")]
            )
            raise LedgerError(
                f"unknown account '{name}'",
                where=where,
                nearest=near,
                allowed="a registered account",
            )
        writer.known.add(name)
        return name

    def roles(self, name: str) -> tuple[str, str]:
        """Role and agents of an account; empty where it is not registered."""
        row = self.one("SELECT role, agents FROM account WHERE id = ?", name)
        return ("", "") if row is None else (row[0], row[1])

    def may(self, account: str) -> None:
        """Check that the actor may act for an account.

        Raises:
            RightsError: it is neither the account's own, nor its agent, nor the registry.
        """
        if self.actor in (account, REGISTRY):
            return
        if self.actor not in self.roles(account)[1].split("\n"):
            raise RightsError(f"'{self.actor}' may not act for '{account}'", where=self.verb)

    def must_be(self, *roles: str) -> None:
        """Check that the actor has one of some roles, or is the registry.

        Raises:
            RightsError: it has none.
        """
        if self.actor != REGISTRY and self.roles(self.actor)[0] not in roles:
            raise RightsError(
                f"'{self.actor}' may not {self.verb}", where=self.verb, allowed=[REGISTRY, *roles]
            )

    def lots(self, where: str, *values: Any) -> list[Lot]:
        """Live lots that meet a condition."""
        found = self.writer.tuples(
            f"SELECT {COLUMNS} {FROM} WHERE s.closed IS NULL AND {where}", *values
        )
        return list(map(Lot._make, found))

    def overlapping(self, issue: int, lo: int, hi: int) -> list[Lot]:
        """Live lots that touch serials ``lo`` to ``hi`` of an issue."""
        first = (
            "(SELECT MAX(p.lo) FROM slice p WHERE p.issue = ? AND p.closed IS NULL AND p.lo <= ?)"
        )
        return self.lots(
            f"s.issue = ? AND s.lo < ? AND s.lo >= COALESCE({first}, 0) ORDER BY s.lo",
            issue, hi, issue, lo,
        )  # fmt: skip

    def pick(
        self, fields: Mapping[str, Any], states: Sequence[str] = ("held",), owner: str | None = None
    ) -> list[Piece]:
        """The pieces that ``lot``, ``lots``, ``serial``, or ``kind`` and ``quantity`` name.

        By kind and quantity the lots whose life ends first are taken, among these the oldest; so it
        does not matter how they are cut.

        Raises:
            InsufficientUnits: the account holds less.
            StateError: a lot is not there, or not in one of the states.
        """
        account = owner or self.account(fields["account"])
        if fields.get("lot") is not None or fields.get("lots") is not None:
            found = self._named(fields, account)
        elif fields.get("serial") is not None:
            found = self._of_serial(str(fields["serial"]), account)
        else:
            found = self._of_kind(fields, account, states)
        wrong = next((p.lot for p in found if p.lot.state not in states), None)
        if wrong is not None:
            raise StateError(
                f"lot {wrong.id} ({wrong.serial}) is {wrong.state}", where=self.verb, allowed=states
            )
        late = next((p.lot for p in found if p.lot.since > self.on.isoformat()), None)
        if late is not None:
            raise StateError(
                f"lot {late.id} is there from {late.since} on, the event holds from {self.on}",
                where="effective",
            )
        return found

    def _named(self, fields: Mapping[str, Any], account: str) -> list[Piece]:
        numbers = fields.get("lots") if fields.get("lots") is not None else [fields["lot"]]
        if not isinstance(numbers, list | tuple) or not numbers:
            raise LedgerError("names no lots", where="lots", allowed="a list of numbers")
        wanted = [quantity(n, "lots", "lot") for n in numbers]
        if len(set(wanted)) < len(wanted):
            raise LedgerError("a lot is named twice", where="lots")
        marks = ", ".join("?" * len(wanted))
        found = {lot.id: lot for lot in self.lots(f"s.id IN ({marks})", *wanted)}
        for number in wanted:
            if number not in found:
                raise StateError(f"lot {number} is not live", where="lot")
            if found[number].account != account:
                raise InsufficientUnits(f"'{account}' does not hold lot {number}", where="lot")
        pieces = [Piece(found[n], found[n].lo, found[n].hi) for n in wanted]
        if fields.get("quantity") is None:
            return pieces
        return self._first(pieces, quantity(fields["quantity"], KINDS[pieces[0].lot.kind]), account)

    def _of_serial(self, text: str, account: str) -> list[Piece]:
        kind, issue, lo, hi = parse_serial(text)
        lots = self.overlapping(issue, lo or 0, LARGEST if hi is None else hi)
        size = lots[0].size if lots and lots[0].kind == kind else 0
        lo, hi = lo or 0, size if hi is None else hi
        inside = [
            piece
            for lot in lots
            if (piece := Piece(lot, max(lo, lot.lo), min(hi, lot.hi))).lo < piece.hi
        ]
        if hi > size or not inside:
            raise StateError(f"no such serials '{text}'", where="serial", allowed=f"0 to {size}")
        foreign = next((p for p in inside if p.lot.account != account), None)
        if foreign is not None:
            raise InsufficientUnits(f"'{account}' does not hold all of '{text}'", where="serial")
        return inside

    def _of_kind(
        self, fields: Mapping[str, Any], account: str, states: Sequence[str]
    ) -> list[Piece]:
        if fields.get("kind") is None or fields.get("quantity") is None:
            raise LedgerError(
                "names no units", where=self.verb, allowed="lot, lots, serial, or kind and quantity"
            )
        kind = kind_of(fields["kind"])
        wanted = quantity(fields["quantity"], KINDS[kind])
        condition = "s.account = ? AND s.kind = ? AND s.state = ?"
        values: list[Any] = [account, kind, states[0]]
        if fields.get("vintage") is not None:
            condition += " AND i.vintage = ?"
            values.append(quantity(fields["vintage"], "years", "vintage"))
        if fields.get("area") is not None:
            condition += " AND i.area = ?"
            values.append(str(fields["area"]))
        order = "ORDER BY s.due, s.issue, s.lo LIMIT ? OFFSET ?"
        pieces: list[Piece] = []
        total, most = 0, AT_ONCE
        while total < wanted:
            page = self.lots(f"{condition} {order}", *values, most, len(pieces))
            pieces += [Piece(lot, lot.lo, lot.hi) for lot in page]
            total += sum(lot.hi - lot.lo for lot in page)
            if len(page) < most:
                break
            most *= 8
        return self._first(pieces, wanted, account)

    def _first(self, pieces: Iterable[Piece], wanted: int, account: str) -> list[Piece]:
        taken: list[Piece] = []
        left = wanted
        for lot, lo, hi in pieces:
            if left <= 0:
                break
            taken.append(Piece(lot, lo, min(hi, lo + left)))
            left -= hi - lo
        if left > 0:
            raise InsufficientUnits(
                f"'{account}' holds {wanted - left} of the {wanted} asked for", where="quantity"
            )
        return taken

    def move(
        self, pieces: Sequence[Piece], *, account: str | None = None, state: str | None = None,
        purpose: str = "", sold: int | None = None,
    ) -> None:  # fmt: skip
        """Close the lots of the pieces; open the pieces changed, and the rest as it was."""
        by_lot = groupby(sorted(pieces, key=lambda p: (p.lot.id, p.lo)), key=lambda p: p.lot)
        for lot, parts in by_lot:
            self.effect.close.append(lot.id)
            at = lot.lo
            for part in parts:
                if at < part.lo:
                    self._open(lot, at, part.lo)
                self._open(
                    lot, part.lo, part.hi, account=account or lot.account, state=state or lot.state,
                    sold=lot.sold if sold is None else sold,
                    since=self.on.isoformat(), purpose=purpose,
                )  # fmt: skip
                at = part.hi
            if at < lot.hi:
                self._open(lot, at, lot.hi)

    def _open(self, lot: Lot, lo: int, hi: int, **changes: Any) -> None:
        row = {
            "account": lot.account, "state": lot.state, "sold": lot.sold, "since": lot.since,
            "purpose": lot.purpose, **changes,
        }  # fmt: skip
        self.effect.slice.append((lot.issue, lot.id, lo, hi, *row.values()))

    def alive(self, pieces: Sequence[Piece]) -> None:
        """Check that none of the units is past its life.

        Raises:
            StateError: one is.
        """
        past = next((p.lot for p in pieces if p.lot.due < self.on.isoformat()), None)
        if past is not None:
            raise StateError(
                f"{past.serial} is past its life, which ended on {past.due}", where=self.verb
            )

    def claim(
        self,
        use: Use,
        evidence: str,
        lo: int,
        hi: int,
        *,
        beneficiary: str,
        period: str,
        issue: int,
    ) -> None:
        """Take the slots of a use on a range of evidence; a user keeps what the first sale took.

        Raises:
            ClaimTaken: somebody else has claimed a part of it.
        """
        for slot in self.rules.slots(use):
            at = lo
            for first, last, by, whose, owner in self.taken(evidence, slot, lo, hi):
                if owner != issue or by not in FIRST_SALE.values() or use.level != "user":
                    raise ClaimTaken(
                        f"{evidence} [{first}, {last}) is claimed already: {by} of '{whose}'",
                        where=f"slot {slot}",
                    )
                if at < first:
                    self._claim(use, evidence, slot, at, first, beneficiary, period, issue)
                at = max(at, last)
            if at < hi:
                self._claim(use, evidence, slot, at, hi, beneficiary, period, issue)

    def taken(self, evidence: str, slot: str, lo: int, hi: int) -> Sequence[Any]:
        """Claims of a slot that touch a range: their range, use, beneficiary and issue."""
        first = (
            "(SELECT MAX(lo) FROM claim WHERE evidence = ? AND slot = ? AND released IS NULL "
            "AND lo <= ?)"
        )
        return self.writer.rows(
            "SELECT lo, hi, use, beneficiary, issue FROM claim WHERE evidence = ? AND slot = ? "
            f"AND released IS NULL AND lo < ? AND hi > ? AND lo >= COALESCE({first}, 0) "
            "ORDER BY lo",
            evidence, slot, hi, lo, evidence, slot, lo,
        )  # fmt: skip

    def _claim(
        self,
        use: Use,
        evidence: str,
        slot: str,
        lo: int,
        hi: int,
        who: str,
        period: str,
        issue: int,
    ) -> None:
        row = (evidence, slot, lo, hi, use.use, use.level, who, period, issue)
        self.effect.claim.append(row)

    def claim_pieces(self, use: Use, pieces: Sequence[Piece], who: str, period: str) -> None:
        """Take the slots of a use on the evidence behind pieces."""
        for lot, lo, hi in pieces:
            first, last = lot.evidence_range(lo, hi)
            if first < last:
                self.claim(
                    use, lot.evidence, first, last, beneficiary=who, period=period, issue=lot.issue
                )
