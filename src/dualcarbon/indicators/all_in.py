"""What consumers pay for electricity, all in, by province and group, beside the wholesale price.

``all_in = energy + capacity + services + certificates + other``: what consumers of a province pay
less what they receive under each instrument, per MWh that they draw. Within a province all groups
pay alike for a MWh, as the model knows one load shape a province; a group's mean over provinces
differs by where it stands. The tariff of the grid and taxes are not in it: the model has neither.

``allowances`` is a part of ``energy``: what a MWh costs the plants that set the price in carbon,
the marginal-plant reading of pass-through (Fabra and Reguant 2014, doi:10.1257/aer.104.9.2872).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from dualcarbon.common.tables import columns
from dualcarbon.equilibrium.audit import pressures
from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.instruments.carbon.coverage import BALANCE
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.tax import CarbonTax
from dualcarbon.instruments.electricity.available import standing
from dualcarbon.system.commodities import ELECTRICITY, commodities_of
from dualcarbon.system.ports import bounds_of

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.solver.solution import Solution

TWH = 1e-6
PART_OF = {
    **dict.fromkeys(("electricity", "retail", "medium_term", "cfd"), "energy"),
    **dict.fromkeys(("capacity", "capacity_payment"), "capacity"),
    **dict.fromkeys(("reserve", "frequency", "peak_shaving"), "services"),
    **dict.fromkeys(("green", "green_power_for_allowances", "integrated_attributes"),
                    "certificates"),
}  # fmt: skip
PARTS = ("energy", "capacity", "services", "certificates", "other")
CONSUMERS = ("consumer", "flexible")
REST = "other_consumers"
INSIDE = 1e-3  # of the capacity: nearer to a bound does not set a price
_Block = tuple[np.ndarray, np.ndarray, pd.Series]


def all_in_prices(equilibrium: Equilibrium) -> pd.DataFrame:
    """Mean price of each group: year, province, group, twh, wholesale, parts, all_in, CNY/MWh.

    Groups are the sectors of the energy users, by the electricity that they draw, and all other
    consumers of the province.
    """
    solution = equilibrium.solution
    drawn = _groups(solution)
    total = drawn.groupby("bus").sum()
    paid = _payments(equilibrium, total.index)
    wholesale = _mean(solution, solution.power_price).reindex(total.index)
    if not (equilibrium.settlement["instrument"] == "electricity").any():
        paid["energy"] = paid["energy"] + wholesale * total
    carbon = allowances_in_price(equilibrium).reindex(total.index)
    prices = {part: amount / total.where(total > 0) for part, amount in paid.items()}
    rows = []
    for (bus, group), energy in drawn.iterrows():
        for year, mwh in energy.items():
            each = {part: float(prices[part].at[bus, year]) for part in PARTS}
            about = {"year": year, "province": bus, "group": group, "twh": mwh * TWH}
            known = {"wholesale": wholesale.at[bus, year], "allowances": carbon.at[bus, year]}
            rows.append({**about, **known, **each, "all_in": sum(each.values())})
    return pd.DataFrame(rows, columns=columns("all_in_prices")[1:])


def _groups(solution: Solution) -> pd.DataFrame:
    """Electricity that each group draws, MWh per year, rows (bus, group), columns periods."""
    electric = commodities_of(solution.model.network).buses(ELECTRICITY)
    hours, period = solution.model.horizon.hours, solution.model.horizon.period_of
    load = solution.served_load()[electric].mul(hours.to_numpy(), axis=0)
    total = load.groupby(period.to_numpy()).sum().T
    total = total[(total > 0).any(axis=1)].rename_axis(index="bus", columns="period")
    parts = []
    if solution.model.users is not None:
        about = solution.model.energy_users.table
        used = solution.of_users("electricity_mwh")
        keys = [about.loc[used.index, "bus"], about.loc[used.index, "sector"]]
        sectors = used.groupby(keys).sum().rename_axis(["bus", "group"])
        sectors = sectors[(sectors > 0).any(axis=1)]
        parts.append(sectors[sectors.index.get_level_values("bus").isin(total.index)])
        total = total.sub(parts[0].groupby("bus").sum(), fill_value=0.0)
    rest = total.clip(lower=0.0)
    rest.index = pd.MultiIndex.from_product([rest.index, [REST]], names=["bus", "group"])
    return pd.concat([*parts, rest]).sort_index(level="bus", sort_remaining=False)


def _payments(equilibrium: Equilibrium, buses: pd.Index) -> dict[str, pd.DataFrame]:
    """What consumers of each bus pay, net, CNY per year by part; rows buses, columns periods."""
    net = net_receipts(equilibrium.settlement)
    net = net[net["kind"].isin(CONSUMERS) & net["bus"].isin(buses)]
    part = net["instrument"].map(PART_OF).fillna("other")
    summed = -net.groupby([part, "bus", "period"])["amount"].sum()
    periods = equilibrium.solution.model.periods
    found = {}
    for name in PARTS:
        wide = summed[name].unstack("period") if name in summed.index.get_level_values(0) else (
            pd.DataFrame())  # fmt: skip
        found[name] = wide.reindex(index=buses, columns=periods).astype(float).fillna(0.0)
    return found


def _mean(solution: Solution, value: pd.DataFrame) -> pd.DataFrame:
    """Mean over the hours in which a value is known, weighted by load; rows buses."""
    horizon = solution.model.horizon
    load = solution.served_load().mul(horizon.hours.to_numpy(), axis=0).where(value.notna(), 0.0)
    period = horizon.period_of.to_numpy()
    weight = load.groupby(period).sum().T
    mean = (load * value.fillna(0.0)).groupby(period).sum().T / weight.where(weight > 0)
    return mean.rename_axis(index="bus", columns="period")


def allowances_in_price(equilibrium: Equilibrium) -> pd.DataFrame:
    """Carbon cost of the plants that set the price of electricity, CNY/MWh, by bus and period.

    A plant sets the price of an hour where it runs between its limits; it does so at every bus
    that lines with room to spare join to its own. Several are averaged by their output; hours in
    which none is found (storage, water or scarcity set the price) do not enter the mean.
    """
    solution = equilibrium.solution
    n = solution.model.network
    buses = n.c.buses.static.index
    price = pd.DataFrame(np.nan, index=solution.model.horizon.hours.index, columns=buses)
    cost = _carbon_cost(equilibrium)
    blocks = [b for b in (_running(solution, c, cost) for c in ("Generator", "Link")) if b]
    if not blocks:
        return _mean(solution, price)
    nodes = len(price) * len(buses)
    place = pd.Series(range(len(buses)), index=buses)
    market = _joined(solution, place, len(price))
    worth, weight = np.zeros(nodes), np.zeros(nodes)
    for power, adder, bus in blocks:
        at = market[np.arange(len(price))[:, None] * len(buses) + place[bus].to_numpy()]
        np.add.at(worth, at, power * adder)
        np.add.at(weight, at, power)
    known = np.divide(worth, weight, out=np.full(nodes, np.nan), where=weight > 0)
    price[:] = known[market].reshape(len(price), len(buses))
    return _mean(solution, price)


def _carbon_cost(equilibrium: Equilibrium) -> pd.DataFrame:
    """What a MWh costs a plant in allowances and tax, less what it is given for it, CNY/MWh."""
    solution, model = equilibrium.solution, equilibrium.solution.model
    units = model.annual.units
    cost = pd.DataFrame(0.0, index=units.index, columns=model.periods)
    found = pressures(solution, equilibrium.package)
    for key in (CarbonMarket.key, CarbonTax.key):
        if key in found:
            plants = found[key].plants.reindex(units.index).fillna(0.0)
            cost = cost + plants.mul(units["rate"], axis=0)
    carbon = equilibrium.package.standing.get(CarbonMarket.key)
    if isinstance(carbon, CarbonMarket) and carbon.cap is None:
        given = model.horizon.spread(carbon.stringency) * carbon.kept_share
        worth = solution.price(BALANCE) * given
        benchmark = carbon.benchmark_of(model)
        cost = cost - pd.DataFrame({y: benchmark * worth[y] for y in model.periods})
    return cost


def _running(solution: Solution, component: str, cost: pd.DataFrame) -> _Block | None:
    """Output of plants between their limits (else zero), their carbon cost, and their buses."""
    model, n = solution.model, solution.model.network
    units = model.annual.units
    units = units[(units["component"] == component) & units["electric"].astype(bool)]
    if units.empty:
        return None
    names, period = pd.Index(units["name"]), model.horizon.period_of.to_numpy()
    power = solution.power(component)[names].to_numpy()
    limit = standing(solution, component).loc[names, period].T.to_numpy()
    most = limit * n.get_switchable_as_dense(component, "p_max_pu")[names].to_numpy()
    least = limit * n.get_switchable_as_dense(component, "p_min_pu")[names].to_numpy()
    edge = INSIDE * np.maximum(most, 1e-9)
    inside = (power > np.maximum(least, 0.0) + edge) & (power < most - edge)
    made = np.where(inside, power * units["output"].to_numpy(float), 0.0)
    return made, cost.loc[units.index, period].T.to_numpy(), units["bus"]


def _joined(solution: Solution, place: pd.Series, hours: int) -> np.ndarray:
    """Number of the market of each hour and bus: buses joined by lines that could carry more."""
    n, count = solution.model.network, len(place)
    electric = commodities_of(n).buses(ELECTRICITY)
    first, second = [], []
    for component in ("Link", "Line", "Transformer"):
        static = n.c[component].static
        lines = static[static["bus0"].isin(electric) & static["bus1"].isin(electric)]
        if lines.empty:
            continue
        flow = solution.power(component)[lines.index].to_numpy()
        low, high = _limits(solution, component, lines.index)
        edge = INSIDE * np.maximum(np.abs(high), 1e-9)
        hour, line = np.nonzero((flow > low + edge) & (flow < high - edge))
        first.append(hour * count + place[lines["bus0"]].to_numpy()[line])
        second.append(hour * count + place[lines["bus1"]].to_numpy()[line])
    nodes = hours * count
    if not first:
        return np.arange(nodes)
    a, b = np.concatenate(first), np.concatenate(second)
    graph = sp.coo_array((np.ones(len(a)), (a, b)), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1]


def _limits(solution: Solution, component: str, names: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Least and most flow of lines, MW, rows hours (or one), columns lines."""
    n = solution.model.network
    if component == "Link":
        size = standing(solution, "Link").loc[names, solution.model.horizon.period_of.to_numpy()]
        bound = bounds_of(n, "Link").loc[names]
        return (size.mul(bound["low"], axis=0).T.to_numpy(),
                size.mul(bound["high"], axis=0).T.to_numpy())  # fmt: skip
    size = n.c[component].static.loc[names, "s_nom"].astype(float).copy()
    block = f"{component}-s_nom"
    if block in solution.model.linopy.variables:
        size.update(solution.value(block).to_series())
    most = (size * n.c[component].static.loc[names, "s_max_pu"]).to_numpy()[None, :]
    return -most, most
