"""Returns of a fixed new wind or solar project in each province, under two sets of rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.cashflow import irr, npv
from dualcarbon.system.costs import MW, investment, technology
from dualcarbon.system.settings import ChinaSettings

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

TECHNOLOGIES = ("onwind", "solar")
TODAY, COMPLETED = "today", "completed"


@dataclass(frozen=True)
class Revenue:
    """What a project sells in a year, per MW of capacity.

    Attributes:
        hours: MWh sold per MW and year, index province, columns period.
        price: CNY/MWh, same shape.
    """

    hours: pd.DataFrame
    price: pd.DataFrame


def cash_flow(
    revenue_by_period: pd.Series, outlay: float, yearly_cost: float, lifetime: int
) -> np.ndarray:
    """Cash flow of a project: outlay in year zero, then revenue less fixed cost.

    The revenue of a milestone year holds until the next one; after the last it stays.
    """
    periods = revenue_by_period.index.to_numpy(int)
    years = periods[0] + np.arange(lifetime)
    at = np.clip(np.searchsorted(periods, years, side="right") - 1, 0, len(periods) - 1)
    income = revenue_by_period.to_numpy()[at] - yearly_cost
    return np.concatenate([[-outlay], income])


def project_table(
    regime: str, technology_: str, revenue: Revenue, settings: ChinaSettings
) -> pd.DataFrame:
    """Return, net present value and mean revenue of the project in every province."""
    year = settings.years[0]
    data = technology(technology_, year)
    outlay = investment(technology_, year, settings)
    fixed = float(data["fom_cny_per_kw_y"]) * MW
    life = int(data["lifetime_y"])
    rows = []
    for province in revenue.hours.index:
        earned = revenue.hours.loc[province] * revenue.price.loc[province]
        cash = cash_flow(earned, outlay, fixed, life)
        hours = float(revenue.hours.loc[province].mean())
        rows.append(
            {
                "regime": regime,
                "province": province,
                "technology": technology_,
                "irr": irr(cash).value,
                "npv_per_cny": npv(cash, settings.wacc) / outlay,
                "revenue_cny_per_mwh": float(earned.mean() / hours) if hours > 0 else np.nan,
                "full_load_hours": hours,
            }
        )
    return pd.DataFrame(rows)


def available_hours(equilibrium: Equilibrium, technology_: str) -> pd.DataFrame:
    """Hours of full output that weather allows a new project, by province and period."""
    return _new_project(equilibrium, technology_)[0]


def capture(equilibrium: Equilibrium, technology_: str) -> pd.DataFrame:
    """Price the project's available output meets: ``sum_t h_t a_t p_t / sum_t h_t a_t``.

    A project that may run at a price of zero but not below earns nothing in those hours, so
    curtailment is in the price and not taken off the hours again.
    """
    return _new_project(equilibrium, technology_)[1]


def _new_project(equilibrium: Equilibrium, technology_: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    solution = equilibrium.solution
    n, horizon = solution.model.network, solution.model.horizon
    static = n.c.generators.static
    names = static.index[static["carrier"].eq(technology_)]
    first = static.loc[names].groupby("bus").head(1)
    availability = n.get_switchable_as_dense("Generator", "p_max_pu")[first.index]
    availability.columns = first["bus"].to_numpy()
    weighted = availability.mul(horizon.hours.to_numpy(), axis=0)
    price = solution.power_price[availability.columns]
    period = horizon.period_of.to_numpy()
    hours = weighted.groupby(period).sum().T
    earned = (weighted * price.to_numpy()).groupby(period).sum().T
    return hours, earned / hours.where(hours > 0)


def certificate_price(equilibrium: Equilibrium) -> pd.Series:
    """What a wind or solar certificate earns, CNY/MWh by period; zero without an obligation."""
    total = pd.Series(0.0, index=equilibrium.solution.model.periods)
    for row in ("green-total", "green-nonhydro", "green-users"):
        if row in equilibrium.solution.model.active_rows:
            total = total + equilibrium.solution.price(row)
    return total


def revenue_today(
    equilibrium: Equilibrium, technology_: str, level: pd.Series, utilisation: float
) -> Revenue:
    """Guaranteed hours at the benchmark tariff, the rest at the market price; some curtailed.

    Args:
        equilibrium: today's markets.
        technology_: ``onwind`` or ``solar``.
        level: factor on market prices by province.
        utilisation: share of available output that the grid takes.
    """
    tariffs = datasets.load("tariffs").set_index("province")
    kind = "wind" if technology_ == "onwind" else "solar"
    hours = available_hours(equilibrium, technology_) * utilisation
    provinces = hours.index.intersection(tariffs.index)
    hours = hours.loc[provinces]
    guaranteed = hours.clip(upper=tariffs.loc[provinces, f"guaranteed_hours_{kind}"], axis=0)
    tariff = tariffs.loc[provinces, "coal_benchmark_cny_per_mwh"]
    market = capture(equilibrium, technology_).loc[provinces].mul(level[provinces], axis=0)
    paid = guaranteed.mul(tariff, axis=0) + (hours - guaranteed) * market
    return Revenue(hours, paid / hours + certificate_price(equilibrium))


def revenue_completed(equilibrium: Equilibrium, technology_: str, level: pd.Series) -> Revenue:
    """All available output at the price it meets on the spot market, and its certificates."""
    hours = available_hours(equilibrium, technology_)
    market = capture(equilibrium, technology_).mul(level.reindex(hours.index).fillna(1.0), axis=0)
    return Revenue(hours, market + certificate_price(equilibrium))
