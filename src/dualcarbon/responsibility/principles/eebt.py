"""Emissions embodied in bilateral trade: each trade flow answers for its domestic chain only.

Equation:
    ``X_rs = f_r (I - A_rr)^-1 (Z_rs 1 + y_rs)`` for r != s
    ``E_r = PBA_r - sum_s X_rs + sum_s X_sr``

Symbols: ``A_rr`` domestic coefficients, ``Z_rs 1 + y_rs`` gross exports of r to s, intermediate and
final. Chains through third regions are not followed; R small systems replace the world system.
Sum: the world. Check: with final products alone in trade it equals the consumption account.
Source: Peters 2008, Ecological Economics 65; Peters et al. 2011, PNAS 108 (abstract read).
"""

from __future__ import annotations

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region, exports, imports
from dualcarbon.responsibility.table.table import Array


def embodied_in_trade(system: LeontiefSystem) -> Array:
    """(P, R, R) stressors of r's domestic chains behind its gross exports to s; 0 at home.

    Raises:
        InputError: the domestic system of a region is singular.
    """
    table = system.table
    gross = by_region(table, table.Z) + table.Yr
    flows = np.zeros((table.P, table.R, table.R))
    for r, region in enumerate(table.regions):
        home = table.rows(region)
        domestic = table.Z[home, home] * system.per_output[home]
        try:
            total = np.linalg.solve(np.eye(table.S) - domestic.T, system.q[:, home].T).T
        except np.linalg.LinAlgError:
            raise InputError("its domestic I - A is singular", where=f"region '{region}'") from None
        flows[:, r] = total @ gross[home]
        flows[:, r, r] = 0.0
    return flows


def eebt(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production less those in gross exports plus those in gross imports."""
    flows = embodied_in_trade(system)
    return by_region(system.table, system.emitting) - exports(flows) + imports(flows)


EEBT = Principle(
    key="EEBT",
    title_en="Consumption, bilateral trade (EEBT)",
    title_zh="双边贸易隐含排放（EEBT）",
    equation="E_r = PBA_r − Σ_s X_rs + Σ_s X_sr,  X_rs = f_r (I − A_rr)⁻¹ (Z_rs 1 + y_rs)",
    source="Peters 2008; Peters et al. 2011",
    of=eebt,
)
