"""A simplex basis with the labels of the program that it belongs to, so that it can be moved."""

from __future__ import annotations

import copyreg
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from dualcarbon.solver.program import Program

STATUSES = tuple(highspy.HighsBasisStatus.__members__.values())


@dataclass
class Basis:
    """Where a neighbouring solve starts from; empty until the solver has found one.

    Attributes:
        row_label, column_label: labels of the program that was solved.
        found: the solver's basis of it; None after an interior point without crossover.
    """

    row_label: np.ndarray
    column_label: np.ndarray
    found: highspy.HighsBasis | None = field(default=None, repr=False)

    @classmethod
    def of(cls, program: Program) -> Basis:
        """An empty basis of a program."""
        return cls(program.row_label, program.column_label)

    def on(self, program: Program) -> highspy.HighsBasis | None:
        """The basis carried over to a program: new rows basic, new columns at a bound."""
        if self.found is None or same_labels(self, program):
            return self.found
        status = highspy.HighsBasisStatus
        mapped = highspy.HighsBasis()
        mapped.col_status = _mapped(
            self.column_label, program.column_label, self.found.col_status, status.kLower
        )
        mapped.row_status = _mapped(
            self.row_label, program.row_label, self.found.row_status, status.kBasic
        )
        mapped.valid = True
        mapped.alien = True
        return mapped


def same_labels(a: Basis | Program, b: Basis | Program) -> bool:
    """Whether rows and columns stand for the same in both."""
    return np.array_equal(a.row_label, b.row_label) and np.array_equal(
        a.column_label, b.column_label
    )


def _mapped(
    old: np.ndarray,
    new: np.ndarray,
    status: list[highspy.HighsBasisStatus],
    default: highspy.HighsBasisStatus,
) -> list[highspy.HighsBasisStatus]:
    of = dict(zip(old.tolist(), status, strict=True))
    return [of.get(label, default) for label in new.tolist()]


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
