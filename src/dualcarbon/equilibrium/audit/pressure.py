"""What each instrument makes one more ton, or one more tce, cost its emitter.

Per ton of direct CO2 at given output for carbon prices and taxes; per tce for markets of energy.
A tce is turned into tons at the user's own fuels: ``e[u] = (co2 - process) / fuel`` (t per tce).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.audit.worth import saving_worth
from dualcarbon.instruments.carbon.names import BALANCE
from dualcarbon.instruments.carbon.users import marginal_cost
from dualcarbon.instruments.efficiency.energy_use import MERGED
from dualcarbon.instruments.savings import OWN_USE, WHITE, group_names
from dualcarbon.instruments.tokens import EXPIRED, JOINT

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution


@dataclass(frozen=True)
class Pressure:
    """What an instrument regulates and what it makes the last unit cost.

    Attributes:
        users: CNY per t (or per tce) of each user it regulates, rows users, columns periods.
        plants: CNY per t of each plant it regulates, rows units, columns periods.
        unit: ``t`` or ``tce``: what the users' figures are for.
    """

    users: pd.DataFrame
    plants: pd.DataFrame
    unit: str = "t"


def pressures(solution: Solution, package: Package) -> dict[str, Pressure]:
    """Pressure of every instrument of a package that regulates emissions or energy, by key."""
    found = {
        key: build(solution, package, package.instruments[key])
        for key, build in BUILDERS.items()
        if key in package.instruments
    }
    if MERGED in found:
        return {k: p for k, p in found.items() if k not in (WHITE, OWN_USE)}
    return found


def per_ton(pressure: Pressure, solution: Solution) -> pd.DataFrame:
    """Pressure on users in CNY per t of direct CO2."""
    if pressure.unit == "t":
        return pressure.users
    factor = fuel_factor(solution).loc[pressure.users.index]
    return pressure.users / factor.where(factor > 0)


def fuel_factor(solution: Solution) -> pd.DataFrame:
    """t CO2 of fuel per tce of each user before measures, rows users, columns periods."""
    quantities = solution.model.energy_users.quantities
    fuel = quantities["fuel_tce"]
    return (quantities["co2_t"] - quantities["process_co2_t"]) / fuel.where(fuel > 0)


def value_of_saving(solution: Solution, package: Package) -> pd.DataFrame:
    """What one more tce saved earns its user in the best use open to it, CNY/tce.

    A joint use earns in both of its markets; rows users, columns periods.
    """
    users = solution.model.energy_users
    zero = pd.DataFrame(0.0, users.table.index, solution.model.periods)
    if MERGED in package.instruments:
        price = solution.price(f"{MERGED}-balance")
        members = package.instruments[MERGED].members(solution.model)  # type: ignore[attr-defined]
        zero.loc[members] = np.tile(price.to_numpy(), (len(members), 1))
        return zero
    pool = solution.model.savings
    if pool is None:
        return zero
    best = pd.DataFrame(0.0, pool.groups.index, solution.model.periods)
    for use in pool.uses.columns.drop(EXPIRED):
        earned = sum(saving_worth(solution, package, part) for part in use.split(JOINT))
        open_ = pool.uses[use].to_numpy()[:, None]
        best = best.where(~(open_ & (earned > best)), earned)
    group = group_names(users)
    return best.reindex(group.to_numpy()).fillna(0.0).set_axis(group.index)


def _carbon(solution: Solution, package: Package, market: Any) -> Pressure:
    plants = _constant(solution.price(BALANCE), market.covered(solution.model))
    if not market.sectors:
        return Pressure(_constant(solution.price(BALANCE), pd.Index([])), plants)
    return Pressure(marginal_cost(market, solution), plants)


def _tax(solution: Solution, package: Package, tax: Any) -> Pressure:
    rate = solution.model.horizon.spread(tax.rate)
    users = solution.model.users
    sectors = tax.taxed_sectors(solution.model)
    members = users.of_sectors(sectors) if users is not None else pd.Index([])
    return Pressure(_constant(rate, members), _constant(rate, tax.taxed(solution.model)))


def _energy_use(solution: Solution, package: Package, market: Any) -> Pressure:
    return _of_savings(solution, package, OWN_USE, market.members(solution.model).index)


def _white(solution: Solution, package: Package, market: Any) -> Pressure:
    return _of_savings(solution, package, WHITE, market.obliged(solution.model).index)


def _merged(solution: Solution, package: Package, market: Any) -> Pressure:
    price = solution.price(f"{MERGED}-balance")
    members = market.members(solution.model)
    return Pressure(_constant(price, members), _constant(price, pd.Index([])), "tce")


def _of_savings(solution: Solution, package: Package, use: str, members: pd.Index) -> Pressure:
    nobody = pd.DataFrame(columns=solution.model.periods, dtype=float)
    if MERGED in package.instruments:
        return Pressure(nobody, nobody, "tce")
    worth = saving_worth(solution, package, use)
    group = group_names(solution.model.energy_users).loc[members]
    table = worth.reindex(group.to_numpy()).fillna(0.0).set_axis(members)
    return Pressure(table, nobody, "tce")


def _constant(price: pd.Series, rows: pd.Index) -> pd.DataFrame:
    values = np.tile(price.to_numpy(float), (len(rows), 1))
    return pd.DataFrame(values, index=rows, columns=price.index)


BUILDERS: dict[str, Callable[[Solution, Package, Any], Pressure]] = {
    "carbon": _carbon,
    "tax": _tax,
    "white": _white,
    "energy_use": _energy_use,
    "merged_efficiency": _merged,
}
"""Pressure of each instrument that regulates emissions or energy; a new one adds its line."""
