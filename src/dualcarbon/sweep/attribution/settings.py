"""Settings of reforms: which are alike, and each solved from the basis of its neighbour."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.shapley import gray_path
from dualcarbon.errors import InfeasiblePackage
from dualcarbon.sweep.attribution.reforms import Reform, reformed
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
    rows = {}
    first.session.know(first)
    for setting in settings:
        names = ", ".join(r.name for i, r in enumerate(reforms) if setting >> i & 1)
        started = time.perf_counter()
        if setting == 0:
            rows[setting] = _row(first, base, started)
            continue
        progress(f"with {names}")
        package = reformed(base, reforms, setting).package()
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
    first: list[tuple[int, Package]] = []
    same: dict[int, int] = {}
    for setting in gray_path(len(reforms)):
        package = reformed(base, reforms, setting).package()
        alike = [known for known, other in first if other == package]
        same[setting] = alike[0] if alike else setting
        if not alike:
            first.append((setting, package))
    return same
