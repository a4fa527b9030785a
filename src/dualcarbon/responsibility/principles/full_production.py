"""Full-production accounts: own emissions plus those abroad behind own inputs.

Sum: more than the world, by design: a tonne is counted by every region whose chain it serves.
Source: defined in words in the Chinese paper's section 3.1 ("territorial emissions plus those
abroad caused by imported intermediates"); a published equation could not be found.
"""

from __future__ import annotations

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region
from dualcarbon.responsibility.table.table import Array

EXACT = 1e-14
MOST_PASSES = 5_000


def full_production(system: LeontiefSystem) -> Array:
    """(P, R) stressors at home, and abroad behind imported inputs, net of feedback.

    ``E_s = sum_{i in s} F_i + f_o (I - A_oo)^-1 A_os x_s + H_s`` (o: all regions but s), ``x_s``
    output of region s. What other regions buy back from s on the way is left out, so that own
    emissions are not counted twice within one region. ``z <- A z`` with the rows of s held at
    ``x_s`` converges for every productive table to ``z_o = (I - A_oo)^-1 A_os x_s``; all regions
    at once, no further factorisation. Check: equal to the equation with explicit inverses; never
    less than the territorial account.

    Raises:
        InputError: the chain does not come to an end; the table is not productive.
    """
    table = system.table
    own = table.region_of[:, None] == np.arange(table.R)
    held = np.where(own, table.x[:, None], 0.0)
    abroad = np.zeros_like(held)
    for _ in range(MOST_PASSES):
        longer = np.where(own, 0.0, system.inputs(held + abroad))
        step = np.abs(longer - abroad).max(initial=0.0)
        abroad = longer
        if step <= EXACT * np.abs(abroad).max(initial=0.0):
            return by_region(table, system.emitting) + system.q @ abroad
    raise InputError("the chains of inputs do not come to an end: the table is not productive")


def full_production_gross(system: LeontiefSystem) -> Array:
    """(P, R) stressors at home, and the whole footprint of imported intermediate inputs.

    ``E_s = sum_{i in s} F_i + sum_{i not in s} q_i sum_{j in s} Z_ij + H_s``, ``Z_ij`` inputs that
    industries of s buy abroad. What the other regions bought from s for them is counted once more
    (feedback), which is the difference from the net variant. Check: never less than that.
    """
    table = system.table
    bought = by_region(table, table.Z)
    imported = np.where(table.region_of[:, None] == np.arange(table.R), 0.0, bought)
    return by_region(table, system.emitting) + system.multipliers @ imported


FULL_PRODUCTION = Principle(
    key="full_production",
    title_en="Full production (net of feedback)",
    title_zh="完全生产排放（扣除反馈）",
    equation="E_s = Σ_{i∈s} F_i + f_o (I − A_oo)⁻¹ A_os x_s + H_s",
    source="Chinese paper, section 3.1, in words",
    of=full_production,
    sums_to="more",
)
FULL_PRODUCTION_GROSS = Principle(
    key="full_production_gross",
    title_en="Full production (gross)",
    title_zh="完全生产排放（含反馈）",
    equation="E_s = Σ_{i∈s} F_i + Σ_{i∉s} (f L)_i Σ_{j∈s} Z_ij + H_s",
    source="Chinese paper, section 3.1, in words",
    of=full_production_gross,
    sums_to="more",
)
