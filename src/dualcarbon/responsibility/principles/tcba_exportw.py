"""Technology-adjusted consumption of Kander et al.: average intensities weighted by exports.

Equation:
    as in :mod:`.tcba` with ``w = xexp``

Sum: the world, on a balanced table. Check: see :mod:`.tcba`.
Source: Kander, Jiborn, Moran and Wiedmann 2015, Nature Climate Change 5 (definition read in later
papers only).
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.principles.tcba import exported_output, tcba
from dualcarbon.responsibility.table.table import Array


def tcba_exportw(system: LeontiefSystem) -> Array:
    """(P, R) technology-adjusted consumption, exported output as weight."""
    return tcba(system, exported_output(system))


PRINCIPLE = Principle(
    key="TCBA_exportw",
    title_en="Technology-adjusted consumption (export weights)",
    title_zh="技术调整消费端（出口加权）",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} E_sr, w = xexp",
    source="Kander et al. 2015",
    of=tcba_exportw,
)
