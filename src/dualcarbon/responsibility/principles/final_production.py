"""Final-production account: a region answers for the chains of the final products it finishes.

Equation:
    ``E_r = sum_{i in r} q_i y_i + H_r`` with ``q = f (I - A)^-1`` and ``y = sum_s Y_s``

Symbols: ``q`` total intensities, ``y`` final products sold at home and abroad.
Sum: the world, on a balanced table. Check: equal to the consumption account where final products
are not traded.
Source: the "chain-end producer" view of Feng, Zhao and Zhang 2017, Acta Scientiae Circumstantiae 37
(abstract read); "final production" responsibility in the Chinese paper's section 3.1.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region
from dualcarbon.responsibility.table.table import Array


def final_production(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region that finishes the product."""
    return by_region(system.table, system.multipliers * system.table.Yr.sum(axis=1))


PRINCIPLE = Principle(
    key="final_production",
    title_en="Final production",
    title_zh="最终生产排放",
    equation="E_r = Σ_{i∈r} (f L)_i y_i + H_r",
    source="Feng, Zhao and Zhang 2017",
    of=final_production,
)
