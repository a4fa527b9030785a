"""Attribute the effect of a package of reforms to its parts, in one or two processes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.errors import DualcarbonError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.attribution.reforms import Reform

Progress = Callable[[str], None]
MOST = 10
FEW = 8  # settings below which a second process costs more than it saves
POWER_REFORMS = ("linked", "integrated", "merit_order", "free_trade", "spot")
SEQUENCE = ("linked", "integrated", "merged_efficiency", "completed", "industry_carbon")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Walk:
    """A share of the settings, as work for a second process.

    Attributes:
        base: scenario without reforms; reforms: the switches.
        settings: settings to solve, in order; threads: threads of the solver.
    """

    base: Scenario
    reforms: tuple[Reform, ...]
    settings: tuple[int, ...]
    threads: int

    def answer(self) -> pd.DataFrame | Exception:
        """Solve them; errors are handed over as they are."""
        try:
            return self.solved(lambda message: None)
        except DualcarbonError as error:
            return error

    def solved(self, progress: Progress) -> pd.DataFrame:
        """Indicators of the settings; see :func:`dualcarbon.sweep.attribution.walk.walk`."""
        from dualcarbon.sweep.attribution.walk import walk
        from dualcarbon.sweep.sessions import Sessions

        progress(f"build the system of {self.base.name}")
        session = Sessions(self.threads).of(self.base)
        return walk(session, self.base, self.reforms, self.settings, progress)


def attribute(
    scenario: str | Path | Scenario,
    reforms: Iterable[str | Path | Reform] | None = None,
    indicators: Iterable[str] | None = None,
    *,
    sets: Iterable[str] = (),
    progress: Progress | None = None,
    threads: int = 1,
    workers: int = 2,
) -> pd.DataFrame:
    """Shapley values of reforms over a base scenario, for any headline indicators.

    All 2^n settings are solved, in Gray-code order and each from its neighbour's basis; settings
    of one and the same package once; two processes take one half each.

    Args:
        scenario: base scenario: a shipped name, a file or a scenario.
        reforms: shipped reforms, scenarios or files; at most ten. If None, the paper's sequence
            over five markets, the parts of a completed power market over three.
        indicators: such as ``co2_mt_2030`` or ``discounted_system_cost``; the main ones if None.
        sets: changes of the base such as ``system.regions=grids``.
        progress: told what is solved next.
        threads: threads of the solver; workers: processes, 1 or 2.

    Returns:
        indicator, unit, reform, reform_en, reform_zh, without_reforms, alone, last, shapley,
        total, solves, seconds.

    Raises:
        InputError: anything given that cannot be used.
        InfeasiblePackage: a setting cannot be met; names the reforms and the instruments.
    """
    from dualcarbon.scenario.load import load_scenarios
    from dualcarbon.sweep.attribution import table, values
    from dualcarbon.sweep.attribution.reforms import load_reforms
    from dualcarbon.sweep.attribution.walk import in_order

    base = load_scenarios([scenario])[0].changed(sets)
    named = load_reforms(default_reforms(base) if reforms is None else reforms, base.name)
    switches = in_order(named)
    if len(switches) > MOST:
        raise InputError(f"{len(switches)} reforms make {1 << len(switches)} settings",
                         where="--reforms", allowed=f"at most {MOST} reforms")  # fmt: skip
    names = values.named(indicators or values.default(base.system), base.years)
    started = time.perf_counter()
    solved, solves = _solved(base, switches, progress or (lambda m: None), threads, workers)
    seconds = round(time.perf_counter() - started, 1)
    for name in table.without_attribution(solved, names):
        logger.warning("%s does not exist in every setting, so it cannot be attributed", name)
    logger.info("%d solves in %.1f s", solves, seconds)
    found = table.attribution_table(solved, switches, names, solves, seconds)
    order = {reform.name: i for i, reform in enumerate(named)}
    by = {"indicator": {name: i for i, name in enumerate(names)}, "reform": order}
    return found.sort_values(list(by), key=lambda c: c.map(by[c.name]), ignore_index=True)


def default_reforms(base: Scenario) -> tuple[str, ...]:
    """The reforms that a base is asked about when none are named."""
    return SEQUENCE if {"white", "energy_use"} <= set(base.instruments) else POWER_REFORMS


def _solved(
    base: Scenario, reforms: tuple[Reform, ...], progress: Progress, threads: int, workers: int
) -> tuple[pd.DataFrame, int]:
    """All settings and the number of solves they took."""
    import pandas as pd

    from dualcarbon.sweep.attribution.walk import plan
    from dualcarbon.sweep.beside import Beside

    same = plan(base, reforms)
    here, there = halves(list(dict.fromkeys(same.values())), workers)
    other = Walk(base, reforms, tuple(there), threads) if there else None
    with Beside(other) as beside:
        found = Walk(base, reforms, tuple(here), threads).solved(progress)
        if other is not None:
            progress(f"{len(there)} settings in the second process")
            found = pd.concat([found, beside.result()])
    distinct = found[~found.index.duplicated()]
    every = distinct.loc[list(same.values())].set_axis(list(same))
    return every.sort_index(), len(found)


def halves(path: Sequence[int], workers: int) -> tuple[list[int], list[int]]:
    """Cut a path of settings in two, so that neighbours stay neighbours."""
    if workers < 2 or len(path) < FEW:
        return list(path), []
    middle = len(path) // 2
    return list(path[:middle]), list(path[middle:])
