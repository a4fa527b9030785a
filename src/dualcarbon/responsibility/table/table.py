"""A multi-regional input-output table with stressors: labelled, checked when it is made.

Orientation: ``Z[i, j]`` is what industry ``i`` sells to industry ``j``; industries are ordered by
region, then sector. Money is in ``currency``, stressors in ``stressor_units``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from dualcarbon.errors import InputError
from dualcarbon.responsibility.table import about, checks

LOG = logging.getLogger(__name__)
EXACT, ROUNDED, MOST_IMBALANCE = 1e-9, 0.01, 0.10

Array = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class InputOutputTable:
    """A world table: N = R regions x S sectors, K categories of final demand, P stressors.

    Build it with :meth:`of`, which checks everything that can be checked without a solve.

    Attributes:
        Z: (N, N) intermediate flows, seller x buyer.
        Y: (N, R*K) final demand; columns by region, then category.
        x: (N,) output.
        F: (P, N) stressors of production, at least 0 where something is emitted.
        F_Y: (P, R) direct stressors of households and other final users, by region of residence.
        v: (N,) primary inputs: value added, taxes and margins; by default ``x - colsum(Z)``.
        regions, sectors, categories, stressors, stressor_units: labels.
        currency, year, name, source: what the table is.
        grade: A measured, B reported, C estimated, D illustrative.
        population: persons by region.
    """

    Z: Array
    Y: Array
    x: Array
    F: Array
    F_Y: Array
    v: Array
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    categories: tuple[str, ...]
    stressors: tuple[str, ...]
    stressor_units: tuple[str, ...]
    currency: str
    year: int
    name: str
    source: str
    grade: str = "B"
    population: Mapping[str, float] | None = None

    @classmethod
    def of(
        cls,
        Z: Any,
        Y: Any,
        F: Any,
        *,
        regions: Sequence[str],
        sectors: Sequence[str],
        x: Any = None,
        F_Y: Any = None,
        v: Any = None,
        categories: Sequence[str] | None = None,
        stressors: Sequence[str] = ("CO2",),
        stressor_units: Sequence[str] | str = "Mt",
        currency: str = "MUSD",
        year: int = 0,
        name: str = "table",
        source: str = "user",
        grade: str = "B",
        population: Mapping[str, float] | None = None,
    ) -> InputOutputTable:
        """Check the parts of a table and put them together.

        Args:
            Z: (N, N); float32 and memory-mapped arrays are kept as they are, not copied.
            Y: (N, R*K), or (N, R) without categories.
            F: (P, N), or (N,) for one stressor.
            regions, sectors: unique labels; their numbers multiply to N.
            x: (N,); by default what is sold, ``Z 1 + Y 1``.
            F_Y: (P, R) or (R,); by default 0.
            v: (N,); by default ``x - colsum(Z)``, so that supply-side accounts add up.
            categories: of final demand; by default counted.
            stressors, stressor_units: one label and one unit per row of ``F``.
            currency and the rest: see the class.

        Raises:
            InputError: a shape, a label, a unit, a figure (named by region and sector) is wrong.
        """
        regions, sectors = checks.labels("region", regions), checks.labels("sector", sectors)
        at = checks.Places(regions, sectors)
        Z = checks.square(Z, at)
        Y, categories = checks.final_demand(Y, categories, at)
        checks.finite("Y", Y, at.rows)
        sales = Z.sum(axis=1, dtype=float) + Y.sum(axis=1, dtype=float)
        checks.finite_flows(Z, at)
        x = checks.vector("x", sales if x is None else x, at)
        F = checks.stressors_of_production(F, at)
        F_Y = checks.direct(F_Y, len(F), at)
        stressors, units = checks.stressor_labels(stressors, stressor_units, len(F))
        v = checks.vector("v", x - Z.sum(axis=0, dtype=float) if v is None else v, at)
        return cls(
            **checks.all_locked(Z=Z, Y=Y, x=x, F=F, F_Y=F_Y, v=v),
            regions=regions,
            sectors=sectors,
            categories=categories,
            stressors=stressors,
            stressor_units=units,
            **about.checked(currency=currency, name=name, source=source, year=year, grade=grade),
            population=about.people(population, regions),
        )

    @property
    def N(self) -> int:
        """Number of industries."""
        return len(self.x)

    @property
    def R(self) -> int:
        """Number of regions."""
        return len(self.regions)

    @property
    def S(self) -> int:
        """Number of sectors."""
        return len(self.sectors)

    @property
    def K(self) -> int:
        """Number of categories of final demand."""
        return len(self.categories)

    @property
    def P(self) -> int:
        """Number of stressors."""
        return len(self.stressors)

    @cached_property
    def Yr(self) -> Array:
        """(N, R) final demand by region, summed over categories."""
        return np.asarray(self.Y.reshape(self.N, self.R, self.K).sum(axis=2, dtype=float))

    @cached_property
    def region_of(self) -> Integers:
        """(N,) position of each industry's region."""
        return np.repeat(np.arange(self.R), self.S)

    @cached_property
    def sector_of(self) -> Integers:
        """(N,) position of each industry's sector."""
        return np.tile(np.arange(self.S), self.R)

    @cached_property
    def sales(self) -> Array:
        """(N,) what each industry sells, ``Z 1 + Y 1``; output of a balanced table."""
        return np.asarray(self.Z.sum(axis=1, dtype=float) + self.Yr.sum(axis=1))

    @property
    def imbalance(self) -> float:
        """Sum of the differences between output and sales, relative to output."""
        total = float(np.abs(self.x).sum())
        return float(np.abs(self.x - self.sales).sum()) / total if total else 0.0

    def balanced(self) -> InputOutputTable:
        """The table with sales as output and the rest of it as primary inputs.

        Published tables are rounded, so that their output is not exactly what is sold; accounts of
        the balanced table add up to the last digit.
        """
        x = self.sales
        v = x - self.Z.sum(axis=0, dtype=float)
        return replace(self, x=checks.locked(x), v=checks.locked(v))

    def settled(self) -> InputOutputTable:
        """The table as accounts use it: out of balance by rounding, it is :meth:`balanced`.

        Raises:
            InputError: output and sales differ by more than 10 % of output, which no rounding
                does: wrong units, labels or a missing part.
        """
        off = self.imbalance
        if off <= EXACT:
            return self
        if not off <= MOST_IMBALANCE:
            raise InputError(
                f"output and sales differ by {off:.0%} of output: wrong units, labels or a missing "
                "part; the quality report says where",
                where=self.name,
                allowed=f"at most {MOST_IMBALANCE:.0%}",
            )
        told = LOG.warning if off > ROUNDED else LOG.info
        told("%s: output and sales differ by %.2g %%; sales taken as output", self.name, 100 * off)
        return self.balanced()

    def rows(self, region: str) -> slice:
        """Positions of a region's industries.

        Raises:
            InputError: the table has no such region.
        """
        at = checks.position("region", region, self.regions)
        return slice(at * self.S, (at + 1) * self.S)

    def stressor(self, name: str | None = None) -> int:
        """Position of a stressor; the first one if none is named.

        Raises:
            InputError: the table has no such stressor.
        """
        return 0 if name is None else checks.position("stressor", name, self.stressors)

    @property
    def world(self) -> Array:
        """(P,) stressors of the world: of production and of final users."""
        return np.asarray(self.F.sum(axis=1) + self.F_Y.sum(axis=1))
