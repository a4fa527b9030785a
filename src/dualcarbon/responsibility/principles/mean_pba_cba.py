"""Half production, half consumption.

Equation:
    ``E_r = (PBA_r + CBA_r) / 2``

Sum: the world. Check: between the two accounts for every region.
Source: the plainest proposal of shared responsibility; see :mod:`.mixed` for other weights.
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles import consumption, territorial
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.table.table import Array


def mean_pba_cba(system: LeontiefSystem) -> Array:
    """(P, R) mean of the production and the consumption account."""
    return 0.5 * (territorial.territorial(system) + consumption.consumption(system))


PRINCIPLE = Principle(
    key="mean_PBA_CBA",
    title_en="Mean of production and consumption",
    title_zh="生产与消费各半",
    equation="E_r = (PBA_r + CBA_r) / 2",
    source="common proposal",
    of=mean_pba_cba,
)
