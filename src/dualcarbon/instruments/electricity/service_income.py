"""Who is paid for an ancillary service, and who pays for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.electricity.available import standing
from dualcarbon.system.accounting import electric_load
from dualcarbon.system.parties import Party, buyer, seller

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution


@dataclass(frozen=True)
class ServiceTerms:
    """What is provided and needed per MW, and who bears the cost; see ``AncillaryService``."""

    thermal: Mapping[str, float]
    storage: tuple[str, ...]
    load_share: float
    weather_share: float
    weather_carriers: tuple[str, ...]
    consumers_share: float | None


def service_income(
    solution: Solution, value: pd.DataFrame, area: pd.Series, terms: ServiceTerms, *, up: bool
) -> list[pd.DataFrame]:
    """What parties receive (negative: pay), CNY per year; sums to zero in every area.

    Args:
        solution: a solved model.
        value: CNY per MW of the service in each snapshot, for one year; columns areas.
        area: area of each bus.
        terms: what is provided, needed and charged.
        up: whether output has to rise, or to fall.
    """
    n, period = solution.model.network, solution.model.horizon.period_of.to_numpy()
    plants = n.c.generators.static
    output = solution.power("Generator")
    offered = plants["carrier"].map(terms.thermal).fillna(0.0)
    weather = plants.index[plants["carrier"].isin(terms.weather_carriers)]
    demand = electric_load(n)

    def worth(power: pd.DataFrame, bus: pd.Series) -> pd.DataFrame:
        """CNY per year of MW by member (rows), columns periods."""
        paid = power.to_numpy() * value[bus.map(area)].to_numpy()
        table = pd.DataFrame(paid, power.index, power.columns)
        summed = table.groupby(period).sum().T
        summed.columns.name = "period"
        return summed

    paid = [
        _by_owner(worth(output[weather] * terms.weather_share, plants.loc[weather, "bus"]),
                  plants.loc[weather]),
        worth(demand * terms.load_share, pd.Series(demand.columns, demand.columns)).rename(buyer),
    ]  # fmt: skip
    moving = plants.index[offered > 0]
    earned = [_by_owner(worth(output[moving] * offered[moving], plants.loc[moving, "bus"]),
                        plants.loc[moving])]  # fmt: skip
    stored = n.c.storage_units.static
    stored = stored[stored["carrier"].isin(terms.storage)]
    if len(stored):
        room = _room(solution, stored, up=up)
        earned.append(_by_owner(worth(room, stored["bus"]), stored))
    if terms.consumers_share is not None:
        paid = _shared(solution, paid, area, terms, demand)
    return [*earned, *(-part for part in paid)]


def _by_owner(amount: pd.DataFrame, static: pd.DataFrame) -> pd.DataFrame:
    owner = [seller(c, b) for c, b in zip(static["carrier"], static["bus"], strict=True)]
    return amount.groupby(pd.Index(owner, name="party")).sum()


def _room(solution: Solution, stored: pd.DataFrame, *, up: bool) -> pd.DataFrame:
    """Room of storage above (or below) its output, MW, rows snapshots."""
    n, horizon = solution.model.network, solution.model.horizon
    size = standing(solution, "StorageUnit").loc[stored.index, horizon.period_of.to_numpy()]
    limit = "p_max_pu" if up else "p_min_pu"
    share = n.get_switchable_as_dense("StorageUnit", limit)[stored.index]
    power = solution.power("StorageUnit")[stored.index]
    edge = pd.DataFrame(share.to_numpy() * size.T.to_numpy(), power.index, power.columns)
    return edge - power if up else power - edge


def _shared(
    solution: Solution,
    caused: list[pd.DataFrame],
    area: pd.Series,
    terms: ServiceTerms,
    demand: pd.DataFrame,
) -> list[pd.DataFrame]:
    """The same cost of each area, split between consumers by load and weather plants by output.

    An area without wind and solar output leaves all of it to its consumers.
    """
    horizon, n = solution.model.horizon, solution.model.network
    plants = n.c.generators.static
    plants = plants[plants["carrier"].isin(terms.weather_carriers)]
    hours, period = horizon.hours.to_numpy(), horizon.period_of.to_numpy()

    def yearly(power: pd.DataFrame) -> pd.DataFrame:
        return power.mul(hours, axis=0).groupby(period).sum().T

    made = _by_owner(yearly(solution.power("Generator")[plants.index]), plants)
    drawn = yearly(demand).rename(buyer)
    owners = {seller(c, b): area[b] for c, b in zip(plants["carrier"], plants["bus"], strict=True)}
    where = {**owners, **{buyer(b): area[b] for b in demand.columns}}
    total = pd.concat(caused).rename(index=where).groupby(level=0).sum()
    weather = made.rename(index=where).groupby(level=0).sum().reindex(total.index).fillna(0.0)
    rest = (total * (1.0 - float(terms.consumers_share or 0.0))).where(weather > 0, 0.0)
    return [_spread(made, rest, where), _spread(drawn, total - rest, where)]


def _spread(weight: pd.DataFrame, amount: pd.DataFrame, where: dict[Party, str]) -> pd.DataFrame:
    """Amounts by area shared by weights of the parties in it."""
    group = weight.index.map(where)
    whole = weight.groupby(group).sum().loc[group].set_axis(weight.index)
    return (weight / whole.where(whole > 0)).fillna(0.0) * amount.loc[group].to_numpy()
