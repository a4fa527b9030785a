"""A persistent HiGHS model: load once, change numbers, solve again from the last basis."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import Any

import highspy
import numpy as np

from dualcarbon.errors import SolveError
from dualcarbon.solver.basis import Basis, same_labels
from dualcarbon.solver.crossover import crossed_over, highs_lp
from dualcarbon.solver.interchangeable import interchangeable
from dualcarbon.solver.merge import SPLIT, SPLIT_INSIDE, Joined, same_matrix
from dualcarbon.solver.optimality import Optimality
from dualcarbon.solver.program import Program

TOLERANCE = 1e-7
TIGHT = 1e-12  # asked of an interior point; four more of its steps than the solver's default
ACCEPTED = 1e-6  # relative, of an interior point: rows and bounds, duals, gap
WORST = 1e-5  # the same, of a basic solution and of one that was told apart again
MERGE = 20_000  # columns from which interchangeable units are solved as one
LARGE = 60_000  # columns from which an interior point overtakes a cold simplex
HUGE = 200_000  # columns from which HiPO, where it is installed, overtakes IPX
PATIENCE, FEWEST = 1.5, 1000  # a warm solve may take so many times the pivots of the last cold one
PART = 0.2  # or, after an interior point, so many pivots for each row


class Infeasible(SolveError):
    """The program has no feasible point."""


@dataclass(frozen=True)
class RawSolution:
    """An optimal solution in scaled units, and how it was found.

    It is basic after a simplex. After an interior point it lies inside the optimal face, where
    prices that are not unique take a middle value.

    Attributes:
        x, reduced_cost: by column.
        dual: by row; the change of the objective per unit of the right-hand side.
        objective: scaled objective.
        seconds, iterations, warm: effort.
        optimality: how far it is from an exact optimum of the program.
        basis: to start a neighbouring solve from.
        interior: whether an interior point found it, without crossover to a basis.
    """

    x: np.ndarray
    reduced_cost: np.ndarray
    dual: np.ndarray
    objective: float
    seconds: float
    iterations: int
    warm: bool
    optimality: Optimality
    basis: Basis | None = field(default=None, repr=False, compare=False)
    interior: bool = False


class PersistentHighs:
    """HiGHS holding one program; only differences are sent on the next solve.

    A program of ``merge_from`` columns or more is solved with its interchangeable units as one,
    and what is left of it, if it has ``interior_from`` columns or more, by an interior point
    without crossover; a basis is made of that point when the next solve is to start from it.

    It can be pickled: the copy holds the same program and starts from the same basis.
    """

    def __init__(
        self, *, threads: int = 1, merge_from: int = MERGE, interior_from: int = LARGE
    ) -> None:
        self.threads, self.merge_from, self.interior_from = threads, merge_from, interior_from
        self._highs = highspy.Highs()
        self._whole: Program | None = None
        self._program: Program | None = None
        self._joined: Joined | None = None
        self._apart: set[int] = set()
        self._found: Basis | None = None
        self._inside = False
        self._cold_pivots: int | None = None
        for option, value in (
            ("output_flag", False),
            ("threads", threads),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
            ("ipm_optimality_tolerance", TIGHT),
            ("hipo_system", "augmented"),
            ("hipo_ordering", "amd"),
        ):
            self._highs.setOptionValue(option, value)

    def __getstate__(self) -> dict[str, Any]:
        self._cross_over()
        names = ("threads", "merge_from", "interior_from", "_whole", "_apart", "_cold_pivots")
        return {name: getattr(self, name) for name in names} | {"_found": self._basis()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        asked = ("threads", "merge_from", "interior_from")
        self.__init__(**{name: state[name] for name in asked})  # type: ignore[misc]
        self._apart = state["_apart"]
        if state["_whole"] is not None:
            self.load(state["_whole"])
            self.start_from(state["_found"])
        self._cold_pivots = state["_cold_pivots"]

    def load(self, program: Program) -> None:
        """Hand over a program; a basis of the previous one is carried over by its labels."""
        self._send(program, fresh=True)

    def update(self, program: Program) -> None:
        """Send only what differs from the loaded program, if its rows and columns are the same."""
        self._send(program, fresh=False)

    def _send(self, whole: Program, *, fresh: bool) -> None:
        self._whole, self._joined = whole, self._join(whole)
        program = whole if self._joined is None else self._joined.program
        old = self._program
        if old is not None and self._inside and not _same_numbers(old, program):
            self._cross_over()
        if old is None or fresh or not _same_pattern(old, program):
            basis = self._basis()
            self._highs.passModel(highs_lp(program))
            self._program = program
            self._inside = False
            self.start_from(basis)
        else:
            _send_changes(self._highs, old, program)
            self._program = program

    def _join(self, whole: Program) -> Joined | None:
        """The program with its interchangeable units as one; None where there are none."""
        if whole.shape[1] < self.merge_from:
            return None
        if self._joined is not None:
            renewed = self._joined.renewed(whole)
            if renewed is not None:
                return renewed
        # an interior point starts anew when a group is taken apart, so it gets those that never are
        groups = interchangeable(whole, across_kinds=whole.shape[1] <= self.interior_from)
        apart = np.isin(whole.row_label[groups.unit_row], list(self._apart))
        groups = groups.without(np.unique(groups.unit_group[apart]))
        return Joined.of(whole, groups) if len(groups.kind_group) else None

    def start_from(self, basis: Basis | None) -> None:
        """Start the next solve from the basis of an earlier program instead of the last one."""
        if basis is None or self._program is None:
            return
        found = basis.on(self._program)
        if found is not None:
            self._highs.setBasis(found)
            self._inside = False

    def solve(self, *, warm: bool = True) -> RawSolution:
        """Solve and return a checked optimal solution, basic unless an interior point found it.

        A warm solve that takes far more pivots than the last cold one is stopped and done cold;
        pivots are counted, not seconds, so that a busy machine finds what an idle one finds.
        Units that were solved as one and cannot be told apart afterwards are taken apart, and
        the program is solved again.

        Raises:
            Infeasible: no feasible point.
            SolveError: any other end without an optimal solution that may be relied upon.
        """
        started = time.perf_counter()
        raw = self._solved(warm, started)
        while self._joined is not None:
            joined = self._joined
            x, failed = joined.split(raw.x, SPLIT_INSIDE if raw.interior else SPLIT)
            if not len(failed):
                return self._whole_solution(joined, x, raw)
            groups, labels = joined.groups, joined.whole.row_label
            units = groups.unit_row[np.isin(groups.unit_group, failed)]
            self._apart |= set(labels[units].tolist())
            self._joined, self._inside = None, False
            self._send(joined.whole, fresh=True)
            raw = self._solved(not raw.interior, started)
        return raw

    def _whole_solution(self, joined: Joined, x: np.ndarray, raw: RawSolution) -> RawSolution:
        """The solution of the whole program: what was joined is told apart again."""
        dual, reduced_cost = joined.duals(raw.dual)
        optimality = Optimality.of(joined.whole, x, dual, reduced_cost)
        _check(optimality, WORST)
        return replace(
            raw, x=x, dual=dual, reduced_cost=reduced_cost, optimality=optimality,
            objective=float(joined.whole.cost @ x),
        )  # fmt: skip

    def _solved(self, warm: bool, started: float) -> RawSolution:
        """Solve the program that HiGHS holds."""
        if warm:
            self._cross_over()
        warm = warm and self._basis() is not None
        self._inside = False
        if not warm or self._simplex(warm=True) != highspy.HighsModelStatus.kOptimal:
            warm = False
            self._cold()
        h, program = self._highs, self._loaded
        info, solution = h.getInfo(), h.getSolution()
        if not self._inside and info.basis_validity != 1:
            raise SolveError("the solver returned no basis: prices cannot be read")
        self._found = Basis.of(program)
        self._found.found = None if self._inside else h.getBasis()
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        reduced_cost = np.array(solution.col_dual)
        optimality = Optimality.of(program, x, dual, reduced_cost)
        _check(optimality, ACCEPTED if self._inside else WORST)
        steps = info.ipm_iteration_count if self._inside else info.simplex_iteration_count
        return RawSolution(
            x, reduced_cost, dual, info.objective_function_value, time.perf_counter() - started,
            steps, warm, optimality, self._found, self._inside,
        )  # fmt: skip

    def _cold(self) -> None:
        """Solve from nothing: inside first if the program is large, else by the simplex.

        A simplex that loses its footing is followed by an interior point, which tells an optimum
        from an infeasible program where costs are far apart.
        """
        h = self._highs
        self._cold_pivots = None
        if h.getNumCol() > self.interior_from:
            for solver in (
                ("hipo", "ipx") if h.getNumCol() > HUGE and hipo_installed() else ("ipx",)
            ):
                if self._interior(solver):
                    return
        status = self._simplex(warm=False)
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            status = self._which()
        if status == highspy.HighsModelStatus.kUnbounded:
            raise SolveError(
                "the cost falls without limit: something costs less than nothing, or earns more "
                "than it costs, and no limit is set on it"
            )
        if status in _INFEASIBLE:
            raise Infeasible(f"no feasible point ({h.modelStatusToString(status)})")
        if status != highspy.HighsModelStatus.kOptimal:
            if self._interior("ipx"):
                return
            raise SolveError(f"HiGHS stopped: {h.modelStatusToString(status)}")
        self._cold_pivots = h.getInfo().simplex_iteration_count

    def _which(self) -> highspy.HighsModelStatus:
        """Whether a program that presolve gave up has no point or no bottom."""
        h = self._highs
        h.clearSolver()
        h.setOptionValue("presolve", "off")
        h.run()
        return h.getModelStatus()

    def _interior(self, solver: str) -> bool:
        """Whether an interior point, without crossover, comes close enough to the optimum."""
        h = self._highs
        h.clearSolver()
        h.setOptionValue("presolve", "on")
        h.setOptionValue("solver", solver)
        h.setOptionValue("run_crossover", "off")
        h.run()
        status = h.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise Infeasible(f"no feasible point ({h.modelStatusToString(status)})")
        solution = h.getSolution()
        if not (solution.value_valid and solution.dual_valid):
            return False
        found = Optimality.of(
            self._loaded,
            *(np.array(v) for v in (solution.col_value, solution.row_dual, solution.col_dual)),
        )
        self._inside = found.worst <= ACCEPTED
        return self._inside

    def _simplex(self, *, warm: bool) -> highspy.HighsModelStatus:
        """Run the simplex, from the present basis if it is warm."""
        h = self._highs
        if not warm:
            h.clearSolver()
        h.setOptionValue("simplex_iteration_limit", self._most_pivots() if warm else ENDLESS)
        h.setOptionValue("presolve", "off" if warm else "on")
        h.setOptionValue("solver", "simplex")
        h.run()
        return h.getModelStatus()

    def _most_pivots(self) -> int:
        """Pivots after which a warm solve is given up."""
        if self._cold_pivots is not None:
            return max(FEWEST, int(PATIENCE * self._cold_pivots))
        if self._highs.getNumCol() > self.interior_from:
            return max(FEWEST, int(PART * self._highs.getNumRow()))
        return ENDLESS

    def _cross_over(self) -> None:
        """Make a basis of the interior point that was found last."""
        if not self._inside:
            return
        last = self._highs.getSolution()
        basis = crossed_over(
            self._loaded, *(np.array(v) for v in (last.col_value, last.row_dual, last.col_dual))
        )
        self._inside = False
        if basis is not None:
            self._highs.setBasis(basis)
            if self._found is not None:
                self._found.found = basis

    @property
    def _loaded(self) -> Program:
        assert self._program is not None
        return self._program

    def _basis(self) -> Basis | None:
        if self._program is None:
            return None
        basis = self._highs.getBasis()
        if not basis.valid:
            return None
        return Basis(self._program.row_label, self._program.column_label, basis)


def hipo_installed() -> bool:
    """Whether the optional part of HiGHS that holds HiPO is there."""
    return find_spec("highspy_extras") is not None


def _check(optimality: Optimality, allowed: float) -> None:
    """Refuse what prices must not be read from."""
    if optimality.worst > allowed:
        raise SolveError(
            f"the solution violates the program by {optimality.primal:.1e}, its duals by "
            f"{optimality.dual:.1e}, their objectives differ by {optimality.gap:.1e} (relative)"
        )


ENDLESS = 2**31 - 1  # the solver's own default

_INFEASIBLE = {
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
}


def _same_pattern(a: Program, b: Program) -> bool:
    return a.shape == b.shape and same_labels(a, b) and np.array_equal(a.row_scale, b.row_scale)


def _same_numbers(a: Program, b: Program) -> bool:
    """Whether nothing differs, so that what was found of one holds for the other."""
    if a is b:
        return True
    numbers = ("cost", "lower", "upper", "row_lower", "row_upper")
    return (
        _same_pattern(a, b)
        and all(np.array_equal(getattr(a, name), getattr(b, name)) for name in numbers)
        and same_matrix(a.A, b.A)
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
    if same_matrix(old.A, new.A):
        return
    difference = (new.A - old.A).tocoo()
    changed = np.flatnonzero(difference.data != 0)
    if len(changed):
        rows, columns = difference.row[changed], difference.col[changed]
        values = np.asarray(new.A[rows, columns]).ravel()
        for row, column, value in zip(rows, columns, values, strict=True):
            h.changeCoeff(int(row), int(column), float(value))
