"""The Leontief system of a table: one factorisation of I - A serves every account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from dualcarbon.responsibility.table import Array, InputOutputTable


@dataclass(frozen=True, eq=False)
class LeontiefSystem:
    """``(I - A)`` of a table, factorised when it is first needed; L is never formed.

    Attributes:
        table: the table.
    """

    table: InputOutputTable
    precision: str = "mixed"
    backend: str = "numpy"

    @classmethod
    def of(
        cls, table: InputOutputTable, *, backend: str = "numpy", precision: str = "mixed"
    ) -> LeontiefSystem:
        """The system of a table."""
        return cls(table, precision, backend)

    @cached_property
    def per_output(self) -> Array:
        """(N,) 1 / x, and 0 where nothing is produced."""
        x = self.table.x
        return np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)

    @cached_property
    def A(self) -> Array:
        """(N, N) technical coefficients ``Z / x``; columns without output are 0."""
        return np.asarray(self.table.Z * self.per_output)

    @cached_property
    def q(self) -> Array:
        """(P, N) direct intensities ``F / x``, 0 where nothing is produced."""
        return np.asarray(self.table.F * self.per_output)

    @cached_property
    def emitting(self) -> Array:
        """(P, N) stressors of industries that produce something: those a chain can carry."""
        return np.where(self.table.x != 0, self.table.F, 0.0)

    def inputs(self, output: Array) -> Array:
        """``A X`` for output ``X`` (N, n): what is bought to produce it."""
        return np.asarray(self.table.Z @ (self.per_output[:, None] * output))

    def modified(self, change: Callable[[Array], Array]) -> LeontiefSystem:
        """The system with other flows, everything else as it is.

        Args:
            change: gives (N, N) flows from a (N, N) copy of the table's.
        """
        flows = change(np.array(self.table.Z, dtype=float))
        return replace(self, table=replace(self.table, Z=flows))

    @cached_property
    def _factors(self) -> Any:
        return lu_factor(np.eye(self.table.N) - self.A)

    def solve(self, B: Array) -> Array:
        """``(I - A)^-1 B`` for columns ``B`` (N, n) or (N,)."""
        return np.asarray(lu_solve(self._factors, B))

    def solve_transposed(self, Q: Array) -> Array:
        """``Q (I - A)^-1`` for rows ``Q`` (n, N) or (N,)."""
        return np.asarray(lu_solve(self._factors, Q.T, trans=1).T)

    @cached_property
    def multipliers(self) -> Array:
        """(P, N) total stressors per unit of final demand, ``q (I - A)^-1``."""
        return self.solve_transposed(self.q)

    @cached_property
    def consumption_output(self) -> Array:
        """(N, R) output for the final demand of each region, ``(I - A)^-1 Yr``."""
        return self.solve(self.table.Yr)
