"""The principles of responsibility by key, and the two functions that apply them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.principles.base import Account, Principle
from dualcarbon.responsibility.principles.ends import (
    BENEFICIARY_PAYS,
    CONSUMPTION,
    EEBT,
    FINAL_PRODUCTION,
    INCOME,
    PRODUCER_ELECTRICITY,
    TERRITORIAL,
)
from dualcarbon.responsibility.principles.shared import (
    FULL_PRODUCTION,
    FULL_PRODUCTION_GROSS,
    MEAN_CBA_INCOME,
    MEAN_PBA_CBA,
    SHARED_5050,
    SHARED_LENZEN,
    mixture,
)
from dualcarbon.responsibility.principles.technology import (
    BENCHMARK_FINALPROD,
    BENCHMARK_STAGE,
    STANDARD_TECHNOLOGY,
    TBEET_ADJUSTED,
    TCBA_EXPORTW,
    TCBA_OUTPUTW,
)
from dualcarbon.responsibility.table.table import InputOutputTable

__all__ = ["PRINCIPLES", "USUAL", "Principle", "account", "accounts", "mixture", "principle"]


LOG = logging.getLogger(__name__)
TOLD = 1e-6
_USUAL = (
    TERRITORIAL,
    CONSUMPTION,
    FINAL_PRODUCTION,
    INCOME,
    FULL_PRODUCTION,
    FULL_PRODUCTION_GROSS,
    EEBT,
    SHARED_LENZEN,
    SHARED_5050,
    MEAN_PBA_CBA,
    MEAN_CBA_INCOME,
    TCBA_EXPORTW,
    TCBA_OUTPUTW,
    TBEET_ADJUSTED,
    BENCHMARK_STAGE,
    BENCHMARK_FINALPROD,
)
_MORE = (STANDARD_TECHNOLOGY, BENEFICIARY_PAYS, PRODUCER_ELECTRICITY)

PRINCIPLES: Mapping[str, Principle] = MappingProxyType({p.key: p for p in (*_USUAL, *_MORE)})
USUAL = tuple(p.key for p in _USUAL)


def principle(name: str) -> Principle:
    """A principle by key, or a mixture written ``0.3*PBA+0.7*CBA``.

    Raises:
        InputError: unknown, or weights that do not add up to 1.
    """
    if "*" in name:
        return mixture(dict(_weighted(term, name) for term in name.split("+")))
    if name not in PRINCIPLES:
        raise unknown_name("principle", name, PRINCIPLES)
    return PRINCIPLES[name]


def account(
    table: InputOutputTable | LeontiefSystem, name: str, tolerance: float | None = None
) -> Account:
    """Responsibility of every region under one principle.

    Args:
        table: a table, or its system if several accounts shall share one factorisation.
        name: see :func:`principle`.
        tolerance: relative difference allowed between the sum of the regions and what it must
            be; None only warns, in the log, of more than :data:`TOLD`.

    Raises:
        InputError: an unknown principle, or a table that cannot be solved.
        CheckFailed: the sum differs by more than ``tolerance``.
    """
    system = _system(table)
    found = principle(name).account(system)
    if tolerance is not None:
        return found.check(tolerance)
    if not found.gap.max() <= TOLD:
        LOG.warning(
            "%s, %s: the regions sum to %.4f of the world; output and sales differ by %.2g %%",
            system.table.name,
            name,
            found.ratio[found.gap.idxmax()],
            100 * system.table.imbalance,
        )
    return found


def accounts(
    table: InputOutputTable | LeontiefSystem,
    names: Iterable[str] | None = None,
    *,
    stressor: str | None = None,
    tolerance: float | None = None,
) -> pd.DataFrame:
    """Regions x principles for one stressor, all from one factorisation.

    Args:
        table: a table or its system.
        names: principles; by default :data:`USUAL`.
        stressor: by default the first.
        tolerance: see :func:`account`.

    Returns:
        DataFrame: index ``region``, one column per principle, in the stressor's unit.

    Raises:
        InputError: an unknown principle or stressor, or a table that cannot be solved.
        CheckFailed: a sum differs by more than ``tolerance``.
    """
    system = _system(table)
    at = system.table.stressor(stressor)
    wanted = USUAL if names is None else tuple(names)
    columns = {name: account(system, name, tolerance).values.iloc[:, at] for name in wanted}
    return pd.DataFrame(columns).rename_axis("region")


def _system(table: InputOutputTable | LeontiefSystem) -> LeontiefSystem:
    return table if isinstance(table, LeontiefSystem) else LeontiefSystem.of(table)


def _weighted(term: str, whole: str) -> tuple[Principle, float]:
    weight, _, name = term.partition("*")
    if name.strip() not in PRINCIPLES:
        raise unknown_name("principle", name.strip(), PRINCIPLES, where=whole)
    try:
        return PRINCIPLES[name.strip()], float(weight)
    except ValueError:
        raise InputError(f"weight '{weight}' is no number", where=whole) from None
