"""What units are used for: claim, surrender, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dualcarbon.ledger.errors import LedgerError, RightsError, RuleError, StateError
from dualcarbon.ledger.kinds import interval, quantity
from dualcarbon.ledger.lots import REGISTRY, Desk, Piece
from dualcarbon.ledger.rules import Use
from dualcarbon.ledger.verbs.sources import report_row

OBLIGATIONS = {
    "national_ets": ("allowance", "ccer"),
    "rps": ("green",),
    "saving_target": ("white",),
    "energy_use": ("energy_use",),
}
"""Kinds that each obligation takes."""
SURRENDER_USE = {"rps": "rps_user", "saving_target": "saving_target"}
"""The use that a surrender is, where it takes slots on the evidence."""
CREDIT_SHARE = Fraction(1, 20)
"""Largest share of an obligation in the national market that credits may meet (rules of 2023)."""
USER = "user"


def claim(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Claim what units stand for: a user uses them up, others claim on another level.

    Who claims on another level names lots, or a ``report`` whose evidence no units were issued on.
    """
    use = desk.rules.use(str(fields.get("use")), when="claim")
    period = str(fields.get("period") or "")
    if period:
        interval(period)
    if fields.get("report") is not None:
        _claim_evidence(desk, use, fields, period)
        return
    account = desk.account(fields.get("account"))
    who = str(fields.get("beneficiary") or account)
    states = ("held",) if use.level == USER else ("held", "reserved", "claimed", "surrendered")
    pieces = desk.pick(fields, states)
    kinds = {piece.lot.kind for piece in pieces}
    if kinds != {use.kind}:
        raise RuleError(
            f"'{use.use}' is no use of {' and '.join(sorted(kinds))}", where="use", allowed=use.kind
        )
    if any(piece.lot.converted for piece in pieces):
        raise RuleError("converted units stand for no evidence of their own", where="claim")
    if use.level == USER:
        desk.may(account)
        desk.alive(pieces)
    else:
        _may_claim(desk, who, account)
    desk.claim_pieces(use, pieces, who, period)
    if use.level == USER:
        desk.move(pieces, state="claimed", purpose=_purpose(use.use, who, period))


def _claim_evidence(desk: Desk, use: Use, fields: Mapping[str, Any], period: str) -> None:
    """Claim a part of a verified report itself, on which no units need to stand."""
    row = report_row(desk, fields["report"])
    if use.level == USER:
        raise RuleError(f"'{use.use}' is claimed with units", where="use", allowed="lot, or kind")
    if row.verified is None:
        raise StateError(f"report {row.event} is not verified", where="report")
    who = str(fields.get("beneficiary") or row.owner)
    _may_claim(desk, who, row.owner)
    first = quantity(fields.get("first") or 0, row.unit, "first", zero=True)
    last = first + quantity(fields.get("quantity"), row.unit)
    if last > row.amount:
        raise StateError(f"the report holds {row.amount} {row.unit}", where="quantity")
    desk.claim(use, row.evidence, first, last, beneficiary=who, period=period, issue=0)


def _may_claim(desk: Desk, who: str, account: str) -> None:
    if desk.actor not in (REGISTRY, who, account):
        raise RightsError(f"'{desk.actor}' may not claim for '{who}'", where="claim")


def _purpose(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def surrender(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Hand units in for an obligation of a period; credits meet a twentieth of it at most."""
    account = desk.account(fields.get("account"))
    desk.may(account)
    obligation = str(fields.get("obligation") or "")
    if obligation not in OBLIGATIONS:
        raise RuleError(
            f"unknown obligation '{obligation}'", where="obligation", allowed=OBLIGATIONS
        )
    if not fields.get("period"):
        raise LedgerError("names no period", where="period", allowed="e.g. 2025")
    interval(fields["period"])
    pieces = desk.pick(fields)
    wrong = next((p.lot.kind for p in pieces if p.lot.kind not in OBLIGATIONS[obligation]), None)
    if wrong is not None:
        raise RuleError(
            f"{wrong} meets no obligation of '{obligation}'", where="kind",
            allowed=OBLIGATIONS[obligation],
        )  # fmt: skip
    desk.alive(pieces)
    purpose = _purpose(obligation, str(fields["period"]))
    limited = [p for p in pieces if p.lot.kind == "ccer" or p.lot.converted]
    if fields.get("report") is not None or limited:
        purpose = _of_report(desk, fields, account, limited, purpose)
    use = SURRENDER_USE.get(obligation)
    if use is not None:
        desk.claim_pieces(desk.rules.use(use), pieces, account, str(fields["period"]))
    credits = [p for p in pieces if p.lot.kind == "ccer" and not p.lot.converted]
    if credits:
        desk.claim_pieces(
            desk.rules.use("voluntary_credit"), credits, account, str(fields["period"])
        )
    desk.move(pieces, state="surrendered", purpose=purpose)


def _of_report(
    desk: Desk, fields: Mapping[str, Any], account: str, limited: Sequence[Piece], purpose: str
) -> str:
    """Check credits and converted units against the verified emissions that are settled."""
    if fields.get("report") is None:
        raise LedgerError(
            "credits and converted units are counted against a report of emissions", where="report",
            allowed="the seq of a verified report in kg CO2e",
        )  # fmt: skip
    row = report_row(desk, fields["report"])
    if row.verified is None or row.unit != "kg CO2e":
        raise StateError(f"report {row.event} is no verified report of emissions", where="report")
    purpose = _purpose(purpose, f"report {row.event}")
    for converted in (0, 1):
        now = sum(p.hi - p.lo for p in limited if p.lot.converted == converted)
        share = _largest(desk, limited) if converted else CREDIT_SHARE
        if now == 0 or share is None:
            continue
        before = desk.one(
            "SELECT COALESCE(SUM(s.hi - s.lo), 0) AS n FROM slice s "
            "JOIN issue i ON i.event = s.issue "
            "WHERE s.account = ? AND s.state = 'surrendered' AND s.closed IS NULL "
            "AND s.purpose = ? "
            "AND i.converted = ? AND (i.converted = 1 OR s.kind = 'ccer')",
            account, purpose, converted,
        )  # fmt: skip
        most = int(row.amount * share)
        if int(before.n) + now > most:
            raise RuleError(
                f"{int(before.n) + now} kg CO2e are above {share} of {row.amount}",
                where="quantity",
                allowed=f"at most {max(most - int(before.n), 0)}",
            )  # fmt: skip
    return purpose


def _largest(desk: Desk, limited: Sequence[Piece]) -> Fraction | None:
    """The least limit of the rules by which converted units were minted."""
    issues = {p.lot.issue for p in limited if p.lot.converted}
    origins = {desk.one("SELECT origin FROM issue WHERE event = ?", n).origin for n in issues}
    limits = [desk.rules.conversions[origin].limit for origin in origins]
    return min((limit for limit in limits if limit is not None), default=None)


def cancel(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Give units up for a reason, for no obligation and no claim."""
    account = desk.account(fields.get("account"))
    desk.may(account)
    if not fields.get("reason"):
        raise LedgerError("a cancellation needs a reason", where="reason")
    desk.move(desk.pick(fields), state="cancelled", purpose=str(fields["reason"]))
