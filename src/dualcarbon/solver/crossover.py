"""A basis of a point inside the optimal face, so that a neighbouring solve can start from it."""

from __future__ import annotations

import highspy
import numpy as np
import scipy.sparse as sp

from dualcarbon.solver.program import Program

BASIC = highspy.HighsBasisStatus.kBasic


def crossed_over(
    program: Program, x: np.ndarray, dual: np.ndarray, reduced_cost: np.ndarray
) -> highspy.HighsBasis | None:
    """Let IPX push a point to a basis; None where it cannot.

    IPX takes only points where everything is exactly at its limit or exactly without a price.
    Rows that are inequalities are handed over as ``A x - s = 0`` with ``s`` within the limits of
    the row, so that the point can be moved there column by column.

    Args:
        program: the program; x, dual, reduced_cost: the point.
    """
    ranged = np.flatnonzero(program.row_lower != program.row_upper)
    rows, columns = program.shape
    slack = sp.csr_array(
        (np.full(len(ranged), -1.0), (ranged, np.arange(len(ranged)))), shape=(rows, len(ranged))
    )
    lower = np.concatenate([program.lower, program.row_lower[ranged]])
    upper = np.concatenate([program.upper, program.row_upper[ranged]])
    right = np.where(program.row_lower == program.row_upper, program.row_lower, 0.0)
    lp = linear_program(
        sp.hstack([program.A, slack], format="csr"),
        np.concatenate([program.cost, np.zeros(len(ranged))]),
        (lower, upper),
        (right, right),
    )
    value = np.clip(np.concatenate([x, (program.A @ x)[ranged]]), lower, upper)
    price = np.concatenate([reduced_cost, dual[ranged]])
    limit = np.where(price > 0, lower, upper)
    at_limit = (np.abs(price) > np.abs(value - limit)) | (lower == upper)
    point = highspy.HighsSolution()
    point.col_value = np.where(at_limit, limit, value)
    point.col_dual = np.where(at_limit, price, 0.0)
    point.row_value, point.row_dual = right, dual
    point.value_valid = point.dual_valid = True
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.passModel(lp)
    h.crossover(point)
    found = h.getBasis()
    if not found.valid:
        return None
    basis = highspy.HighsBasis()
    basis.col_status = found.col_status[:columns]
    of_rows = list(found.row_status)
    for row, status in zip(ranged.tolist(), found.col_status[columns:], strict=True):
        of_rows[row] = BASIC if of_rows[row] == BASIC else status
    basis.row_status = of_rows
    basis.valid = True
    basis.alien = True
    return basis


def highs_lp(program: Program) -> highspy.HighsLp:
    """A program as HiGHS takes it."""
    limits, rows = (program.lower, program.upper), (program.row_lower, program.row_upper)
    return linear_program(program.A, program.cost, limits, rows)


def linear_program(
    A: sp.csr_array,
    cost: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
) -> highspy.HighsLp:
    """``min c'x`` within the limits of columns and rows, as HiGHS takes it."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = A.shape
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = limits
    lp.row_lower_, lp.row_upper_ = rows
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = A.indptr
    lp.a_matrix_.index_ = A.indices
    lp.a_matrix_.value_ = A.data
    return lp
