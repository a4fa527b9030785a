"""Shared along the chain by value added, invariant to how sectors are cut.

Equation:
    as in :mod:`.sharing` with ``1 - alpha_ij = 1 - beta_i = v_i / (x_i - Z_ii)`` for i != j and
    ``alpha_ii = 1``, each clipped to 0 to 1

Symbols: ``v_i`` primary inputs, ``x_i - Z_ii`` output net of sales to itself.
Sum: the world, on a balanced table. Check: see :mod:`.sharing`.
Source: Lenzen, Murray, Sack and Wiedmann 2007, Ecological Economics 61 (the paper could not be
read; the form is from memory and from papers that use it).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.principles.sharing import shared
from dualcarbon.responsibility.table.table import Array


def shared_lenzen(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where the supplier keeps its share of value added in net output."""
    table = system.table
    net = table.x - np.diagonal(table.Z)
    kept = np.divide(table.v, net, out=np.zeros_like(net), where=net > 0).clip(0.0, 1.0)
    return shared(system, 1.0 - kept, np.ones(table.N))


PRINCIPLE = Principle(
    key="shared_lenzen",
    title_en="Shared along the chain, by value added",
    title_zh="供应链共担（按增加值）",
    equation="q^α = f (I − α∘A)⁻¹, 1 − α_ij = 1 − β_i = v_i / (x_i − Z_ii), α_ii = 1",
    source="Lenzen et al. 2007",
    of=shared_lenzen,
    needs=("v",),
)
