"""Former names of modules that documentation named: each works until 0.4.0.

Importing one warns with the present name and gives the present module.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from warnings import warn

_ACCOUNTS, _AUDIT = "dualcarbon.responsibility", "dualcarbon.equilibrium.audit"
_CLUBS = "dualcarbon.international.clubs"
_PRINCIPLES, _WORLD = f"{_ACCOUNTS}.principles", "dualcarbon.international"
FORMER = {
    "dualcarbon.attributing": "dualcarbon.sweep.attribution",
    "dualcarbon.chain": "dualcarbon.loop",
    "dualcarbon.workers": "dualcarbon.sweep.pool",
    "dualcarbon.equilibrium.overlaps": _AUDIT,
    "dualcarbon.equilibrium.overlaps.pressure": _AUDIT,
    "dualcarbon.indicators.abatement_curve": "dualcarbon.sweep.abatement_curve",
    "dualcarbon.indicators.overlaps": "dualcarbon.indicators.money",
    "dualcarbon.indicators.user_balance": "dualcarbon.indicators.users",
    f"{_WORLD}.cbam.deduction": f"{_WORLD}.cbam.price",
    f"{_WORLD}.cooperation.stability": f"{_WORLD}.cooperation.game",
    f"{_WORLD}.finance.claims": f"{_WORLD}.finance.project",
    f"{_WORLD}.pricing.implicit": f"{_WORLD}.pricing.comparison",
    f"{_WORLD}.rice.climate": f"{_WORLD}.rice.equations",
    f"{_WORLD}.rice.economy": f"{_WORLD}.rice.equations",
    f"{_CLUBS}.border": f"{_CLUBS}.outcomes",
    f"{_CLUBS}.coalitions": f"{_CLUBS}.game",
    f"{_CLUBS}.rules.uniform_tariff": f"{_CLUBS}.rules.tariffs",
    f"{_ACCOUNTS}.aggregate": f"{_ACCOUNTS}.table.aggregate",
    f"{_ACCOUNTS}.embedded": f"{_ACCOUNTS}.table.embedded",
    f"{_ACCOUNTS}.store": f"{_ACCOUNTS}.table.store",
    f"{_ACCOUNTS}.iterate": f"{_ACCOUNTS}.leontief.iterate",
    f"{_PRINCIPLES}.benchmark": f"{_PRINCIPLES}.technology",
    f"{_PRINCIPLES}.eebt": f"{_PRINCIPLES}.ends",
    f"{_PRINCIPLES}.full_production": f"{_PRINCIPLES}.shared",
    f"{_PRINCIPLES}.mixed": f"{_PRINCIPLES}.shared",
    f"{_PRINCIPLES}.registry": _PRINCIPLES,
    f"{_ACCOUNTS}.rights.sharing": f"{_ACCOUNTS}.rights.rules",
    f"{_ACCOUNTS}.cumulative": f"{_ACCOUNTS}.history.per_head",
    f"{_ACCOUNTS}.national": f"{_ACCOUNTS}.history.national",
    f"{_ACCOUNTS}.per_head": f"{_ACCOUNTS}.history.per_head",
    f"{_ACCOUNTS}.series": f"{_ACCOUNTS}.history.series",
}
"""Former name to present name."""


class FormerNames(MetaPathFinder, Loader):
    """Finds modules by the names they had."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Spec of a former name; None for every other."""
        return ModuleSpec(name, self) if name in FORMER else None

    def exec_module(self, module: ModuleType) -> None:
        """Put the present module in the place of the one just made."""
        former = module.__name__
        text = f"'{former}' is now '{FORMER[former]}'; the former name goes with version 0.4.0"
        warn(text, DeprecationWarning, stacklevel=2)
        sys.modules[former] = present = import_module(FORMER[former])
        if any(name.startswith(f"{former}.") for name in FORMER):
            vars(present).setdefault("__path__", [])  # what was a package still has sub-modules


def install() -> None:
    """Make the former names importable."""
    if not any(isinstance(finder, FormerNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, FormerNames())
