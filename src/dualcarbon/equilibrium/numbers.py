"""Programs of packages that differ in a few numbers: patched, instead of attached anew.

An instrument says which of its fields enter the program linearly, each by itself
(:meth:`~dualcarbon.instruments.base.Instrument.linear`). Where a package differs from an attached
one in such fields alone, ``N(v) = N(v0) + sum_f (v_f - v0_f) dN/dv_f`` for every coefficient, bound
and right-hand side. The slope of a field is read off the first package in which it alone differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from dualcarbon.solver.program import Program, row_scales

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.system.model import PolicyModel

VECTORS = ("row_lower", "row_upper", "lower", "upper")
Place = tuple[str, str, int | None]
"""Instrument, field, and the year where it is given by year."""


@dataclass(frozen=True)
class Slope:
    """What changes per unit of a field: coefficients by position, and vectors, in user rows."""

    data: tuple[np.ndarray, np.ndarray]
    vectors: dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass
class Numbers:
    """The package that a session has attached first, its program, and slopes that were seen.

    Attributes:
        package, program, model: reference; None before anything was attached.
        slopes: by place; None where a field moved more than numbers.
    """

    package: Package | None = None
    program: Program | None = None
    model: PolicyModel | None = None
    slopes: dict[Place, Slope | None] = field(default_factory=dict)

    def patched(self, package: Package) -> Program | None:
        """The program of a package; None where it must be attached."""
        moved = self._moved(package)
        if moved is None or any(self.slopes.get(place) is None for place in moved):
            return None
        assert self.program is not None
        slopes = [(self.slopes[place], step) for place, step in moved.items()]
        return _at(self.program, [(slope, step) for slope, step in slopes if slope is not None])

    def attached(self, package: Package, program: Program, model: PolicyModel) -> None:
        """Note a program that was attached: a slope, or the reference of those to come."""
        moved = self._moved(package)
        if self.package is None:
            self.package, self.program, self.slopes = package, program, {}
            self.model = model.snapshot()
        elif moved is not None and len(moved) == 1 and self.program is not None:
            [(place, step)] = moved.items()
            self.slopes[place] = _slope(self.program, program, step)

    def unknown(self, package: Package) -> list[Place]:
        """Places of a package whose slope has not been looked for."""
        if self._moved(package) is None:
            return []
        return [place for place, _ in _places(package) if place not in self.slopes]

    def _moved(self, package: Package) -> dict[Place, float] | None:
        """Fields that differ from the reference, by how much; None where more than they do."""
        if self.package is None or _rest(package) != _rest(self.package):
            return None
        before, after = dict(_places(self.package)), dict(_places(package))
        if before.keys() != after.keys():
            return None
        return {p: after[p] - before[p] for p in after if after[p] != before[p]}


def moved(package: Package, place: Place, step: float) -> Package:
    """A package with one number moved by a step."""
    key, name, year = place
    value = getattr(package.instruments[key], name)
    new = value + step if year is None else {**value, year: value[year] + step}
    return package.changed({key: {name: new}})


def _places(package: Package) -> Iterator[tuple[Place, float]]:
    for key, instrument in package.instruments.items():
        for name in sorted(instrument.linear()):
            value = getattr(instrument, name)
            if isinstance(value, dict):
                yield from (((key, name, year), float(v)) for year, v in value.items())
            elif value is not None:
                yield (key, name, None), float(value)


def _rest(package: Package) -> tuple[Any, ...]:
    """All of a package but the numbers that may be patched."""
    fields = {}
    for key, instrument in package.instruments.items():
        linear = instrument.linear()
        kept = {n: v for n, v in instrument if n not in linear}
        fields[key] = kept, linear, type(instrument)
    return list(fields), fields, package.double_claims


def _slope(before: Program, after: Program, step: float) -> Slope | None:
    """Differences of two programs in user rows, per unit; None where they have other rows."""
    same = (
        before.A.shape == after.A.shape
        and np.array_equal(before.A.indptr, after.A.indptr)
        and np.array_equal(before.A.indices, after.A.indices)
        and np.array_equal(before.row_label, after.row_label)
        and np.array_equal(before.column_label, after.column_label)
        and np.array_equal(before.cost, after.cost)
    )
    if not same:
        return None
    data = _differences(_user_data(after), _user_data(before), step)
    vectors = {}
    for name in VECTORS:
        scales = [p.row_scale if name.startswith("row") else 1.0 for p in (after, before)]
        a, b = getattr(after, name) / scales[0], getattr(before, name) / scales[1]
        if not np.array_equal(np.isfinite(a), np.isfinite(b)):
            return None
        vectors[name] = _differences(a, b, step)
    return Slope(data, vectors)


def _differences(a: np.ndarray, b: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    changed = np.flatnonzero(np.isfinite(a) & (a != b))
    return changed, (a[changed] - b[changed]) / step


def _user_data(program: Program) -> np.ndarray:
    """Coefficients of rows that are not scaled; scales are powers of two, so nothing is lost."""
    return program.A.data / np.repeat(program.row_scale, np.diff(program.A.indptr))


def _at(program: Program, steps: list[tuple[Slope, float]]) -> Program:
    """The program some steps away from the reference, its rows scaled as if it were attached."""
    data = _user_data(program)
    vectors = {
        name: getattr(program, name) / (program.row_scale if name.startswith("row") else 1.0)
        for name in VECTORS
    }
    for slope, step in steps:
        data[slope.data[0]] += step * slope.data[1]
        for name, (where, per_unit) in slope.vectors.items():
            vectors[name][where] += step * per_unit
    A = sp.csr_array((data, program.A.indices, program.A.indptr), shape=program.A.shape)
    scale = row_scales(A)
    A.data = data * np.repeat(scale, np.diff(A.indptr))
    for name in VECTORS:
        if name.startswith("row"):
            vectors[name] = vectors[name] * scale
    return replace(program, A=A, row_scale=scale, **vectors)
