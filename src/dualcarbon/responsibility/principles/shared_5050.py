"""Shared 50/50 at every sale.

Equation:
    as in :mod:`.sharing` with ``alpha = beta = 1/2``

Sum: the world, on a balanced table. Check: see :mod:`.sharing`.
Source: the example of Gallego and Lenzen 2005, Economic Systems Research 17 (not read in full). It
depends on how finely sectors are cut, which :mod:`.shared_lenzen` avoids.
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.principles.sharing import shared
from dualcarbon.responsibility.table.table import Array


def shared_5050(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where supplier and buyer of every sale take half."""
    half = np.full(system.table.N, 0.5)
    return shared(system, half, half)


PRINCIPLE = Principle(
    key="shared_5050",
    title_en="Shared along the chain, 50/50",
    title_zh="供应链共担（各半）",
    equation="q^α = f (I − α∘A)⁻¹, α = β = 1/2",
    source="Gallego and Lenzen 2005",
    of=shared_5050,
)
