"""Whose carbon: responsibility accounts on multi-regional input-output tables.

A library of its own. Every public name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.principles import PRINCIPLES, account, accounts
    from dualcarbon.responsibility.principles.base import Account
    from dualcarbon.responsibility.table.table import InputOutputTable

_WHERE = {
    "dualcarbon.responsibility.principles.base": ("Account",),
    "dualcarbon.responsibility.principles": ("PRINCIPLES", "account", "accounts"),
    "dualcarbon.responsibility.leontief.system": ("LeontiefSystem",),
    "dualcarbon.responsibility.table.table": ("InputOutputTable",),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}

__all__ = ["PRINCIPLES", "Account", "InputOutputTable", "LeontiefSystem", "account", "accounts"]


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
