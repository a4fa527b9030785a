"""The verbs of the ledger: what each is, and which fields it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dualcarbon.errors import nearest_name
from dualcarbon.ledger.errors import LedgerError
from dualcarbon.ledger.lots import Desk
from dualcarbon.ledger.verbs import converting, issuing, moving, sources, using

Does = Callable[[Desk, Mapping[str, Any]], None]
UNITS = ("lot", "lots", "serial", "kind", "quantity", "vintage", "area")
"""Fields by which a verb names units."""


@dataclass(frozen=True)
class Verb:
    """A verb.

    Attributes:
        does: builds the effect of the event.
        needs: fields that must be given; may: fields that can be.
    """

    does: Does
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()

    def check(self, name: str, fields: Mapping[str, Any]) -> None:
        """Check the names of the fields.

        Raises:
            LedgerError: one is unknown or missing.
        """
        known = (*self.needs, *self.may)
        for given in fields:
            if given not in known:
                raise LedgerError(
                    f"unknown field '{given}'", where=name, allowed=known,
                    nearest=nearest_name(given, known),
                )  # fmt: skip
        missing = [field for field in self.needs if fields.get(field) in (None, "")]
        if missing:
            raise LedgerError(f"'{missing[0]}' is missing", where=name, allowed=known)


VERBS: dict[str, Verb] = {
    "register": Verb(
        sources.register, ("account",),
        ("role", "agents", "activity", "technology", "area", "meter", "unit", "capacity", "start"),
    ),
    "report": Verb(sources.report, ("activity", "period", "quantity"), ("document",)),
    "verify": Verb(sources.verify, ("report",), ("quantity", "document")),
    "correct": Verb(sources.correct, ("report", "quantity", "reason"), ("document",)),
    "issue": Verb(
        issuing.issue, ("account", "kind"),
        ("report", "quantity", "first", "factor", "source_quantity", "document", "vintage", "area"),
    ),
    "withdraw": Verb(issuing.withdraw, ("account", "reason"), (*UNITS, "issue")),
    "expire": Verb(issuing.expire, (), ("at", "kind", "account")),
    "transfer": Verb(moving.transfer, ("account", "to"), (*UNITS, "purpose", "price")),
    "reserve": Verb(moving.reserve, ("account", "to", "until"), UNITS),
    "release": Verb(moving.release, ("account",), UNITS),
    "split": Verb(moving.split, ("account", "lot", "parts")),
    "merge": Verb(moving.merge, ("account", "lots")),
    "claim": Verb(
        using.claim, ("use",), (*UNITS, "account", "beneficiary", "period", "report", "first")
    ),
    "surrender": Verb(using.surrender, ("account", "obligation", "period"), (*UNITS, "report")),
    "cancel": Verb(using.cancel, ("account", "reason"), UNITS),
    "convert": Verb(converting.convert, ("account", "rule"), (*UNITS, "additionality")),
    "reverse": Verb(converting.reverse, ("event", "reason")),
}  # fmt: skip
"""All verbs by name."""
