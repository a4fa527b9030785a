"""What a principle is, the account that it gives, and the sums that all of them use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dualcarbon.errors import CheckFailed
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.table.table import Array, InputOutputTable

SumsTo = Literal["world", "more", "other"]


@dataclass(frozen=True, eq=False)
class Account:
    """Responsibility of every region under one principle.

    Attributes:
        principle: its key.
        values: index region, columns stressor; in ``units``.
        units: unit of each stressor.
        sums_to: ``world`` (the regions add up to the world's stressors), ``more`` (at least to
            them: stressors counted more than once by design) or ``other`` (no sum is promised).
        world: stressors of the world, those of final users included.
    """

    principle: str
    values: pd.DataFrame
    units: dict[str, str]
    sums_to: SumsTo
    world: pd.Series

    @property
    def total(self) -> pd.Series:
        """Sum over regions by stressor."""
        return self.values.sum(axis=0)

    @property
    def ratio(self) -> pd.Series:
        """Sum over regions relative to the world's stressors; 1 where both are 0."""
        empty = (self.world == 0) & (self.total == 0)
        return (self.total / self.world.mask(empty, 1.0)).mask(empty, 1.0)

    @property
    def gap(self) -> pd.Series:
        """Relative difference to what the sum must be; 0 where nothing is promised."""
        difference = self.ratio - 1.0
        if self.sums_to == "world":
            return difference.abs()
        return (-difference).clip(lower=0.0) * float(self.sums_to == "more")

    def check(self, tolerance: float = 1e-9) -> Account:
        """Return the account if it sums to what it must.

        Args:
            tolerance: relative difference that is allowed.

        Raises:
            CheckFailed: naming principle, stressor and difference.
        """
        wrong = self.gap[~(self.gap <= tolerance)]
        if len(wrong):
            worst = str(wrong.index[0])
            raise CheckFailed(
                f"account '{self.principle}', stressor '{worst}': the regions sum to "
                f"{self.total[worst]:.6g} {self.units[worst]}, the world has "
                f"{self.world[worst]:.6g}; is the table balanced?"
            )
        return self


@dataclass(frozen=True)
class Principle:
    """One way to say who answers for emissions.

    Attributes:
        key: name in tables and on the command line.
        title_en, title_zh: for people.
        equation: in the notation of the theory page.
        source: paper; what could not be read is said in the docstring of ``of``.
        of: (P, R) stressors of production by region that answers for them. What final users emit
            themselves, and what industries without output emit (no chain can carry it), is added
            at home by :meth:`account`.
        sums_to: what the regions must add up to.
        needs: parts of the table it uses beyond Z, Y, x and F.
    """

    key: str
    title_en: str
    title_zh: str
    equation: str
    source: str
    of: Callable[[LeontiefSystem], Array]
    sums_to: SumsTo = "world"
    needs: tuple[str, ...] = ()

    def account(self, system: LeontiefSystem) -> Account:
        """The account of a table: the principle on production, plus final users at home."""
        return as_account(self.key, self.sums_to, self.of(system), system.table)


def as_account(key: str, sums_to: SumsTo, production: Array, table: InputOutputTable) -> Account:
    """Label a (P, R) result; add what no chain carries where it is emitted.

    That is what final users emit themselves, and what industries without output emit.
    """
    names = list(table.stressors)
    untraced = by_region(table, np.where(table.x != 0, 0.0, table.F))
    return Account(
        principle=key,
        values=pd.DataFrame(
            (production + table.F_Y + untraced).T,
            index=pd.Index(table.regions, name="region"),
            columns=pd.Index(names, name="stressor"),
        ),
        units=dict(zip(names, table.stressor_units, strict=True)),
        sums_to=sums_to,
        world=pd.Series(table.world, index=names),
    )


def by_region(table: InputOutputTable, values: Array) -> Array:
    """(…, R) sums over the industries of each region of (…, N) values."""
    return np.asarray(values.reshape(*values.shape[:-1], table.R, table.S).sum(axis=-1))


def bilateral(system: LeontiefSystem) -> Array:
    """(P, R, R) stressors emitted in region r for the final demand of region s.

    ``E[p, r, s] = sum_{i in r} q_pi (L Yr)_is``
    """
    table = system.table
    output = system.consumption_output.reshape(table.R, table.S, table.R)
    intensity = system.q.reshape(table.P, table.R, table.S)
    return np.einsum("pri,ris->prs", intensity, output, optimize=True)


def imports(flows: Array) -> Array:
    """(P, R) what flows into each region from the others, of (P, R from, R to) flows."""
    return np.asarray(flows.sum(axis=1) - np.einsum("prr->pr", flows))


def exports(flows: Array) -> Array:
    """(P, R) what flows from each region to the others, of (P, R from, R to) flows."""
    return np.asarray(flows.sum(axis=2) - np.einsum("prr->pr", flows))


def world_average(table: InputOutputTable, intensity: Array, weights: Array) -> Array:
    """(P, N) average over regions of each sector's intensity, repeated for every region.

    ``fbar_i = sum_r f_ri w_ri / sum_r w_ri``, 0 where all weights are 0.

    Args:
        table: the table.
        intensity: (P, N) direct or total intensities.
        weights: (N,) output, exported output or final demand.
    """
    w = weights.reshape(table.R, table.S)
    total = w.sum(axis=0)
    weighted = np.einsum("prs,rs->ps", intensity.reshape(-1, table.R, table.S), w)
    mean = np.divide(weighted, total, out=np.zeros_like(weighted), where=total != 0)
    return np.tile(mean, table.R)
