"""Points of a design, and how much of an indicator's spread each range explains (SALib)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, missing_part
from dualcarbon.sweep.study import MOST, Design, Range, Value

HARMONICS, LEAST = 4, 40  # of RBD-FAST, and the members it needs
THIRDS = (1 / 3, 2 / 3)
EFFECTS = ("mean", "low", "high", "correlation", "first_order", "total_order")


def members(design: Design, ranges: Mapping[str, Range]) -> list[tuple[Value, ...]]:
    """Values of the ranges by member, in the order of the design.

    Raises:
        InputError: a grid without steps or of too many points, or SALib is not installed.
    """
    if design.kind == "grid":
        levels = [_levels(name, one) for name, one in ranges.items()]
        count = int(np.prod([len(one) for one in levels], dtype=float))
        if count > MOST:
            raise InputError(f"the grid has {count} points", where="design", allowed=f"{MOST}")
        return list(itertools.product(*levels))
    shares = drawn(design, len(ranges))
    return list(zip(*(one.at(shares[:, i]) for i, one in enumerate(ranges.values())), strict=True))


def _levels(name: str, one: Range) -> tuple[Value, ...]:
    try:
        return one.levels()
    except InputError as error:
        raise error.within(f"ranges.{name}", ".") from None


def drawn(design: Design, count: int) -> np.ndarray:
    """Shares between 0 and 1, rows points, columns ranges.

    A Latin hypercube has one point in each of ``n`` slices of every range; Saltelli's scheme has,
    for every base point, A, then A with one column of B after another, then B.
    """
    try:
        from SALib.sample import latin, sobol
    except ModuleNotFoundError as error:
        raise missing_part(error) or error from None
    assert design.n is not None
    if design.kind == "latin_hypercube":
        return np.asarray(latin.sample(_problem(count), design.n, seed=design.seed))
    found = sobol.sample(_problem(count), design.n, calc_second_order=False, seed=design.seed)
    return np.asarray(found)


def _problem(count: int) -> dict[str, object]:
    names = [f"x{i}" for i in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def effects(design: Design, inputs: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """How an indicator moves with every range, a row for each.

    ``mean`` over the members; ``low`` and ``high`` over those whose value of the range is in its
    lowest and highest third; rank correlation; Sobol' indices: the share of the variance that goes
    if the range were known (``first_order``; Saltelli's estimator, or RBD-FAST on a Latin
    hypercube) and that stays if all others were known (``total_order``, Saltelli's scheme only).

    Args:
        design: where the members come from.
        inputs: rows members, columns ranges, as numbers; values: of the indicator; missing ones
            are left out, and then there are no indices of Saltelli's scheme.

    Returns:
        mean, low, high, correlation, first_order, total_order; missing where nothing varies.
    """
    known = ~np.isnan(values)
    x, y = inputs[known], values[known]
    rows = []
    for column in x.T:
        if len(y) == 0:
            rows.append((np.nan,) * 4)
            continue
        low, high = (np.quantile(column, share) for share in THIRDS)
        ends = float(y[column <= low].mean()), float(y[column >= high].mean())
        rows.append((float(y.mean()), *ends, _ranked(column, y)))
    table = pd.DataFrame(rows, columns=list(EFFECTS[:4]), dtype=float)
    first, total = _indices(design, x, y, whole=bool(known.all()))
    return table.assign(first_order=first, total_order=total)


def _ranked(x: np.ndarray, y: np.ndarray) -> float:
    ranks = [pd.Series(one).rank().to_numpy() for one in (x, y)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return float("nan")
    return float(np.corrcoef(*ranks)[0, 1])


def _indices(
    design: Design, x: np.ndarray, y: np.ndarray, *, whole: bool
) -> tuple[np.ndarray, np.ndarray]:
    count = x.shape[1]
    unknown = np.full(count, np.nan)
    if len(y) == 0 or np.ptp(y) <= 1e-9 * max(float(np.abs(y).max()), 1e-12):
        return unknown, unknown
    if design.kind == "sobol" and whole:
        from SALib.analyze import sobol

        found = sobol.analyze(_problem(count), y, calc_second_order=False, num_resamples=2, seed=1)
        return np.asarray(found["S1"], float), np.asarray(found["ST"], float)
    if design.kind == "latin_hypercube" and len(y) >= LEAST:
        from SALib.analyze import rbd_fast

        found = rbd_fast.analyze(_problem(count), x, y, M=HARMONICS, num_resamples=2, seed=1)
        return np.asarray(found["S1"], float), unknown
    return unknown, unknown
