"""Constraints in words and numbers: the equation, its activity, its dual and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dualcarbon.errors import unknown_name
from dualcarbon.system.blocks import place

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solution import Solution

MOST_TERMS = 8


def explanation(solution: Solution, row: str | None) -> str:
    """Explain one block of rows, or list those that can be explained.

    Raises:
        InputError: the package has no such block.
    """
    active = sorted(solution.model.active_rows)
    if row is None:
        return "\n".join(f"{name}: {solution.model.rows[name].meaning}" for name in active)
    if row not in solution.model.active_rows:
        raise unknown_name("constraint", row, active)
    about = solution.model.rows[row]
    constraint = solution.model.linopy.constraints[solution.model.row_blocks.block(row)]
    labels = constraint.labels.to_numpy().ravel()
    parts = [f"{row}: {about.meaning}"]
    for label in labels[labels >= 0]:
        at = np.flatnonzero(solution.program.row_label == label)
        if len(at):
            parts.append(_row_text(solution, int(at[0]), int(label), about.unit))
    return "\n".join(parts)


def _row_text(solution: Solution, at: int, label: int, unit: str) -> str:
    program, model = solution.program, solution.model
    _, coordinates = place(model.linopy.constraints, label)
    scale = program.row_scale[at]
    where = slice(program.A.indptr[at], program.A.indptr[at + 1])
    columns = program.A.indices[where]
    coefficients = program.A.data[where] / scale / program.column_scale[columns]
    values = solution.raw.x[columns] * program.column_scale[columns]
    order = np.argsort(-np.abs(coefficients * values))
    terms = [
        f"{coefficients[i]:+.4g} {_variable(solution, int(program.column_label[columns[i]]))}"
        f" ({values[i]:,.4g})"
        for i in order[:MOST_TERMS]
    ]
    if len(order) > MOST_TERMS:
        terms.append(f"... {len(order) - MOST_TERMS} more terms")
    activity = number(float(coefficients @ values), float(np.abs(coefficients * values).sum()))
    name = ", ".join(str(v) for v in coordinates.values())
    text = f"  [{name}] {' '.join(terms)}\n      = {activity} {_sense(solution, at, scale)}"
    return f"{text}\n      {_meaning(solution, at, scale, coordinates, unit)}"


def _sense(solution: Solution, at: int, scale: float) -> str:
    low, up = solution.program.row_lower[at] / scale, solution.program.row_upper[at] / scale
    if low == up:
        return f"(must equal {number(low)})"
    return f"(at most {number(up)})" if np.isfinite(up) else f"(at least {number(low)})"


def number(value: float, size: float = 0.0) -> str:
    """A figure for people: what is nothing beside the terms it sums up is written as 0."""
    negligible = abs(value) <= 1e-12 * size or value == 0
    return "0" if negligible else f"{value:,.6g}"


def _meaning(
    solution: Solution, at: int, scale: float, coordinates: dict[str, Any], unit: str
) -> str:
    from dualcarbon.equilibrium.program import OBJECTIVE_SCALE

    dual = solution.raw.dual[at] * scale * OBJECTIVE_SCALE
    period = coordinates.get("period")
    if period is not None:
        dual /= float(solution.model.horizon.objective[period])
    if abs(dual) < 1e-6:
        return "does not bind: one more unit changes nothing"
    verb = "saves" if dual < 0 else "costs"
    money, _, per = unit.partition("/")
    return f"binds; one more {per or 'unit'} on the right-hand side {verb} {abs(dual):,.2f} {money}"


def _variable(solution: Solution, label: int) -> str:
    name, coordinates = place(solution.model.linopy.variables, label)
    return f"{name}[{', '.join(str(v) for v in coordinates.values())}]"
