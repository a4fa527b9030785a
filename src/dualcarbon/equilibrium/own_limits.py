"""Prices of a network's own limits, and what must be said beside prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pypsa

from dualcarbon.instruments.base import EVERYONE, Price
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.tax import CarbonTax
from dualcarbon.system.own_limits import OwnLimit, own_limits

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

NETWORK = "network"
NOTHING = 1e-6  # t per year
COLUMNS = ["subject", "period", "en", "zh"]


def limits_of(solution: Solution) -> list[OwnLimit]:
    """Limits that the network of a solution brings itself."""
    model = solution.model
    return list(own_limits(model.network, model.linopy, model.horizon))


def own_prices(solution: Solution) -> Iterator[Price]:
    """Price of each limit of the network's own; zero where PyPSA found nothing that it limits."""
    for limit in limits_of(solution):
        for region, dual in _duals(solution, limit):
            values = (dual * limit.factor).dropna()
            yield Price(NETWORK, limit.name, region, values, limit.unit, limit.row)


def _duals(solution: Solution, limit: OwnLimit) -> Iterator[tuple[str, pd.Series]]:
    """Price of a limit by period, for each bus or carrier that it has one for.

    A limit from one side has the absolute dual. One that binds from both sides has what one unit
    more of its right-hand side saves: below zero where it asks for more than anybody would.
    """
    periods = limit.factor.index
    if limit.row not in solution.model.linopy.constraints:
        yield EVERYONE, pd.Series(0.0, index=periods)
        return
    dual, sign = solution.dual(limit.row), solution.model.linopy.constraints[limit.row].sign
    dual = (-dual).where(sign == "=", abs(dual))
    if not dual.dims:
        yield EVERYONE, pd.Series(float(dual), index=periods)
        return
    over = next((d for d in dual.dims if str(d).startswith("period")), None)
    others = [d for d in dual.dims if d != over]
    if not others:
        yield EVERYONE, pd.Series(dual.to_numpy(), index=dual.indexes[over]).reindex(periods)
        return
    for member in dual.indexes[others[0]]:
        values = dual.sel({others[0]: member})
        if over is None:
            yield str(member), pd.Series(float(values), index=periods)
        else:
            yield str(member), pd.Series(values.to_numpy(), index=dual.indexes[over])


def write_back(n: pypsa.Network, solution: Solution) -> None:
    """Write the shadow prices of a solved network's own constraints where PyPSA keeps them."""
    static = n.c.global_constraints.static
    for name in static.index:
        row = f"GlobalConstraint-{name}"
        if row in solution.model.linopy.constraints:
            static.loc[name, "mu"] = float(solution.dual(row))


def remarks(solution: Solution, package: Package) -> pd.DataFrame:
    """What a price of zero, or a price beside another, does not say by itself.

    Columns: subject (key of the instrument, or ``network``), period, en, zh.
    """
    market = package.standing.get(CarbonMarket.key)
    rows: list[tuple[str, int, str, str]] = []
    if isinstance(market, CarbonMarket):
        emitted = solution.evaluate(market.emissions(solution.model)).to_series()
        count = len(market.covered(solution.model))
        rows += [
            (
                CarbonMarket.key,
                period,
                f"none of the {count} units that the carbon market covers emits in {period}",
                f"{period}年碳市场纳入的{count}个机组均无排放",
            )
            for period, tons in emitted.items()
            if abs(tons) < NOTHING
        ]
    if isinstance(market, CarbonMarket) or CarbonTax.key in package.standing:
        rows += _limits_beside(solution)
    return pd.DataFrame(rows, columns=COLUMNS)


def _limits_beside(solution: Solution) -> Iterator[tuple[str, int, str, str]]:
    """Limits of the network's own on CO2 that bind beside a carbon price."""
    carbon = {limit.name for limit in limits_of(solution) if limit.carbon}
    for price in own_prices(solution):
        for period, value in price.values.items():
            if price.item in carbon and value > 1e-6:
                yield (
                    NETWORK,
                    int(period),
                    f"the network's own limit '{price.item}' binds at {value:,.2f} {price.unit} "
                    "beside the price of the package",
                    f"网络自带的约束“{price.item}”同时起作用，价格为{value:,.2f}元/吨",
                )
