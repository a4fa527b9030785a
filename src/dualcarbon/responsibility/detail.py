"""Accounts by product and industry without the inverse: what pymrio's ``calc_all`` delivers.

Equations (``f`` intensities, ``L = (I - A)^-1``, ``Y`` final demand by region, ``f_s`` the
intensities of region s alone):
    ``M = f L``
    ``D_cba[k, s, j] = sum_r M[k, (r, j)] Y[(r, j), s]``
    ``D_imp = D_cba - D_home``, ``D_home[k, s, j] = sum_r (f_s L)[k, (r, j)] Y[(r, j), s]``
    ``D_pba = f sum_s L Y_s``, ``D_exp = f sum_{s != r} L Y_s`` for the industries of r

Rows ``f_s L`` for every stressor and region are P R solves, and ``L Y`` are R more, from one
factorisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.technology import exported_output
from dualcarbon.responsibility.table.table import Array, InputOutputTable


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
