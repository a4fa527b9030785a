"""What a claim is worth: one MWh or one saved tce in each of its uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.equilibrium.audit.rates import credit_rates
from dualcarbon.instruments.areas import area_of_buses, price_by_area
from dualcarbon.instruments.carbon.names import BALANCE, CCER, CCER_POOL
from dualcarbon.instruments.efficiency.energy_use import EXEMPT_POOL, TOKEN_USE
from dualcarbon.instruments.green import USE, VOLUNTARY
from dualcarbon.instruments.savings import OWN_USE, WHITE

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution


def token_worth(solution: Solution, package: Package, use: str) -> pd.Series:
    """Worth of one renewable MWh in a use, CNY/MWh by period."""
    instruments = package.instruments
    if use == USE:
        return solution.price("green-total")
    if use == VOLUNTARY:
        return solution.price("green-voluntary")
    if use == TOKEN_USE and "merged_efficiency" not in instruments:
        return solution.price(EXEMPT_POOL) * instruments["energy_use"].tce_per_mwh  # type: ignore[attr-defined]
    rate = credit_rates(package).get(use, 0.0)
    if use == CCER:
        return solution.price(CCER_POOL) * rate
    price = solution.price(BALANCE)
    if "green_power_for_allowances" in instruments:
        price = price - solution.price("green_power_for_allowances-limit")
    return price * rate


def saving_worth(solution: Solution, package: Package, use: str) -> pd.DataFrame:
    """Worth of one saved tce in a use, CNY/tce, rows groups of savers, columns periods."""
    model = solution.model
    groups = model.savings.groups
    zero = pd.DataFrame(0.0, groups.index, model.periods)
    if use in (WHITE, OWN_USE):
        market = package.instruments[use]
        price = price_by_area(solution, f"{use}-balance")
        areas = market.areas  # type: ignore[attr-defined]
        area = groups["bus"].map(area_of_buses(areas, model.annual.load.index, f"{use}.areas"))
        area = area[area.isin(price.index)]
        found = zero.copy()
        found.loc[area.index] = price.loc[area].to_numpy()
        return found * (market.additionality if use == WHITE else 1.0)  # type: ignore[attr-defined]
    share = package.instruments[WHITE].additionality  # type: ignore[attr-defined]
    price_of_flow = solution.price(f"conversion-{use}_certificates")
    return zero.add(price_of_flow * share, axis=1)
