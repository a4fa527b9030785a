"""Who pays for reserve and firm capacity, and who is paid for providing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.instruments.electricity.available import COMPONENTS, provides, standing
from dualcarbon.system.accounting import electric_load
from dualcarbon.system.days import slots
from dualcarbon.system.parties import buyer, seller
from dualcarbon.system.physical_rows import ONLINE, committed

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution


def headroom(solution: Solution, carriers: tuple[str, ...]) -> pd.DataFrame:
    """Unused output of providers of reserve, MW, rows snapshots; columns (party, bus)."""
    n, horizon = solution.model.network, solution.model.horizon
    parts = []
    for component in COMPONENTS:
        static = n.c[component].static
        used = static[provides(static["carrier"], component, carriers)]
        if used.empty:
            continue
        size = standing(solution, component).loc[used.index, horizon.period_of.to_numpy()]
        share = n.get_switchable_as_dense(component, "p_max_pu")[used.index]
        spare = share.to_numpy() * size.T.to_numpy() - _dispatched(solution, component, used.index)
        if component == "Generator":
            spare = _on_line_only(solution, used.index, spare)
        party = [seller(c, b) for c, b in zip(used["carrier"], used["bus"], strict=True)]
        columns = pd.MultiIndex.from_arrays([party, used["bus"]])
        parts.append(pd.DataFrame(spare, horizon.hours.index, columns))
    return pd.concat(parts, axis=1)


def _on_line_only(solution: Solution, names: pd.Index, spare: np.ndarray) -> np.ndarray:
    """Headroom of committed plants: what is on line at their bus less their output, shared out by
    what they do not run."""
    n = solution.model.network
    plants = committed(n).reindex(names.intersection(committed(n).index))
    if plants.empty:
        return spare
    at = names.get_indexer(plants.index)
    bus = plants["bus"].to_numpy()
    online = solution.value(ONLINE).transpose("slot", "bus").to_pandas()
    online = online.iloc[slots(n, solution.model.horizon)]
    idle = pd.DataFrame(spare[:, at], columns=bus)
    by_bus = idle.T.groupby(level=0).sum().T
    output = pd.DataFrame(_dispatched(solution, "Generator", plants.index), columns=bus)
    spinning = online.reset_index(drop=True)[by_bus.columns] - output.T.groupby(level=0).sum().T
    share = (spinning / by_bus.where(by_bus > 0)).fillna(0.0)
    spare[:, at] = idle.to_numpy() * share[bus].to_numpy()
    return spare


def _dispatched(solution: Solution, component: str, names: pd.Index) -> np.ndarray:
    variable = "p" if component == "Generator" else "p_dispatch"
    power = solution.value(f"{component}-{variable}").transpose("snapshot", "name")
    return power.sel(name=names).to_numpy()


def reserve_income(
    solution: Solution,
    value: pd.DataFrame,
    area: pd.Series,
    share: float,
    carriers: tuple[str, ...],
) -> list[pd.DataFrame]:
    """Providers receive the price of each hour for their headroom; consumers pay their share.

    Args:
        solution: a solved model.
        value: CNY per MW of reserve in each snapshot, for one year; columns areas.
        area: area of each bus.
        share: reserve as a share of load.
        carriers: carriers that provide reserve.
    """
    period = solution.model.horizon.period_of.to_numpy()
    spare = headroom(solution, carriers)
    served = spare.columns.get_level_values(1).map(area).isin(value.columns)
    spare = spare.loc[:, served]
    earned = spare * value[spare.columns.get_level_values(1).map(area)].to_numpy()
    by_party = earned.T.groupby(level=0).sum().T.groupby(period).sum().T
    demand = electric_load(solution.model.network)
    owed = share * demand * value[demand.columns.map(area)].to_numpy()
    paid = owed.groupby(period).sum().T
    return [by_party.rename_axis(columns="period"), -paid.rename(index=buyer)]


def capacity_income(
    solution: Solution,
    price: pd.DataFrame,
    need: pd.DataFrame,
    area: pd.Series,
    credit: Callable[[pd.DataFrame], pd.Series],
) -> list[pd.DataFrame]:
    """Plants receive the capacity price for what they are credited; consumers pay by their peak.

    Args:
        solution: a solved model.
        price: CNY per MW and year, rows areas, columns periods.
        need: firm capacity that each bus has to see covered, MW, rows buses, columns periods.
        area: area of each bus.
        credit: firm share of the capacity of each plant of a table.
    """
    received = []
    for component in COMPONENTS:
        static = solution.model.network.c[component].static
        firm = standing(solution, component).mul(credit(static), axis=0)
        worth = firm * price.loc[static["bus"].map(area)].to_numpy()
        party = [seller(c, b) for c, b in zip(static["carrier"], static["bus"], strict=True)]
        received.append(worth.groupby(pd.Index(party, name="party")).sum())
    paid = need * price.loc[need.index.map(area)].to_numpy()
    return [*received, -paid.rename(index=buyer)]
