"""Responsibility shared along the chain: each sale splits it between supplier and buyer.

Equation:
    ``q^a = f (I - alpha o A)^-1`` (o: element by element)
    ``P_i = q^a_i [sum_j (1 - alpha_ij) Z_ij + (1 - beta_i) y_i]`` kept by producer i
    ``C_s = sum_i q^a_i beta_i Y_is`` passed to the final users of s
    ``E_r = sum_{i in r} P_i + C_r + H_r``

Symbols: ``alpha_ij`` part of the responsibility attached to the sale from i to j that i passes on;
``beta_i`` the same for sales to final users. Here alpha depends on the seller only, except on the
diagonal.
Sum: the world, because ``sum_i q^a_i x_i = W + sum_ij q^a_i alpha_ij Z_ij``, on a balanced table.
Check: alpha = beta = 1 is the consumption account, alpha = beta = 0 the production account.
Source: Gallego and Lenzen 2005, Economic Systems Research 17; Lenzen, Murray, Sack and Wiedmann
2007, Ecological Economics 61 (neither could be read in full).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import by_region
from dualcarbon.responsibility.table.table import Array


def shared(system: LeontiefSystem, passed: Array, to_itself: Array) -> Array:
    """(P, R) responsibility kept by producers plus that passed to final users.

    Args:
        system: the table's system.
        passed: (N,) ``alpha_ij = beta_i`` for i != j, from 0 to 1.
        to_itself: (N,) ``alpha_ii``, of an industry's sales to itself.
    """
    table = system.table
    diagonal = np.diagonal(table.Z) * to_itself
    chain = system.modified(lambda Z: _with_diagonal(Z * passed[:, None], diagonal))
    total = chain.solve_transposed(system.q)
    own = np.diagonal(table.Z)
    final = table.Yr.sum(axis=1)
    others = table.Z.sum(axis=1, dtype=float) - own
    kept = (1.0 - passed) * (others + final) + (1.0 - to_itself) * own
    return by_region(table, total * kept) + (total * passed) @ table.Yr


def _with_diagonal(Z: Array, diagonal: Array) -> Array:
    np.fill_diagonal(Z, diagonal)
    return Z
