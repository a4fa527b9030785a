"""Solutions by rounds over trade, for many right sides at once, in single precision.

Method: ``A = D + T``, domestic blocks and trade. A round solves the domestic systems exactly,
``d = r (I - D)^-1``, which leaves ``r = d T``; what all industries of a region have in common is
then solved exactly between the R regions (aggregation and disaggregation, as for Markov chains):
``y = (r W) (V M W)^-1``, ``d = y V``, ``V_r = 1 (I - A_rr)^-1``, ``W_r = (I - A_rr)^-1 x_r``.

A round is one product with T. Two thirds of N^3 operations for a factorisation are as many as
those of ``N / 3`` right sides in one round: with few right sides, or little trade, rounds win.
The result is used as that of :class:`.factors.Factors`: a solution to about single precision,
which :func:`.factors.refined` carries on to double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dualcarbon.responsibility.leontief.factors import Backend, scaled
from dualcarbon.responsibility.table.table import Array, InputOutputTable

CLOSE = 1e-6  # error of a solution relative to itself
MOST_ROUNDS = 30
PROBES, PROBE_ROUNDS = 2, 5
SLOW = 0.5  # contraction from which rounds are not used


@dataclass(frozen=True, eq=False)
class Splitting:
    """Trade, the regions' own inverses and the system between regions.

    Attributes:
        backend: numpy.
        T: (N, N) trade coefficients; domestic blocks are 0.
        home: (R, S, S) inverses of the domestic ``I - A_rr``.
        V, W: (R, N) and (N, R) what industries of a region have in common.
        left, right: (R, N) ``V M`` and (N, R) ``M W``.
        between: (R, R) inverse of ``V M W``.
        contraction: part of the error that a round leaves, measured.
        rounding: relative error of a solution, about.
    """

    backend: Backend
    T: Array
    home: Array
    V: Array
    W: Array
    left: Array
    right: Array
    between: Array
    contraction: float = 1.0
    rounding: float = CLOSE

    @classmethod
    def of(cls, table: InputOutputTable, per_output: Array) -> Splitting:
        """Take the table apart and measure how fast the rounds converge.

        Raises:
            LinAlgError: a domestic system, or that between regions, is singular.
        """
        R, S, N = table.R, table.S, table.N
        backend = Backend.of("numpy")
        T = scaled(table.Z, per_output, np.float32, backend)
        home = np.empty((R, S, S), dtype=np.float32)
        V, ones = np.zeros((R, N), dtype=np.float32), np.zeros((R, N), dtype=np.float32)
        W, output = np.zeros((N, R), dtype=np.float32), np.zeros((N, R), dtype=np.float32)
        size = np.abs(table.x).mean()
        for r in range(R):
            own = slice(r * S, (r + 1) * S)
            home[r] = np.linalg.inv(np.eye(S, dtype=np.float32) - T[own, own])
            T[own, own] = 0.0
            ones[r, own], output[own, r] = 1.0, table.x[own] / size
            V[r, own], W[own, r] = home[r].sum(axis=0), home[r] @ output[own, r]
        left, right = ones - V @ T, output - T @ W
        between = np.linalg.inv((left @ W).astype(float)).astype(np.float32)
        made = cls(backend, T, home, V, W, left, right, between)
        return replace(made, contraction=made._measured())

    def solve(self, B: Array, *, transposed: bool) -> Array:
        """``B (I - A)^-1`` for rows, ``(I - A)^-1 B`` for columns, to about single precision."""
        rows = np.array(B if transposed else B.T, dtype=np.float32)
        total = np.zeros_like(rows)
        rate = self.contraction
        for step in self._rounds(rows, transposed=transposed):
            total += step
            change = np.abs(step).sum(axis=1)
            if (change * rate <= CLOSE * np.abs(total).sum(axis=1)).all():
                break
        return total if transposed else total.T

    def rounds(self) -> int:
        """Products with T to be expected for one solution."""
        return int(np.ceil(np.log(CLOSE) / np.log(max(self.contraction, 1e-6))))

    def _rounds(self, rest: Array, *, transposed: bool) -> Iterator[Array]:
        """What each round adds to the solution of rows ``rest``."""
        R = len(self.home)
        if transposed:
            T, home, V, W, left, between = (
                self.T, self.home, self.V, self.W, self.left, self.between,
            )  # fmt: skip
        else:
            T, home = self.T.T, self.home.transpose(0, 2, 1)
            V, W, left, between = self.W.T, self.V.T, self.right.T, self.between.T
        step = home_step = _by_region(rest, home)
        for number in range(MOST_ROUNDS):
            yield step
            rest = _sparse_product(home_step, T, R) if number == 0 else home_step @ T
            common = (rest @ W) @ between
            home_step = _by_region(rest - common @ left, home)
            step = home_step + common @ V

    def _measured(self) -> float:
        """Part of the error that a round leaves, from a few random rows."""
        draw = np.random.default_rng(0).uniform(0.5, 1.5, (PROBES, len(self.T)))
        rounds = self._rounds(draw.astype(np.float32), transposed=True)
        sizes = [float(np.abs(next(rounds)).sum()) for _ in range(PROBE_ROUNDS)]
        if not sizes[1] > 0:
            return 0.0
        return float((sizes[-1] / sizes[1]) ** (1.0 / (PROBE_ROUNDS - 2)))


def _by_region(rows: Array, blocks: Array) -> Array:
    """Rows times a block-diagonal matrix."""
    R, S = blocks.shape[:2]
    product = rows.reshape(-1, R, S).transpose(1, 0, 2) @ blocks
    return np.ascontiguousarray(product.transpose(1, 0, 2)).reshape(rows.shape)


def _sparse_product(rows: Array, T: Array, regions: int) -> Array:
    """``rows @ T`` where most rows are 0 outside one region: by region, if that is less work."""
    S = len(T) // regions
    used = np.abs(rows.reshape(-1, regions, S)).max(axis=2) > 0
    if used.mean() > 0.5:
        return rows @ T
    product = np.zeros_like(rows)
    for r in range(regions):
        some, own = np.flatnonzero(used[:, r]), slice(r * S, (r + 1) * S)
        if len(some):
            product[some] += rows[some, own] @ T[own]
    return product
