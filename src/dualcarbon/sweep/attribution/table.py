"""The table of an attribution: what each reform contributes to each indicator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dualcarbon.common.shapley import shapley_values
from dualcarbon.sweep.attribution.reforms import Reform
from dualcarbon.sweep.attribution.values import unit_of

SOLVER = 1e-9  # relative change below which two solves are taken to agree
COLUMNS = ["indicator", "unit", "reform", "reform_en", "reform_zh", "without_reforms", "alone",
           "last", "shapley", "total", "solves", "seconds"]  # fmt: skip


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
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"solves": np.int64, "seconds": float})


def without_attribution(solved: pd.DataFrame, indicators: Sequence[str]) -> list[str]:
    """Indicators that do not exist in every setting."""
    return [n for n in indicators if n not in solved.columns or bool(solved[n].isna().any())]
