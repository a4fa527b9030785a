"""Emissions embodied in trade between any two regions, and accounts by product and industry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import bilateral
from dualcarbon.responsibility.principles.ends import embodied_in_trade
from dualcarbon.responsibility.principles.technology import exported_output
from dualcarbon.responsibility.table.table import Array, InputOutputTable
from dualcarbon.responsibility.table.units import megatonnes

METHODS = ("MRIO", "EEBT")


@dataclass(frozen=True, eq=False)
class Flows:
    """Who emits for whom.

    Attributes:
        matrix: rows the region where emissions arise, columns the region that they arise for.
            With MRIO rows sum to production and columns to consumption, both without direct
            emissions of final users; with EEBT the diagonal is what stays at home.
        method: ``MRIO`` (the whole chain to final demand) or ``EEBT`` (bilateral trade).
        stressor, unit, year, name, grade: what the figures are.
    """

    matrix: pd.DataFrame
    method: str
    stressor: str
    unit: str
    year: int
    name: str
    grade: str

    @property
    def balance(self) -> pd.DataFrame:
        """Balance of trade in carbon: exports less imports of each row with each column.

        Opposite entries are equal with opposite signs, so all of it nets to zero.
        """
        return self.matrix - self.matrix.T

    @property
    def exports(self) -> pd.Series:
        """Emissions of each region for all others."""
        return self.matrix.sum(axis=1) - self._home

    @property
    def imports(self) -> pd.Series:
        """Emissions of all others for each region."""
        return self.matrix.sum(axis=0) - self._home

    @property
    def net_exports(self) -> pd.Series:
        """Exports less imports; they sum to zero over the world."""
        return self.exports - self.imports

    @property
    def traded(self) -> float:
        """Emissions that cross a border."""
        return float(self.exports.sum())

    @property
    def _home(self) -> pd.Series:
        return pd.Series(np.diagonal(self.matrix.to_numpy()), index=self.matrix.index)

    def transfers(self, price: float) -> pd.DataFrame:
        """What "beneficiary pays" would move at a price on embodied emissions, million currency.

        ``T_rs = price (E_rs - E_sr)``: s pays r for the emissions that r bears for it, less those
        that s bears for r. Rows receive, columns pay; all of it nets to zero.

        Args:
            price: currency per t, zero or more.

        Raises:
            InputError: a price that is negative or not a number, a unit that is no mass.
        """
        if not np.isfinite(price) or price < 0:
            raise InputError(f"must be zero or more, got {price:g}", where="price")
        return self.balance * (price * megatonnes(self.unit))

    def largest(self, count: int = 10, *, region: str | None = None) -> pd.DataFrame:
        """The largest flows across borders: ``from``, ``to``, ``value``, ``returned`` (the other
        way) and ``net``.

        Args:
            count: at most so many; region: only those from or to a region.

        Raises:
            InputError: no such region.
        """
        names = list(self.matrix.index)
        if region is not None and region not in names:
            raise unknown_name("region", region, names)
        long = self.matrix.rename_axis(index="from", columns="to").stack().rename("value")
        table = long.reset_index()
        table["returned"] = self.matrix.T.to_numpy().ravel()
        table["net"] = table["value"] - table["returned"]
        table = table[table["from"] != table["to"]]
        if region is not None:
            table = table[(table["from"] == region) | (table["to"] == region)]
        return table.nlargest(count, "value").reset_index(drop=True)


def flows(
    table: InputOutputTable | LeontiefSystem, *, stressor: str | None = None, method: str = "MRIO"
) -> Flows:
    """Emissions by region of origin and region that they serve.

    MRIO: ``E_rs = sum_{i in r} f_i (L Y_s)_i`` follows every chain to final demand. EEBT:
    ``E_rs = f_r (I - A_rr)^-1 (Z_rs 1 + y_rs)`` follows each gross export within the region that
    sells it; what is left of production stays at home (Peters 2008).

    Args:
        table: a table or its factorised system; stressor: the first by default.
        method: ``MRIO`` or ``EEBT``.

    Raises:
        InputError: an unknown stressor or method.
    """
    system = table if isinstance(table, LeontiefSystem) else LeontiefSystem.of(table)
    if method not in METHODS:
        raise unknown_name("method", method, METHODS, where="method")
    data = system.table
    at = data.stressor(stressor)
    if method == "MRIO":
        matrix = bilateral(system)[at]
    else:
        matrix = np.array(embodied_in_trade(system)[at])
        produced = system.emitting[at].reshape(data.R, data.S).sum(axis=1)
        np.fill_diagonal(matrix, produced - matrix.sum(axis=1))
    index = pd.Index(data.regions, name="region")
    return Flows(
        pd.DataFrame(matrix, index=index, columns=pd.Index(data.regions)),
        method,
        data.stressors[at],
        data.stressor_units[at],
        data.year,
        data.name,
        data.grade,
    )


@dataclass(frozen=True, eq=False)
class DetailedAccounts:
    """Stressors of production by industry or product; final users' own are not in them.

    Attributes:
        M: (P, N) multipliers.
        D_cba: (P, N) footprint of each region (slow) by product finally demanded (fast).
        D_pba: (P, N) stressors by industry that emits.
        D_imp: (P, N) part of ``D_cba`` that is emitted abroad.
        D_exp: (P, N) part of ``D_pba`` for the final demand of other regions.
    """

    M: Array
    D_cba: Array
    D_pba: Array
    D_imp: Array
    D_exp: Array


def detailed(system: LeontiefSystem, rows_at_once: int = 512) -> DetailedAccounts:
    """All accounts by product and industry.

    Args:
        system: the table's system.
        rows_at_once: how many rows are solved together; fewer take less memory.
    """
    table = system.table
    final = table.Yr.reshape(table.R, table.S, table.R)
    M = np.zeros((table.P, table.N))
    home = np.zeros((table.P, table.R, table.S))
    regions = max(1, rows_at_once // table.P)
    for first in range(0, table.R, regions):
        some = range(first, min(first + regions, table.R))
        chains = _chains_from(system, some)
        M += chains.sum(axis=0)
        for position, s in enumerate(some):
            by_origin = chains[position].reshape(table.P, table.R, table.S)
            home[:, s] = np.einsum("prj,rj->pj", by_origin, final[:, :, s])
    cba = _by_product(table, M, final)
    return DetailedAccounts(
        M=M,
        D_cba=cba,
        D_pba=system.q * system.consumption_output.sum(axis=1),
        D_imp=cba - home.reshape(table.P, table.N),
        D_exp=system.q * exported_output(system),
    )


def _chains_from(system: LeontiefSystem, regions: range) -> Array:
    """(regions, P, N) stressors of each region alone per unit of final demand, ``f_s L``."""
    table = system.table
    alone = np.zeros((len(regions), table.P, table.N))
    for position, s in enumerate(regions):
        rows = slice(s * table.S, (s + 1) * table.S)
        alone[position, :, rows] = system.q[:, rows]
    solved = system.solve_transposed(alone.reshape(-1, table.N))
    return solved.reshape(alone.shape)


def _by_product(table: InputOutputTable, M: Array, final: Array) -> Array:
    by_origin = M.reshape(table.P, table.R, table.S)
    return np.einsum("prj,rjs->psj", by_origin, final).reshape(table.P, table.N)
