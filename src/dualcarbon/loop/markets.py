"""What the loop reads of the carbon market: emissions, allowances, prices net of free ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.errors import InputError

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.instruments.carbon.market import CarbonMarket
    from dualcarbon.loop.terms import Kind
    from dualcarbon.scenario.model import Scenario

KEY = "carbon"


def market_of(scenario: Scenario) -> CarbonMarket:
    """The scenario's carbon market.

    Raises:
        InputError: it has none.
    """
    from dualcarbon.instruments.carbon.market import CarbonMarket

    found = scenario.instruments.get(KEY)
    if not isinstance(found, CarbonMarket):
        raise InputError(
            f"'{scenario.name}' has no carbon market, so no budget can cap it",
            where="instruments.carbon",
            allowed="a scenario with 'carbon', such as today or teaching",
        )
    return found


def kind_of(market: CarbonMarket) -> Kind:
    return "cap" if market.cap is not None else "benchmarks"


def emitted(equilibrium: Equilibrium) -> pd.Series:
    """All direct CO2 of a run, Mt by year, each tonne once."""
    from dualcarbon.indicators.physical import emissions

    return emissions(equilibrium.solution).groupby("year")["mt"].sum()


def net_prices(market: CarbonMarket, found: Equilibrium) -> pd.DataFrame:
    """What each user pays for a tonne net of the allowances it is given, CNY/t, rows users.

    ``p (1 - min(1, (1 - auctioned) A / E))``: under benchmarks with the user's own allowances,
    under a cap with the mean of the market. Zero for users that the market does not cover.
    """
    from dualcarbon.instruments.carbon.settlement import cap_per_ton
    from dualcarbon.instruments.carbon.users import emitted as emitted_by_users
    from dualcarbon.instruments.carbon.users import issued_to_users

    solution = found.solution
    price = allowance_price(found)
    users = solution.model.energy_users.table.index
    net = pd.DataFrame(0.0, index=users, columns=price.index)
    if not market.sectors:
        return net
    own = emitted_by_users(market, solution)
    if market.cap is not None:
        per_ton = cap_per_ton(market, solution).fillna(0.0)
        free = pd.DataFrame({year: per_ton[year] for year in price.index}, index=own.index)
    else:
        free = issued_to_users(market, solution) / own.where(own > 0)
    kept = 1.0 - ((1.0 - market.auction_share) * free.fillna(1.0)).clip(upper=1.0)
    net.loc[own.index] = kept.mul(price, axis=1)
    return net


def allowance_price(found: Equilibrium) -> pd.Series:
    """Allowance price, CNY/t by year."""
    from dualcarbon.instruments.carbon.coverage import BALANCE

    return found.solution.price(BALANCE).astype(float)


def issued_of(market: CarbonMarket, found: Equilibrium) -> pd.Series:
    """Allowances issued, t a year."""
    solution = found.solution
    issued: pd.Series = solution.evaluate(market.allowances(solution.model)).to_series()
    return issued


def offsets_of(found: Equilibrium) -> pd.Series:
    """Offsets that covered emitters use, t a year."""
    from dualcarbon.instruments.carbon.coverage import OFFSETS

    solution = found.solution
    if OFFSETS not in solution.model.linopy.variables:
        return pd.Series(0.0, index=solution.model.periods)
    used: pd.Series = solution.value(OFFSETS).to_series()
    return used


def mean_paid(rows: pd.DataFrame) -> float:
    """Price that exporters pay at home, CNY/t of CO2, weighted by what they emit."""
    from dualcarbon.international.pricing import exchange_rate
    from dualcarbon.loop.border import RATE_YEAR

    weight = rows["emitted_t_per_t"] * rows["before_t"]
    if not weight.sum() > 0:
        return 0.0
    mean = float((rows["paid_eur_per_t"] * weight).sum() / weight.sum())
    return mean * exchange_rate("EUR", "CNY", RATE_YEAR)


BASE, SLACK, SHORT, NOTHING, BINDING = "base_year", "slack", "ceiling", "nothing_left", "binding"


def why(base: bool, price: float, cap: float, covered: float, ceiling: float) -> str:
    """Why a year's price is what it is."""
    if price >= ceiling * (1 - 1e-6):
        return NOTHING if cap <= 0 else SHORT
    if base:
        return BASE
    return SLACK if price < 1e-6 else BINDING
