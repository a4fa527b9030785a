"""Typical days: a year represented by a few weighted days of unequal slices."""

from __future__ import annotations

from itertools import pairwise

import linopy
import numpy as np
import pandas as pd
import pypsa

DAY_LEVEL = "typical_day"


def close_typical_days(n: pypsa.Network, m: linopy.Model) -> None:
    """Let every typical day begin and end at the same state of charge.

    PyPSA chains all snapshots of a period; without these rows energy could move between days
    that stand for different numbers of days. ``soc[last slice of d] = soc[last slice of d-1]``.
    Does nothing on networks whose ``snapshot_weightings`` name no typical days.
    """
    days = n.meta.get(DAY_LEVEL)
    if not days or "StorageUnit-state_of_charge" not in m.variables:
        return
    soc = m.variables["StorageUnit-state_of_charge"]
    for period, first, last in _day_ends(n, pd.Series(days)):
        a, b = soc.isel(snapshot=first), soc.isel(snapshot=last)
        both = (1 * a).drop_vars("snapshot") - (1 * b).drop_vars("snapshot")
        m.add_constraints(both == 0, name=f"StorageUnit-typical_day-{period}-{last}")


def _day_ends(n: pypsa.Network, day: pd.Series) -> list[tuple[int, int, int]]:
    """Positions of the last slices of consecutive typical days, by period."""
    if n.has_investment_periods:
        period_of = n.snapshots.get_level_values("period").to_numpy()
    else:
        period_of = np.zeros(len(n.snapshots), dtype=int)
    pairs = []
    for period in dict.fromkeys(period_of):
        at = np.flatnonzero(period_of == period)
        day_of = day.to_numpy()
        ends = [at[i] for i in range(len(at)) if i + 1 == len(at) or day_of[i] != day_of[i + 1]]
        pairs += [(int(period), int(a), int(b)) for a, b in pairwise(ends)]
    return pairs
