"""The loop that joins the libraries, and the only package that imports them all.

Accounts give carbon budgets, budgets cap the markets, markets give a carbon price, the price meets
the border, and what the border or a club charges comes back into the scenario. ``dc.loop(...)`` is
:func:`close`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dualcarbon.loop.border import allowance_prices, at_the_border
from dualcarbon.loop.budget import BUDGET, Goal, cap_from_budget, of_the_budget
from dualcarbon.loop.joins import (
    answer_to_club,
    falls_when_paid_at_home,
    purchase_multipliers,
    region_sides,
    shipment_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.loop.closing import close
    from dualcarbon.loop.terms import Loop, Terms

__all__ = [
    "BUDGET",
    "Goal",
    "Loop",
    "Terms",
    "allowance_prices",
    "answer_to_club",
    "at_the_border",
    "cap_from_budget",
    "close",
    "falls_when_paid_at_home",
    "loop_tables",
    "of_the_budget",
    "purchase_multipliers",
    "region_sides",
    "shipment_of",
]


def loop_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What a run of China's markets means at the EU's border and for China's carbon budget.

    Args:
        tables: tables of a run; see :mod:`dualcarbon.common.tables`.

    Returns:
        ``chain_border`` and ``chain_budget``; empty where the run has no allowance price.
    """
    indicators = tables["indicators"]
    return {"chain_border": at_the_border(indicators), "chain_budget": of_the_budget(indicators)}


_SOLVING = {"close": "closing", "Loop": "terms", "Terms": "terms"}


def __getattr__(name: str) -> object:
    """What solves markets, loaded when it is first used: the accounts need no solver."""
    if name not in _SOLVING:
        raise AttributeError(f"module 'dualcarbon.loop' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_SOLVING[name]}"), name)


class _Called(ModuleType):
    """This package, which can be called."""

    def __call__(self, *given: Any, **terms: Any) -> Loop:
        """Solve the loop; see :func:`close`."""
        from dualcarbon.loop.closing import close

        return close(*given, **terms)


sys.modules[__name__].__class__ = _Called
