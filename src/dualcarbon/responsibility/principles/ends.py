"""Accounts at one end of the chain: who emits, uses, earns, or trades with whom."""

from __future__ import annotations

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, by_region, exports, imports
from dualcarbon.responsibility.table.table import Array


def territorial(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region where they are emitted.

    ``E_r = sum_{i in r} F_i + H_r``. Sum: the world. Check: equal to pymrio's ``D_pba``.

    Source: IPCC Guidelines for national inventories; with resident units (as in the satellite
    accounts of input-output tables) it includes bunkers and residents abroad and is the *resident*
    account of SEEA.
    """
    return by_region(system.table, system.emitting)


def consumption(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region of final demand.

    ``E_s = f (I - A)^-1 Y_s + H_s``. Sum: the world, on a balanced table. Check: equal to pymrio's
    ``D_cba``; to the production account minus exports plus imports; to the column sums of the
    bilateral flows.

    Source: Peters 2008, Ecological Economics 65; Davis and Caldeira 2010, PNAS 107 (abstract read).
    """
    return np.asarray(system.multipliers @ system.table.Yr)


def by_use(system: LeontiefSystem) -> Array:
    """(P, R, K) stressors of production by region and category of final use."""
    table = system.table
    used = system.multipliers @ table.Y
    return np.asarray(used.reshape(table.P, table.R, table.K))


def beneficiary_pays(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region of final use.

    ``E_s = sum_k f (I - A)^-1 Y_sk + H_s`` over all categories k of final use: households,
    government, fixed capital, inventories. Sum: the world, on a balanced table. Check: equal to the
    consumption account.

    Source: the Chinese paper's section 3.2 and its conclusion, which ask China to hold to
    "beneficiary pays" (受益者付费) and define consumption responsibility as the emissions at home
    and abroad behind the final products that a country uses. The claim behind it is that the user
    has the benefit; the paper measures it per head and cumulatively as well.
    """
    return np.asarray(by_use(system).sum(axis=2))


def final_production(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region that finishes the product.

    ``E_r = sum_{i in r} q_i y_i + H_r`` with ``y = sum_s Y_s``, final products sold at home and
    abroad. Sum: the world, on a balanced table. Check: equal to the consumption account where final
    products are not traded.

    Source: the "chain-end producer" view of Feng, Zhao and Zhang 2017, Acta Scientiae
    Circumstantiae 37 (abstract read); "final production" responsibility in the Chinese paper's
    section 3.1.
    """
    return by_region(system.table, system.multipliers * system.table.Yr.sum(axis=1))


def income(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production by region that supplies the primary inputs.

    ``E_r = sum_{i in r} v_i (G f')_i + H_r`` with primary inputs ``v`` and the Ghosh inverse
    ``G = x^-1 L x`` (x on the diagonal); this is ``sum_{i in r} (v_i / x_i) (L F')_i``: one more
    forward solve, no second inverse. Sum: the world, if ``v = x - colsum(Z)``. Check: equal to the
    account from an explicit Ghosh inverse.

    Source: Marques, Rodrigues, Lenzen and Domingos 2012, Ecological Economics 84 (not read); Liang
    et al. 2017, Environmental Science & Technology 51 (abstract read).
    """
    enabled = system.solve(system.emitting.T).T
    return by_region(system.table, enabled * (system.table.v * system.per_output))


TERRITORIAL = Principle(
    key="PBA",
    title_en="Territorial (production)",
    title_zh="领地排放（生产端）",
    equation="E_r = Σ_{i∈r} F_i + H_r",
    source="IPCC Guidelines; SEEA",
    of=territorial,
)
CONSUMPTION = Principle(
    key="CBA",
    title_en="Consumption",
    title_zh="消费端排放",
    equation="E_s = f L Y_s + H_s",
    source="Peters 2008; Davis and Caldeira 2010",
    of=consumption,
)
BENEFICIARY_PAYS = Principle(
    key="beneficiary_pays",
    title_en="Beneficiary pays",
    title_zh="受益者付费",
    equation="E_s = Σ_k f L Y_sk + H_s",
    source="Chinese paper, section 3.2",
    of=beneficiary_pays,
)
FINAL_PRODUCTION = Principle(
    key="final_production",
    title_en="Final production",
    title_zh="最终生产排放",
    equation="E_r = Σ_{i∈r} (f L)_i y_i + H_r",
    source="Feng, Zhao and Zhang 2017",
    of=final_production,
)
INCOME = Principle(
    key="income",
    title_en="Income (supply side)",
    title_zh="收入侧排放",
    equation="E_r = Σ_{i∈r} (v_i / x_i) (L F')_i + H_r",
    source="Marques et al. 2012; Liang et al. 2017",
    of=income,
    needs=("v",),
)


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
