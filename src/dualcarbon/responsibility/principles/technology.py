"""Accounts beside a benchmark: trade valued at another technology, deviation from a standard."""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import (
    Principle,
    bilateral,
    by_region,
    exports,
    imports,
    world_average,
)
from dualcarbon.responsibility.table.table import Array


def exported_output(system: LeontiefSystem) -> Array:
    """(N,) output of each industry for the final demand of other regions."""
    table = system.table
    output = system.consumption_output
    own = output[np.arange(table.N), table.region_of]
    return np.asarray(output.sum(axis=1) - own)


def tcba(system: LeontiefSystem, weights: Array) -> Array:
    """(P, R) production, less exports at average intensity, plus actual imports.

    ``E_r = PBA_r - sum_{i in r} fbar_i xexp_i + sum_{s != r} E_sr`` with exported output
    ``xexp_i = sum_{s != r} (L Y_s)_i`` and ``E_sr`` actual stressors in s for the final demand of
    r. Sum: the world if, and only if, the weights are ``xexp`` (and the table balanced).

    Args:
        system: the table's system.
        weights: (N,) of the average over regions.
    """
    table = system.table
    average = world_average(table, system.q, weights)
    credit = by_region(table, average * exported_output(system))
    return by_region(table, system.emitting) - credit + imports(bilateral(system))


def tcba_exportw(system: LeontiefSystem) -> Array:
    """(P, R) technology-adjusted consumption, exported output as weight.

    Source: Kander, Jiborn, Moran and Wiedmann 2015, Nature Climate Change 5 (definition read in
    later papers, the paper itself could not be read).
    """
    return tcba(system, exported_output(system))


def tcba_outputw(system: LeontiefSystem) -> Array:
    """(P, R) technology-adjusted consumption, total output as weight.

    No sum is promised: 0.986 of the world on the World Input-Output Table of 2009, because the
    average of all producers is not the average of exporters.

    Source: the weights of Darwili and Schröder 2023, Environmental and Resource Economics 84 (code
    read).
    """
    return tcba(system, system.table.x)


def tbeet_adjusted(system: LeontiefSystem) -> Array:
    """(P, R) production, less exports plus imports, both at the world's average intensity.

    ``E_r = PBA_r - sum_{i in r} fbar_i xexp_i + sum_{s != r} sum_{i in s} fbar_i (L Y_r)_i``, the
    technology-adjusted balance of emissions in trade. Sum: the world, exactly: what one region
    exports another imports. Check: equal to the benchmark by stage on a balanced table.

    Source: Jiborn, Kander, Kulionis, Nielsen and Moran 2018, Global Environmental Change 48;
    Baumert et al. 2019, Global Environmental Change 56 (from memory, neither could be read).
    """
    return _at_average(system, system.consumption_output)


def standard_technology(system: LeontiefSystem) -> Array:
    """(P, R) production, less exports plus imports, both made with the average technology.

    Trade is valued with the world's average inputs as well as intensities:
    ``h_ij^s = sum_r A_(ri)(sj)`` (inputs of product i per output of j in region s whatever their
    origin), ``T = A / h`` (trade shares), ``Hbar_ij = sum_s h_ij^s x_sj / sum_s x_sj``,
    ``A_std = T o Hbar`` (o: element by element), ``E_std = fbar (I - A_std)^-1 Y`` and
    ``E_r = PBA_r - sum_s E_std,rs + sum_s E_std,sr`` (s != r). Sum: the world, exactly. Check: with
    the same technology everywhere it equals the consumption account.

    Source: Darwili and Schröder 2023, Environmental and Resource Economics 84:65-98 (their
    published code read, the article's equations not).
    """
    chain = system.modified(lambda Z: _standardised(Z, system))
    return _at_average(system, chain.solve(system.table.Yr))


def _at_average(system: LeontiefSystem, output: Array) -> Array:
    """(P, R) production, less exports plus imports of (N, R) output at average intensity."""
    table = system.table
    average = world_average(table, system.q, table.x)
    weighted = average[:, :, None] * output
    flows = by_region(table, weighted.transpose(0, 2, 1)).transpose(0, 2, 1)
    return by_region(table, system.emitting) - exports(flows) + imports(flows)


def _standardised(Z: Array, system: LeontiefSystem) -> Array:
    """(N, N) flows with every industry's inputs scaled to the world average, origins kept."""
    table = system.table
    by_product = Z.reshape(table.R, table.S, table.N).sum(axis=0, dtype=float)
    world = by_product.reshape(table.S, table.R, table.S).sum(axis=1)
    output = table.x.reshape(table.R, table.S).sum(axis=0)
    mean = np.divide(world, output, out=np.zeros_like(world), where=output != 0)
    wanted = np.tile(mean, table.R) * table.x
    scale = np.divide(wanted, by_product, out=np.zeros_like(wanted), where=by_product != 0)
    return np.asarray(Z * np.tile(scale, (table.R, 1)))


TCBA_EXPORTW = Principle(
    key="TCBA_exportw",
    title_en="Technology-adjusted consumption (export weights)",
    title_zh="技术调整消费端（出口加权）",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} E_sr, w = xexp",
    source="Kander et al. 2015",
    of=tcba_exportw,
)
TCBA_OUTPUTW = Principle(
    key="TCBA_outputw",
    title_en="Technology-adjusted consumption (output weights)",
    title_zh="技术调整消费端（产出加权）",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} E_sr, w = x",
    source="Kander et al. 2015; Darwili and Schröder 2023",
    of=tcba_outputw,
    sums_to="other",
)
TBEET_ADJUSTED = Principle(
    key="TBEET_adj",
    title_en="Technology-adjusted trade balance",
    title_zh="技术调整贸易平衡",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} Σ_{i∈s} f̄_i (L Y_r)_i",
    source="Jiborn et al. 2018; Baumert et al. 2019",
    of=tbeet_adjusted,
)
STANDARD_TECHNOLOGY = Principle(
    key="standard_technology",
    title_en="Standardised technology",
    title_zh="标准化技术",
    equation="E_r = PBA_r − Σ_s E_std,rs + Σ_s E_std,sr,  E_std = f̄ (I − T∘H̄)⁻¹ Y",
    source="Darwili and Schröder 2023",
    of=standard_technology,
)


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
