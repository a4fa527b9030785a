"""Income account: a region answers for the emissions that its primary inputs enable downstream.

Equation:
    ``E_r = sum_{i in r} v_i (G f')_i + H_r``; with ``G = x^-1 L x`` (x on the diagonal) this is
    ``sum_{i in r} (v_i / x_i) (L F')_i``: one more forward solve, no second inverse.

Symbols: ``v`` primary inputs, ``G`` Ghosh inverse, ``F = f x`` stressors of production.
Sum: the world, if ``v = x - colsum(Z)``. Check: equal to the account from an explicit Ghosh
inverse.
Source: Marques, Rodrigues, Lenzen and Domingos 2012, Ecological Economics 84 (not read); Liang et
al. 2017, Environmental Science & Technology 51 (abstract read).
"""

from __future__ import annotations

from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region
from dualcarbon.responsibility.table.table import Array


def income(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region that supplies the primary inputs."""
    enabled = system.solve(system.emitting.T).T
    return by_region(system.table, enabled * (system.table.v * system.per_output))


PRINCIPLE = Principle(
    key="income",
    title_en="Income (supply side)",
    title_zh="收入侧排放",
    equation="E_r = Σ_{i∈r} (v_i / x_i) (L F')_i + H_r",
    source="Marques et al. 2012; Liang et al. 2017",
    of=income,
    needs=("v",),
)
