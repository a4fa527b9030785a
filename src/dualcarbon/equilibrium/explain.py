"""Constraints in words and numbers: the equation, its activity, its dual and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dualcarbon.charts.numbers import precise
from dualcarbon.equilibrium.wording import Wording, physical_row
from dualcarbon.errors import unknown_name
from dualcarbon.system.blocks import place, plain

if TYPE_CHECKING:
    import xarray as xr

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyRow

MOST_TERMS, MOST_ROWS = 8, 24


def explanation(solution: Solution, row: str | None, lang: str = "en") -> str:
    """Explain one block of rows, or list those that can be explained.

    Raises:
        InputError: the package has no such block, or there is no such language.
    """
    words, known = Wording(lang), rows_of(solution)
    if row is None:
        return "\n".join(_head(words, name, known[name]) for name in known)
    if row not in known:
        raise unknown_name("constraint", row, known)
    found = list(_found(solution, row))
    shown = sorted(found, key=lambda r: -abs(r.dual))[:MOST_ROWS]
    parts = [_head(words, row, known[row])]
    parts += [_row_text(solution, r, known[row].unit, words) for r in found if r in shown]
    if len(found) > len(shown):
        parts.append("  " + words.say("rows", count=len(found) - len(shown)))
    return "\n".join(parts)


def rows_of(solution: Solution) -> dict[str, PolicyRow]:
    """Blocks that can be explained: first those of the instruments, then physical ones."""
    model = solution.model
    inside = solution.program.row_label
    known = {name: model.rows[name] for name in sorted(model.active_rows)}
    for name in sorted({plain(str(block)) for block in model.linopy.constraints}):
        physical = None if name in model.rows else physical_row(name)
        if physical is not None and np.isin(_labels(solution, name), inside).any():
            known[name] = physical
    return known


@dataclass(frozen=True, eq=False)
class Found:
    """A row of the linear program.

    Attributes:
        at: position in the program.
        place: its coordinates, by dimension.
        dual: CNY per unit of the right-hand side and year (and hour).
    """

    at: int
    place: dict[str, Any]
    dual: float


def _found(solution: Solution, name: str) -> Iterator[Found]:
    """Rows of a block; a row of a single variable is a bound, not a row, of the program."""
    labels = _labels(solution, name)
    position = pd.Series(np.arange(len(solution.program.row_label)), solution.program.row_label)
    indexes = {str(dim): labels.indexes[dim] for dim in labels.dims}
    for point in np.argwhere(np.isin(labels.to_numpy(), position.index)):
        at = int(position[int(labels.to_numpy()[tuple(point)])])
        where = {dim: index[i] for (dim, index), i in zip(indexes.items(), point, strict=True)}
        yield Found(at, where, _dual(solution, at, where))


def _labels(solution: Solution, name: str) -> xr.DataArray:
    model = solution.model
    return model.linopy.constraints[model.row_blocks.block(name)].labels


def _dual(solution: Solution, at: int, coordinates: dict[str, Any]) -> float:
    """Dual by year; of an hourly row, also by hour."""
    from dualcarbon.solver.program import OBJECTIVE_SCALE

    horizon = solution.model.horizon
    dual = float(solution.raw.dual[at] * solution.program.row_scale[at] * OBJECTIVE_SCALE)
    if "snapshot" in coordinates:
        snapshot = coordinates["snapshot"]
        dual /= float(horizon.paid_hours[snapshot])
        return dual / float(horizon.objective[horizon.period_of[snapshot]])
    period = coordinates.get("period")
    return dual if period is None else dual / float(horizon.objective[period])


def _head(words: Wording, name: str, row: PolicyRow) -> str:
    return words.say("head", row=name, meaning=words.meaning(name, row))


def _row_text(solution: Solution, row: Found, unit: str, words: Wording) -> str:
    program, at = solution.program, row.at
    scale = program.row_scale[at]
    where = slice(program.A.indptr[at], program.A.indptr[at + 1])
    columns = program.A.indices[where]
    coefficients = program.A.data[where] / scale / program.column_scale[columns]
    values = solution.raw.x[columns] * program.column_scale[columns]
    order = np.argsort(-np.abs(coefficients * values), kind="stable")
    terms = [
        f"{coefficients[i]:+.4g} {_variable(solution, int(program.column_label[columns[i]]))}"
        f" ({values[i] + 0.0:,.4g})"
        for i in order[:MOST_TERMS]
    ]
    if len(order) > MOST_TERMS:
        terms.append(words.say("terms", count=len(order) - MOST_TERMS))
    activity = precise(float(coefficients @ values), float(np.abs(coefficients * values).sum()))
    text = f"  [{labelled(row.place.values())}] {' '.join(terms)}"
    bound = _sense(solution, at, scale, words)
    if "snapshot" in row.place and unit.endswith("/MW"):
        unit += "h"
    return f"{text}\n      = {activity} {bound}\n      {_meaning(row.dual, unit, words)}"


def _sense(solution: Solution, at: int, scale: float, words: Wording) -> str:
    low, up = solution.program.row_lower[at] / scale, solution.program.row_upper[at] / scale
    if low == up:
        return words.say("equal", bound=precise(low))
    if np.isfinite(up):
        return words.say("most", bound=precise(up))
    return words.say("least", bound=precise(low))


def labelled(coordinates: Iterable[Any]) -> str:
    """Coordinates for people; a snapshot as year, month, day and hour."""
    return ", ".join(_label(value) for value in coordinates)


def _label(value: Any) -> str:
    if isinstance(value, tuple):
        period, step = value
        return f"{period} {_label(step)}"
    if isinstance(value, np.datetime64 | pd.Timestamp):
        return f"{pd.Timestamp(value):%m-%d %H:%M}"
    return str(value)


def _meaning(dual: float, unit: str, words: Wording) -> str:
    if abs(dual) < 1e-6:
        return words.say("slack")
    money, per = words.unit(unit)
    amount = f"{abs(dual):,.2f}"
    return words.say("saves" if dual < 0 else "costs", per=per, amount=amount, money=money)


def _variable(solution: Solution, label: int) -> str:
    name, coordinates = place(solution.model.linopy.variables, label)
    return f"{name}[{labelled(coordinates.values())}]"
