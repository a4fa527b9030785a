"""Benchmark by production stage: producers answer for the deviation, consumers for the benchmark.

Equation:
    ``E_r = sum_{i in r} (f_i - b_i) x_i + (b L) Y_r + H_r``

Symbols: ``b_i`` benchmark of direct intensity; by default the world average of the sector weighted
by output.
Sum: the world, on a balanced table, for any benchmark. Check: equal to the technology-adjusted
balance (:mod:`.tbeet`) with output weights; ``b = f`` is the consumption account, ``b = 0`` the
production account.
Source: the idea of Zhang Yang, Jiang Yi et al. 2020, China Population, Resources and Environment;
their equations could not be read, so this is one additive reading of the idea.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region, world_average
from dualcarbon.responsibility.table.table import Array


def benchmark_stage(system: LeontiefSystem, benchmark: Array | None = None) -> Array:
    """(P, R) deviations of producers from the benchmark, plus the benchmark of consumption.

    Args:
        system: the table's system.
        benchmark: (P, N) direct intensities; by default the world average.
    """
    table = system.table
    if benchmark is None:
        benchmark = world_average(table, system.q, table.x)
    deviation = by_region(table, system.emitting - benchmark * table.x)
    return deviation + system.solve_transposed(benchmark) @ table.Yr


PRINCIPLE = Principle(
    key="benchmark_stage",
    title_en="Benchmark by production stage",
    title_zh="基准值法（按生产环节）",
    equation="E_r = Σ_{i∈r} (f_i − b_i) x_i + (b L) Y_r + H_r",
    source="idea of Zhang, Jiang et al. 2020",
    of=benchmark_stage,
)
