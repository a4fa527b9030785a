"""Settings of reforms: which are alike, and each solved from the basis of its neighbour."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.shapley import gray_path
from dualcarbon.errors import InfeasiblePackage
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.settlement import outside_offsets
from dualcarbon.sweep.attribution.reforms import Emitted, Reform, reformed
from dualcarbon.sweep.attribution.table import values_of
from dualcarbon.sweep.sessions import Frozen

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.scenario.model import Scenario

Progress = Callable[[str], None]
SETTING, SECONDS = "setting", "seconds"
STRETCH = 6  # settings that are solved in a row, each from its neighbour's basis


@dataclass(frozen=True)
class Stretch:
    """Neighbouring settings, as a point of the sweep.

    Attributes:
        base: scenario without reforms; reforms: the switches.
        settings: settings in the order in which they are solved.
    """

    base: Scenario
    reforms: tuple[Reform, ...]
    settings: tuple[int, ...]

    @property
    def label(self) -> str:
        """Its name in progress, log and errors."""
        return self.base.name

    def answer(self, start: Sequence[Frozen], progress: Progress) -> pd.DataFrame:
        """Solve them, from the base; see :func:`walk`."""
        return walk(start[0].thawed(), self.base, self.reforms, self.settings, progress)


def stretches(
    base: Scenario, reforms: tuple[Reform, ...], settings: Sequence[int]
) -> list[Stretch]:
    """Cut a path of settings into stretches, the same ones whoever solves them."""
    return [
        Stretch(base, reforms, tuple(settings[at : at + STRETCH]))
        for at in range(0, len(settings), STRETCH)
    ]


def walk(
    first: Equilibrium,
    base: Scenario,
    reforms: Sequence[Reform],
    settings: Sequence[int],
    progress: Progress = lambda message: None,
) -> pd.DataFrame:
    """Indicators of settings, one row each, index ``setting``, with the ``seconds`` of each.

    Args:
        first: equilibrium of the base, where the path starts and whose emissions reforms may
            refer to; setting 0 is read off it.
        base: scenario without reforms.
        reforms: switches; bit ``i`` of a setting says whether reform ``i`` holds.
        settings: settings in the order in which they are solved; neighbours that differ in one
            switch are solved fastest.
        progress: told what is solved next.

    Raises:
        InputError: reforms contradict each other or the base.
        InfeasiblePackage: a setting cannot be met; names the reforms and the instruments.
    """
    rows, kept = {}, emitted(first)
    for setting in settings:
        names = ", ".join(r.name for i, r in enumerate(reforms) if setting >> i & 1)
        started = time.perf_counter()
        if setting == 0:
            rows[setting] = _row(first, base, started)
            continue
        progress(f"with {names}")
        package = reformed(base, reforms, setting, kept).package()
        try:
            rows[setting] = _row(first.session.solve(package), base, started)
        except InfeasiblePackage as error:
            raise InfeasiblePackage(f"with {names}: {error}", error.conflicts) from None
    return pd.DataFrame(rows).T.rename_axis(SETTING)


def _row(equilibrium: Equilibrium, base: Scenario, started: float) -> pd.Series:
    values = values_of(equilibrium, base.system)
    values[SECONDS] = time.perf_counter() - started
    return values


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


def emitted(equilibrium: Equilibrium) -> Emitted | None:
    """What an equilibrium emits; None without a carbon market."""
    market = equilibrium.package.instruments.get(CarbonMarket.key)
    if not isinstance(market, CarbonMarket):
        return None
    solution = equilibrium.solution
    covered = solution.emissions.loc[market.covered(solution.model)].sum()
    plants = covered - outside_offsets(market, solution)
    users = solution.model.users
    if users is None:
        return Emitted(plants, pd.DataFrame(columns=plants.index, dtype=float))
    by_sector = solution.user_emissions.groupby(users.table["sector"]).sum()
    return Emitted(plants, by_sector)
