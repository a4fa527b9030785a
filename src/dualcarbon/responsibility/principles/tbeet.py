"""Technology-adjusted balance of emissions in trade: exports and imports at average intensity.

Equation:
    ``E_r = PBA_r - sum_{i in r} fbar_i xexp_i + sum_{s != r} sum_{i in s} fbar_i (L Y_r)_i``

Symbols: ``fbar`` world-average direct intensity of each sector, weighted by output; ``xexp`` output
for final demand abroad; ``(L Y_r)_i`` output of industry i for the final demand of r.
Sum: the world, exactly: what one region exports another imports. Check: equal to the benchmark by
stage (:mod:`.benchmark_stage`) on a balanced table.
Source: Jiborn, Kander, Kulionis, Nielsen and Moran 2018, Global Environmental Change 48; Baumert et
al. 2019, Global Environmental Change 56 (from memory, neither could be read).
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import (
    Principle,
    by_region,
    exports,
    imports,
    world_average,
)
from dualcarbon.responsibility.table.table import Array


def tbeet_adjusted(system: LeontiefSystem) -> Array:
    """(P, R) production, less exports plus imports, both at the world's average intensity."""
    table = system.table
    average = world_average(table, system.q, table.x)
    weighted = average[:, :, None] * system.consumption_output
    flows = by_region(table, weighted.transpose(0, 2, 1)).transpose(0, 2, 1)
    return by_region(table, system.emitting) - exports(flows) + imports(flows)


PRINCIPLE = Principle(
    key="TBEET_adj",
    title_en="Technology-adjusted trade balance",
    title_zh="技术调整贸易平衡",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} Σ_{i∈s} f̄_i (L Y_r)_i",
    source="Jiborn et al. 2018; Baumert et al. 2019",
    of=tbeet_adjusted,
)
