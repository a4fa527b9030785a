"""Benchmarks: producers answer for the deviation from one, consumers for the benchmark itself.

Benchmarks ``b`` of direct and ``c`` of total intensity are by default averages over regions
weighted by output. Sum: the world, on a balanced table, for any benchmark.
Source: the idea of Zhang Yang, Jiang Yi et al. 2020, China Population, Resources and Environment;
their equations could not be read, so these are additive readings of the idea.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region, world_average
from dualcarbon.responsibility.table.table import Array


def benchmark_stage(system: LeontiefSystem, benchmark: Array | None = None) -> Array:
    """(P, R) deviations of producers from the benchmark, plus the benchmark of consumption.

    ``E_r = sum_{i in r} (f_i - b_i) x_i + (b L) Y_r + H_r``. Check: equal to the
    technology-adjusted balance (:func:`.technology.tbeet_adjusted`) with output weights; ``b = f``
    is the consumption account, ``b = 0`` the production account.

    Args:
        system: the table's system.
        benchmark: (P, N) direct intensities; by default the world average.
    """
    table = system.table
    if benchmark is None:
        benchmark = world_average(table, system.q, table.x)
    deviation = by_region(table, system.emitting - benchmark * table.x)
    return deviation + system.solve_transposed(benchmark) @ table.Yr


def benchmark_finalprod(system: LeontiefSystem, benchmark: Array | None = None) -> Array:
    """(P, R) deviations of final products from the benchmark, plus the benchmark of consumption.

    ``E_r = sum_{i in r} (q_i - c_i) y_i + c Y_r + H_r`` with final products sold ``y``. Check:
    ``c = q`` is the consumption account, ``c = 0`` the final-production account.

    Args:
        system: the table's system.
        benchmark: (P, N) footprints per unit of product; by default the world average.
    """
    table = system.table
    total = system.multipliers
    if benchmark is None:
        benchmark = world_average(table, total, table.x)
    deviation = (total - benchmark) * table.Yr.sum(axis=1)
    return by_region(table, deviation) + benchmark @ table.Yr


BENCHMARK_STAGE = Principle(
    key="benchmark_stage",
    title_en="Benchmark by production stage",
    title_zh="基准值法（按生产环节）",
    equation="E_r = Σ_{i∈r} (f_i − b_i) x_i + (b L) Y_r + H_r",
    source="idea of Zhang, Jiang et al. 2020",
    of=benchmark_stage,
)
BENCHMARK_FINALPROD = Principle(
    key="benchmark_finalprod",
    title_en="Benchmark by final product",
    title_zh="基准值法（按最终产品）",
    equation="E_r = Σ_{i∈r} (q_i − c_i) y_i + c Y_r + H_r",
    source="idea of Zhang, Jiang et al. 2020",
    of=benchmark_finalprod,
)
