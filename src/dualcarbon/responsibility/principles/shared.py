"""Responsibility along the chain: shared at each sale, counted at every step, or a mixture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Principle, SumsTo, by_region
from dualcarbon.responsibility.principles.ends import CONSUMPTION, INCOME, TERRITORIAL
from dualcarbon.responsibility.table.table import Array


def shared(system: LeontiefSystem, passed: Array, to_itself: Array) -> Array:
    """(P, R) responsibility kept by producers plus that passed to final users.

    Args:
        system: the table's system.
        passed: (N,) ``alpha_ij = beta_i`` for i != j, from 0 to 1.
        to_itself: (N,) ``alpha_ii``, of an industry's sales to itself.
    """
    table = system.table
    diagonal = np.diagonal(table.Z) * to_itself
    chain = system.modified(lambda Z: _with_diagonal(Z * passed[:, None], diagonal))
    total = chain.solve_transposed(system.q)
    own = np.diagonal(table.Z)
    final = table.Yr.sum(axis=1)
    others = table.Z.sum(axis=1, dtype=float) - own
    kept = (1.0 - passed) * (others + final) + (1.0 - to_itself) * own
    return by_region(table, total * kept) + (total * passed) @ table.Yr


def shared_5050(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where supplier and buyer of every sale take half.

    ``alpha = beta = 1/2``, the example of Gallego and Lenzen 2005; it depends on how finely sectors
    are cut, which :func:`shared_lenzen` avoids.
    """
    half = np.full(system.table.N, 0.5)
    return shared(system, half, half)


def shared_lenzen(system: LeontiefSystem) -> Array:
    """(P, R) responsibility where the supplier keeps its share of value added in net output.

    ``1 - alpha_ij = 1 - beta_i = v_i / (x_i - Z_ii)`` for i != j and ``alpha_ii = 1``, each clipped
    to 0 to 1; ``v_i`` primary inputs, ``x_i - Z_ii`` output net of sales to itself. Invariant to
    how sectors are cut (Lenzen et al. 2007; the form is from memory and from papers that use it).
    """
    table = system.table
    net = table.x - np.diagonal(table.Z)
    kept = np.divide(table.v, net, out=np.zeros_like(net), where=net > 0).clip(0.0, 1.0)
    return shared(system, 1.0 - kept, np.ones(table.N))


def _with_diagonal(Z: Array, diagonal: Array) -> Array:
    np.fill_diagonal(Z, diagonal)
    return Z


SHARED_5050 = Principle(
    key="shared_5050",
    title_en="Shared along the chain, 50/50",
    title_zh="供应链共担（各半）",
    equation="q^α = f (I − α∘A)⁻¹, α = β = 1/2",
    source="Gallego and Lenzen 2005",
    of=shared_5050,
)
SHARED_LENZEN = Principle(
    key="shared_lenzen",
    title_en="Shared along the chain, by value added",
    title_zh="供应链共担（按增加值）",
    equation="q^α = f (I − α∘A)⁻¹, 1 − α_ij = 1 − β_i = v_i / (x_i − Z_ii), α_ii = 1",
    source="Lenzen et al. 2007",
    of=shared_lenzen,
    needs=("v",),
)


EXACT = 1e-14
MOST_PASSES = 5_000


def full_production(system: LeontiefSystem) -> Array:
    """(P, R) stressors at home, and abroad behind imported inputs, net of feedback.

    ``E_s = sum_{i in s} F_i + f_o (I - A_oo)^-1 A_os x_s + H_s`` (o: all regions but s), ``x_s``
    output of region s. What other regions buy back from s on the way is left out, so that own
    emissions are not counted twice within one region. ``z <- A z`` with the rows of s held at
    ``x_s`` converges for every productive table to ``z_o = (I - A_oo)^-1 A_os x_s``; all regions
    at once, no further factorisation. Check: equal to the equation with explicit inverses; never
    less than the territorial account.

    Raises:
        InputError: the chain does not come to an end; the table is not productive.
    """
    table = system.table
    own = table.region_of[:, None] == np.arange(table.R)
    held = np.where(own, table.x[:, None], 0.0)
    abroad = np.zeros_like(held)
    for _ in range(MOST_PASSES):
        longer = np.where(own, 0.0, system.inputs(held + abroad))
        step = np.abs(longer - abroad).max(initial=0.0)
        abroad = longer
        if step <= EXACT * np.abs(abroad).max(initial=0.0):
            return by_region(table, system.emitting) + system.q @ abroad
    raise InputError("the chains of inputs do not come to an end: the table is not productive")


def full_production_gross(system: LeontiefSystem) -> Array:
    """(P, R) stressors at home, and the whole footprint of imported intermediate inputs.

    ``E_s = sum_{i in s} F_i + sum_{i not in s} q_i sum_{j in s} Z_ij + H_s``, ``Z_ij`` inputs that
    industries of s buy abroad. What the other regions bought from s for them is counted once more
    (feedback), which is the difference from the net variant. Check: never less than that.
    """
    table = system.table
    bought = by_region(table, table.Z)
    imported = np.where(table.region_of[:, None] == np.arange(table.R), 0.0, bought)
    return by_region(table, system.emitting) + system.multipliers @ imported


FULL_PRODUCTION = Principle(
    key="full_production",
    title_en="Full production (net of feedback)",
    title_zh="完全生产排放（扣除反馈）",
    equation="E_s = Σ_{i∈s} F_i + f_o (I − A_oo)⁻¹ A_os x_s + H_s",
    source="Chinese paper, section 3.1, in words",
    of=full_production,
    sums_to="more",
)
FULL_PRODUCTION_GROSS = Principle(
    key="full_production_gross",
    title_en="Full production (gross)",
    title_zh="完全生产排放（含反馈）",
    equation="E_s = Σ_{i∈s} F_i + Σ_{i∉s} (f L)_i Σ_{j∈s} Z_ij + H_s",
    source="Chinese paper, section 3.1, in words",
    of=full_production_gross,
    sums_to="more",
)


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
