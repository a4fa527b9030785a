"""Uncertainty of footprints by drawing tables, each solved from the solution of the base."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.errors import InputError, SolveError
from dualcarbon.responsibility.decomposition.gradients import Spread
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import by_region

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
TOLERANCE, MOST_STEPS = 1e-10, 200
MEASURES = ("PBA", "CBA", "final_production")
log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Draws:
    """Accounts of drawn tables.

    Attributes:
        values: index draw; columns principle and region.
        base: the account of the table itself; columns as index.
        seed, stressor, unit, year: what was drawn.
        steps: mean number of solves per draw.
    """

    values: pd.DataFrame
    base: pd.Series
    seed: int
    stressor: str
    unit: str
    year: int
    steps: float

    def summary(self, low: float = 0.05, high: float = 0.95) -> pd.DataFrame:
        """Base, mean, standard deviation and two quantiles by principle and region."""
        quantiles = self.values.quantile([low, high])
        return pd.DataFrame(
            {
                "base": self.base,
                "mean": self.values.mean(),
                "sd": self.values.std(ddof=1),
                f"q{round(100 * low)}": quantiles.iloc[0],
                f"q{round(100 * high)}": quantiles.iloc[1],
            }
        )


def monte_carlo(
    system: LeontiefSystem,
    spread: Spread,
    draws: int = 200,
    *,
    seed: int = 0,
    stressor: str | None = None,
    progress: Progress | None = None,
    client: Any = None,
) -> Draws:
    """Draw log-normal factors of mean 1 for intensities, flows and final demand; solve each table.

    Flows change the coefficients at given output; what is zero stays zero. Multipliers of a draw
    solve ``m = f' + m A'`` by ``m <- m + (f' + m A' - m) L`` with the factorised base, which starts
    at the base's m and converges fast because A' is near A. Each draw has its own stream of random
    numbers: draw k is the same whatever the number of draws, the principle, or where it is run.

    Args:
        system: of the table; spread: relative standard deviations; draws: their number.
        seed: of the random numbers; stressor: the first by default.
        progress: called with draws done and in all.
        client: a ``dask.distributed.Client`` to run draws on; in this process by default.

    Raises:
        InputError: no draws, an unknown stressor.
        SolveError: a draw does not converge: the spread of the flows is too large.
    """
    if draws < 1:
        raise InputError(f"must be at least 1, got {draws}", where="draws")
    table = system.table
    at = table.stressor(stressor)
    start = np.asarray(system.multipliers[at])
    rows, steps = [], 0
    for row, used in _run(system, spread, at, start, seed, draws, client):
        rows.append(row)
        steps += used
        if progress is not None:
            progress(len(rows), draws)
    columns = pd.MultiIndex.from_product([MEASURES, table.regions], names=["principle", "region"])
    values = pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(draws, name="draw"))
    base = _accounts(system, np.asarray(system.q[at]), start, np.asarray(table.Yr, float), at)
    log.info("%d draws, %.1f solves each", draws, steps / draws)
    return Draws(
        values,
        pd.Series(base, index=columns),
        seed,
        table.stressors[at],
        table.stressor_units[at],
        table.year,
        steps / draws,
    )


def _run(
    system: LeontiefSystem,
    spread: Spread,
    at: int,
    start: Array,
    seed: int,
    draws: int,
    client: Any,
) -> Iterable[tuple[Array, int]]:
    if client is None:
        return (one_draw(system, spread, at, start, seed, k) for k in range(draws))
    shared = client.scatter(system, broadcast=True)
    futures = [
        client.submit(one_draw, shared, spread, at, start, seed, k, pure=False)
        for k in range(draws)
    ]
    return (future.result() for future in futures)


def one_draw(
    system: LeontiefSystem, spread: Spread, at: int, start: Array, seed: int, number: int
) -> tuple[Array, int]:
    """Accounts of one drawn table (measures x regions, flat), and the solves that it took."""
    table = system.table
    random = np.random.default_rng([seed, number])
    f = _drawn(random, np.asarray(system.q[at]), spread.intensity)
    flow = _drawn(random, np.asarray(system.A), spread.flows)
    demand = np.asarray(spread.demand, dtype=float)
    final = _drawn(random, np.asarray(table.Yr), demand[:, None] if demand.ndim == 1 else demand)
    m = start
    for step in range(1, MOST_STEPS + 1):
        rest = f + m @ flow - m
        if np.abs(rest).max() <= TOLERANCE * np.abs(f).max():
            return _accounts(system, f, m, final, at), step
        m = m + system.solve_transposed(rest[None, :])[0]
        if not np.isfinite(m).all():
            break
    raise SolveError(f"draw {number} does not converge; make the spread of the flows smaller")


def _accounts(system: LeontiefSystem, f: Array, m: Array, final: Array, at: int) -> Array:
    """Production, consumption and final production accounts, one after the other."""
    table = system.table
    home = table.F_Y[at] + by_region(table, (table.F - system.emitting)[at])
    made = by_region(table, np.stack([f * table.x, m * final.sum(axis=1)]))
    return np.concatenate([made[0] + home, m @ final + home, made[1] + home])


def _drawn(random: np.random.Generator, values: Array, sd: Any) -> Array:
    """Values times log-normal factors of mean 1 with a relative deviation; what is 0 stays 0."""
    held = values != 0
    sigma = np.sqrt(np.log1p(np.broadcast_to(np.asarray(sd, dtype=float), values.shape)[held] ** 2))
    drawn = np.zeros(values.shape)
    factors = np.exp(sigma * random.standard_normal(len(sigma)) - sigma**2 / 2)
    drawn[held] = values[held] * factors
    return drawn
