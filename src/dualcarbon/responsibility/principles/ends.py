"""Accounts at one end of the chain: who emits, uses, earns, or trades with whom."""

from __future__ import annotations

import re
from collections.abc import Sequence

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


ELECTRICITY = re.compile(
    r"electric|steam and hot water|power generation|heat supply|\bpower and heat|^c17$|^D35|_D35"
    r"|^D$|^40$|^D?40T41|电力|热力|供热",
    re.IGNORECASE,
)
NOT_ELECTRICITY = re.compile(
    r"machinery|equipment|apparatus|electrical|electronic|component|transmission tower|电力设备",
    re.IGNORECASE,
)


def electricity_sectors(sectors: Sequence[str]) -> list[int]:
    """Positions of the sectors that supply electricity and heat, by their labels.

    Raises:
        InputError: no label is known to be one.
    """
    found = [
        at
        for at, name in enumerate(sectors)
        if ELECTRICITY.search(name) and not NOT_ELECTRICITY.search(name)
    ]
    if not found:
        raise InputError(
            "no sector is known to supply electricity and heat by its label",
            where="producer_electricity",
            allowed="electricity..., D35, c17 (WIOD 2013), 电力...",
        )
    return found


def corrected_for_electricity(system: LeontiefSystem) -> Array:
    """(P, R) stressors of production, those of electricity and heat with who buys them.

    ``m = F_e (diag(x_e) - Z_ee)^-1`` carries what the suppliers e of all regions emit through what
    they sell one another; ``E_r = sum_{i in r, not e} F_i + m (sum_{i in r, not e} Z_ei + Y_er) +
    H_r``. Sum: the world, on a balanced table. Without trade in electricity and with all of it
    used by others at home it is the production account.

    Source: the Chinese paper's section 3.1: China's own accounts by producer add the emissions of
    electricity and heat that a place takes in and leave out those that it sends; scope 2 of the
    GHG Protocol asks the same of a company.
    """
    table = system.table
    known = np.zeros(table.S, dtype=bool)
    known[electricity_sectors(table.sectors)] = True
    supply = np.tile(known, table.R) & (table.x != 0)
    at = np.flatnonzero(supply)
    own = np.asarray(table.Z[np.ix_(at, at)], dtype=float)
    try:
        carried = np.linalg.solve((np.diag(table.x[at]) - own).T, system.emitting[:, at].T).T
    except np.linalg.LinAlgError:
        raise InputError("its suppliers sell all to themselves", where="electricity") from None
    bought = np.asarray(table.Z[at], dtype=float)
    bought[:, at] = 0.0
    users = by_region(table, bought) + table.Yr[at]
    others = by_region(table, np.where(supply, 0.0, system.emitting))
    return np.asarray(others + carried @ users)


PRODUCER_ELECTRICITY = Principle(
    key="producer_electricity",
    title_en="Production, electricity and heat with their users",
    title_zh="生产端（电力热力归使用方）",
    equation="E_r = Σ_{i∈r, i∉e} F_i + m (Z_er 1 + y_er) + H_r,  m = F_e (x̂_e − Z_ee)⁻¹",
    source="the Chinese paper, section 3.1; GHG Protocol, scope 2",
    of=corrected_for_electricity,
    needs=("sectors of electricity and heat",),
)
