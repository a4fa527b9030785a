"""What all instruments together make one more ton, or one more tce, cost its emitter.

Per ton of direct CO2 at given output for carbon prices and taxes; per tce for markets of energy.
A tce is turned into tons at the user's own fuels: ``e[u] = (co2 - process) / fuel`` (t per tce).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.base import Pressure
from dualcarbon.instruments.savings import group_names
from dualcarbon.instruments.tokens import EXPIRED

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution


def pressures(solution: Solution, package: Package) -> dict[str, Pressure]:
    """Pressure of every instrument of a package that regulates emissions or energy, by key."""
    found = {key: i.pressure(solution) for key, i in package.instruments.items()}
    return {key: pressure for key, pressure in found.items() if pressure is not None}


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


def marginal_of_users(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    """Marginal cost of a ton of direct CO2 from fuel, CNY/t, rows users, columns periods.

    The sum over all instruments; what a saved tce earns as a token counts once, in its best use.
    """
    users = solution.model.energy_users
    total = pd.DataFrame(0.0, users.table.index, solution.model.periods)
    for pressure in found.values():
        if not pressure.of_tokens:
            total = total.add(per_ton(pressure, solution), fill_value=0.0)
    factor = fuel_factor(solution)
    saved = _best_use(solution) / factor.where(factor > 0)
    return total.add(saved.fillna(0.0)).loc[users.table.index]


def _best_use(solution: Solution) -> pd.DataFrame:
    """What one more tce saved earns its user in the best use open to it, CNY/tce.

    A joint use earns in both of its markets; rows users, columns periods.
    """
    users, pool = solution.model.energy_users, solution.model.savings
    if pool is None:
        return pd.DataFrame(0.0, users.table.index, solution.model.periods)
    worth = pool.worth(solution)
    best = pd.DataFrame(0.0, pool.groups.index, solution.model.periods)
    for use in pool.uses.columns.drop(EXPIRED):
        earned = worth.sel(saving_use=use).transpose("saver", "period").to_pandas()
        open_ = pool.uses[use].to_numpy()[:, None]
        best = best.where(~(open_ & (earned > best)), earned)
    group = group_names(users)
    return best.reindex(group.to_numpy()).fillna(0.0).set_axis(group.index)
