"""One ledger for all units, in which no MWh, no tonne and no tce can be claimed twice.

For research, simulation and internal control, not an official registry.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dualcarbon.ledger.errors import (
    BusyError,
    ClaimTaken,
    InsufficientUnits,
    KeyReused,
    LedgerError,
    RightsError,
    RuleError,
    SerialTaken,
    StateError,
    TamperFound,
)
from dualcarbon.ledger.kinds import KINDS, account_text, parse_foreign, party_of
from dualcarbon.ledger.rules import ConversionRule, Rules, check_paths, rate, rules

if TYPE_CHECKING:
    from dualcarbon.ledger.chain import Event, Receipt
    from dualcarbon.ledger.ledger import Ledger, open_ledger

_ELSEWHERE = {"Event": "chain", "Ledger": "ledger", "Receipt": "chain", "open_ledger": "ledger"}
"""Names that need SQLAlchemy, or what does, by module."""

__all__ = [
    "KINDS",
    "BusyError",
    "ClaimTaken",
    "ConversionRule",
    "Event",
    "InsufficientUnits",
    "KeyReused",
    "Ledger",
    "LedgerError",
    "Receipt",
    "RightsError",
    "RuleError",
    "Rules",
    "SerialTaken",
    "StateError",
    "TamperFound",
    "account_text",
    "check_paths",
    "open_ledger",
    "parse_foreign",
    "party_of",
    "rate",
    "rules",
]


def __getattr__(name: str) -> object:
    """Load a public name that needs the part ``ledger``.

    Raises:
        InputError: the part is not installed.
    """
    from dualcarbon.errors import missing_part

    if name not in _ELSEWHERE:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    try:
        return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
    except ModuleNotFoundError as error:
        raise missing_part(error) or error from None
