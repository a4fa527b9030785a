"""How even prices and load are within the day, and what flexibility earns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.electricity.bills import Consumption
from dualcarbon.system.days import day_hours

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.solver.solution import Solution

SERVICES = ("reserve", "frequency", "peak_shaving")
UNITS = {
    "price_spread": "CNY/MWh",
    "peak_load": "GW",
    "peak_residual_load": "GW",
    "shifted": "TWh",
    "service_payments": "bn CNY/a",
}
GW, TWH, BN = 1e-3, 1e-6, 1e-9


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
