"""How units come and go: issue on verified evidence, withdraw, expire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dualcarbon.ledger.errors import ClaimTaken, LedgerError, RuleError, StateError
from dualcarbon.ledger.kinds import BEIJING, ENDLESS, KINDS, WHOLE, day, instant, kind_of, quantity
from dualcarbon.ledger.lots import Desk, Piece
from dualcarbon.ledger.rules import rate
from dualcarbon.ledger.verbs.sources import report_row

NEEDS = {"green": "Wh", "white": "gce", "ccer": "kg CO2e"}
"""Evidence on which units of a kind are issued; a quota needs the document that allots it."""
ISSUE_USE = {
    "green": "gec_issue", "ccer": "ccer_issue", "white": "white_issue",
    "allowance": "allowance_issue", "energy_use": "energy_use_issue",
}  # fmt: skip
NO_CERTIFICATE = ("storage",)
"""Technologies whose discharge earns no certificate (rule X09)."""


def issue(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Issue units on a verified report, or a quota on the document that allots it.

    The units take the slots of their issue on the evidence, so that no Wh, kg or gce is issued
    twice. A credit on electricity names the ``factor`` (t CO2 per MWh) and the Wh it uses up.
    """
    desk.must_be("issuer", "government")
    account = desk.account(fields.get("account"))
    kind = kind_of(fields.get("kind"))
    if fields.get("report") is not None:
        _on_report(desk, account, kind, fields)
    elif kind in NEEDS:
        raise LedgerError(
            f"{kind} is issued on a report", where="report", allowed="a verified report"
        )
    else:
        _quota(desk, account, kind, fields)


def _quota(desk: Desk, account: str, kind: str, fields: Mapping[str, Any]) -> None:
    if not fields.get("document") or fields.get("vintage") is None:
        raise LedgerError(
            f"{kind} is issued on a document, for a vintage", where="issue",
            allowed="document and vintage",
        )  # fmt: skip
    size = quantity(fields.get("quantity"), KINDS[kind])
    vintage = quantity(fields["vintage"], "years", "vintage")
    evidence = f"quota/{kind}/{vintage}/{fields['document']}"
    _open(desk, account, kind, vintage, str(fields.get("area") or ""), evidence, (0, size), size,
          (vintage, 1))  # fmt: skip


def _on_report(desk: Desk, account: str, kind: str, fields: Mapping[str, Any]) -> None:
    row = report_row(desk, fields["report"])
    if row.verified is None:
        raise StateError(
            f"report {row.event} is not verified", where="report", allowed="verify it first"
        )
    if kind not in NEEDS:
        raise LedgerError(f"{kind} is no unit of a report", where="kind", allowed=NEEDS)
    if kind == "green" and any(word in row.technology for word in NO_CERTIFICATE):
        raise RuleError(f"no certificate for '{row.technology}' (X09)", where="report")
    if row.unit == NEEDS[kind]:
        span = size = quantity(fields.get("quantity"), row.unit)
    elif kind == "ccer" and row.unit == "Wh":
        span, size = _credited(fields)
    else:
        raise LedgerError(
            f"{kind} is not issued on {row.unit}",
            where="report",
            allowed=f"a report in {NEEDS[kind]}",
        )
    use = desk.rules.use(ISSUE_USE[kind])
    first = fields.get("first")
    lo = (
        _free(desk, use.slots, row.evidence)
        if first is None
        else quantity(first, row.unit, "first", zero=True)
    )
    if lo + span > row.amount:
        raise ClaimTaken(
            f"{row.amount - lo} {row.unit} of the report are left", where="quantity",
            allowed=f"at most {max(row.amount - lo, 0)}",
        )  # fmt: skip
    begin = instant(row.first).astimezone(BEIJING)
    _open(desk, account, kind, begin.year, row.area, row.evidence, (lo, lo + span), size,
          (begin.year, begin.month))  # fmt: skip


def _credited(fields: Mapping[str, Any]) -> tuple[int, int]:
    """Wh used up, and the kg CO2e that they are credited with, rounded down."""
    if fields.get("factor") is None:
        raise LedgerError("a credit on electricity names its factor", where="factor",
                          allowed="an id of ledger_rates, such as cm7525_North")  # fmt: skip
    span = quantity(fields.get("source_quantity"), "Wh", "source_quantity")
    size = span * rate(str(fields["factor"])) * WHOLE["ccer"] // WHOLE["green"]
    given = fields.get("quantity")
    if size < 1 or (given is not None and quantity(given, KINDS["ccer"]) != size):
        raise LedgerError(
            f"{span} Wh are credited with {size} kg CO2e", where="quantity", allowed=str(size)
        )
    return span, int(size)


def _free(desk: Desk, slots: tuple[str, ...], evidence: str) -> int:
    """Where the evidence that is not yet issued begins."""
    issued = [slot for slot in slots if slot.endswith(":issued")]
    marks = ", ".join("?" * len(issued))
    row = desk.one(
        f"SELECT MAX(hi) AS h FROM claim WHERE evidence = ? AND slot IN ({marks}) "
        "AND released IS NULL",
        evidence, *issued,
    )  # fmt: skip
    return row.h or 0


def _open(
    desk: Desk, account: str, kind: str, vintage: int, area: str, evidence: str,
    span: tuple[int, int], size: int, month: tuple[int, int],
) -> None:  # fmt: skip
    unit = desk.rules.unit(kind)
    due = unit.due(month, vintage) or ENDLESS
    if due < desk.on.isoformat():
        raise StateError(
            f"units of {month[0]}-{month[1]:02d} ended their life on {due}", where="issue"
        )
    desk.claim(
        desk.rules.use(ISSUE_USE[kind]),
        evidence,
        *span,
        beneficiary=account,
        period="",
        issue=desk.seq,
    )
    desk.effect.issue.append((kind, unit.code, vintage, area, evidence, *span, size, due, 0, ""))
    desk.effect.slice.append(
        (desk.seq, None, 0, size, account, "held", 0, desk.on.isoformat(), "")
    )  # fmt: skip


def withdraw(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Take units back for a reason: of an ``account``, or of a whole ``issue`` found void.

    A void issue loses what its owner and the buffer still hold; what others bought in good faith
    stays, and is a debt of the owner.
    """
    desk.must_be("issuer", "government")
    if not fields.get("reason"):
        raise LedgerError("a withdrawal needs a reason", where="reason")
    if fields.get("issue") is None:
        pieces = desk.pick(fields, states=("held", "reserved"))
        desk.move(pieces, state="withdrawn", purpose=str(fields["reason"]))
        return
    from dualcarbon.ledger.verbs.sources import take_back

    number = quantity(fields["issue"], "issues", "issue")
    row = desk.one("SELECT event, kind, size FROM issue WHERE event = ?", number)
    if row is None:
        raise StateError(f"no issue {number}", where="issue", allowed="the seq of an issue")
    owner = desk.account(fields.get("account"))
    gone = desk.one(
        "SELECT COALESCE(SUM(hi - lo), 0) AS n FROM slice WHERE issue = ? AND closed IS NULL "
        "AND state = 'withdrawn'", number,
    )  # fmt: skip
    short = take_back(desk, owner, number, row.size - int(gone.n), str(fields["reason"]))
    if short:
        desk.effect.debt.append((owner, row.kind, short))


def expire(desk: Desk, fields: Mapping[str, Any]) -> None:
    """Strike off units whose life has ended, at most 5 000 lots in one event."""
    desk.must_be("issuer", "government")
    if fields.get("at") is not None and day(fields["at"]) > desk.on:
        raise StateError(
            "units do not end their life in the future", where="at", allowed=str(desk.on)
        )
    last = (day(fields["at"]) if fields.get("at") is not None else desk.on).isoformat()
    condition, values = "s.state IN ('held', 'reserved') AND s.due < ?", [last]
    if fields.get("kind") is not None:
        condition, values = f"{condition} AND s.kind = ?", [last, kind_of(fields["kind"])]
    if fields.get("account") is not None:
        condition, values = (
            f"{condition} AND s.account = ?",
            [*values, desk.account(fields["account"])],
        )
    lots = desk.lots(f"{condition} ORDER BY s.id LIMIT 5000", *values)
    if not lots:
        raise StateError(f"no units ended their life before {last}", where="expire")
    desk.move([Piece(lot, lot.lo, lot.hi) for lot in lots], state="expired", purpose="end of life")
