"""One footprint or one final demand without a factorisation, with a bound of its error.

Method: GMRES on ``(I - A)``, preconditioned by the regions' domestic blocks ``(I - A_rr)^-1``. What
remains is trade, so that a few passes over the table suffice. Memory beyond the table: its domestic
blocks and a few vectors; a memory-mapped table is never loaded as a whole.

Bound: for a row ``q`` with residual ``r = f - q (I - A)`` and any row ``p > 0`` with
``w = p (I - A) > 0``, the error is at most ``|q - f L| <= max_i(|r_i| / w_i) p``, element by
element, because ``L >= 0``. With ``p = 1``, w is the share of primary inputs; where it is not
positive everywhere, ``p <- 1 + p A`` is tried until it is. For a column, p is a column likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from dualcarbon.errors import InputError
from dualcarbon.responsibility.table.table import Array, InputOutputTable

RESTART = 40
MOST_ROUNDS = 8
MOST_LENGTHENINGS = 60


@dataclass(frozen=True, eq=False)
class Iterated:
    """A solution with what is known about it.

    Attributes:
        values: (N,) the solution.
        bound: (N,) upper bound of the error of each value.
        passes: how often the table was read.
    """

    values: Array
    bound: Array
    passes: int


@dataclass(frozen=True, eq=False)
class Footprint:
    """One stressor behind the final demand of every region.

    Attributes:
        multipliers: (N,) total stressor per unit of final demand.
        values: (R,) footprint of each region, without what final users emit themselves.
        bound: (R,) upper bound of the error of each footprint.
        passes: how often the table was read.
    """

    multipliers: Array
    values: Array
    bound: Array
    passes: int


def footprint(
    table: InputOutputTable, stressor: str | None = None, tolerance: float = 1e-10
) -> Footprint:
    """Consumption account of one stressor, ``f (I - A)^-1 Y_s`` for every region s.

    Args:
        table: the table.
        stressor: by default the first.
        tolerance: relative error of the footprints, guaranteed.

    Raises:
        InputError: an unknown stressor, or a table that is not productive.
    """
    table = table.settled()
    f = table.F[table.stressor(stressor)] * _per_output(table)
    found = solve_one(table, f, transposed=True, tolerance=tolerance)
    demand = np.abs(table.Yr)
    return Footprint(
        multipliers=found.values,
        values=found.values @ table.Yr,
        bound=found.bound @ demand,
        passes=found.passes,
    )


def output_for(table: InputOutputTable, demand: Array, tolerance: float = 1e-10) -> Iterated:
    """Output of every industry for one final demand, ``(I - A)^-1 y``.

    Args:
        table: the table.
        demand: (N,) final demand.
        tolerance: relative error of the sum of output, guaranteed.

    Raises:
        InputError: the table is not productive.
    """
    return solve_one(table.settled(), demand, transposed=False, tolerance=tolerance)


def solve_one(
    table: InputOutputTable, right: Array, *, transposed: bool, tolerance: float
) -> Iterated:
    """``right (I - A)^-1`` for a row, ``(I - A)^-1 right`` for a column.

    Raises:
        InputError: not productive, so that nothing can be guaranteed.
    """
    chain = _Chain(table, transposed)
    weights, image = chain.certificate()
    values = chain.precondition(right)
    goal = tolerance
    for _ in range(MOST_ROUNDS):
        rest = right - chain.less_inputs(values)
        bound = float((np.abs(rest) / image).max(initial=0.0)) * weights
        if bound.sum() <= tolerance * np.abs(values).sum():
            return Iterated(values, bound, chain.passes)
        step, _ = gmres(
            LinearOperator((table.N, table.N), matvec=chain.preconditioned, dtype=float),
            chain.precondition(rest),
            rtol=max(goal * np.abs(values).sum() / max(bound.sum(), 1e-300), 1e-13),
            restart=RESTART,
            maxiter=1,
        )
        values = values + step
        goal *= 0.1
    raise InputError(
        f"no solution within {tolerance:g} by iteration; use LeontiefSystem", where=table.name
    )


@dataclass(eq=False)
class _Chain:
    """Products with ``I - A`` from one side, counted."""

    table: InputOutputTable
    transposed: bool
    passes: int = 0

    @cached_property
    def per_output(self) -> Array:
        return _per_output(self.table)

    @cached_property
    def domestic(self) -> Array:
        """(R, S, S) inverses of the regions' own ``I - A_rr``, for rows or for columns."""
        table = self.table
        blocks = np.empty((table.R, table.S, table.S))
        for r in range(table.R):
            home = slice(r * table.S, (r + 1) * table.S)
            blocks[r] = table.Z[home, home] * -self.per_output[home]
        blocks[:, np.arange(table.S), np.arange(table.S)] += 1.0
        try:
            found = np.linalg.inv(blocks)
        except np.linalg.LinAlgError:
            raise InputError(
                "the domestic I - A of a region is singular", where=table.name
            ) from None
        return found.transpose(0, 2, 1) if self.transposed else found

    def less_inputs(self, values: Array) -> Array:
        """``q (I - A)`` or ``(I - A) x``: one pass over the table."""
        self.passes += 1
        if self.transposed:
            return np.asarray(values - (values @ self.table.Z) * self.per_output)
        return np.asarray(values - self.table.Z @ (values * self.per_output))

    def precondition(self, values: Array) -> Array:
        by_region = values.reshape(self.table.R, self.table.S, 1)
        return np.asarray((self.domestic @ by_region).reshape(-1))

    def preconditioned(self, values: Array) -> Array:
        return self.precondition(self.less_inputs(values.reshape(-1)))

    def certificate(self) -> tuple[Array, Array]:
        """Weights ``p > 0`` and their image ``w = p (I - A) > 0``.

        Raises:
            InputError: there are none: the table is not productive.
        """
        start = np.ones(self.table.N) if self.transposed else np.where(
            self.table.x > 0, self.table.x, 1.0
        )  # fmt: skip
        weights = start
        for _ in range(MOST_LENGTHENINGS):
            image = self.less_inputs(weights)
            if (image > 0).all():
                return weights, image
            weights = start + (weights - image)
        raise InputError(
            "not productive: along a chain, inputs are worth more than output",
            where=self.table.name,
        )


def _per_output(table: InputOutputTable) -> Array:
    return np.divide(1.0, table.x, out=np.zeros_like(table.x), where=table.x != 0)
