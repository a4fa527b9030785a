"""Consumption account: a region answers for all emissions behind its final demand.

Equation:
    ``E_s = f (I - A)^-1 Y_s + H_s``

Symbols: ``f`` direct intensities, ``A`` coefficients, ``Y_s`` final demand of region s for products
of all regions, ``H`` direct stressors of final users.
Sum: the world, on a balanced table. Check: equal to pymrio's ``D_cba``; to the production account
minus exports plus imports; to the column sums of the bilateral flows.
Source: Peters 2008, Ecological Economics 65; Davis and Caldeira 2010, PNAS 107 (abstract read).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.table.table import Array


def consumption(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region of final demand."""
    return np.asarray(system.multipliers @ system.table.Yr)


PRINCIPLE = Principle(
    key="CBA",
    title_en="Consumption",
    title_zh="消费端排放",
    equation="E_s = f L Y_s + H_s",
    source="Peters 2008; Davis and Caldeira 2010",
    of=consumption,
)
