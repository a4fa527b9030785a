"""Multipliers and linkages of industries, and what a change of final demand brings about.

Multipliers (Miller and Blair 2009, chapters 6 and 12): output ``o = 1 (I - A)^-1``, forward
``g = (I - B)^-1 1`` with ``(I - B)^-1 = x^-1 (I - A)^-1 x``, stressors ``m = q (I - A)^-1``. An
index above 1 says that an industry draws more on others, or serves more of them, than the average
one (Rasmussen 1956). A shock ``dY`` changes output by ``(I - A)^-1 dY``, stressors by ``q`` times
that, with coefficients as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.table.checks import position
from dualcarbon.responsibility.table.table import Array, InputOutputTable

Product = tuple[str, str]


def multipliers(system: LeontiefSystem, *, stressor: str | None = None) -> pd.DataFrame:
    """Every industry with its multipliers and linkages.

    Returns:
        Tidy: region, sector; ``direct`` and ``total`` stressor per unit of money; ``output`` and
        ``forward`` multipliers; ``backward_index`` and ``forward_index``, 1 on average. Industries
        without output have none.

    Raises:
        InputError: an unknown stressor, or a table that cannot be solved.
    """
    table, at = system.table, system.table.stressor(stressor)
    output = system.solve_transposed(np.ones(table.N))
    alive = table.x != 0
    forward = np.divide(system.solve(table.x), table.x, out=np.full(table.N, np.nan), where=alive)
    output = np.where(alive, output, np.nan)
    return pd.DataFrame(
        {
            "region": np.repeat(table.regions, table.S),
            "sector": np.tile(table.sectors, table.R),
            "direct": np.where(alive, system.q[at], np.nan),
            "total": np.where(alive, system.multipliers[at], np.nan),
            "output": output,
            "forward": forward,
            "backward_index": output / np.nanmean(output),
            "forward_index": forward / np.nanmean(forward),
        }
    )


def shock(
    system: LeontiefSystem, changes: Mapping[Product, float], *, stressor: str | None = None
) -> pd.DataFrame:
    """What a change of final demand for products changes, by region.

    Args:
        system: of the table.
        changes: money by product (region and sector that makes it), in the table's currency; a
            plus asks for more.
        stressor: by default the first.

    Returns:
        Index region: ``demand``, ``output`` and ``value_added`` (money), ``stressor`` (its unit):
        changes, by the region where they arise.

    Raises:
        InputError: no change, an unknown product, or one that nobody makes.
    """
    table, at = system.table, system.table.stressor(stressor)
    dY = demand_of(table, changes)
    dx = system.solve(dY)
    share = table.v * system.per_output
    columns = {"demand": dY, "output": dx, "value_added": share * dx, "stressor": system.q[at] * dx}
    index = pd.Index(table.regions, name="region")
    sums = {name: values.reshape(table.R, table.S).sum(axis=1) for name, values in columns.items()}
    return pd.DataFrame(sums, index=index)


def demand_of(table: InputOutputTable, changes: Mapping[Product, float]) -> Array:
    """(N,) change of final demand.

    Raises:
        InputError: see :func:`shock`.
    """
    if not changes:
        raise InputError("no change of final demand", where="changes")
    dY = np.zeros(table.N)
    for (region, sector), amount in changes.items():
        at = table.rows(region).start + position("sector", sector, table.sectors)
        if table.x[at] == 0:
            raise InputError("nobody makes it", where=f"{region}, {sector}")
        if not np.isfinite(amount):
            raise InputError(f"{amount} is no amount", where=f"{region}, {sector}")
        dY[at] += amount
    return dY


def parsed(text: str, table: InputOutputTable) -> tuple[Product, float]:
    """A change written ``REGION:SECTOR=AMOUNT`` or ``REGION:SECTOR=-10%`` of its final demand.

    Raises:
        InputError: written otherwise, or an unknown region or sector.
    """
    product, equals, amount = text.partition("=")
    region, colon, sector = product.partition(":")
    if not (equals and colon):
        raise InputError(
            f"'{text}' is no change", where="change", allowed="CHN:construction=-10% or =5000"
        )
    at = table.rows(region.strip()).start + position("sector", sector.strip(), table.sectors)
    share = amount.strip().endswith("%")
    try:
        value = float(amount.strip().removesuffix("%"))
    except ValueError:
        raise InputError(f"'{amount}' is no amount", where=f"change of {product}") from None
    if share:
        value *= float(table.Yr[at].sum()) / 100.0
    return (region.strip(), sector.strip()), value
