"""Solve the settings of reforms one after another, each from the basis of its neighbour."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.shapley import gray_path
from dualcarbon.errors import InfeasiblePackage
from dualcarbon.sweep.attribution.emitted import Emitted, emitted
from dualcarbon.sweep.attribution.reforms import Reform, reformed
from dualcarbon.sweep.attribution.values import values_of

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium, Session
    from dualcarbon.scenario.model import Scenario

Progress = Callable[[str], None]
SETTING, SECONDS = "setting", "seconds"


def in_order(reforms: Sequence[Reform]) -> tuple[Reform, ...]:
    """Reforms with those that touch the most instruments last.

    The last switch of a Gray code turns once, the first every other step, so what is costly to
    change changes least. Reforms stay in the order given where they touch equally many.
    """

    def touched(reform: Reform) -> int:
        return len({key for patch in reform.patches for key in patch.get("instruments") or {}})

    return tuple(sorted(reforms, key=touched))


def plan(base: Scenario, reforms: Sequence[Reform]) -> dict[int, int]:
    """Every setting, in Gray-code order, with the first one of the same package.

    A reform that takes the place of another makes settings alike; they are solved once.

    Raises:
        InputError: reforms contradict each other or the base.
    """
    some = Emitted(pd.Series(1.0, index=list(base.years)), pd.DataFrame(columns=list(base.years)))
    any_emissions = some if "carbon" in base.instruments else None
    first: list[tuple[int, Package]] = []
    same: dict[int, int] = {}
    for setting in gray_path(len(reforms)):
        package = reformed(base, reforms, setting, any_emissions).package()
        alike = [known for known, other in first if other == package]
        same[setting] = alike[0] if alike else setting
        if not alike:
            first.append((setting, package))
    return same


def walk(
    session: Session,
    base: Scenario,
    reforms: Sequence[Reform],
    settings: Sequence[int],
    progress: Progress = lambda message: None,
) -> pd.DataFrame:
    """Indicators of settings, one row each, index ``setting``, with the ``seconds`` of each.

    The base is solved first: reforms may refer to its emissions, and every path starts from it.

    Args:
        session: session of the base scenario's system.
        base: scenario without reforms.
        reforms: switches; bit ``i`` of a setting says whether reform ``i`` holds.
        settings: settings in the order in which they are solved; neighbours that differ in one
            switch are solved fastest.
        progress: told what is solved next.

    Raises:
        InputError: reforms contradict each other or the base.
        InfeasiblePackage: a setting cannot be met; names the reforms and the instruments.
    """
    progress(f"solve {base.name}")
    started = time.perf_counter()
    first = session.solve(base.package())
    rows = {0: _row(first, base, started)}
    kept = emitted(first)
    for count, setting in enumerate(settings, 1):
        if setting == 0:
            continue
        names = ", ".join(r.name for i, r in enumerate(reforms) if setting >> i & 1)
        progress(f"setting {count} of {len(settings)}: {names}")
        started = time.perf_counter()
        package = reformed(base, reforms, setting, kept).package()
        try:
            rows[setting] = _row(session.solve(package), base, started)
        except InfeasiblePackage as error:
            message = f"with {names}: {error}"
            raise InfeasiblePackage(message, error.conflicts) from None
    return pd.DataFrame(rows).T.rename_axis(SETTING)


def _row(equilibrium: Equilibrium, base: Scenario, started: float) -> pd.Series:
    values = values_of(equilibrium, base.system)
    values[SECONDS] = time.perf_counter() - started
    return values
