"""Indicator of Rodrigues et al.: the mean of the consumer and the supplier account.

Equation:
    ``E_r = (CBA_r + income_r) / 2``

Sum: the world. Check: between the two accounts for every region.
Source: Rodrigues, Domingos, Giljum and Schneider 2006, Ecological Economics 59 (the paper could not
be read; the authors' book "Carbon Responsibility and Embodied Emissions" calls it "the average of
consumer and producer responsibility", where the producer is responsible downstream).
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles import consumption, income
from dualcarbon.responsibility.principles.base import Principle
from dualcarbon.responsibility.table.table import Array


def mean_cba_income(system: LeontiefSystem) -> Array:
    """(P, R) mean of the consumption and the income account."""
    return 0.5 * (consumption.consumption(system) + income.income(system))


PRINCIPLE = Principle(
    key="mean_CBA_income",
    title_en="Mean of consumption and income (Rodrigues)",
    title_zh="消费与收入均值（Rodrigues 指标）",
    equation="E_r = (CBA_r + income_r) / 2",
    source="Rodrigues et al. 2006",
    of=mean_cba_income,
    needs=("v",),
)
