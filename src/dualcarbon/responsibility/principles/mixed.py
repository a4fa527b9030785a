"""Weighted mixtures of accounts: any weights that add up to 1, the usual halves among them.

Equation:
    ``E_r = sum_p lambda_p E_r^p`` with ``sum_p lambda_p = 1``

Symbols: ``lambda_p`` weight of principle p.
Sum: the world, if every part sums to it. Check: weight 1 gives the part itself; a mean of
two lies between them for every region.
Source: 50/50 of production and consumption is the plainest proposal for sharing between producer
and consumer; (consumption + income) / 2 is the indicator of Rodrigues, Domingos, Giljum and
Schneider 2006, Ecological Economics 59 (the paper itself could not be read; described as "the
average of consumer and producer responsibility" in the authors' later book).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, SumsTo
from dualcarbon.responsibility.principles.ends import CONSUMPTION, INCOME, TERRITORIAL
from dualcarbon.responsibility.table.table import Array

ROUNDING = 1e-9


def mixture(parts: Mapping[Principle, float], key: str | None = None) -> Principle:
    """The principle that weighs others.

    Args:
        parts: weight of each principle, from 0 to 1, together 1.
        key: its name; by default the weights written out.

    Raises:
        InputError: a negative weight, or a sum other than 1.
    """
    written = " + ".join(f"{weight:g}*{part.key}" for part, weight in parts.items())
    if any(not weight >= 0 for weight in parts.values()):
        raise InputError("weights must not be negative", where=written)
    if abs(sum(parts.values()) - 1.0) > ROUNDING:
        raise InputError(
            f"weights sum to {sum(parts.values()):g}", where=written, allowed="a sum of 1"
        )
    fixed = dict(parts)

    def of(system: LeontiefSystem) -> Array:
        return np.sum([weight * part.of(system) for part, weight in fixed.items()], axis=0)

    kinds = {part.sums_to for part in fixed}
    sums_to: SumsTo = "other" if "other" in kinds else "more" if "more" in kinds else "world"
    return Principle(
        key=key or written.replace(" ", ""),
        title_en="Mean of " + written,
        title_zh="加权平均：" + written,
        equation=f"E_r = {written}",
        source="; ".join(dict.fromkeys(part.source for part in fixed)),
        of=of,
        sums_to=sums_to,
        needs=tuple(dict.fromkeys(need for part in fixed for need in part.needs)),
    )


MEAN_PBA_CBA = replace(
    mixture({TERRITORIAL: 0.5, CONSUMPTION: 0.5}, "mean_PBA_CBA"),
    title_en="Mean of production and consumption",
    title_zh="生产与消费各半",
    equation="E_r = (PBA_r + CBA_r) / 2",
    source="common proposal",
)
MEAN_CBA_INCOME = replace(
    mixture({CONSUMPTION: 0.5, INCOME: 0.5}, "mean_CBA_income"),
    title_en="Mean of consumption and income (Rodrigues)",
    title_zh="消费与收入均值（Rodrigues 指标）",
    equation="E_r = (CBA_r + income_r) / 2",
    source="Rodrigues et al. 2006",
)
