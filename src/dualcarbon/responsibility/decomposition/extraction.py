"""Hypothetical extraction: what the world would emit without some industries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import by_region

Array = NDArray[np.float64]
KINDS = ("total", "purchases", "sales")


@dataclass(frozen=True, eq=False)
class Extraction:
    """Emissions of production with and without the industries.

    Attributes:
        table: index region; ``before``, ``after``, ``change``.
        own: emissions of the extracted industries themselves before.
        kind: ``total``, ``purchases`` or ``sales``.
        extracted: labels of the industries.
        stressor, unit, year: what the figures are.
    """

    table: pd.DataFrame
    own: float
    kind: str
    extracted: tuple[str, ...]
    stressor: str
    unit: str
    year: int

    @property
    def change(self) -> float:
        """Change of the world's emissions, own and through all chains."""
        return float(self.table["change"].sum())


def extract(
    system: LeontiefSystem,
    *,
    region: str | None = None,
    sectors: Sequence[str] | None = None,
    kind: str = "total",
    stressor: str | None = None,
) -> Extraction:
    """Take industries J out and solve the rest for the remaining final demand.

    ``total``: no purchases, no sales and no final demand of J,
    ``x* = (I - A_oo)^-1 y_o`` for the others o. ``purchases``: J buys no intermediates,
    ``sales``: J sells none (backward and forward linkage). All come from the one factorisation by
    a correction of rank ``|J|`` (Woodbury); nothing is factorised again.

    Args:
        system: of the table.
        region, sectors: the industries; all regions or all sectors where one is not given.
        kind: see above; stressor: the first by default.

    Raises:
        InputError: unknown region, sector, stressor or kind, nothing or everything extracted.
    """
    table = system.table
    if kind not in KINDS:
        raise unknown_name("kind", kind, KINDS, where="kind")
    out = _chosen(system, region, sectors)
    at = table.stressor(stressor)
    final = np.asarray(table.Yr.sum(axis=1), dtype=float)
    before = system.solve(final)
    after = _without(system, out, final, kind)
    f = system.q[at]
    sums = by_region(table, np.stack([f * before, f * after]))
    names = [f"{r}:{s}" for r in table.regions for s in table.sectors]
    frame = pd.DataFrame(
        {"before": sums[0], "after": sums[1], "change": sums[1] - sums[0]},
        index=pd.Index(table.regions, name="region"),
    )
    return Extraction(
        frame,
        float((f * before)[out].sum()),
        kind,
        tuple(names[i] for i in out),
        table.stressors[at],
        table.stressor_units[at],
        table.year,
    )


def _without(system: LeontiefSystem, out: NDArray[np.intp], final: Array, kind: str) -> Array:
    """Output without the industries.

    ``I - A* = I - A + U W`` with U, W of rank |J|; ``x* = x - L U (I + W L U)^-1 W x``.
    """
    unit = np.zeros((system.table.N, len(out)))
    unit[out, np.arange(len(out))] = 1.0
    if kind == "total":
        reduced = final.copy()
        reduced[out] = 0.0
        column = system.solve(unit)
        x = system.solve(reduced)
        x = x - column @ np.linalg.solve(column[out], x[out])
        x[out] = 0.0
        return np.asarray(x)
    x = system.solve(final)
    if kind == "purchases":
        column = system.solve(np.asarray(system.A[:, out]))
        return np.asarray(x - column @ np.linalg.solve(np.eye(len(out)) + column[out], x[out]))
    column, sold = system.solve(unit), np.asarray(system.A[out])
    core = np.eye(len(out)) + sold @ column
    return np.asarray(x - column @ np.linalg.solve(core, sold @ x))


def _chosen(
    system: LeontiefSystem, region: str | None, sectors: Sequence[str] | None
) -> NDArray[np.intp]:
    table = system.table
    if region is None and not sectors:
        raise InputError("name a region, sectors or both", where="extraction")
    if region is not None and region not in table.regions:
        raise unknown_name("region", region, table.regions)
    for sector in sectors or ():
        if sector not in table.sectors:
            raise unknown_name("sector", sector, table.sectors)
    wanted = np.ones(table.N, dtype=bool)
    if region is not None:
        wanted &= table.region_of == table.regions.index(region)
    if sectors:
        wanted &= np.isin(table.sector_of, [table.sectors.index(s) for s in sectors])
    if wanted.all():
        raise InputError("nothing would be left", where="extraction")
    return np.flatnonzero(wanted)
