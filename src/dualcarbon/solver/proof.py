"""Proof of duals: an interval that holds the dual of a row in every optimal solution.

Let ``x`` cost at most ``eps`` more than the optimum, and let ``d`` be a step that moves one
right-hand side ``b_k`` by one, so that ``x + t d`` meets all rows and bounds for every ``t`` within
``tau`` on both sides. The optimal cost ``v`` is convex in ``b_k``, so any optimal dual ``y_k``
has

``v(b_k) + t y_k <= v(b_k + t) <= c'(x + t d) <= v(b_k) + eps + t c'd``,

that is ``|y_k - c'd| <= eps / tau``. A row with slack ``s`` has ``|y_k| <= eps / s``. The step is
the one of least length in units of the distance to limits, ``min sum_j (d_j / s_j)^2``, from one
factorisation for all rows. No basis is needed, and a point inside the optimal face has the longest
steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from dualcarbon.solver.highs import RawSolution
from dualcarbon.solver.program import Program

FAR = 1e3  # GW, TWh or Mt; nothing is taken to be further from its limit
ROUNDING = 1e-15  # relative error of a sum of products that is allowed for in any case
CLOSE = 1e-9  # what is closer to its limit does not move
REGULAR, PIVOT, REFINEMENTS = 1e-14, 0.1, 4
MISSED = 1e-7  # a step that changes other rows by more than this share of a row proves nothing


@dataclass(frozen=True)
class Proof:
    """Intervals that hold the duals of some rows in every optimum, in scaled units.

    Attributes:
        middle: ``c'd``; half: half the width, infinite where no step was found.
    """

    middle: np.ndarray
    half: np.ndarray


def proven(program: Program, raw: RawSolution, rows: np.ndarray) -> Proof:
    """Prove the duals of rows.

    Args:
        program: the program; raw: a solution of it.
        rows: positions of rows.
    """
    A, x = program.A, raw.x
    activity = A @ x
    near = _distance(x, program.lower, program.upper)
    slack = _distance(activity, program.row_lower, program.row_upper)
    m, n = A.shape
    scaled = sp.csr_array(A @ sp.diags_array(near))
    size = np.sqrt(scaled.multiply(scaled).sum(axis=1) + slack**2)
    factor = 1.0 / np.where(size > 0, size, 1.0)
    B = sp.csr_array(sp.diags_array(factor) @ scaled)
    system = sp.block_array(
        [[sp.eye_array(n), B.T], [B, sp.diags_array(-((factor * slack) ** 2) - REGULAR)]],
        format="csc",
    )
    eps = excess(program, raw)
    middle, half = np.zeros(len(rows)), np.full(len(rows), np.inf)
    try:
        lu = sla.splu(
            system,
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=PIVOT,
            options={"SymmetricMode": True},
        )
    except RuntimeError:  # singular: nothing is proven
        return Proof(middle, half)
    for at, row in enumerate(rows):
        if slack[row] > np.abs(raw.dual[row]):
            half[at] = eps / slack[row]
            continue
        right = np.zeros(n + m)
        right[n + row] = factor[row]
        found = lu.solve(right)
        for _ in range(REFINEMENTS):
            left = right - system @ found
            left[n:] -= REGULAR * found[n:]
            found += lu.solve(left)
        d = near * found[:n]
        moved = A @ d
        moved[row] -= 1.0
        free = slack > 0
        free[row] = False
        missed = np.abs(moved)[~free].max(initial=0.0)
        pace = max(
            np.abs(found[:n]).max(initial=0.0), (np.abs(moved[free]) / slack[free]).max(initial=0.0)
        )
        middle[at] = program.cost @ d
        if missed <= MISSED and pace > 0:
            half[at] = eps * pace
    return Proof(middle, half)


def _distance(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Distance to the nearer limit, none where there is next to none."""
    distance = np.minimum(value - lower, upper - value)
    return np.where(distance > CLOSE, np.minimum(distance, FAR), 0.0)


def excess(program: Program, raw: RawSolution) -> float:
    """What a solution may cost beyond the optimum: its objective less that of its duals.

    A reduced cost on the side of a limit that does not exist counts with what the column holds.
    """
    cost = math.fsum(program.cost * raw.x)
    worth, lost = [], 0.0
    for price, lower, upper, value in (
        (raw.dual, program.row_lower, program.row_upper, program.A @ raw.x),
        (raw.reduced_cost, program.lower, program.upper, raw.x),
    ):
        limit = np.where(price > 0, lower, upper)
        known = np.isfinite(limit)
        worth.append(math.fsum(price[known] * limit[known]))
        lost += float(np.abs(price[~known] * value[~known]).sum())
    return abs(cost - math.fsum(worth)) + lost + ROUNDING * (1.0 + abs(cost))
