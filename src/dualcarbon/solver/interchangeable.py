"""Units that are interchangeable, found from the numbers of a program alone.

A *unit* is a definition row ``D E = sum_t h_t x_t``: a free annual sum ``E`` of hourly columns
``x_t``, which may have limits ``x_t <= a_t P`` by one capacity column ``P``. Units are
interchangeable, a *group*, when their hourly columns have equal costs, equal coefficients in all
other rows, equal ``h``, and limits in equal proportion: vintages of one plant at one bus. Units of
a group whose annual columns are equal too are of one *kind*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dualcarbon.solver.program import Program

DIGITS = 12  # of profiles and hours that are compared


@dataclass(frozen=True)
class Groups:
    """Interchangeable units. A slot is what one column of each member becomes.

    Attributes:
        unit_row, unit_energy: definition row and annual column of each unit.
        unit_kind: kind of each unit; units of a kind are adjacent, and kinds of a group.
        kind_group: group of each kind.
        column, column_unit, column_slot: hourly columns, their unit and their slot.
        capacity_row, capacity_column: of each hourly column; -1 where its limit is a bound.
        ratio: ``a``, output per unit of capacity; NaN where the limit is a bound.
        hours: ``h`` of each hourly column, as a share of the unit's largest.
        factor: what the definition row of each unit is multiplied with so that it says
            ``D E - sum_t h_t x_t``.
        slot_group: group of each slot.
    """

    unit_row: np.ndarray
    unit_energy: np.ndarray
    unit_kind: np.ndarray
    kind_group: np.ndarray
    column: np.ndarray
    column_unit: np.ndarray
    column_slot: np.ndarray
    capacity_row: np.ndarray
    capacity_column: np.ndarray
    ratio: np.ndarray
    hours: np.ndarray
    factor: np.ndarray
    slot_group: np.ndarray

    @cached_property
    def leader(self) -> np.ndarray:
        """Hourly column that stands for each slot."""
        return self.column[np.unique(self.column_slot, return_index=True)[1]]

    @cached_property
    def first_unit(self) -> np.ndarray:
        """First unit of each kind, whose annual column stands for it."""
        return np.unique(self.unit_kind, return_index=True)[1]

    @cached_property
    def unit_group(self) -> np.ndarray:
        """Group of each unit."""
        return self.kind_group[self.unit_kind]

    def without(self, groups: np.ndarray) -> Groups:
        """The rest when some groups are taken apart."""
        unit = ~np.isin(self.unit_group, groups)
        kind = ~np.isin(self.kind_group, groups)
        column = unit[self.column_unit]
        slot = ~np.isin(self.slot_group, groups)
        renumbered = np.cumsum(unit) - 1
        return Groups(
            self.unit_row[unit],
            self.unit_energy[unit],
            (np.cumsum(kind) - 1)[self.unit_kind[unit]],
            np.unique(self.kind_group[kind], return_inverse=True)[1],
            self.column[column],
            renumbered[self.column_unit[column]],
            (np.cumsum(slot) - 1)[self.column_slot[column]],
            self.capacity_row[column],
            self.capacity_column[column],
            self.ratio[column],
            self.hours[column],
            self.factor[unit],
            np.unique(self.slot_group[slot], return_inverse=True)[1],
        )


def interchangeable(program: Program, *, across_kinds: bool = True) -> Groups:
    """Find the groups of a program.

    Args:
        program: the program.
        across_kinds: whether units of several kinds may form a group. Groups of one kind can
            always be told apart again, the others nearly always.
    """
    A = program.A.tocoo()
    row, column, value = A.row, A.col, A.data
    unit_row, unit_energy = _definitions(program, row, column)
    unit_at = np.full(program.shape[0], -1)
    unit_at[unit_row] = np.arange(len(unit_row))
    in_unit = unit_at[row] >= 0
    hourly = in_unit & (column != unit_energy[unit_at[row]])
    unit_of = np.full(program.shape[1], -1)
    unit_of[column[hourly]] = unit_at[row[hourly]]
    hours = np.zeros(program.shape[1])
    hours[column[hourly]] = value[hourly]
    live = (unit_of >= 0) & (program.upper > program.lower)
    capacity_row, capacity_column, ratio = _capacities(program, unit_of, live)

    # a unit is usable when its hours have one sign and every limit is of one kind, from zero up
    columns = np.flatnonzero(live)
    unit = unit_of[columns]
    count = np.bincount(unit, minlength=len(unit_row))
    most = np.zeros(len(unit_row))
    np.maximum.at(most, unit, np.abs(hours[columns]))
    sign = np.zeros(len(unit_row))
    np.add.at(sign, unit, np.sign(hours[columns]))
    limit = np.where(capacity_row[columns] >= 0, ratio[columns], program.upper[columns])
    extendable = np.bincount(unit, capacity_row[columns] >= 0, minlength=len(unit_row))
    usable = (count > 0) & (np.abs(sign) == count) & ((extendable == 0) | (extendable == count))
    bad = (program.lower[columns] != 0) | ~np.isfinite(limit)
    bad |= (capacity_row[columns] >= 0) & np.isfinite(program.upper[columns])
    usable &= np.bincount(unit, bad, minlength=len(unit_row)) == 0
    capacity = np.full(len(unit_row), -1)
    capacity[unit] = capacity_column[columns]
    mixed = capacity_column[columns] != capacity[unit]
    usable &= np.bincount(unit, mixed, minlength=len(unit_row)) == 0

    keep = usable[unit]
    columns, unit, limit = columns[keep], unit[keep], limit[keep]
    largest = np.zeros(len(unit_row))
    np.maximum.at(largest, unit, limit)
    share = np.round(np.abs(hours[columns]) / most[unit], DIGITS)
    profile = np.round(limit / largest[unit], DIGITS)
    own = in_unit | (capacity_row[column] == row)
    factor = np.divide(-np.sign(sign), most, out=np.zeros(len(most)), where=most > 0)
    size = np.asarray(program.A[unit_row, unit_energy]).ravel() * factor
    kind_mark = _kinds(program, row[~own], column[~own], value[~own], unit_energy, size)
    mark = _marks(program, row[~own], column[~own], value[~own])[columns]
    hashed = _mixed(mark, _hash(share), _hash(profile))
    key = np.zeros(len(unit_row), np.uint64)
    np.add.at(key, unit, hashed)
    key = _mixed(key, _ties(program, unit_energy, unit_row))
    if not across_kinds:
        key = _mixed(key, kind_mark)

    _, group, members = np.unique(key, return_inverse=True, return_counts=True)
    chosen = np.flatnonzero(usable & (members[group] > 1))
    chosen = chosen[np.lexsort((kind_mark[chosen], group[chosen]))]
    place = np.full(len(unit_row), -1)
    place[chosen] = np.arange(len(chosen))
    unit_group = np.unique(group[chosen], return_inverse=True)[1]
    kinds = pd.MultiIndex.from_arrays([unit_group, kind_mark[chosen]])
    unit_kind, kinds = pd.factorize(kinds)
    inside = place[unit] >= 0
    columns, hashed, unit = columns[inside], hashed[inside], place[unit[inside]]
    pairs = pd.MultiIndex.from_arrays([unit_group[unit], hashed])
    slot, slots = pd.factorize(pairs, sort=True)
    order = np.lexsort((unit, slot))
    columns, unit, slot = columns[order], unit[order], slot[order]
    return Groups(
        unit_row[chosen],
        unit_energy[chosen],
        unit_kind,
        np.asarray(kinds.get_level_values(0), int),
        columns,
        unit,
        slot,
        capacity_row[columns],
        capacity_column[columns],
        np.where(capacity_row[columns] >= 0, ratio[columns], np.nan),
        np.abs(hours[columns]) / most[chosen][unit],
        factor[chosen],
        np.asarray(slots.get_level_values(0), int),
    )


def _definitions(
    program: Program, row: np.ndarray, column: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows ``D E - sum h x = 0`` with one free column each, and that column."""
    free = np.isinf(program.lower) & np.isinf(program.upper)
    rows, columns = program.shape
    size = np.bincount(row, minlength=rows)
    zero = (program.row_lower == 0) & (program.row_upper == 0)
    is_free = free[column]
    candidate = zero & (np.bincount(row, is_free, minlength=rows) == 1) & (size > 1)
    energy = np.full(rows, -1)
    energy[row[is_free]] = column[is_free]
    # a free column is defined by the longest of its candidates
    found = np.flatnonzero(candidate)
    best = np.zeros(columns, int)
    np.maximum.at(best, energy[found], size[found])
    found = found[size[found] == best[energy[found]]]
    found = found[np.bincount(energy[found], minlength=columns)[energy[found]] == 1]
    candidate = np.zeros(rows, bool)
    candidate[found] = True
    used = np.bincount(column[candidate[row] & ~is_free], minlength=columns)
    shared = np.bincount(row, (used[column] > 1) & ~is_free, minlength=rows)
    found = found[shared[found] == 0]
    return found, energy[found]


def _capacities(
    program: Program, unit_of: np.ndarray, live: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row ``x <= a P`` of each live column that has exactly one; its ``P`` and ``a``."""
    A, columns = program.A, program.shape[1]
    two = np.flatnonzero(np.diff(A.indptr) == 2)
    first, second = A.indptr[two], A.indptr[two] + 1
    found = [np.full(columns, -1), np.full(columns, -1)]
    ratio, count = np.zeros(columns), np.zeros(columns, int)
    for a, b in ((first, second), (second, first)):
        x, p, s = A.indices[a], A.indices[b], A.data[a]
        less = (program.row_upper[two] == 0) & np.isinf(program.row_lower[two]) & (s > 0)
        more = (program.row_lower[two] == 0) & np.isinf(program.row_upper[two]) & (s < 0)
        a_t = -A.data[b] / s
        fits = (less | more) & live[x] & (unit_of[p] < 0) & (a_t > 0)
        found[0][x[fits]], found[1][x[fits]] = two[fits], p[fits]
        ratio[x[fits]] = a_t[fits]
        np.add.at(count, x[fits], 1)
    many = count != 1
    found[0][many], found[1][many], ratio[many] = -1, -1, 0.0
    return found[0], found[1], ratio


def _ties(program: Program, energy: np.ndarray, own: np.ndarray) -> np.ndarray:
    """What the annual column of each unit is set equal to, by rows of two entries.

    Units that must share a year's load by rule run otherwise than those that are free.
    """
    A = program.A
    two = np.flatnonzero((np.diff(A.indptr) == 2) & (program.row_lower == program.row_upper))
    two = np.setdiff1d(two, own)
    mark = np.zeros(program.shape[1], np.uint64)
    first, second = A.indices[A.indptr[two]], A.indices[A.indptr[two] + 1]
    for one, other in ((first, second), (second, first)):
        np.add.at(mark, one, _hash(other + 1.0))
    return mark[energy]


def _kinds(
    program: Program,
    row: np.ndarray,
    column: np.ndarray,
    value: np.ndarray,
    energy: np.ndarray,
    size: np.ndarray,
) -> np.ndarray:
    """A number for each unit that is the same for equal annual columns per unit of output."""
    unit = np.full(program.shape[1], -1)
    unit[energy] = np.arange(len(energy))
    inside = unit[column] >= 0
    at = unit[column[inside]]
    scale = np.where(size == 0, 1.0, size)
    per_output = value[inside] / scale[at]
    with np.errstate(divide="ignore"):
        digits = np.exp2(np.floor(np.log2(np.abs(per_output))) - 40.0)
    mark = _hash(np.round(program.cost[energy] / scale, DIGITS))
    rounded = np.round(per_output / digits)
    np.add.at(mark, at, _mixed(_hash(row[inside].astype(float)), _hash(rounded), _hash(digits)))
    return mark


def _marks(program: Program, row: np.ndarray, column: np.ndarray, value: np.ndarray) -> np.ndarray:
    """A number for each column that is the same for equal coefficients in equal rows."""
    mark = _hash(program.cost)
    np.add.at(mark, column, _mixed(_hash(row.astype(float)), _hash(value)))
    return mark


def _hash(values: np.ndarray) -> np.ndarray:
    return pd.util.hash_array(np.asarray(values, float) + 0.0)


def _mixed(*parts: np.ndarray) -> np.ndarray:
    """One hash of several."""
    total = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        total = pd.util.hash_array(total * np.uint64(0x9E3779B97F4A7C15) + part)
    return total
