"""Standardised technology: trade valued with the world's average inputs as well as intensities.

Equation:
    ``h_ij^s = sum_r A_(ri)(sj)``, ``T = A / h`` (trade shares),
    ``Hbar_ij = sum_s h_ij^s x_sj / sum_s x_sj``, ``A_std = T o Hbar`` (o: element by element)
    ``E_std = fbar (I - A_std)^-1 Y``, ``E_r = PBA_r - sum_s E_std,rs + sum_s E_std,sr`` (s != r)

Symbols: ``h`` inputs of product i per output of j in region s whatever their origin, ``Hbar`` their
world average weighted by output, ``fbar`` average direct intensity weighted by output.
Sum: the world, exactly: what one region exports another imports. Check: with the same technology
everywhere it equals the consumption account.
Source: Darwili and Schröder 2023, Environmental and Resource Economics 84:65-98 (their published
code read, the article's equations not).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import (
    Principle,
    by_region,
    exports,
    imports,
    world_average,
)
from dualcarbon.responsibility.table.table import Array


def standard_technology(system: LeontiefSystem) -> Array:
    """(P, R) production, less exports plus imports, both made with the average technology."""
    table = system.table
    chain = system.modified(lambda Z: _standardised(Z, system))
    output = chain.solve(table.Yr)
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


PRINCIPLE = Principle(
    key="standard_technology",
    title_en="Standardised technology",
    title_zh="标准化技术",
    equation="E_r = PBA_r − Σ_s E_std,rs + Σ_s E_std,sr,  E_std = f̄ (I − T∘H̄)⁻¹ Y",
    source="Darwili and Schröder 2023",
    of=standard_technology,
)
