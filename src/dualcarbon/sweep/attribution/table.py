"""What each setting of the reforms gives, and the table of what each of them contributes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import BaseModel

from dualcarbon.common.shapley import shapley_values
from dualcarbon.common.tables import columns, conformed
from dualcarbon.common.tables import indicators as known_indicators
from dualcarbon.errors import unknown_name
from dualcarbon.indicators.headline import HEADLINE, indicators
from dualcarbon.indicators.returns import (
    TECHNOLOGIES,
    available_hours,
    project_table,
    revenue_completed,
)
from dualcarbon.sweep.attribution.reforms import Reform
from dualcarbon.system.settings import ChinaSettings

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

HORIZON = ("discounted_system_cost", "cumulative_co2")
RETURNS = ("irr_onwind", "irr_solar")
DEFAULT = ("renewable_share", "co2_mt", "system_cost_bn_cny", "power_price_cny_per_mwh",
           "discounted_system_cost", "cumulative_co2")  # fmt: skip


def default(settings: BaseModel) -> tuple[str, ...]:
    """The main indicators of a world: with China's system also the return of a project."""
    return (*DEFAULT, *RETURNS) if isinstance(settings, ChinaSettings) else DEFAULT


def named(names: Iterable[str], years: tuple[int, ...]) -> tuple[str, ...]:
    """Full names of indicators: those of a year get the last year where none is named.

    Args:
        names: such as ``co2_mt``, ``co2_mt_2030``, ``discounted_system_cost``, ``irr_solar``.
        years: years of the scenario.

    Raises:
        InputError: no such indicator or year.
    """
    known = [*HORIZON, *RETURNS, *(f"{name}_{year}" for name in HEADLINE for year in years)]
    found = [f"{name}_{years[-1]}" if name in HEADLINE else name for name in names]
    for name in found:
        if name not in known:
            raise unknown_name(
                "indicator", name, [*HORIZON, *RETURNS, *HEADLINE, *known], "--indicators"
            )
    return tuple(dict.fromkeys(found))


def unit_of(name: str) -> str:
    """Unit of an indicator with or without its year."""
    known = known_indicators()
    return known[name if name in known else name.rpartition("_")[0]]["unit"]


def values_of(equilibrium: Equilibrium, settings: BaseModel | None = None) -> pd.Series:
    """All indicators: those of a year under ``<name>_<year>``, and those over the horizon.

    ``discounted_system_cost = sum_y w_y cost_y``; ``cumulative_co2 = sum_y n_y e_y`` with the
    years ``n_y`` that a milestone year stands for. With settings of China's system also the
    median return over provinces of a given new project that sells at market prices.
    """
    table = indicators(equilibrium)
    yearly = table.set_index(table["indicator"] + "_" + table["year"].astype(str))["value"]
    horizon = equilibrium.solution.model.horizon
    emitted = table[table["indicator"] == "co2_mt"].set_index("year")["value"]
    years = horizon.years.reindex(emitted.index)
    cost = float((equilibrium.system_cost * horizon.objective).sum()) / 1e9
    whole = {"discounted_system_cost": cost, "cumulative_co2": float((emitted * years).sum())}
    if isinstance(settings, ChinaSettings):
        whole |= {f"irr_{name}": _median_return(equilibrium, name, settings)
                  for name in TECHNOLOGIES}  # fmt: skip
    return pd.concat([yearly, pd.Series(whole)])


def _median_return(equilibrium: Equilibrium, technology: str, settings: ChinaSettings) -> float:
    """Median internal rate of return in percent, market prices as solved and certificates."""
    plain = pd.Series(1.0, index=available_hours(equilibrium, technology).index)
    earned = revenue_completed(equilibrium, technology, plain)
    return 100.0 * float(project_table("market", technology, earned, settings)["irr"].median())


SOLVER = 1e-9  # relative change below which two solves are taken to agree


def attribution_table(
    solved: pd.DataFrame,
    reforms: Sequence[Reform],
    indicators: Sequence[str],
    solves: int,
    seconds: float,
) -> pd.DataFrame:
    """Shapley value of every reform for every indicator.

    Args:
        solved: indicators of all 2^n settings, index ``setting``; see
            :func:`dualcarbon.sweep.attribution.settings.walk`.
        reforms: switches in the order of the settings' bits.
        indicators: full names; one that some setting lacks, such as the price of a market that a
            reform ends, has no attribution and is left out.
        solves: number of solves; seconds: wall time; they stand in every row.

    Returns:
        ``without_reforms`` is the indicator before them, ``alone`` what the reform adds by itself,
        ``last`` what it adds when all others hold, ``shapley`` its share of ``total``,
        the change from no reform to all.
    """
    n = len(reforms)
    rows = []
    for name in indicators:
        if name not in solved.columns or solved[name].isna().any():
            continue
        value = solved[name].sort_index().to_numpy(float)
        shares, every = shapley_values(value), (1 << n) - 1
        for i, reform in enumerate(reforms):
            changes = [value[1 << i] - value[0], value[every] - value[every ^ (1 << i)],
                       shares[i], value[every] - value[0]]  # fmt: skip
            noise = SOLVER * float(np.abs(value).max())
            alone, last, share, total = (0.0 if abs(c) <= noise else float(c) for c in changes)
            rows.append((name, unit_of(name), reform.name, reform.title_en, reform.title_zh,
                         value[0], alone, last, share, total, solves, seconds))  # fmt: skip
    return conformed("attribution", pd.DataFrame(rows, columns=columns("attribution")))


def without_attribution(solved: pd.DataFrame, indicators: Sequence[str]) -> list[str]:
    """Indicators that do not exist in every setting."""
    return [n for n in indicators if n not in solved.columns or bool(solved[n].isna().any())]
