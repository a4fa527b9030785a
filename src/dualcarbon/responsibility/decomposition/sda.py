"""Structural decomposition: why consumption emissions changed between two years.

A change is split among its factors exactly: over all orders of change, or the two polar ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualcarbon.common.shapley import shapley_values
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem

Array = NDArray[np.float64]
METHODS = ("all", "polar")
FACTORS = ("intensity", "technology", "mix", "affluence", "population")
Evaluate = Callable[[frozenset[int]], Array]


def contributions(count: int, value: Evaluate, method: str = "all") -> Array:
    """Contribution of each factor to ``value(all new) - value(all old)``.

    ``all``: mean over the n! orders in which factors can change one after the other (Dietzenbacher
    & Los, Economic Systems Research 10, 1998), computed from the 2^n values as
    ``sum_S |S|! (n - |S| - 1)! / n! (value(S + k) - value(S))``. ``polar``: mean of the order
    first to last and its reverse, 2n values.

    Args:
        count: number of factors n.
        value: what the factors multiply to, with the factors of the set at their new state.
        method: ``all`` or ``polar``.

    Returns:
        (n, ...) contributions; they sum to the change.

    Raises:
        InputError: an unknown method.
    """
    if method not in METHODS:
        raise unknown_name("method", method, METHODS, where="method")
    known: dict[frozenset[int], Array] = {}

    def at(new: frozenset[int]) -> Array:
        if new not in known:
            known[new] = value(new)
        return known[new]

    if method == "polar":
        forth = [_step(at, frozenset(range(k)), k) for k in range(count)]
        back = [_step(at, frozenset(range(k + 1, count)), k) for k in range(count)]
        return (np.stack(forth) + np.stack(back)) / 2
    masks = range(1 << count)
    every = [at(frozenset(k for k in range(count) if mask >> k & 1)) for mask in masks]
    return np.asarray(shapley_values(np.stack(every)))


def _step(at: Evaluate, new: frozenset[int], k: int) -> Array:
    return at(new | {k}) - at(new)


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Change of consumption emissions by factor.

    Attributes:
        effects: index region, columns factors and ``direct`` (final users' own emissions); each
            row sums to ``change``.
        change: of the consumption account by region.
        method: ``all`` orders or ``polar``.
        stressor, unit, years, currency: what the figures are.
    """

    effects: pd.DataFrame
    change: pd.Series
    method: str
    stressor: str
    unit: str
    years: tuple[int, int]
    currency: str


def decompose(
    old: LeontiefSystem,
    new: LeontiefSystem,
    *,
    population: tuple[pd.Series, pd.Series] | None = None,
    stressor: str | None = None,
    method: str = "all",
) -> Decomposition:
    """Split the change of ``E_s = f L b_s g_s p_s`` among its factors.

    f direct intensities, L the technology, b_s the mix of final demand (column shares over
    products and origins), g_s final demand per head, p_s population. Without populations g_s is
    total final demand and p_s = 1. Tables in current prices put inflation into intensity and
    affluence, with opposite signs: use tables in constant prices where they can be had.

    Args:
        old, new: systems of two years with the same regions, sectors and currency.
        population: persons by region in both years.
        stressor: the first by default; method: see
            :func:`~dualcarbon.responsibility.decomposition.sda.contributions`.

    Raises:
        InputError: labels or currencies differ, a region has no population or no final demand,
            an unknown method or stressor.
    """
    _comparable(old, new)
    at = old.table.stressor(stressor)
    systems = (old, new)
    heads = [_people(s, population, i) for i, s in enumerate(systems)]
    parts = contributions(len(FACTORS), _footprint(systems, at, heads), method)
    direct = [s.table.F_Y[at] + _untraced(s, at) for s in systems]
    index = pd.Index(old.table.regions, name="region")
    effects = pd.DataFrame(parts.T, index=index, columns=list(FACTORS))
    effects["direct"] = direct[1] - direct[0]
    whole = [s.multipliers[at] @ s.table.Yr + d for s, d in zip(systems, direct, strict=True)]
    return Decomposition(
        effects,
        pd.Series(whole[1] - whole[0], index=index),
        method,
        old.table.stressors[at],
        old.table.stressor_units[at],
        (old.table.year, new.table.year),
        old.table.currency,
    )


def _footprint(
    systems: tuple[LeontiefSystem, LeontiefSystem], at: int, heads: list[Array]
) -> Evaluate:
    """Consumption emissions of production with each factor at its old or its new state."""
    totals = [_final_demand(s) for s in systems]
    mix = [s.table.Yr / t for s, t in zip(systems, totals, strict=True)]
    multipliers = {
        (i, j): systems[j].solve_transposed(systems[i].q[at][None, :])[0]
        for i in (0, 1)
        for j in (0, 1)
    }

    def value(changed: frozenset[int]) -> Array:
        f, tech, b, g, p = (int(k in changed) for k in range(5))
        rate = totals[g] / heads[g]
        return np.asarray((multipliers[f, tech] @ mix[b]) * rate * heads[p])

    return value


def _final_demand(system: LeontiefSystem) -> Array:
    """(R,) final demand of each region, above zero."""
    total = np.asarray(system.table.Yr.sum(axis=0), dtype=float)
    if not (total > 0).all():
        region = system.table.regions[int(total.argmin())]
        raise InputError(f"no final demand in {system.table.year}", where=f"region '{region}'")
    return total


def _comparable(old: LeontiefSystem, new: LeontiefSystem) -> None:
    for what in ("regions", "sectors", "stressors", "stressor_units", "currency"):
        one, other = getattr(old.table, what), getattr(new.table, what)
        if one != other:
            raise InputError(
                f"the tables of {old.table.year} and {new.table.year} differ", where=what
            )


def _people(
    system: LeontiefSystem, population: tuple[pd.Series, pd.Series] | None, i: int
) -> Array:
    if population is None:
        return np.ones(system.table.R)
    for region in system.table.regions:
        if region not in population[i].index:
            raise unknown_name("region", region, map(str, population[i].index), where="population")
    people = population[i][list(system.table.regions)].to_numpy(dtype=float)
    if not (people > 0).all():
        region = system.table.regions[int(people.argmin())]
        raise InputError("must be above zero", where=f"population of '{region}'")
    return people


def _untraced(system: LeontiefSystem, at: int) -> Array:
    """Emissions of industries without output, which no chain carries, by region."""
    table = system.table
    lost = (table.F - system.emitting)[at]
    return np.asarray(lost.reshape(table.R, table.S).sum(axis=1))
