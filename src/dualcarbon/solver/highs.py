"""A persistent HiGHS model: load once, change numbers, solve again from the last basis."""

from __future__ import annotations

import copyreg
import time
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from dualcarbon.errors import SolveError
from dualcarbon.solver.program import Program

TOLERANCE = 1e-7
WORST_INFEASIBILITY = 1e-5
LARGE = 60_000  # columns from which an interior point with crossover overtakes a cold simplex
PATIENCE, FEWEST = 1.5, 1000  # a warm solve may take so many times the pivots of the last cold one


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
    """HiGHS holding one program; only differences are sent on the next solve.

    It can be pickled: the copy holds the same program and starts from the same basis.
    """

    def __init__(self, *, threads: int = 1) -> None:
        self.threads = threads
        self._highs = highspy.Highs()
        self._program: Program | None = None
        self._cold_pivots: int | None = None
        for option, value in (
            ("output_flag", False),
            ("threads", threads),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self._highs.setOptionValue(option, value)

    def __getstate__(self) -> dict[str, Any]:
        kept = {"threads": self.threads, "cold_pivots": self._cold_pivots}
        return {**kept, "program": self._program, "basis": self._basis()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(threads=state["threads"])  # type: ignore[misc]
        if state["program"] is not None:
            self.load(state["program"])
            self.start_from(state["program"], state["basis"])
        self._cold_pivots = state["cold_pivots"]

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

        A warm solve that takes far more pivots than the last cold one is stopped and done cold;
        pivots are counted, not seconds, so that a busy machine finds what an idle one finds.

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
            info = self._highs.getInfo()
            self._cold_pivots = info.simplex_iteration_count + info.crossover_iteration_count
        if status in _INFEASIBLE:
            raise Infeasible(f"no feasible point ({self._highs.modelStatusToString(status)})")
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolveError(f"HiGHS stopped: {self._highs.modelStatusToString(status)}")
        return self._checked(seconds, warm)

    def _run(self, warm: bool) -> highspy.HighsModelStatus:
        h = self._highs
        h.setOptionValue("simplex_iteration_limit", self._most_pivots() if warm else ENDLESS)
        h.setOptionValue("presolve", "off" if warm else "on")
        if warm:
            h.setOptionValue("solver", "simplex")
            h.run()
            return h.getModelStatus()
        for solver in ("ipm", "simplex") if h.getNumCol() > LARGE else ("simplex",):
            h.clearSolver()
            h.setOptionValue("solver", solver)
            h.run()
            if h.getModelStatus() in {highspy.HighsModelStatus.kOptimal, *_INFEASIBLE}:
                break
        return h.getModelStatus()

    def _most_pivots(self) -> int:
        """Pivots after which a warm solve is given up."""
        cold = self._cold_pivots
        return ENDLESS if cold is None else max(FEWEST, int(PATIENCE * cold))

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


ENDLESS = 2**31 - 1  # the solver's own default
STATUSES = tuple(highspy.HighsBasisStatus.__members__.values())


def _statuses(kinds: np.ndarray) -> list[highspy.HighsBasisStatus]:
    return [STATUSES[kind] for kind in kinds.tolist()]


def _basis_of(columns: np.ndarray, rows: np.ndarray, valid: bool) -> highspy.HighsBasis:
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = _statuses(columns), _statuses(rows)
    basis.valid = valid
    return basis


def _reduced(basis: highspy.HighsBasis) -> tuple[Any, ...]:
    """What a pickle keeps of a basis: one small number per column and row."""
    of = {status: at for at, status in enumerate(STATUSES)}
    kinds = (
        np.array([of[s] for s in part], np.int8) for part in (basis.col_status, basis.row_status)
    )
    return _basis_of, (*kinds, bool(basis.valid))


copyreg.pickle(highspy.HighsBasis, _reduced)

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
