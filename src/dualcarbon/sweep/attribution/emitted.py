"""What the base scenario emits, for reforms that keep it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.settlement import outside_offsets

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium


@dataclass(frozen=True)
class Emitted:
    """Emissions of an equilibrium, t CO2 per year.

    Attributes:
        plants: of the plants that its carbon market covers, net of offsets bought outside.
        users: of the energy users, rows sectors, columns years.
    """

    plants: pd.Series
    users: pd.DataFrame

    def of(self, sectors: Iterable[str]) -> dict[int, float]:
        """Emissions of the covered plants and of some sectors, by year."""
        members = self.users.reindex(list(sectors)).fillna(0.0).sum()
        total = self.plants.add(members, fill_value=0.0)
        return {int(year): float(tons) for year, tons in total.items()}


def emitted(equilibrium: Equilibrium) -> Emitted | None:
    """What an equilibrium emits; None without a carbon market."""
    market = equilibrium.package.instruments.get(CarbonMarket.key)
    if not isinstance(market, CarbonMarket):
        return None
    solution = equilibrium.solution
    covered = solution.emissions.loc[market.covered(solution.model)].sum()
    plants = covered - outside_offsets(market, solution)
    users = solution.model.users
    if users is None:
        return Emitted(plants, pd.DataFrame(columns=plants.index, dtype=float))
    by_sector = solution.user_emissions.groupby(users.table["sector"]).sum()
    return Emitted(plants, by_sector)
