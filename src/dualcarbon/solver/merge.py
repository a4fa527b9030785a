"""A program whose interchangeable units are solved as one: exact, with the way back.

Each group of :mod:`dualcarbon.solver.interchangeable` becomes one hourly column
``X_t = sum_i x_{i,t}``:

``sum_k D_k E_k = sum_t h_t X_t``, ``X_t <= sum_i a_{i,t} P_i``,
``0 <= D_k E_k <= sum_{i in k} sum_t h_t a_{i,t} P_i``,

with one annual column for each kind k. Every solution of the whole program gives one of the joined
program at the same cost, so the joined optimum is a lower bound; it is the optimum when ``X`` and
``E`` can be split among the kinds, which is checked. Within a kind the split is in proportion to
limits. Duals are mapped back by the definition of ``E``: its own reduced cost is zero, which gives
the dual of each definition row, and what is left of an hourly column's cost belongs to its limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from dualcarbon.solver.interchangeable import Groups
from dualcarbon.solver.program import Program, row_scales

ALIKE = 1e-12  # coefficients per unit of output, of one kind
SPLIT = 1e-9  # a split is exact when energies are met within this share of the full output
SPLIT_INSIDE = 1e-6  # the same of an interior point, which meets its own rows no better


@dataclass(frozen=True)
class Joined:
    """A program with its groups joined, and the way back.

    Attributes:
        whole: the program that was asked for.
        groups: what is joined.
        program: the joined program; its labels are those of the whole where both agree.
        kept_rows, kept_columns: positions of the whole that are the first of the joined program.
    """

    whole: Program
    groups: Groups
    program: Program
    kept_rows: np.ndarray
    kept_columns: np.ndarray

    @classmethod
    def of(cls, whole: Program, groups: Groups) -> Joined:
        """Join the groups of a program."""
        g = groups
        row = np.ones(whole.shape[0], bool)
        row[g.unit_row] = False
        row[g.capacity_row[g.capacity_row >= 0]] = False
        column = np.ones(whole.shape[1], bool)
        column[g.column] = False
        column[g.leader] = True
        column[g.unit_energy] = False
        column[g.unit_energy[g.first_unit]] = True
        kept_rows, kept_columns = np.flatnonzero(row), np.flatnonzero(column)
        at = np.cumsum(column) - 1
        added = _added_rows(whole, g, at, len(kept_columns))
        kept = whole.A[kept_rows][:, kept_columns]
        A = sp.vstack([kept, added.A], format="csr")
        lower, upper = whole.lower[kept_columns].copy(), whole.upper[kept_columns].copy()
        upper[at[g.leader]] = added.slot_upper
        annual = at[g.unit_energy[g.first_unit]]
        lower[annual], upper[annual] = added.energy_lower, added.energy_upper
        program = Program(
            A=A,
            cost=whole.cost[kept_columns],
            lower=lower,
            upper=upper,
            row_lower=np.concatenate([whole.row_lower[kept_rows], added.lower]),
            row_upper=np.concatenate([whole.row_upper[kept_rows], added.upper]),
            column_scale=whole.column_scale[kept_columns],
            row_scale=np.concatenate([whole.row_scale[kept_rows], np.ones(len(added.lower))]),
            row_label=np.concatenate([whole.row_label[kept_rows], added.label]),
            column_label=whole.column_label[kept_columns],
        )
        return cls(whole, g, program, kept_rows, kept_columns)

    def renewed(self, whole: Program) -> Joined | None:
        """The same groups in a program that differs in other numbers only; None if it does not."""
        old, g, k, c = self.whole, self.groups, self.kept_rows, self.kept_columns
        own_rows = np.concatenate([g.unit_row, g.capacity_row[g.capacity_row >= 0]])
        own = np.concatenate([g.column, g.unit_energy])
        same = (
            np.array_equal(whole.row_label, old.row_label)
            and np.array_equal(whole.column_label, old.column_label)
            and np.array_equal(whole.cost[own], old.cost[own])
            and all(
                np.array_equal(getattr(whole, name)[at], getattr(old, name)[at])
                for names, at in (
                    (("lower", "upper"), own),
                    (("row_lower", "row_upper", "row_scale"), own_rows),
                )
                for name in names
            )
        )
        if not same or not self._fits(whole):
            return None
        p, kept = self.program, len(k)
        A = p.A
        if not same_matrix(whole.A, old.A):
            A = sp.vstack([whole.A[k][:, c], p.A[kept:]], format="csr")
        lower, upper = whole.lower[c].copy(), whole.upper[c].copy()
        at = np.searchsorted(c, np.concatenate([g.leader, g.unit_energy[g.first_unit]]))
        lower[at], upper[at] = p.lower[at], p.upper[at]
        program = replace(
            p,
            A=A,
            cost=whole.cost[c],
            lower=lower,
            upper=upper,
            row_lower=np.concatenate([whole.row_lower[k], p.row_lower[kept:]]),
            row_upper=np.concatenate([whole.row_upper[k], p.row_upper[kept:]]),
            row_scale=np.concatenate([whole.row_scale[k], p.row_scale[kept:]]),
        )
        return Joined(whole, g, program, k, c)

    def _fits(self, whole: Program) -> bool:
        """Whether changed coefficients leave hours as they are and kinds alike."""
        if same_matrix(whole.A, self.whole.A):
            return True
        new, old, g = whole.A, self.whole.A, self.groups
        if not (
            np.array_equal(new.indptr, old.indptr) and np.array_equal(new.indices, old.indices)
        ):
            return False
        entries = np.flatnonzero(new.data != old.data)
        if np.isin(new.indices[entries], g.column).any():
            return False
        rows = np.unique(np.searchsorted(new.indptr, entries, side="right") - 1)
        if not np.isin(rows, self.kept_rows).all():
            return False
        annual = new[rows][:, g.unit_energy] @ sp.diags_array(1.0 / self._per_output)
        apart = abs(annual - annual[:, g.first_unit[g.unit_kind]])
        return apart.max() <= ALIKE * max(abs(annual).max(), 1e-300)

    def split(self, x: np.ndarray, within: float = SPLIT) -> tuple[np.ndarray, np.ndarray]:
        """Columns of the whole, and the groups that have no split.

        Each kind in turn takes its share by limits, moved towards the most or the least that the
        others leave it until its energy is met; the last one takes the rest.
        """
        whole, g = self.whole, self.groups
        full = np.zeros(whole.shape[1])
        full[self.kept_columns] = x
        limit = np.maximum(self._limits(full), 0.0)
        first = g.first_unit
        energy = self._per_output[first] * full[g.unit_energy[first]]
        slots, kinds = len(g.slot_group), len(first)

        # a part is a kind in a slot; columns are sorted by slot, then unit, so parts are adjacent
        kind_of = g.unit_kind[g.column_unit]
        new = np.ones(len(g.column), bool)
        new[1:] = (np.diff(g.column_slot) != 0) | (np.diff(kind_of) != 0)
        part_of, begin = np.cumsum(new) - 1, np.flatnonzero(new)
        slot_of, kind, hours = g.column_slot[begin], kind_of[begin], g.hours[begin]
        most = np.bincount(part_of, limit, minlength=len(begin))
        left = full[g.leader].copy()
        room = np.bincount(slot_of, most, minlength=slots)
        output = np.zeros(len(begin))
        turn = np.arange(kinds) - np.unique(g.kind_group, return_index=True)[1][g.kind_group]
        for k in range(turn.max(initial=-1) + 1):
            at = np.flatnonzero(turn[kind] == k)
            slot, h = slot_of[at], hours[at]
            others = np.maximum(room[slot] - most[at], 0.0)
            high, low = np.minimum(left[slot], most[at]), np.maximum(left[slot] - others, 0.0)
            low = np.minimum(low, high)
            part = np.clip(_ratio(left[slot] * most[at], room[slot]), low, high)
            due = energy - np.bincount(kind[at], h * part, minlength=kinds)
            up = np.bincount(kind[at], h * (high - part), minlength=kinds)
            down = np.bincount(kind[at], h * (part - low), minlength=kinds)
            step = np.where(due >= 0, _share(due, up), -_share(-due, down))[kind[at]]
            output[at] = part + np.where(step >= 0, step * (high - part), step * (part - low))
            left[slot] -= output[at]
            room[slot] = others
        reached = np.bincount(kind, hours * output, minlength=kinds)
        possible = np.bincount(kind, hours * most, minlength=kinds)
        short = np.abs(energy - reached) > within * (1.0 + possible)
        rest = np.abs(left) > within * (1.0 + np.abs(full[g.leader]))
        full[g.column] = _ratio(output[part_of] * limit, most[part_of])
        made = np.bincount(g.column_unit, g.hours * full[g.column], minlength=len(g.unit_row))
        full[g.unit_energy] = made / self._per_output
        return full, np.union1d(g.kind_group[short], g.slot_group[rest])

    def _limits(self, full: np.ndarray) -> np.ndarray:
        """Limit of each hourly column at the capacities of a solution."""
        g = self.groups
        capacity = full[np.maximum(g.capacity_column, 0)]
        return np.where(g.capacity_column >= 0, g.ratio * capacity, self.whole.upper[g.column])

    @cached_property
    def _per_output(self) -> np.ndarray:
        """``D`` of each unit."""
        g = self.groups
        return np.asarray(self.whole.A[g.unit_row, g.unit_energy]).ravel() * g.factor

    def duals(self, dual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Duals of all rows of the whole, and reduced costs of all columns."""
        whole, g = self.whole, self.groups
        y = np.zeros(whole.shape[0])
        y[self.kept_rows] = dual[: len(self.kept_rows)]
        left = whole.cost - whole.A.T @ y
        own = np.asarray(whole.A[g.unit_row, g.unit_energy]).ravel()
        y[g.unit_row] = left[g.unit_energy] / own
        hourly = g.column
        in_row = -g.hours / g.factor[g.column_unit]
        cost = left[hourly] - in_row * y[g.unit_row[g.column_unit]]
        limited = g.capacity_row >= 0
        rows, columns = g.capacity_row[limited], hourly[limited]
        y[rows] = np.minimum(cost[limited], 0.0) / np.asarray(whole.A[rows, columns]).ravel()
        return y, whole.cost - whole.A.T @ y


@dataclass(frozen=True)
class _Added:
    A: sp.csr_array
    lower: np.ndarray
    upper: np.ndarray
    label: np.ndarray
    slot_upper: np.ndarray
    energy_lower: np.ndarray
    energy_upper: np.ndarray


def _added_rows(whole: Program, g: Groups, at: np.ndarray, columns: int) -> _Added:
    """Energy of the groups, limits of the slots, and full output of the members."""
    groups, slots = g.kind_group.max(initial=-1) + 1, len(g.slot_group)
    units, kinds, first = len(g.unit_row), len(g.kind_group), g.first_unit
    limited = g.capacity_row >= 0
    lead = np.unique(g.column_slot, return_index=True)[1]
    coefficient = np.asarray(whole.A[g.unit_row, g.unit_energy]).ravel()[first] * g.factor[first]
    annual, hourly = at[g.unit_energy[first]], at[g.leader]
    energy = _matrix(
        columns, groups, (g.kind_group, annual, coefficient), (g.slot_group, hourly, -g.hours[lead])
    )
    fixed = np.where(limited, 0.0, whole.upper[g.column])
    bound = np.bincount(g.column_slot, fixed, minlength=slots)
    has = np.bincount(g.column_slot, limited, minlength=slots) > 0
    row = np.cumsum(has) - 1
    limit = _matrix(
        columns,
        int(has.sum()),
        (row[has], hourly[has], np.ones(int(has.sum()))),
        (row[g.column_slot[limited]], at[g.capacity_column[limited]], -g.ratio[limited]),
    )
    # full output of a kind; of one that is alone in its group the slots say as much
    alone = (np.bincount(g.kind_group, minlength=groups) == 1)[g.kind_group]
    output = np.bincount(g.unit_kind[g.column_unit], g.hours * fixed, minlength=kinds)
    per_capacity = np.bincount(
        g.column_unit, np.where(limited, g.hours * np.nan_to_num(g.ratio), 0.0), minlength=units
    )
    capacity = np.full(units, -1)
    capacity[g.column_unit] = g.capacity_column
    free = np.bincount(g.unit_kind, capacity >= 0, minlength=kinds) > 0
    rowed = free & ~alone
    row = np.cumsum(rowed) - 1
    of = rowed[g.unit_kind] & (capacity >= 0)
    most = _matrix(
        columns,
        int(rowed.sum()),
        (row[rowed], annual[rowed], coefficient[rowed]),
        (row[g.unit_kind[of]], at[capacity[of]], -per_capacity[of]),
    )
    A = sp.vstack([energy, limit, most], format="csr")
    factor = row_scales(A)
    upper = np.concatenate([np.zeros(groups), bound[has], output[rowed]]) * factor
    lower = np.concatenate([np.zeros(groups), np.full(len(factor) - groups, -np.inf)])
    reach = np.where(free | alone, np.inf, output) / coefficient
    anchor = np.flatnonzero(limited)[np.unique(g.column_slot[limited], return_index=True)[1]]
    label = np.concatenate([
        whole.row_label[g.unit_row[np.unique(g.unit_group, return_index=True)[1]]],
        whole.row_label[g.capacity_row[anchor]],
        -2 - whole.row_label[g.unit_row[first[rowed]]],
    ])  # fmt: skip
    return _Added(
        sp.csr_array(sp.diags_array(factor) @ A),
        lower,
        upper,
        label,
        np.where(has, np.inf, bound),
        np.minimum(reach, 0.0),
        np.maximum(reach, 0.0),
    )


def _matrix(
    columns: int, rows: int, *parts: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> sp.csr_array:
    """A matrix from parts of rows, columns and values."""
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    return sp.csr_array((value, (row, column)), shape=(rows, columns))


def _ratio(amount: np.ndarray, of: np.ndarray) -> np.ndarray:
    return np.divide(amount, of, out=np.zeros(len(amount)), where=of > 0)


def _share(due: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """Part of what is possible that is due, at most all of it."""
    return np.clip(_ratio(due, possible), 0.0, 1.0)


def same_matrix(a: sp.csr_array, b: sp.csr_array) -> bool:
    """Whether two matrices hold the same numbers in the same places."""
    return a is b or (
        a.shape == b.shape
        and np.array_equal(a.indptr, b.indptr)
        and np.array_equal(a.indices, b.indices)
        and np.array_equal(a.data, b.data)
    )
