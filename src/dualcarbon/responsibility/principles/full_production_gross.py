"""Full-production account, gross: own emissions plus the whole footprint of imported inputs.

Equation:
    ``E_s = sum_{i in s} F_i + sum_{i not in s} q_i sum_{j in s} Z_ij + H_s``,
    ``q = f (I - A)^-1``

Symbols: ``Z_ij`` inputs that industries of s buy abroad. What the other regions bought from s for
them is counted once more (feedback), which is the difference from the net variant.
Sum: more than the world, by design. Check: never less than the net variant.
Source: as for the net variant; no published equation could be found.
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region
from dualcarbon.responsibility.table.table import Array


def full_production_gross(system: LeontiefSystem) -> Array:
    """(P, R) stressors at home, and the footprint of imported intermediate inputs."""
    table = system.table
    bought = by_region(table, table.Z)
    imported = np.where(table.region_of[:, None] == np.arange(table.R), 0.0, bought)
    return by_region(table, system.emitting) + system.multipliers @ imported


PRINCIPLE = Principle(
    key="full_production_gross",
    title_en="Full production (gross)",
    title_zh="完全生产排放（含反馈）",
    equation="E_s = Σ_{i∈s} F_i + Σ_{i∉s} (f L)_i Σ_{j∈s} Z_ij + H_s",
    source="Chinese paper, section 3.1, in words",
    of=full_production_gross,
    sums_to="more",
)
