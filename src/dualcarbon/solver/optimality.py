"""How far values and duals are from being optimal, measured on the program itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.solver.program import Program


@dataclass(frozen=True)
class Optimality:
    """What is left of the conditions of an optimum; zero for an exact one.

    ``c'x - y'b`` is the gap between the objective and that of the duals: by weak duality no
    feasible point costs less than ``y'b`` when the duals are feasible.

    Attributes:
        primal: largest violation of a row or bound, relative to the size of what it sums.
        dual: largest dual or reduced cost on a side without a limit, relative to the costs.
        gap: relative gap of the objectives.
    """

    primal: float
    dual: float
    gap: float

    @classmethod
    def of(
        cls, program: Program, x: np.ndarray, dual: np.ndarray, reduced_cost: np.ndarray
    ) -> Optimality:
        """Measure a solution."""
        activity = program.A @ x
        rows = np.maximum(program.row_lower - activity, activity - program.row_upper)
        size = 1.0 + np.abs(program.A) @ np.abs(x)
        bounds = np.maximum(program.lower - x, x - program.upper) / (1.0 + np.abs(x))
        primal = max((rows / size).max(initial=0.0), bounds.max(initial=0.0))
        of_rows, lost_rows = _worth(dual, program.row_lower, program.row_upper)
        of_columns, lost = _worth(reduced_cost, program.lower, program.upper)
        infeasible = max(
            lost_rows.max(initial=0.0), (lost / (1.0 + np.abs(program.cost))).max(initial=0.0)
        )
        objective = float(program.cost @ x)
        gap = abs(objective - of_rows - of_columns) / (1.0 + abs(objective))
        return cls(float(primal), float(infeasible), float(gap))

    @property
    def worst(self) -> float:
        """The largest of the three."""
        return max(self.primal, self.dual, self.gap)


def _worth(price: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> tuple[float, np.ndarray]:
    """Value of the limits at their prices, and prices of limits that do not exist."""
    limit = np.where(price > 0, lower, upper)
    known = np.isfinite(limit)
    worth = float((price[known] * limit[known]).sum())
    return worth, np.where(known, 0.0, np.abs(price))
