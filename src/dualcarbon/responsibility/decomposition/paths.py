"""Structural paths: the single supply chains that a footprint is made of, largest first.

A path is a final product and the industries behind it, step by step. Its emissions are those of
the industry at its end. Pruning is safe: a branch is cut only where all that it can hold, which is
known exactly from the multipliers, is below the threshold, so no path above it is missed, and the
listed paths and the remainder sum to the footprint.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem

Array = NDArray[np.float64]
MOST_EXPANDED = 200_000


@dataclass(frozen=True, eq=False)
class Paths:
    """The largest paths of one footprint.

    Attributes:
        table: ``path`` (final product first, as ``REG:sector < REG:sector``), ``layer`` (steps
            from final demand), ``value`` and ``share`` of the total.
        total: emissions of production behind the final demand.
        remainder: total less the listed paths.
        threshold: share of the total that a path must reach to be listed.
        largest_omitted: no path that is left out is larger.
        region, stressor, unit, year: what the figures are.
    """

    table: pd.DataFrame
    total: float
    remainder: float
    threshold: float
    largest_omitted: float
    region: str
    stressor: str
    unit: str
    year: int


def structural_paths(
    system: LeontiefSystem,
    region: str,
    *,
    stressor: str | None = None,
    threshold: float = 0.001,
    most: int = 1000,
) -> Paths:
    """All supply chains above a share of the consumption footprint of a region.

    ``E_s = sum_i f_i y_i + sum_ij f_j A_ji y_i + ...``; a node that needs the amount z of product i
    holds ``m_i z`` in all, with m the multipliers of ``|A|`` and ``|f|``.

    Args:
        system: of the table; region: whose final demand; stressor: the first by default.
        threshold: share of the total, above 0 and at most 1.
        most: at most so many paths are listed, the largest.

    Raises:
        InputError: an unknown region or stressor, a threshold outside 0 to 1, no emissions, or a
            threshold so low that more than 200 000 branches are open.
    """
    table = system.table
    if region not in table.regions:
        raise unknown_name("region", region, table.regions)
    if not 0 < threshold <= 1:
        raise InputError(f"{threshold:g} is no share", where="threshold", allowed="above 0 to 1")
    at = table.stressor(stressor)
    final = np.asarray(table.Yr[:, table.regions.index(region)], dtype=float)
    total = float(system.multipliers[at] @ final)
    if not total > 0:
        raise InputError("no emissions behind its final demand", where=f"region '{region}'")
    floor = threshold * total
    found, omitted = _search(system, at, final, floor, most)
    listed = _listed(system, found, total)
    return Paths(
        listed,
        total,
        total - float(listed["value"].sum()),
        threshold,
        omitted,
        region,
        table.stressors[at],
        table.stressor_units[at],
        table.year,
    )


def _listed(
    system: LeontiefSystem, found: list[tuple[float, tuple[int, ...]]], total: float
) -> pd.DataFrame:
    """Paths with the names of their industries."""
    table = system.table
    names = [f"{r}:{s}" for r in table.regions for s in table.sectors]
    rows = [
        {
            "path": " < ".join(names[i] for i in nodes),
            "layer": len(nodes) - 1,
            "value": value,
            "share": value / total,
        }
        for value, nodes in found
    ]
    return pd.DataFrame(rows, columns=["path", "layer", "value", "share"])


def _search(
    system: LeontiefSystem, at: int, final: Array, floor: float, most: int
) -> tuple[list[tuple[float, tuple[int, ...]]], float]:
    """Paths of at least ``floor``, best bound first, and the size of the largest one left out."""
    flow, direct = system.A, np.asarray(system.q[at])
    bound = _bounds(system, at)
    heap: list[tuple[float, int, float, tuple[int, ...]]] = []
    count = 0
    for i in np.flatnonzero(np.abs(final) * bound >= floor):
        heap.append((-abs(final[i]) * bound[i], count, float(final[i]), (int(i),)))
        count += 1
    heapq.heapify(heap)
    found: list[tuple[float, tuple[int, ...]]] = []
    while heap:
        if count > MOST_EXPANDED:
            raise InputError(f"more than {MOST_EXPANDED} branches; raise it", where="threshold")
        _, _, amount, nodes = heapq.heappop(heap)
        value = float(direct[nodes[-1]] * amount)
        if abs(value) >= floor:
            found.append((value, nodes))
        needs = flow[:, nodes[-1]] * amount
        held = np.abs(needs) * bound
        for j in np.flatnonzero(held >= floor):
            count += 1
            heapq.heappush(heap, (-held[j], count, float(needs[j]), (*nodes, int(j))))
    found.sort(key=lambda path: -abs(path[0]))
    cut = abs(found[most][0]) if len(found) > most else floor
    return found[:most], cut


def _bounds(system: LeontiefSystem, at: int) -> Array:
    """What a unit of each product can hold at most: multipliers of the absolute system."""
    if (system.A >= 0).all() and (system.q[at] >= 0).all():
        return np.asarray(system.multipliers[at], dtype=float)
    size = np.eye(system.table.N) - np.abs(system.A).T
    bound = np.linalg.solve(size, np.abs(system.q[at]))
    if (bound < 0).any():
        raise InputError("negative flows are too large for a safe bound", where="table")
    return np.asarray(bound)
