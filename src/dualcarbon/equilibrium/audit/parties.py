"""Every user and plant: who regulates it, and its marginal cost per ton from all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.equilibrium.audit.pressure import marginal_of_users, pressures
from dualcarbon.instruments.base import Pressure
from dualcarbon.system.parties import seller, user

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.solver.solution import Solution

COLUMNS = ["party", "kind", "sector", "bus", "period", "instruments", "t_co2", "tce", "marginal"]


def party_table(solution: Solution, package: Package) -> pd.DataFrame:
    """One row per user or plant and period.

    Columns: party, kind (``user`` or ``plant``), sector, bus, period, instruments (those that
    regulate it), t_co2 and tce per year after measures, marginal (CNY per t of direct CO2 that
    one ton less saves under all instruments together, at given output).
    """
    found = pressures(solution, package)
    parts = [_plants(solution, found)]
    if solution.model.users is not None:
        parts.append(_users(solution, found))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def spread_table(parties: pd.DataFrame) -> pd.DataFrame:
    """Spread of marginal costs over all who emit, CNY/t: mean, deviation, lowest, highest.

    Weighted by emissions; a market that regulates everyone once has a spread of zero.
    """
    rows = []
    for period, table in parties[parties["t_co2"] > 1.0].groupby("period"):
        weight, cost = table["t_co2"].to_numpy(), table["marginal"].to_numpy()
        mean = np.average(cost, weights=weight)
        deviation = float(np.sqrt(np.average((cost - mean) ** 2, weights=weight)))
        rows.append((period, mean, deviation, cost.min(), cost.max(), weight.sum()))
    names = ["period", "mean", "deviation", "lowest", "highest", "t_co2"]
    return pd.DataFrame(rows, columns=names)


def _users(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    users = solution.model.energy_users
    emitted = solution.user_emissions
    used = solution.of_users("fuel_tce")
    marginal = marginal_of_users(solution, found)
    regulators = _names({k: p.users.index for k, p in found.items()}, users.table.index)
    return pd.DataFrame(
        {
            "party": np.repeat(
                [
                    str(user(s, b))
                    for s, b in zip(users.table["sector"], users.table["bus"], strict=True)
                ],
                len(emitted.columns),
            ),
            "kind": "user",
            "sector": np.repeat(users.table["sector"].to_numpy(), len(emitted.columns)),
            "bus": np.repeat(users.table["bus"].to_numpy(), len(emitted.columns)),
            "period": np.tile(emitted.columns.to_numpy(), len(emitted)),
            "instruments": np.repeat(regulators.to_numpy(), len(emitted.columns)),
            "t_co2": emitted.to_numpy().ravel(),
            "tce": used.loc[emitted.index].to_numpy().ravel(),
            "marginal": marginal.loc[emitted.index].to_numpy().ravel(),
        }
    )


def _plants(solution: Solution, found: dict[str, Pressure]) -> pd.DataFrame:
    units = solution.model.annual.units
    emitting = units.index[units["rate"] > 0]
    owner = pd.Series(
        [seller(c, b) for c, b in zip(units["carrier"], units["bus"], strict=True)], units.index
    )[emitting]
    total = pd.DataFrame(0.0, emitting, solution.model.periods)
    for pressure in found.values():
        total = total.add(pressure.plants, fill_value=0.0).loc[emitting]
    tons = solution.emissions.loc[emitting]
    regulators = _names({k: p.plants.index for k, p in found.items()}, emitting)
    weighted = (total * tons).groupby(owner).sum()
    emitted = tons.groupby(owner).sum()
    marginal = (weighted / emitted.where(emitted > 0)).fillna(total.groupby(owner).mean())
    about = units.loc[emitting].assign(owner=owner, regulators=regulators)
    about = about.drop_duplicates("owner").set_index("owner").loc[emitted.index]
    count = len(emitted.columns)
    return pd.DataFrame(
        {
            "party": np.repeat([str(owner) for owner in emitted.index], count),
            "kind": "plant",
            "sector": "power",
            "bus": np.repeat(about["bus"].to_numpy(), count),
            "period": np.tile(emitted.columns.to_numpy(), len(emitted)),
            "instruments": np.repeat(about["regulators"].to_numpy(), count),
            "t_co2": emitted.to_numpy().ravel(),
            "tce": 0.0,
            "marginal": marginal.to_numpy().ravel(),
        }
    )


def _names(members: dict[str, pd.Index], rows: pd.Index) -> pd.Series:
    """Keys of the instruments that regulate each row, joined by a plus sign."""
    table = pd.DataFrame({key: rows.isin(index) for key, index in members.items()}, index=rows)
    return table.apply(lambda row: "+".join(row.index[row.to_numpy(bool)]), axis=1)
