"""Beneficiary pays: who uses the final product pays for the emissions of its whole chain.

Equation:
    ``E_s = sum_k f (I - A)^-1 Y_sk + H_s`` over all categories k of final use

Symbols: ``Y_sk`` final use of category k in region s: households, government, fixed capital,
inventories.
Sum: the world, on a balanced table. Check: equal to the consumption account.
Source: the Chinese paper's section 3.2 and its conclusion, which ask China to hold to "beneficiary
pays" (受益者付费) and define consumption responsibility as the emissions at home and abroad behind
the final products that a country uses. The claim behind it is that the user has the benefit; the
paper measures it per head and cumulatively as well.
"""

from __future__ import annotations

import numpy as np

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.table.table import Array


def by_use(system: LeontiefSystem) -> Array:
    """(P, R, K) stressors of production by region and category of final use."""
    table = system.table
    used = system.multipliers @ table.Y
    return np.asarray(used.reshape(table.P, table.R, table.K))


def beneficiary_pays(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region of final use."""
    return np.asarray(by_use(system).sum(axis=2))


PRINCIPLE = Principle(
    key="beneficiary_pays",
    title_en="Beneficiary pays",
    title_zh="受益者付费",
    equation="E_s = Σ_k f L Y_sk + H_s",
    source="Chinese paper, section 3.2",
    of=beneficiary_pays,
)
