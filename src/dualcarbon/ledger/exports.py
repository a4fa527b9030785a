"""A ledger in the words of others: EnergyTag, CAD Trust, hledger, and events as lines.

For research, simulation and internal control, not an official registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.ledger.chain import Event
from dualcarbon.ledger.errors import SCOPE, LedgerError
from dualcarbon.ledger.kinds import KINDS, WHOLE

ENERGYTAG = {
    "held": "Active",
    "reserved": "Reserved",
    "claimed": "Claimed",
    "surrendered": "Claimed",
    "converted": "Claimed",
    "cancelled": "Cancelled",
    "withdrawn": "Withdrawn",
    "expired": "Expired",
}
"""Status of a certificate bundle in EnergyTag's words."""
CAD_TRUST = {
    "held": "Held",
    "reserved": "Held",
    "claimed": "Retired",
    "surrendered": "Retired",
    "converted": "Cancelled",
    "cancelled": "Cancelled",
    "withdrawn": "Cancelled",
    "expired": "Expired",
}
"""Status of a unit block in the words of the Climate Action Data Trust."""
NEED_REASON = ("Retired", "Cancelled")
UNIT_TYPES = {"allowance": "Allowance", "ccer": "Reduction - technical"}


class Ledger(Protocol):
    """What an export reads of a ledger."""

    def holdings(self) -> pd.DataFrame:
        """Lots."""

    def entries(self) -> pd.DataFrame:
        """Closings and openings."""

    def events(self, after: int = 0) -> list[Event]:
        """Events in order."""

    def head(self) -> str:
        """Number and hash of the last event."""


def energytag(ledger: Ledger) -> dict[str, Any]:
    """Certificates as EnergyTag's certificate bundles; ranges hold their first and last number."""
    lots = ledger.holdings()
    rows = []
    for lot in lots[lots["kind"] == "green"].itertuples():
        _, start, end = _evidence(lot.evidence)
        rows.append(
            {
                "issuance_id": f"green-{lot.issue}",
                "account_id": lot.account,
                "certificate_bundle_status": ENERGYTAG[lot.state],
                "certificate_bundle_id_range_start": int(lot.start),
                "certificate_bundle_id_range_end": int(lot.end) - 1,
                "bundle_quantity": int(lot.end - lot.start),
                "face_value": 1,
                "energy_carrier": "Electricity",
                "device_id": _evidence(lot.evidence)[0],
                "production_starting_interval": start,
                "production_ending_interval": end,
                "expiry_datestamp": lot.due,
            }
        )
    about = {"face_value_unit": KINDS["green"], "ranges": "both ends inclusive"}
    return {"scope": SCOPE, "head": ledger.head(), **about, "certificate_bundles": rows}


def cad_trust(ledger: Ledger) -> dict[str, Any]:
    """Allowances and credits as CAD Trust's units; only whole tonnes, the rest said apart."""
    lots = ledger.holdings()
    rows, rest = [], 0
    for lot in lots[lots["kind"].isin(UNIT_TYPES)].itertuples():
        first, last = -(-lot.start // WHOLE[lot.kind]), lot.end // WHOLE[lot.kind]
        rest += int(lot.end - lot.start) - max(int(last - first), 0) * WHOLE[lot.kind]
        if first >= last:
            continue
        status = CAD_TRUST[lot.state]
        row = {
            "unitOwner": lot.account,
            "countryJurisdictionOfOwner": "China",
            "serialNumberBlock": f"{lot.kind}-{lot.issue}-{first}-{last - 1}",
            "unitBlockStart": str(first),
            "unitBlockEnd": str(last - 1),
            "unitCount": int(last - first),
            "vintageYear": int(lot.vintage),
            "unitType": UNIT_TYPES[lot.kind],
            "unitStatus": status,
            "correspondingAdjustmentDeclaration": "Unknown",
            "correspondingAdjustmentStatus": "Unknown",
        }
        if status in NEED_REASON:
            row["unitStatusReason"] = lot.purpose or lot.state
        rows.append(row)
    about = {"ranges": "tonnes, both ends inclusive", "kg_in_broken_tonnes": rest}
    return {"scope": SCOPE, "head": ledger.head(), **about, "units": rows}


def hledger(ledger: Ledger) -> str:
    """A journal that hledger, or any reader of its text, sums up to the same balances.

    Each event is a transaction in base units; what is issued comes from ``issued``.
    """
    entries = {seq: of for seq, of in ledger.entries().groupby("seq", sort=False)}
    lines = [f"; {SCOPE}", f"; head {ledger.head()}"]
    lines += [f"commodity 1 {_commodity(kind)}" for kind in KINDS]
    for event in ledger.events():
        if event.seq not in entries:
            continue
        lines += ["", f"{event.effective} ({event.seq}) {event.verb}  ; key:{event.key}"]
        left: dict[str, int] = {}
        for row in entries[event.seq].itertuples():
            name = f"{row.state}:{_account(row.account)}"
            lines.append(f"    {name}  {int(row.quantity)} {_commodity(row.kind)}")
            left[row.kind] = left.get(row.kind, 0) + int(row.quantity)
        lines += [f"    issued  {-n} {_commodity(kind)}" for kind, n in left.items() if n]
    return "\n".join(lines) + "\n"


def journal_balances(text: str) -> Mapping[tuple[str, str], int]:
    """Sum a journal as :func:`hledger` writes it: account with state, commodity, base units."""
    found: dict[tuple[str, str], int] = {}
    for line in text.splitlines():
        if line.startswith("    "):
            name, _, amount = line.strip().rpartition("  ")
            number, _, commodity = amount.strip().partition(" ")
            key = name.strip(), commodity.strip('"')
            found[key] = found.get(key, 0) + int(number)
    return {key: total for key, total in found.items() if total}


def event_lines(ledger: Ledger) -> str:
    """Every event as a line of JSON, from which a replay gives the same head."""
    return "".join(
        json.dumps(event._asdict(), ensure_ascii=False, sort_keys=True) + "\n"
        for event in ledger.events()
    )


def read_event_lines(text: str, where: str) -> Iterable[Event]:
    """Events from lines of JSON.

    Raises:
        LedgerError: a line is no event.
    """
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield Event(**json.loads(line))
        except (ValueError, TypeError):
            raise LedgerError("is no event", where=f"{where}, line {number}") from None


def _evidence(text: str) -> tuple[str, str, str]:
    device, _, times = text.partition("/")
    start, _, end = times.partition("/")
    return device, start, end


def _account(name: str) -> str:
    """A name of an account as hledger takes it: no two spaces, and ``:`` parts levels."""
    return " ".join(name.split()).replace(":", "/")


def _commodity(kind: str) -> str:
    return f'"{kind} {KINDS[kind]}"'


FORMATS = {
    "energytag": lambda ledger: _json(energytag(ledger)),
    "cad-trust": lambda ledger: _json(cad_trust(ledger)),
    "hledger": hledger,
    "events": event_lines,
}
"""Exports by name; each gives text."""


def exported(ledger: Ledger, form: str) -> str:
    """The ledger as text of a form.

    Raises:
        LedgerError: there is no such form.
    """
    if form not in FORMATS:
        wrong = unknown_name("form", form, FORMATS, where="--as")
        raise LedgerError(wrong.what, where="--as", allowed=wrong.allowed, nearest=wrong.nearest)
    return str(FORMATS[form](ledger))


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
