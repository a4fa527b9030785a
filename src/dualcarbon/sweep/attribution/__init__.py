"""Attribute the effect of reforms to each: Shapley values over all settings of their switches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dualcarbon.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.scenario.model import Scenario
    from dualcarbon.sweep.attribution.reforms import Reform

Progress = Callable[[str], None]
MOST = 10
POWER_REFORMS = ("linked", "integrated", "merit_order", "free_trade", "spot")
SEQUENCE = ("linked", "integrated", "merged_efficiency", "completed", "industry_carbon")

logger = logging.getLogger(__name__)


def attribute(
    scenario: str | Path | Scenario,
    reforms: Iterable[str | Path | Reform] | None = None,
    indicators: Iterable[str] | None = None,
    *,
    law: int | None = None,
    sets: Iterable[str] = (),
    progress: Progress | None = None,
    threads: int = 1,
    workers: int = 2,
    cluster: str | None = None,
) -> pd.DataFrame:
    """Shapley values of reforms over a base scenario, for any headline indicators.

    All 2^n settings are solved, in Gray-code order and each from its neighbour's basis; settings
    of one and the same package once. Every stretch of neighbours starts from the base, so the
    figures do not depend on who solves it.

    Args:
        scenario: base scenario: a shipped name, a file or a scenario.
        reforms: shipped reforms, scenarios or files; at most ten. If None, the paper's sequence
            over five markets, the parts of a completed power market over three.
        indicators: such as ``co2_mt_2030`` or ``discounted_system_cost``; the main ones if None.
        law: year of the law whose rules are the reforms, in place of ``reforms``; the base stands
            under another (``sets=["law=2022"]``).
        sets: changes of the base such as ``system.regions=grids``.
        progress: told what is solved next; from another thread what other processes solve.
        threads: threads of the solver; workers: processes of this machine.
        cluster: address of a ``dask.distributed`` scheduler, in place of them.

    Returns:
        indicator, unit, reform, reform_en, reform_zh, without_reforms, alone, last, shapley,
        total, solves, seconds.

    Raises:
        InputError: anything given that cannot be used.
        InfeasiblePackage: a setting cannot be met; names the reforms and the instruments.
    """
    import pandas as pd

    from dualcarbon.scenario.documents import load_scenarios
    from dualcarbon.sweep.attribution import table
    from dualcarbon.sweep.attribution.reforms import law_reforms, load_reforms
    from dualcarbon.sweep.attribution.settings import in_order, plan, stretches
    from dualcarbon.sweep.executors import executor
    from dualcarbon.sweep.sessions import Frozen, Sessions

    base = load_scenarios([scenario])[0].changed(sets)
    if law is None:
        named = load_reforms(default_reforms(base) if reforms is None else reforms, base.name)
    elif reforms is None:
        named = law_reforms(law, base)
    else:
        raise InputError("give reforms or the rules of a law, not both", where="--rules")
    switches = in_order(named)
    if len(switches) > MOST:
        raise InputError(f"{len(switches)} reforms make {1 << len(switches)} settings",
                         where="--reforms", allowed=f"at most {MOST} reforms")  # fmt: skip
    names = table.named(indicators or table.default(base.system), base.years)
    started = time.perf_counter()
    same = plan(base, switches)
    points = stretches(base, switches, list(dict.fromkeys(same.values())))
    tell = progress or (lambda message: None)
    with executor(min(workers, len(points)), cluster, tell) as beside:
        tell(f"solve {base.name}")
        first = Sessions(threads).of(base).solve(base.package())
        beside.begin(points, [Frozen.of(base, first)])
        found = pd.concat([answer.value for answer in beside.results()])
    solved = found.loc[list(same.values())].set_axis(list(same)).sort_index()
    seconds = round(time.perf_counter() - started, 1)
    for name in table.without_attribution(solved, names):
        logger.warning("%s does not exist in every setting, so it cannot be attributed", name)
    logger.info("%d solves in %.1f s", len(found), seconds)
    shares = table.attribution_table(solved, switches, names, len(found), seconds)
    order = {reform.name: i for i, reform in enumerate(named)}
    by = {"indicator": {name: i for i, name in enumerate(names)}, "reform": order}
    return shares.sort_values(list(by), key=lambda c: c.map(by[c.name]), ignore_index=True)


def default_reforms(base: Scenario) -> tuple[str, ...]:
    """The reforms that a base is asked about when none are named."""
    return SEQUENCE if {"white", "energy_use"} <= set(base.instruments) else POWER_REFORMS
