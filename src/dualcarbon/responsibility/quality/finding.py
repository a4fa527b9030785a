"""One finding about a table, and the view of a table that the checks share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from dualcarbon.responsibility.table.table import InputOutputTable
from dualcarbon.responsibility.table.units import mass, megatonnes

Array = npt.NDArray[np.floating[Any]]
SEVERITIES = ("error", "warning", "note")
STEPS, TOLERANCE = 200, 1e-7


@dataclass(frozen=True)
class Finding:
    """Something odd in a table.

    Attributes:
        key: name of the check, also of its words in ``words.yaml``.
        severity: ``error`` (accounts are wrong or impossible), ``warning`` (some figures are not to
            be trusted) or ``note`` (good to know).
        count: how many cells, industries, regions or stressors.
        worst: where it is worst.
        value: the figure there, in ``unit``.
        effect_mt: Mt of the first stressor with a unit of mass that it touches, if that is known.
    """

    key: str
    severity: str
    count: int
    worst: str
    value: float
    unit: str
    effect_mt: float | None = None


@dataclass(frozen=True, eq=False)
class View:
    """A table with what several checks need, computed once."""

    table: InputOutputTable

    def place(self, industry: int) -> str:
        """Region and sector of an industry, short."""
        region, sector = divmod(int(industry), self.table.S)
        return f"{self.table.regions[region]}, {self.table.sectors[sector]}"

    @cached_property
    def mass(self) -> int | None:
        """Position of the first stressor with a unit of mass."""
        for at, unit in enumerate(self.table.stressor_units):
            if mass(unit) is not None:
                return at
        return None

    @cached_property
    def factor(self) -> float:
        """Megatonnes in a unit of that stressor."""
        return megatonnes(self.table.stressor_units[self.mass or 0])

    @cached_property
    def mt(self) -> Array | None:
        """(N,) Mt of that stressor by industry."""
        return None if self.mass is None else self.table.F[self.mass] * self.factor

    @cached_property
    def intensity(self) -> Array | None:
        """(N,) Mt per unit of output, 0 without output."""
        x = self.table.x
        if self.mt is None:
            return None
        return np.divide(self.mt, x, out=np.zeros_like(x), where=x != 0)

    @cached_property
    def bought(self) -> Array:
        """(N,) intermediate inputs of each industry, ``colsum(Z)``."""
        return np.asarray(self.table.Z.sum(axis=0, dtype=float))

    @cached_property
    def idle(self) -> npt.NDArray[np.bool_]:
        """(N,) True where nothing is produced or nothing sold."""
        return np.asarray((self.table.x == 0) | (self.table.sales == 0))

    @cached_property
    def scale(self) -> float:
        """Total output; 1 where there is none."""
        return float(np.abs(self.table.x).sum()) or 1.0

    @cached_property
    def dominant(self) -> tuple[float, int]:
        """Spectral radius of A by power iteration, and the industry with the largest weight.

        ``w <- A w / |A w|`` from equal weights; for a non-negative A the norm tends to the Perron
        root.
        """
        t = self.table
        per_output = np.divide(1.0, t.x, out=np.zeros_like(t.x), where=t.x != 0)
        weights = np.full(t.N, 1.0 / t.N)
        radius, norm = 0.0, 0.0
        for _ in range(STEPS):
            image = np.asarray(t.Z @ (per_output * weights), dtype=float)
            norm = float(np.abs(image).sum())
            if not np.isfinite(norm) or norm == 0 or abs(norm - radius) <= TOLERANCE * norm:
                break
            weights, radius = image / norm, norm
        return norm, int(np.argmax(np.abs(weights)))

    def touched(self, industries: npt.NDArray[np.bool_]) -> float | None:
        """Mt of the industries that are True."""
        return None if self.mt is None else float(np.abs(self.mt[industries]).sum())
