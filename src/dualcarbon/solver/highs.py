"""A persistent HiGHS model: load once, change numbers, solve again from the last basis."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import highspy
import numpy as np

from dualcarbon.errors import SolveError
from dualcarbon.solver.program import Program

TOLERANCE = 1e-7
WORST_INFEASIBILITY = 1e-5
LARGE = 60_000  # columns from which an interior point with crossover overtakes a cold simplex


class Infeasible(SolveError):
    """The program has no feasible point."""


@dataclass(frozen=True)
class RawSolution:
    """An optimal basic solution in scaled units, and how it was found.

    Attributes:
        x, reduced_cost: by column.
        dual: by row; the change of the objective per unit of the right-hand side.
        objective: scaled objective.
        seconds, iterations, warm: effort.
        basis: the solver's basis, to start a neighbouring solve from.
        primal_infeasibility, dual_infeasibility: largest violations, scaled units.
    """

    x: np.ndarray
    reduced_cost: np.ndarray
    dual: np.ndarray
    objective: float
    seconds: float
    iterations: int
    warm: bool
    primal_infeasibility: float
    dual_infeasibility: float
    basis: highspy.HighsBasis | None = field(default=None, repr=False, compare=False)


class PersistentHighs:
    """HiGHS holding one program; only differences are sent on the next solve."""

    def __init__(self, *, threads: int = 1) -> None:
        self.threads = threads
        self._highs = highspy.Highs()
        self._program: Program | None = None
        self._cold_seconds: float | None = None
        for option, value in (
            ("output_flag", False),
            ("threads", threads),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self._highs.setOptionValue(option, value)

    def load(self, program: Program) -> None:
        """Hand over a program; a basis of the previous one is carried over by its labels."""
        previous, basis = self._program, self._basis()
        self._highs.passModel(_highs_lp(program))
        self._program = program
        if previous is not None and basis is not None:
            self._highs.setBasis(_mapped_basis(previous, program, basis))

    def update(self, program: Program) -> None:
        """Send only what differs from the loaded program of the same shape and labels."""
        old = self._program
        if old is None or not _same_pattern(old, program):
            self.load(program)
            return
        _send_changes(self._highs, old, program)
        self._program = program

    def start_from(self, program: Program, basis: highspy.HighsBasis | None) -> None:
        """Start the next solve from the basis of an earlier program instead of the last one."""
        if basis is None or self._program is None:
            return
        same = _same_labels(program, self._program)
        self._highs.setBasis(basis if same else _mapped_basis(program, self._program, basis))

    def solve(self, *, warm: bool = True) -> RawSolution:
        """Solve and return a checked optimal basic solution.

        A warm solve that takes longer than the last cold one is stopped and done cold.

        Raises:
            Infeasible: no feasible point.
            SolveError: any other end without an optimal basic solution.
        """
        started = time.perf_counter()
        warm = warm and self._basis() is not None
        status = self._run(warm)
        if status != highspy.HighsModelStatus.kOptimal and warm:
            warm = False
            status = self._run(warm)
        seconds = time.perf_counter() - started
        if not warm:
            self._cold_seconds = seconds
        if status in _INFEASIBLE:
            raise Infeasible(f"no feasible point ({self._highs.modelStatusToString(status)})")
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolveError(f"HiGHS stopped: {self._highs.modelStatusToString(status)}")
        return self._checked(seconds, warm)

    def _run(self, warm: bool) -> highspy.HighsModelStatus:
        h = self._highs
        if warm:
            h.setOptionValue("solver", "simplex")
            limit = np.inf if self._cold_seconds is None else max(1.0, 1.5 * self._cold_seconds)
            h.setOptionValue("presolve", "off")
            h.setOptionValue("time_limit", float(h.getRunTime() + limit))
            h.run()
            return h.getModelStatus()
        h.setOptionValue("presolve", "on")
        h.setOptionValue("time_limit", float("inf"))
        for solver in ("ipm", "simplex") if h.getNumCol() > LARGE else ("simplex",):
            h.clearSolver()
            h.setOptionValue("solver", solver)
            h.run()
            if h.getModelStatus() in {highspy.HighsModelStatus.kOptimal, *_INFEASIBLE}:
                break
        return h.getModelStatus()

    def _checked(self, seconds: float, warm: bool) -> RawSolution:
        h = self._highs
        info, solution = h.getInfo(), h.getSolution()
        if info.basis_validity != 1:
            raise SolveError("the solver returned no basis: prices cannot be read")
        worst = max(info.max_primal_infeasibility, info.max_dual_infeasibility)
        if worst > WORST_INFEASIBILITY:
            raise SolveError(f"the solution violates the program by {worst:.1e} (scaled)")
        return RawSolution(
            x=np.array(solution.col_value),
            reduced_cost=np.array(solution.col_dual),
            dual=np.array(solution.row_dual),
            objective=info.objective_function_value,
            seconds=seconds,
            iterations=info.simplex_iteration_count,
            warm=warm,
            primal_infeasibility=info.max_primal_infeasibility,
            dual_infeasibility=info.max_dual_infeasibility,
            basis=h.getBasis(),
        )

    def _basis(self) -> highspy.HighsBasis | None:
        if self._program is None:
            return None
        basis = self._highs.getBasis()
        return basis if basis.valid else None


_INFEASIBLE = {
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
}


def _highs_lp(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = program.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.A.indptr
    lp.a_matrix_.index_ = program.A.indices
    lp.a_matrix_.value_ = program.A.data
    return lp


def _same_pattern(a: Program, b: Program) -> bool:
    return a.shape == b.shape and _same_labels(a, b) and np.array_equal(a.row_scale, b.row_scale)


def _same_labels(a: Program, b: Program) -> bool:
    return np.array_equal(a.row_label, b.row_label) and np.array_equal(
        a.column_label, b.column_label
    )


def _send_changes(h: highspy.Highs, old: Program, new: Program) -> None:
    columns = np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper))
    if len(columns):
        h.changeColsBounds(
            len(columns), columns.astype(np.int32), new.lower[columns], new.upper[columns]
        )
    costs = np.flatnonzero(old.cost != new.cost)
    if len(costs):
        h.changeColsCost(len(costs), costs.astype(np.int32), new.cost[costs])
    rows = np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper))
    for row in rows:
        h.changeRowBounds(int(row), float(new.row_lower[row]), float(new.row_upper[row]))
    difference = (new.A - old.A).tocoo()
    changed = np.flatnonzero(difference.data != 0)
    if len(changed):
        rows, columns = difference.row[changed], difference.col[changed]
        values = np.asarray(new.A[rows, columns]).ravel()
        for row, column, value in zip(rows, columns, values, strict=True):
            h.changeCoeff(int(row), int(column), float(value))


def _mapped_basis(old: Program, new: Program, basis: highspy.HighsBasis) -> highspy.HighsBasis:
    """Carry a basis over by labels: new rows basic, new columns at a bound."""
    mapped = highspy.HighsBasis()
    mapped.col_status = _mapped(
        old.column_label, new.column_label, basis.col_status, highspy.HighsBasisStatus.kLower
    )
    mapped.row_status = _mapped(
        old.row_label, new.row_label, basis.row_status, highspy.HighsBasisStatus.kBasic
    )
    mapped.valid = True
    mapped.alien = True
    return mapped


def _mapped(
    old: np.ndarray,
    new: np.ndarray,
    status: list[highspy.HighsBasisStatus],
    default: highspy.HighsBasisStatus,
) -> list[highspy.HighsBasisStatus]:
    of = dict(zip(old.tolist(), status, strict=True))
    return [of.get(label, default) for label in new.tolist()]
