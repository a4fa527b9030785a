"""Rows of a solved program as numbers and names: read off a solution, or kept in a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.wording import Wording, physical_row
from dualcarbon.solver.program import OBJECTIVE_SCALE
from dualcarbon.system.blocks import plain

if TYPE_CHECKING:
    import xarray as xr

    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyRow

MOST_TERMS, MOST_ROWS = 8, 24
_Variables = tuple[str, int, tuple[int, ...], list[pd.Index]]


@dataclass(frozen=True)
class Meaning:
    """What a block of rows means: unit of its dual, and a sentence in both languages."""

    unit: str
    en: str
    zh: str


@dataclass(frozen=True)
class Row:
    """A row of the program, in the user's units.

    Attributes:
        place: its coordinates, for people; hourly: whether it holds in one hour.
        dual: CNY per unit of the right-hand side and year (and hour).
        lower, upper: bounds; activity: what its terms add up to; size: their absolute sum.
        terms: variable, coefficient and value of the largest terms; more: number of the others.
    """

    place: str
    hourly: bool
    dual: float
    lower: float
    upper: float
    activity: float
    size: float
    terms: tuple[tuple[str, float, float], ...]
    more: int


class Rows(Protocol):
    """Blocks of rows that can be explained."""

    @property
    def meanings(self) -> Mapping[str, Meaning]:
        """Blocks by name: first those of the instruments, then physical ones."""

    def of(self, block: str) -> tuple[list[Row], int]:
        """The rows of a block with the greatest duals, in their order, and the number of all."""


class SolvedRows:
    """Rows of a solution.

    Args:
        solution: what was solved.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """Blocks by name: first those of the instruments, then physical ones."""
        model = self._solution.model
        known = {name: _meaning(name, model.rows[name]) for name in sorted(model.active_rows)}
        for name in sorted({plain(str(block)) for block in model.linopy.constraints}):
            physical = None if name in model.rows else physical_row(name)
            if physical is not None and (self._positions(self._labels(name)) >= 0).any():
                known[name] = _meaning(name, physical)
        return known

    def of(self, block: str) -> tuple[list[Row], int]:
        """Rows of a block; a row of a single variable is a bound, not a row, of the program."""
        labels = self._labels(block)
        at = self._positions(labels)
        points = np.argwhere(at >= 0)
        positions = at[at >= 0]
        solution = self._solution
        scale = solution.program.row_scale[positions] * OBJECTIVE_SCALE
        duals = solution.raw.dual[positions] * scale / self._weights(labels)[at >= 0]
        shown = np.sort(np.argsort(-np.abs(duals), kind="stable")[:MOST_ROWS])
        indexes = {str(dim): labels.indexes[dim] for dim in labels.dims}
        rows = []
        for i in shown:
            where = [index[k] for index, k in zip(indexes.values(), points[i], strict=True)]
            hourly = "snapshot" in indexes
            rows.append(self._row(int(positions[i]), labelled(where), hourly, float(duals[i])))
        return rows, len(points)

    def _row(self, at: int, label: str, hourly: bool, dual: float) -> Row:
        program, x = self._solution.program, self._solution.raw.x
        scale = program.row_scale[at]
        where = slice(program.A.indptr[at], program.A.indptr[at + 1])
        columns = program.A.indices[where]
        coefficients = program.A.data[where] / scale / program.column_scale[columns]
        values = x[columns] * program.column_scale[columns]
        order = np.argsort(-np.abs(coefficients * values), kind="stable")[:MOST_TERMS]
        terms = tuple(
            (self.variable(int(program.column_label[columns[i]])), float(coefficients[i]),
             float(values[i] + 0.0))
            for i in order
        )  # fmt: skip
        return Row(
            label,
            hourly,
            dual,
            float(program.row_lower[at] / scale),
            float(program.row_upper[at] / scale),
            float(coefficients @ values),
            float(np.abs(coefficients * values).sum()),
            terms,
            len(columns) - len(terms),
        )

    def _labels(self, name: str) -> xr.DataArray:
        model = self._solution.model
        return model.linopy.constraints[model.row_blocks.block(name)].labels

    @cached_property
    def _position(self) -> np.ndarray:
        """Position in the program by label; -1 of what is not a row of it."""
        inside = self._solution.program.row_label
        positions = np.full(int(inside.max(initial=-1)) + 2, -1)
        positions[inside] = np.arange(len(inside))
        return positions

    def _positions(self, labels: xr.DataArray) -> np.ndarray:
        known = labels.to_numpy()
        inside = (known >= 0) & (known < len(self._position))
        return np.where(inside, self._position[np.where(inside, known, 0)], -1)

    def _weights(self, labels: xr.DataArray) -> np.ndarray:
        """What a dual is divided by: discounted years, and hours where a row is hourly."""
        horizon = self._solution.model.horizon
        weight = np.ones(labels.shape)
        if "snapshot" in labels.dims:
            dim, index = "snapshot", labels.indexes["snapshot"]
            each = horizon.paid_hours.reindex(index).to_numpy(float) * horizon.objective.reindex(
                horizon.period_of.reindex(index)
            ).to_numpy(float)
        elif "period" in labels.dims:
            dim = "period"
            each = horizon.objective.reindex(labels.indexes["period"]).to_numpy(float)
        else:
            return weight
        shape = [-1 if d == dim else 1 for d in labels.dims]
        return weight * each.reshape(shape)

    def variable(self, label: int) -> str:
        """Name of a column with its coordinates, by its label."""
        firsts, blocks = self._variables
        name, first, shape, indexes = blocks[bisect_right(firsts, label) - 1]
        at = np.unravel_index(label - first, shape)
        return f"{name}[{labelled(index[i] for index, i in zip(indexes, at, strict=True))}]"

    @cached_property
    def _variables(self) -> tuple[list[int], list[_Variables]]:
        """Blocks of variables and their first labels; labels of a block follow each other."""
        blocks = [
            (plain(str(name)), v.range[0], v.labels.shape, [v.indexes[d] for d in v.labels.dims])
            for name, v in self._solution.model.linopy.variables.items()
        ]
        blocks.sort(key=lambda block: block[1])
        return [first for _, first, *_ in blocks], blocks


def _meaning(name: str, row: PolicyRow) -> Meaning:
    return Meaning(row.unit, row.meaning, Wording("zh").meaning(name, row))


ROW = ("place", "hourly", "dual", "lower", "upper", "activity", "size", "more")
COLUMNS = ["block", "unit", "meaning_en", "meaning_zh", "rows", "row", *ROW, "variable",
           "coefficient", "value"]  # fmt: skip


def kept(rows: Rows) -> pd.DataFrame:
    """Everything that can be explained as a table, one line a term.

    Columns: ``block``, its ``unit``, ``meaning_en``, ``meaning_zh`` and number of ``rows``; the
    number of the ``row`` (missing where the block has none) and its fields, see :class:`Row`;
    ``variable``, ``coefficient``, ``value`` of the term (missing where the row has none).
    """
    lines: list[tuple[Any, ...]] = []
    for name, meaning in rows.meanings.items():
        shown, count = rows.of(name)
        head = (name, meaning.unit, meaning.en, meaning.zh, count)
        for number, row in enumerate(shown):
            about = (number, *(getattr(row, field) for field in ROW))
            lines += [(*head, *about, *term) for term in row.terms or [(None, None, None)]]
        if not shown:
            lines.append((*head, *[None] * (len(ROW) + 4)))
    numbers = {c: float for c in ("dual", "lower", "upper", "activity", "size", "coefficient",
                                  "value")}  # fmt: skip
    whole = {"rows": "Int64", "row": "Int64", "more": "Int64", "hourly": "boolean"}
    return pd.DataFrame(lines, columns=COLUMNS).astype({**numbers, **whole})


@dataclass(frozen=True)
class KeptRows:
    """Rows that were kept in a table; see :func:`kept`."""

    table: pd.DataFrame

    @property
    def meanings(self) -> Mapping[str, Meaning]:
        """Blocks by name, in the order of the table."""
        heads = self.table.drop_duplicates("block")
        return {
            r.block: Meaning(r.unit, r.meaning_en, r.meaning_zh)
            for r in heads.itertuples(index=False)
        }

    def of(self, block: str) -> tuple[list[Row], int]:
        """Rows of a block as they were found."""
        part = self.table[self.table["block"] == block]
        rows = []
        for _, lines in part[part["row"].notna()].groupby("row", sort=True):
            first = lines.iloc[0]
            named = lines[lines["variable"].notna()]
            terms = named[["variable", "coefficient", "value"]].itertuples(index=False, name=None)
            fields = {field: first[field] for field in ROW}
            kinds = {"place": str, "hourly": bool, "more": int}
            typed = {field: kinds.get(field, float)(value) for field, value in fields.items()}
            rows.append(Row(**typed, terms=tuple(terms)))
        return rows, int(part["rows"].iloc[0])


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
