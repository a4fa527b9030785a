"""Technology-adjusted consumption with average intensities weighted by total output.

Equation:
    as in :mod:`.tcba` with ``w = x``

Sum: nothing is promised; 0.986 of the world on the World Input-Output Table of 2009, because the
average of all producers is not the average of exporters. Check: see :mod:`.tcba`.
Source: the weights of Darwili and Schröder 2023, Environmental and Resource Economics 84 (code
read).
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.principles.tcba import tcba
from dualcarbon.responsibility.table.table import Array


def tcba_outputw(system: LeontiefSystem) -> Array:
    """(P, R) technology-adjusted consumption, total output as weight."""
    return tcba(system, system.table.x)


PRINCIPLE = Principle(
    key="TCBA_outputw",
    title_en="Technology-adjusted consumption (output weights)",
    title_zh="技术调整消费端（产出加权）",
    equation="E_r = PBA_r − Σ_{i∈r} f̄_i xexp_i + Σ_{s≠r} E_sr, w = x",
    source="Kander et al. 2015; Darwili and Schröder 2023",
    of=tcba_outputw,
    sums_to="other",
)
