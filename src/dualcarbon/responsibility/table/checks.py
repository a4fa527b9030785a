"""What must hold for the parts of an input-output table; every error names the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.units import checked_unit

Array = npt.NDArray[np.floating[Any]]


class Places:
    """Names of the rows of a table."""

    def __init__(self, regions: tuple[str, ...], sectors: tuple[str, ...]) -> None:
        self.regions, self.sectors = regions, sectors
        self.count = len(regions) * len(sectors)

    def rows(self, position: int) -> str:
        """Region and sector of an industry."""
        region, sector = divmod(position, len(self.sectors))
        return f"region '{self.regions[region]}', sector '{self.sectors[sector]}'"

    def size(self) -> str:
        """The size in words."""
        regions, sectors = len(self.regions), len(self.sectors)
        return f"{regions} regions x {sectors} sectors = {self.count}"


def labels(kind: str, names: Sequence[str]) -> tuple[str, ...]:
    """Labels as unique text.

    Raises:
        InputError: none, an empty one, one twice, or a text instead of a list.
    """
    if isinstance(names, str):
        raise InputError(f"a list of {kind} labels is needed, got '{names}'", where=f"{kind}s")
    words = tuple(str(name).strip() for name in names)
    if not words:
        raise InputError(f"no {kind} labels", where=f"{kind}s")
    seen: dict[str, int] = {}
    for position, word in enumerate(words):
        if not word or word.lower() in ("nan", "none"):
            raise InputError(f"{kind} {position + 1} has no label", where=f"{kind}s")
        if word in seen:
            first = seen[word] + 1
            raise InputError(
                f"{kind} '{word}' stands twice, at {first} and {position + 1}", where=f"{kind}s"
            )
        seen[word] = position
    return words


def square(Z: Any, at: Places) -> Array:
    """Intermediate flows of the right shape.

    Raises:
        InputError: not a square matrix, or of another size than the labels say.
    """
    Z = numbers("Z", Z)
    if Z.ndim != 2 or Z.shape[0] != Z.shape[1]:
        raise InputError(f"must be square, is {_shape(Z)}", where="Z", allowed=at.size())
    if len(Z) != at.count:
        raise InputError(f"{len(Z)} industries, but {at.size()} labels", where="Z")
    return Z


def final_demand(
    Y: Any, categories: Sequence[str] | None, at: Places
) -> tuple[Array, tuple[str, ...]]:
    """Final demand of the right shape, and the labels of its categories.

    Raises:
        InputError: the columns are not regions x categories.
    """
    Y = numbers("Y", Y)
    regions = len(at.regions)
    if Y.ndim != 2 or len(Y) != at.count:
        raise InputError(f"must have {at.count} rows, is {_shape(Y)}", where="Y")
    each, rest = divmod(Y.shape[1], regions)
    if rest or not each:
        raise InputError(
            f"{Y.shape[1]} columns are not the same number for each of {regions} regions", where="Y"
        )
    if categories is None:
        plain = ["final demand"] if each == 1 else [f"final demand {k + 1}" for k in range(each)]
        return Y, tuple(plain)
    names = labels("category", categories)
    if len(names) != each:
        raise InputError(
            f"{len(names)} categories, but {Y.shape[1]} columns for {regions} regions", where="Y"
        )
    return Y, names


def finite_flows(Z: Array, at: Places) -> None:
    """Check the flows by their column sums, which a NaN or infinity anywhere makes so too.

    Raises:
        InputError: naming seller and buyer.
    """
    sums = Z.sum(axis=0, dtype=float)
    wrong = np.flatnonzero(~np.isfinite(sums))
    if len(wrong) == 0:
        return
    buyer = int(wrong[0])
    for seller in np.flatnonzero(~np.isfinite(Z[:, buyer])):
        raise InputError(
            f"{Z[seller, buyer]} is no number", where=f"Z, {at.rows(int(seller))}, "
            f"sold to {at.rows(buyer)}",
        )  # fmt: skip
    raise InputError("figures too large to be added", where=f"Z, sold to {at.rows(buyer)}")


def vector(name: str, values: Any, at: Places) -> Array:
    """One finite figure per industry.

    Raises:
        InputError: another length, or no number (with its place).
    """
    values = np.asarray(numbers(name, values), dtype=float)
    if values.shape != (at.count,):
        raise InputError(f"must have {at.count} figures, is {_shape(values)}", where=name)
    finite(name, values, at.rows)
    return values


def stressors_of_production(F: Any, at: Places) -> Array:
    """Stressors by industry, two-dimensional.

    Raises:
        InputError: missing, of another shape, or no number (with its place).
    """
    if F is None:
        raise InputError("the stressors of production are missing", where="F")
    F = np.atleast_2d(np.asarray(numbers("F", F), dtype=float))
    if F.ndim != 2 or F.shape[1] != at.count or not len(F):
        raise InputError(
            f"must have {at.count} columns, one per industry, is {_shape(F)}", where="F"
        )
    for row in F:
        finite("F", row, at.rows)
    return F


def direct(F_Y: Any, stressors: int, at: Places) -> Array:
    """Direct stressors of final users by region; 0 if none are given.

    Raises:
        InputError: of another shape, or no number (with its region).
    """
    regions = len(at.regions)
    if F_Y is None:
        return np.zeros((stressors, regions))
    F_Y = np.atleast_2d(np.asarray(numbers("F_Y", F_Y), dtype=float))
    if F_Y.shape != (stressors, regions):
        raise InputError(
            f"must be {stressors} stressors x {regions} regions, is {_shape(F_Y)}", where="F_Y"
        )
    for row in F_Y:
        finite("F_Y", row, lambda region: f"region '{at.regions[region]}'")
    return F_Y


def stressor_labels(
    stressors: Sequence[str], units: Sequence[str] | str, count: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One label and one unit per stressor.

    Raises:
        InputError: too few or too many, or a unit that can be misread.
    """
    names = labels("stressor", stressors)
    given = (units,) * len(names) if isinstance(units, str) else tuple(map(str, units))
    if len(names) != count:
        raise InputError(f"{len(names)} labels for {count} rows of F", where="stressors")
    if len(given) != count:
        raise InputError(f"{len(given)} units for {count} stressors", where="stressor_units")
    for name, unit in zip(names, given, strict=True):
        checked_unit(unit, f"stressor '{name}'")
    return names, given


def finite(name: str, values: Array, place: Callable[[int], str]) -> None:
    """Check that all are numbers; the first axis has the places.

    Raises:
        InputError: naming the first that is NaN or infinite.
    """
    fine = np.isfinite(values)
    if fine.all():
        return
    first = tuple(int(i) for i in np.argwhere(~fine)[0])
    column = f", column {first[1] + 1}" if values.ndim == 2 else ""
    raise InputError(f"{values[first]} is no number", where=f"{name}, {place(first[0])}{column}")


def numbers(name: str, values: Any) -> Array:
    """An array of floating numbers; float32 stays as it is.

    Raises:
        InputError: not numbers.
    """
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    try:
        return array.astype(float)
    except (TypeError, ValueError):
        raise InputError("has cells that are no numbers", where=name) from None


def position(kind: str, name: str, names: tuple[str, ...]) -> int:
    """Position of a label.

    Raises:
        InputError: with the nearest label.
    """
    if name not in names:
        raise unknown_name(kind, name, names)
    return names.index(name)


def locked(array: Array) -> Array:
    """The same figures, not writable through this view."""
    view = array.view()
    view.flags.writeable = False
    return view


def all_locked(**arrays: Array) -> dict[str, Any]:
    """Each array by its name, not writable."""
    return {name: locked(array) for name, array in arrays.items()}


def _shape(array: Array) -> str:
    return " x ".join(map(str, array.shape)) or "one figure"
