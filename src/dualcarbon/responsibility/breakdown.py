"""Consumption accounts taken apart: by use of final demand, by product bought, by industry.

For the final demand ``Y_sk`` of region ``s`` in category ``k``, multipliers ``m = q (I - A)^-1``

    by use       C_sk = m Y_sk
    by product   C_sj = sum_r m_rj Y_rj,s       product j, wherever it was made
    by industry  C_si = sum_r q_ri (L Y_s)_ri   industry i, wherever it emits

Each sums to the consumption account, with what final users emit themselves as a part of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import by_region
from dualcarbon.responsibility.principles.ends import by_use
from dualcarbon.responsibility.table.table import Array

WAYS = ("use", "product", "industry")
DIRECT, UNTRACED = "direct", "without_output"


def breakdown(system: LeontiefSystem, way: str, *, stressor: str | None = None) -> pd.DataFrame:
    """The consumption account of every region, by its parts.

    Args:
        system: of the table.
        way: ``use``, ``product`` or ``industry``.
        stressor: by default the first.

    Returns:
        Index region, one column a part, in the stressor's unit; ``direct`` is what final users
        emit themselves, ``without_output`` what no chain carries (see ``as_account``), where there
        is any. Rows sum to the account ``CBA``.

    Raises:
        InputError: an unknown way or stressor.
    """
    if way not in WAYS:
        raise unknown_name("way", way, WAYS, where="by")
    table, at = system.table, system.table.stressor(stressor)
    if way == "use":
        found = by_use(system)[at]
    else:
        found = (_by_product if way == "product" else _by_industry)(system, at)
    names: Sequence[str] = table.categories if way == "use" else table.sectors
    frame = pd.DataFrame(found, index=pd.Index(table.regions, name="region"), columns=list(names))
    frame[DIRECT] = table.F_Y[at]
    untraced = by_region(table, np.where(table.x != 0, 0.0, table.F))[at]
    if untraced.any():
        frame[UNTRACED] = untraced
    return frame


def _by_product(system: LeontiefSystem, at: int) -> Array:
    """(R, S)"""
    table = system.table
    carried = system.multipliers[at][:, None] * table.Yr
    return np.asarray(carried.reshape(table.R, table.S, table.R).sum(axis=0).T)


def _by_industry(system: LeontiefSystem, at: int) -> Array:
    """(R, S)"""
    table = system.table
    emitted = system.q[at][:, None] * system.consumption_output
    return np.asarray(emitted.reshape(table.R, table.S, table.R).sum(axis=0).T)
