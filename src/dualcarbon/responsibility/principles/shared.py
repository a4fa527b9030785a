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
from dualcarbon.responsibility.principles.base import Principle, by_region
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


def shared_5050(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where supplier and buyer of every sale take half.

    ``alpha = beta = 1/2``, the example of Gallego and Lenzen 2005; it depends on how finely sectors
    are cut, which :func:`shared_lenzen` avoids.
    """
    half = np.full(system.table.N, 0.5)
    return shared(system, half, half)


def shared_lenzen(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where the supplier keeps its share of value added in net output.

    ``1 - alpha_ij = 1 - beta_i = v_i / (x_i - Z_ii)`` for i != j and ``alpha_ii = 1``, each clipped
    to 0 to 1; ``v_i`` primary inputs, ``x_i - Z_ii`` output net of sales to itself. Invariant to
    how sectors are cut (Lenzen et al. 2007; the form is from memory and from papers that use it).
    """
    table = system.table
    net = table.x - np.diagonal(table.Z)
    kept = np.divide(table.v, net, out=np.zeros_like(net), where=net > 0).clip(0.0, 1.0)
    return shared(system, 1.0 - kept, np.ones(table.N))


def _with_diagonal(Z: Array, diagonal: Array) -> Array:
    np.fill_diagonal(Z, diagonal)
    return Z


SHARED_5050 = Principle(
    key="shared_5050",
    title_en="Shared along the chain, 50/50",
    title_zh="供应链共担（各半）",
    equation="q^α = f (I − α∘A)⁻¹, α = β = 1/2",
    source="Gallego and Lenzen 2005",
    of=shared_5050,
)
SHARED_LENZEN = Principle(
    key="shared_lenzen",
    title_en="Shared along the chain, by value added",
    title_zh="供应链共担（按增加值）",
    equation="q^α = f (I − α∘A)⁻¹, 1 − α_ij = 1 − β_i = v_i / (x_i − Z_ii), α_ii = 1",
    source="Lenzen et al. 2007",
    of=shared_lenzen,
    needs=("v",),
)
