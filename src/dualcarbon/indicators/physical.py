"""Generation, capacity, emissions and flows of an equilibrium, and how even load and prices are."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.common.tracing import of_tables, tabled
from dualcarbon.instruments.electricity.bills import Consumption
from dualcarbon.system.days import day_hours

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.solver.solution import Solution

TWH, MT, GW = 1e-6, 1e-6, 1e-3
POWER = "power"
NEGLIGIBLE = 1e-6
BYPRODUCT = ("other_thermal",)


def generation(solution: Solution) -> pd.DataFrame:
    """Yearly output by province and carrier: year, province, carrier, twh; storage left out."""
    units = solution.model.annual.units
    yearly = solution.energy.groupby([units["bus"], units["carrier"]]).sum() * TWH
    return _long(yearly, ["province", "carrier"], "twh")


def capacity(solution: Solution) -> pd.DataFrame:
    """Capacity in operation and what was built for the year: province, carrier, gw, new_gw."""
    parts = [
        part
        for component in ("Generator", "StorageUnit")
        for part in _capacity_of(solution, component)
    ]
    if not parts:
        return pd.DataFrame(columns=["year", "province", "carrier", "gw", "new_gw"])
    table = pd.concat(parts).groupby(["year", "province", "carrier"], sort=False).sum()
    return table.reset_index()


def emissions(solution: Solution) -> pd.DataFrame:
    """Direct CO2 by province and sector, after abatement: year, province, sector, mt.

    Each tonne once: what plants emit from by-product gas of steel is counted with steel.
    """
    units = solution.model.annual.units
    power = solution.emissions.loc[~counted_by_users(solution)]
    power = _long(power.groupby(units.loc[power.index, "bus"]).sum() * MT, ["province"], "mt")
    parts = [power.assign(sector=POWER)]
    users = solution.model.users
    if users is not None and len(users.table):
        keys = [users.table["bus"], users.table["sector"]]
        by_sector = solution.user_emissions.groupby(keys).sum() * MT
        parts.append(_long(by_sector, ["province", "sector"], "mt"))
    return pd.concat(parts, ignore_index=True)[["year", "province", "sector", "mt"]]


def leakage(before: Solution, after: Solution, regions: Collection[str]) -> pd.DataFrame:
    """What a change of rules in some regions does to emissions there and elsewhere, Mt by year.

    ``share = - elsewhere / inside``: of what the regions cut, how much others emit more.

    Args:
        before, after: solutions of one network without and with the change.
        regions: regions whose rules changed.

    Returns:
        index year, columns ``inside``, ``elsewhere`` (Mt, change) and ``share`` (not a number
        where nothing changes inside).
    """
    table = [emissions(s).groupby(["year", "province"])["mt"].sum() for s in (before, after)]
    change = (table[1] - table[0]).unstack("province")
    at = change.columns.isin(list(regions))
    found = pd.DataFrame(
        {"inside": change.loc[:, at].sum(axis=1), "elsewhere": change.loc[:, ~at].sum(axis=1)}
    )
    inside = found["inside"].where(found["inside"].abs() > NEGLIGIBLE)
    return found.assign(share=-found["elsewhere"] / inside)


def counted_by_users(solution: Solution) -> pd.Series:
    """Plants that burn by-product gas of steel, whose carbon is in the coal of steel already."""
    units, users = solution.model.annual.units, solution.model.users
    steel = users is not None and (users.table["sector"] == "steel").any()
    return units["carrier"].isin(BYPRODUCT) & steel


def flows(solution: Solution) -> pd.DataFrame:
    """Electricity sent between provinces: year, from, to, twh; both directions of a line."""
    n, horizon = solution.model.network, solution.model.horizon
    parts = []
    for component in ("Link", "Line"):
        static = n.c[component].static
        static = static[
            static["bus0"].isin(_served(solution)) & static["bus1"].isin(_served(solution))
        ]
        if static.empty:
            continue
        sent = solution.power(component)[static.index].mul(horizon.hours.to_numpy(), axis=0)
        for sign, ends in ((1.0, ("bus0", "bus1")), (-1.0, ("bus1", "bus0"))):
            yearly = (sign * sent).clip(lower=0.0).groupby(horizon.period_of.to_numpy()).sum().T
            keys = [static[ends[0]].rename("from"), static[ends[1]].rename("to")]
            parts.append(_long(yearly.groupby(keys).sum() * TWH, ["from", "to"], "twh"))
    if not parts:
        return pd.DataFrame(columns=["year", "from", "to", "twh"])
    table = pd.concat(parts).groupby(["year", "from", "to"], sort=False).sum().reset_index()
    return table[table["twh"] > NEGLIGIBLE].reset_index(drop=True)


def electricity_carbon(solution: Solution) -> pd.DataFrame:
    """CO2 of electricity by where it arises and where it is used, see ``common.tracing``.

    Returns:
        year, province, generation_twh, used_twh (with losses), production_mt, consumption_mt,
        balance_mt (use less production) and t_per_mwh of what is used.
    """
    made, emitted, sent = generation(solution), emissions(solution), flows(solution)
    parts = [
        tabled(of_tables(*(t[t["year"] == year] for t in (made, emitted, sent)))).assign(year=year)
        for year in dict.fromkeys(made["year"])
    ]
    return pd.concat(parts, ignore_index=True)


def curtailment(solution: Solution) -> pd.Series:
    """Renewable output that the weather offered and nobody took, as a share, by period."""
    n, horizon = solution.model.network, solution.model.horizon
    static = n.c.generators.static
    renewable = static["carrier"].map(n.c.carriers.static["renewable"]).fillna(False).astype(bool)
    names = static.index[renewable & static.index.isin(n.c.generators.dynamic["p_max_pu"].columns)]
    if not len(names):
        return pd.Series(0.0, index=horizon.periods)
    offer, taken = (part.sum() for part in offered(solution, names))
    return ((offer - taken) / offer.where(offer > 0)).fillna(0.0).clip(lower=0.0)


def offered(solution: Solution, names: pd.Index) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What generators could have given and what they gave, MWh a year, by unit and period."""
    n, horizon = solution.model.network, solution.model.horizon
    period, hours = horizon.period_of.to_numpy(), horizon.hours.to_numpy()
    pu = n.get_switchable_as_dense("Generator", "p_max_pu")[names]
    full_load = pu.mul(hours, axis=0).groupby(period).sum().T
    offer = full_load * _in_operation(solution, "Generator").loc[names]
    taken = solution.power("Generator")[names].mul(hours, axis=0).groupby(period).sum().T
    return offer, taken


def _served(solution: Solution) -> set[str]:
    """Buses with demand: provinces, not fuel or helper buses of a user's network."""
    return set(solution.model.network.c.loads.static["bus"])


def _capacity_of(solution: Solution, component: str) -> list[pd.DataFrame]:
    static = solution.model.network.c[component].static
    if static.empty:
        return []
    there = _in_operation(solution, component)
    built = pd.DataFrame(
        {
            y: there[y].where(static["p_nom_extendable"] & (static["build_year"] == y), 0.0)
            for y in there.columns
        }
    )
    if not solution.model.network.has_investment_periods:
        built = there.mul(static["p_nom_extendable"].astype(float), axis=0)
    keys = [static["bus"].rename("province"), static["carrier"]]
    total = _long(there.groupby(keys).sum() * GW, ["province", "carrier"], "gw")
    total["new_gw"] = _long(built.groupby(keys).sum() * GW, ["province", "carrier"], "gw")["gw"]
    return [total[(total["gw"] > NEGLIGIBLE) | (total["new_gw"] > NEGLIGIBLE)]]


def _in_operation(solution: Solution, component: str) -> pd.DataFrame:
    """MW of each unit that is in operation, by period."""
    n, periods = solution.model.network, solution.model.periods
    static = n.c[component].static
    size = static["p_nom"].astype(float).copy()
    free = static.index[static["p_nom_extendable"]]
    if len(free):
        size[free] = solution.value(f"{component}-p_nom").to_series().reindex(free)
    if not n.has_investment_periods:
        return pd.DataFrame({y: size for y in periods})
    end = static["build_year"] + static["lifetime"]
    return pd.DataFrame(
        {y: size.where((static["build_year"] <= y) & (y < end), 0.0) for y in periods}
    )


def _long(table: pd.DataFrame, names: list[str], value: str) -> pd.DataFrame:
    """Rows of a table by period as tidy rows, the year first."""
    table = table.copy()
    table.index.names = names
    table.columns = pd.Index(np.asarray(table.columns), name="year")
    tidy = table.stack().rename(value).reset_index()
    return tidy[["year", *names, value]].sort_values("year", kind="stable", ignore_index=True)


SERVICES = ("reserve", "frequency", "peak_shaving")
UNITS = {
    "price_spread": "CNY/MWh",
    "peak_load": "GW",
    "peak_residual_load": "GW",
    "shifted": "TWh",
    "service_payments": "bn CNY/a",
}
BN = 1e-9


def flexibility(equilibrium: Equilibrium) -> pd.DataFrame:
    """Price spread, peak load, shifted energy and payments to providers, rows periods.

    ``price_spread`` is the mean over buses and days, weighted by load, of the day's highest less
    its lowest price; ``peak_load`` the largest load of all buses together after shifts, and
    ``peak_residual_load`` the largest that is left after wind and solar output;
    ``service_payments`` what reserve, regulation and peak shaving earn.
    """
    solution = equilibrium.solution
    used = Consumption.of(solution)
    horizon = solution.model.horizon
    period = horizon.period_of.to_numpy()
    load = used.net.sum(axis=1)
    moved = used.shift.clip(lower=0.0).mul(horizon.hours.to_numpy(), axis=0).sum(axis=1)
    return pd.DataFrame(
        {
            "price_spread": price_spread(solution, used.net),
            "peak_load": load.groupby(period).max() * GW,
            "peak_residual_load": (load - weather_output(solution)).groupby(period).max() * GW,
            "shifted": moved.groupby(period).sum() * TWH,
            "service_payments": service_payments(equilibrium) * BN,
        }
    ).rename_axis("period")


def weather_output(solution: Solution) -> pd.Series:
    """Output of renewable plants that follow the weather, MW, by snapshot."""
    n = solution.model.network
    static = n.c.generators.static
    renewable = static["carrier"].map(n.c.carriers.static["renewable"]).fillna(False).astype(bool)
    follows = static.index.isin(n.c.generators.dynamic["p_max_pu"].columns)
    return solution.power("Generator")[static.index[renewable & follows]].sum(axis=1)


def price_spread(solution: Solution, load: pd.DataFrame) -> pd.Series:
    """Highest less lowest price of a day, CNY/MWh, mean by period weighted by load."""
    n, horizon = solution.model.network, solution.model.horizon
    day, price = day_hours(n, horizon).day, solution.power_price
    energy = load.mul(horizon.hours.to_numpy(), axis=0).groupby(day).sum()
    spread = price.groupby(day).max() - price.groupby(day).min()
    period = pd.Series(horizon.period_of.to_numpy()).groupby(day).first()
    worth = (spread * energy).sum(axis=1).groupby(period).sum()
    return worth / energy.sum(axis=1).groupby(period).sum()


def service_payments(equilibrium: Equilibrium) -> pd.Series:
    """What providers of reserve, regulation and peak shaving are paid, CNY per year by period."""
    table = equilibrium.settlement
    paid = table[table["instrument"].isin(SERVICES) & (table["payer_kind"] == "hub")]
    periods = equilibrium.solution.model.periods
    return paid.groupby("period")["amount"].sum().reindex(periods).fillna(0.0)
