"""Where units come from: register, report, verify, correct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from dualcarbon.ledger.errors import ClaimTaken, LedgerError, RightsError, RuleError, StateError
from dualcarbon.ledger.kinds import Interval, account_text, instant, interval, party_of, quantity
from dualcarbon.ledger.lots import BUFFER, REGISTRY, Desk, Piece

ROLES = ("holder", "issuer", "verifier", "government")
EVIDENCE = ("Wh", "kg CO2e", "gce")


def register(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Register an account, or an activity with the meter that makes its evidence.

    A meter belongs to one activity for ever, however the device is called: signs that are neither
    letters nor digits, and upper case, do not make another one.
    """
    if fields.get("activity") is None:
        _register_account(desk, fields)
    else:
        _register_activity(desk, fields)


def _register_account(desk: Desk, fields: Mapping[str, Any]) -> None:
    name = account_text(fields.get("account"))
    role = str(fields.get("role") or "holder")
    if role not in ROLES:
        raise LedgerError(f"unknown role '{role}'", where="role", allowed=ROLES)
    if desk.actor != REGISTRY and (desk.actor != name or role != "holder"):
        raise RightsError(
            f"'{desk.actor}' may not register '{name}' as {role}", where="register",
            allowed="the registry, or a holder itself",
        )  # fmt: skip
    given = fields.get("agents") or ()
    if not isinstance(given, list | tuple):
        raise LedgerError(f"{given!r} is no list", where="agents", allowed="a list of accounts")
    agents = [account_text(a, "agents") for a in given]
    party = party_of(name)
    desk.effect.account.append((name, party.kind, party.what, party.bus, role, "\n".join(agents)))


def _register_activity(desk: Desk, fields: Mapping[str, Any]) -> None:
    owner = desk.account(fields.get("account"))
    desk.may(owner)
    unit = str(fields.get("unit") or "Wh")
    if unit not in EVIDENCE:
        raise LedgerError(f"unknown unit '{unit}'", where="unit", allowed=EVIDENCE)
    name = account_text(fields["activity"], "activity")
    plain = unicodedata.normalize("NFKC", str(fields.get("meter") or name))
    meter = re.sub(r"\W|_", "", plain).casefold()
    if not meter:
        raise LedgerError("names no meter", where="meter", allowed="letters and digits")
    held = desk.one("SELECT id FROM activity WHERE meter = ?", meter)
    if held is not None and held[0] != name:
        raise ClaimTaken(f"the meter '{meter}' belongs to '{held[0]}'", where="meter")
    capacity = fields.get("capacity")
    if capacity is not None:
        capacity = quantity(capacity, unit, "capacity")
    start = instant(fields.get("start") or "2000-01-01", "start")
    desk.effect.activity.append(
        (name, owner, str(fields.get("technology") or ""), str(fields.get("area") or ""), meter,
         unit,
         capacity, start.strftime("%Y-%m-%dT%H:%M:%SZ"))
    )  # fmt: skip


def _activity(desk: Desk, name: Any) -> Any:
    row = desk.one("SELECT id, owner, unit, meter, capacity, start, area, technology FROM activity "
                   "WHERE id = ?", name)  # fmt: skip
    if row is None:
        raise StateError(f"unknown activity '{name}'", where="activity", allowed="a registered one")
    return row


def report(desk: Desk, fields: Mapping[str, Any]) -> None:
    """File what an activity made in a period; a later report of it is a new version."""
    activity = _activity(desk, fields.get("activity"))
    desk.may(activity.owner)
    period = interval(fields.get("period"))
    amount = quantity(fields.get("quantity"), activity.unit, zero=True)
    if period.first < activity.start:
        raise StateError(
            f"the period begins before the activity does ({activity.start})", where="period"
        )
    _within_capacity(activity, period, amount)
    before = desk.one(
        "SELECT MAX(version) AS n FROM report WHERE activity = ? AND first = ?",
        activity.id,
        period.first,
    )
    desk.effect.report.append(
        (activity.id, (before.n or 0) + 1, period.first, period.last, amount,
         str(fields.get("document") or ""))
    )  # fmt: skip


def _within_capacity(activity: Any, period: Interval, amount: int) -> None:
    if activity.capacity is not None and amount > activity.capacity * period.hours:
        raise RuleError(
            f"{amount} {activity.unit} is more than the capacity makes in "
            f"{float(period.hours):g} hours",
            where="quantity", allowed=f"at most {int(activity.capacity * period.hours)}",
        )  # fmt: skip


def report_row(desk: Desk, number: Any) -> Any:
    """A report with its activity and the number of its verification, if any.

    Raises:
        StateError: there is none of that number.
    """
    row = desk.one(
        "SELECT r.event, r.activity, r.version, r.first, r.last, r.quantity, a.owner, a.unit, "
        "a.meter, a.area, a.technology, a.capacity, v.event AS verified, v.evidence, "
        "v.quantity AS amount FROM report r JOIN activity a ON a.id = r.activity "
        "LEFT JOIN verified v ON v.activity = r.activity AND v.first = r.first "
        "AND v.closed IS NULL WHERE r.event = ?", quantity(number, "reports", "report"),
    )  # fmt: skip
    if row is None:
        raise StateError(f"no report {number}", where="report", allowed="the seq of a report")
    return row


def verify(desk: Desk, fields: Mapping[str, Any]) -> None:
    """A verifier confirms a report; a verified quantity differs only where the verifier says so."""
    desk.must_be("verifier")
    row = report_row(desk, fields.get("report"))
    if desk.actor == row.owner:
        raise RightsError("nobody verifies an own report", where="verify")
    if row.verified is not None:
        raise StateError(
            f"the period of report {row.event} is verified already",
            where="report",
            allowed="correct",
        )
    _verify(desk, row, fields.get("quantity"))


def _verify(desk: Desk, row: Any, amount: Any) -> int:
    found = row.quantity if amount is None else quantity(amount, row.unit, zero=True)
    evidence = f"{row.meter}/{row.first}/{row.last}"
    overlap = desk.one(
        "SELECT first, last FROM verified WHERE activity = ? AND closed IS NULL AND first < ? "
        "AND last > ? AND first <> ?", row.activity, row.last, row.first, row.first,
    )  # fmt: skip
    if overlap is not None:
        raise ClaimTaken(
            f"{overlap.first} to {overlap.last} of '{row.activity}' is verified already",
            where="period",
        )
    desk.effect.verified.append(
        (row.event, row.activity, evidence, row.first, row.last, found, desk.actor)
    )
    return found


def correct(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Correct a verified quantity: nothing is deleted, and what was known before stays to be read.

    Units issued beyond the corrected quantity are taken back from the owner, then from the buffer;
    what is left is a debt of the owner. Nobody who bought them in good faith loses any.
    """
    desk.must_be("verifier", "issuer")
    if not fields.get("reason"):
        raise LedgerError("a correction needs a reason", where="reason")
    row = report_row(desk, fields.get("report"))
    if row.verified is None:
        raise StateError(f"report {row.event} is not verified", where="report", allowed="verify")
    if fields.get("quantity") is None:
        raise LedgerError("names no quantity", where="quantity", allowed=f"whole {row.unit}")
    desk.effect.unverify.append(row.verified)
    left = _verify(desk, row, fields["quantity"])
    issues = desk.writer.rows(
        "SELECT event, kind, elo, ehi, size FROM issue WHERE evidence = ? AND converted = 0 "
        "AND ehi > ? ORDER BY event DESC", row.evidence, left,
    )  # fmt: skip
    debts: dict[str, int] = {}
    for issue in issues:
        lost = issue.ehi - max(left, issue.elo)
        units = -(-lost * issue.size // (issue.ehi - issue.elo))
        short = take_back(desk, row.owner, issue.event, units, str(fields["reason"]))
        debts[issue.kind] = debts.get(issue.kind, 0) + short
    owed = {kind: amount for kind, amount in debts.items() if amount > 0}
    desk.effect.debt += [(row.owner, kind, amount) for kind, amount in sorted(owed.items())]


def take_back(desk: Desk, owner: str, issue: int, units: int, reason: str) -> int:
    """Withdraw units of an issue that owner or buffer hold, the last first; what is missing."""
    pieces: list[Piece] = []
    for holder in (owner, BUFFER):
        lots = desk.lots(
            "s.issue = ? AND s.account = ? AND s.state IN ('held', 'reserved') ORDER BY s.lo DESC",
            issue, holder,
        )  # fmt: skip
        for lot in lots:
            if units > 0:
                pieces.append(Piece(lot, max(lot.lo, lot.hi - units), lot.hi))
                units -= pieces[-1].hi - pieces[-1].lo
    desk.move(pieces, state="withdrawn", purpose=reason)
    return units
