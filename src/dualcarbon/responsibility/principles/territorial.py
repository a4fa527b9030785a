"""Territorial (production) account: a region answers for what is emitted inside it.

Equation:
    ``E_r = sum_{i in r} F_i + H_r``

Symbols: ``F`` stressors of production, ``H`` direct stressors of final users.
Sum: the world. Check: equal to pymrio's ``D_pba``.
Source: IPCC Guidelines for national inventories; with resident units (as in the satellite accounts
of input-output tables) it includes bunkers and residents abroad and is the *resident* account of
SEEA.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region
from dualcarbon.responsibility.table.table import Array


def territorial(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region where they are emitted."""
    return by_region(system.table, system.emitting)


PRINCIPLE = Principle(
    key="PBA",
    title_en="Territorial (production)",
    title_zh="领地排放（生产端）",
    equation="E_r = Σ_{i∈r} F_i + H_r",
    source="IPCC Guidelines; SEEA",
    of=territorial,
)
