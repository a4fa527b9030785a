"""Benchmark by final product: who finishes a product answers for the deviation of its footprint.

Equation:
    ``E_r = sum_{i in r} (q_i - c_i) y_i + c Y_r + H_r`` with ``q = f (I - A)^-1``

Symbols: ``y`` final products sold, ``c_i`` benchmark footprint of product i; by default the average
of ``q`` over regions weighted by output.
Sum: the world, on a balanced table, for any benchmark. Check: ``c = q`` is the consumption account,
``c = 0`` the final-production account.
Source: the idea of Zhang Yang, Jiang Yi et al. 2020, China Population, Resources and Environment;
their equations could not be read, so this is one additive reading of the idea.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region, world_average
from dualcarbon.responsibility.table.table import Array


def benchmark_finalprod(system: LeontiefSystem, benchmark: Array | None = None) -> Array:
    """(P, R) deviations of final products from the benchmark, plus the benchmark of consumption.

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


PRINCIPLE = Principle(
    key="benchmark_finalprod",
    title_en="Benchmark by final product",
    title_zh="基准值法（按最终产品）",
    equation="E_r = Σ_{i∈r} (q_i − c_i) y_i + c Y_r + H_r",
    source="idea of Zhang, Jiang et al. 2020",
    of=benchmark_finalprod,
)
