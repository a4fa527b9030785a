"""Coordination across borders: CBAM, carbon prices, linked markets, clubs, climate finance.

Each mechanism is a package of its own, imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """Import a mechanism when it is first asked for, such as ``international.cbam``."""
    if name in __dir__():
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Names of the mechanisms."""
    return sorted(module.name for module in iter_modules(__path__))
