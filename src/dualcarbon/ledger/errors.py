"""What the ledger refuses: each refusal is one clear error, and nothing is written."""

from __future__ import annotations

from copy import copy
from typing import Self

from dualcarbon.errors import InputError

SCOPE = "for research, simulation and internal control, not an official registry"


class LedgerError(InputError):
    """Something asked of a ledger cannot be done; nothing was written."""

    def within(self, place: str, between: str = ", ") -> Self:
        """The same error, seen from what holds the place where it stands."""
        where = f"{place}{between}{self.where}" if self.where else place
        same = copy(self)
        LedgerError.__init__(
            same, self.what, where=where, allowed=self.allowed, nearest=self.nearest
        )
        return same


class InsufficientUnits(LedgerError):
    """An account holds fewer units than asked for."""


class SerialTaken(LedgerError):
    """Serials overlap with serials that exist, or declared and parsed quantity differ."""


class ClaimTaken(LedgerError):
    """The same Wh, kg or gce is claimed already."""


class KeyReused(LedgerError):
    """The key belongs to an event with another body."""


class StateError(LedgerError):
    """A unit, report or event is not in a state that allows what is asked."""


class RuleError(LedgerError):
    """A rule, rate, exclusion or limit forbids it, or is out of date."""


class RightsError(LedgerError):
    """The actor has no right to do this."""


class BusyError(LedgerError):
    """Another writer held the ledger longer than one may wait."""


class TamperFound(LedgerError):
    """The stored ledger is not what was written.

    Attributes:
        seq: sequence number of the first event that is not as it was written.
    """

    def __init__(self, what: str, *, seq: int = 0, **more: str | None) -> None:
        self.seq = seq
        super().__init__(what, **{"where": f"event {seq}", **more})


BY_NAME = {
    found.__name__: found
    for found in (
        InsufficientUnits,
        SerialTaken,
        ClaimTaken,
        KeyReused,
        StateError,
        RuleError,
        RightsError,
    )
}
"""Errors that the database itself raises, by the name that its messages begin with."""
