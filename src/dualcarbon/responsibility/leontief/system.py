"""The Leontief system of a table: one factorisation of I - A serves every account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.factors import (
    SINGLE_LIMIT,
    SINGULAR_LIMIT,
    Backend,
    Factors,
    refined,
    residual,
)
from dualcarbon.responsibility.leontief.splitting import SLOW, Splitting
from dualcarbon.responsibility.table.checks import Places
from dualcarbon.responsibility.table.table import Array, InputOutputTable

LOG = logging.getLogger(__name__)
PRECISIONS = ("mixed", "double")
SMALL = 256  # below this size single precision saves nothing
LARGE = 3_000  # from this size rounds over trade are considered
LEAST_ROUNDS = 2


@dataclass(frozen=True, eq=False)
class LeontiefSystem:
    """``I - A`` of a table, factorised when it is first needed; L is never formed.

    Attributes:
        table: the table.
        precision: ``mixed`` (factors in single precision, solutions refined to double) or
            ``double``. Mixed falls back to double by itself where the table is ill-conditioned.
        backend: ``numpy`` or ``cupy``.
    """

    table: InputOutputTable
    precision: str = "mixed"
    backend: str = "numpy"

    @classmethod
    def of(
        cls, table: InputOutputTable, *, backend: str = "numpy", precision: str = "mixed"
    ) -> LeontiefSystem:
        """The system of a table, with sales as output where rounding makes them differ.

        Args:
            table: see :meth:`InputOutputTable.settled`.
            backend, precision: see the class.

        Raises:
            InputError: unknown backend or precision, or a table far out of balance.
        """
        if precision not in PRECISIONS:
            raise unknown_name("precision", precision, PRECISIONS)
        Backend.of(backend)
        return cls(table.settled(), precision, backend)

    @cached_property
    def per_output(self) -> Array:
        """(N,) 1 / x, and 0 where nothing is produced."""
        x = self.table.x
        return np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)

    @cached_property
    def A(self) -> Array:
        """(N, N) technical coefficients ``Z / x``; columns without output are 0.

        Large; the solves do not need it.
        """
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

    def solve(self, B: Array) -> Array:
        """``(I - A)^-1 B`` for columns ``B`` (N, n) or (N,).

        Raises:
            InputError: the table is singular or not productive.
        """
        return self._solved(B.reshape(self.table.N, -1), transposed=False).reshape(B.shape)

    def solve_transposed(self, Q: Array) -> Array:
        """``Q (I - A)^-1`` for rows ``Q`` (n, N) or (N,).

        Raises:
            InputError: the table is singular or not productive.
        """
        return self._solved(Q.reshape(-1, self.table.N), transposed=True).reshape(Q.shape)

    @cached_property
    def multipliers(self) -> Array:
        """(P, N) total stressors per unit of final demand, ``q (I - A)^-1``."""
        return self.solve_transposed(self.q)

    @cached_property
    def consumption_output(self) -> Array:
        """(N, R) output for the final demand of each region, ``(I - A)^-1 Yr``."""
        return self.solve(self.table.Yr)

    def _solved(self, B: Array, *, transposed: bool) -> Array:
        approximate = self._approximate(B.shape[0 if transposed else 1])
        if approximate is not None:
            Z = self._flows
            found = refined(approximate, Z, self.per_output, B, transposed=transposed)
            if found is not None:
                return found
            LOG.warning("%s: refinement does not converge; double precision", self.table.name)
            self.__dict__["_factors"] = self._double_factors
        factors = self._factors
        place = factors.backend
        right = place.there(B, dtype=np.float64)
        X = factors.solve(right, transposed=transposed)
        rest = residual(self._flows, self.per_output, right, X, place, transposed=transposed)
        X += factors.solve(rest, transposed=transposed)
        return np.asarray(place.here(X))

    @cached_property
    def _flows(self) -> Array:
        place = Backend.of(self.backend)
        return self.table.Z if place.name == "numpy" else place.there(self.table.Z)

    def factorise(self) -> LeontiefSystem:
        """Factorise now, so that every later solve uses the factors.

        Raises:
            InputError: the table is singular or not productive.
        """
        _ = self._factors
        return self

    def rounds_for(self, count: int) -> int:
        """Rounds over trade that solve for so many right sides; 0 if a factorisation is less work.

        A factorisation takes ``2/3 N^3`` operations and its two solves ``4 N^2`` for each right
        side, a round ``2 N^2``; two solutions are refined to double precision.
        """
        table = self.table
        possible = self.precision == "mixed" and self.backend == "numpy" and table.R > 1
        possible = possible and "_factors" not in self.__dict__
        if not possible or table.N < LARGE or 3 * count * (2 * LEAST_ROUNDS - 2) >= table.N:
            return 0
        found = self._splitting
        if found is None or 3 * count * (2 * found.rounds() - 2) >= table.N:
            return 0
        return found.rounds()

    def _approximate(self, count: int) -> Splitting | Factors | None:
        """What solves for so many right sides in single precision with least work, or None."""
        if self.rounds_for(count):
            return self._splitting
        factors = self._factors
        self.__dict__["_splitting"] = None  # its memory is free again
        return factors if factors.single else None

    @cached_property
    def _splitting(self) -> Splitting | None:
        """None where rounds are no help, or the table is not seen to be productive."""
        try:
            found = Splitting.of(self.table, self.per_output)
        except np.linalg.LinAlgError:
            return None
        if not found.contraction < SLOW:
            return None
        inverse_sums = found.solve(np.ones((1, self.table.N)), transposed=True)
        return found if (inverse_sums > 0).all() else None

    @cached_property
    def _factors(self) -> Factors:
        if self.precision == "double" or self.table.N < SMALL:
            return self._double_factors
        factors = self._factored(single=True)
        if factors.rounding <= SINGLE_LIMIT and (factors.inverse_sums > 0).all():
            return factors
        LOG.warning("%s: ill-conditioned; factorised in double precision", self.table.name)
        return self._double_factors

    @cached_property
    def _double_factors(self) -> Factors:
        factors = self._factored(single=False)
        sums = factors.inverse_sums
        if not factors.rounding <= SINGULAR_LIMIT:
            worst = int(np.argmax(np.where(np.isfinite(sums), np.abs(sums), np.inf)))
            raise InputError(
                "I - A is singular: a group of industries sells all it produces to itself",
                where=f"{self.table.name}, {self._place(worst)}",
            )
        if not (sums > 0).all():
            worst = int(np.argmin(sums))
            raise InputError(
                "not productive: along its chain, inputs are worth more than output",
                where=f"{self.table.name}, {self._place(worst)}",
                allowed="a spectral radius of A below 1",
            )
        return factors

    def _factored(self, *, single: bool) -> Factors:
        place = Backend.of(self.backend)
        return Factors.of(self.table.Z, self.per_output, place, single=single)

    def _place(self, industry: int) -> str:
        return Places(self.table.regions, self.table.sectors).rows(industry)
