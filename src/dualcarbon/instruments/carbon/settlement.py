"""Who pays whom in the carbon market, at the allowance price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.carbon import users as carbon_users
from dualcarbon.instruments.carbon.coverage import (
    BALANCE,
    BANK,
    BOUGHT_AT_FLOOR,
    CCER,
    CCER_POOL,
    OFFSETS,
    SOLD_AT_CEILING,
    CarbonCoverage,
    bought_offsets,
)
from dualcarbon.instruments.carbon.reserve import from_reserve
from dualcarbon.instruments.payments import (
    Payment,
    as_party,
    by_owner,
    by_user,
    link_income,
    through_market,
    token_sales,
)
from dualcarbon.system.parties import GOVERNMENT, Party

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

BANKS = Party("allowance_bank", "allowance banks")


def payments(market: CarbonCoverage, solution: Solution) -> list[Payment]:
    """Emitters short of allowances pay those who are long, the state, banks and projects.

    ``received = price (free allowances - emissions)`` per emitter, plus what its offsets save.
    """
    price = solution.price(BALANCE)
    received = [net_of_plants(market, solution).mul(price, axis=1)]
    if market.sectors:
        received.append(net_of_users(market, solution).mul(price, axis=1))
    received.append(as_party(GOVERNMENT, sold_by_state(market, solution) * price))
    received += offsets(market, solution, price)
    received.append(link_income(solution, market.key, price))
    if market.banking:
        received.append(as_party(BANKS, withdrawn_from_banks(market, solution) * price))
    return through_market(market.key, "carbon market", received)


def net_of_plants(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Free allowances less emissions by owner of plants and period, t CO2 per year."""
    plants = market.covered(solution.model)
    free = issued_to_plants(market, solution) * (1 - market.auction_share)
    return by_owner(solution, free.loc[plants] - solution.emissions.loc[plants])


def issued_to_plants(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Allowances of each covered unit: benchmark times output, or the cap shared by emissions."""
    model = solution.model
    plants = market.covered(model)
    if market.cap is None:
        factor = model.horizon.spread(market.stringency) * market.kept_share
        benchmark = market.benchmark_of(model).loc[plants]
        return solution.energy.loc[plants].mul(benchmark, axis=0).mul(factor, axis=1)
    return solution.emissions.loc[plants].mul(cap_per_ton(market, solution), axis=1).fillna(0.0)


def net_of_users(market: CarbonCoverage, solution: Solution) -> pd.DataFrame:
    """Free allowances less emissions by energy users and period, t CO2 per year."""
    emitted = carbon_users.emitted(market, solution)
    if market.cap is None:
        issued = carbon_users.issued_to_users(market, solution)
    else:
        issued = emitted.mul(cap_per_ton(market, solution), axis=1).fillna(0.0)
    return by_user(solution, issued * (1 - market.auction_share) - emitted)


def cap_per_ton(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Allowances issued under a cap per ton of covered emissions, by period."""
    total = emitted_by_covered(market, solution)
    cap = solution.model.horizon.spread(market.cap or 0.0) * market.kept_share
    return cap / total.where(total > 0)


def emitted_by_covered(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Covered emissions by period, t CO2 per year."""
    return solution.evaluate(market.emissions(solution.model)).to_series()


def sold_by_state(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Allowances that the government auctions or sells, less those it buys, t CO2 per year.

    A cap is given out by emissions; where none of the covered emits, it stays with the government.
    """
    issued = solution.evaluate(market.allowances(solution.model)).to_series()
    amount = issued * market.auction_share
    if market.cap is not None:  # where nobody emits, nobody is given any of the cap
        emitted = emitted_by_covered(market, solution)
        amount = amount.where(emitted > 0, issued)
    amount = amount + from_reserve(market, solution)
    if market.ceiling is not None:
        amount = amount + solution.value(SOLD_AT_CEILING).to_series()
    if market.floor is not None:
        amount = amount - solution.value(BOUGHT_AT_FLOOR).to_series()
    return amount


def outside_offsets(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Offsets bought from outside the model by period, t CO2 per year."""
    total = pd.Series(0.0, index=solution.model.periods)
    for step in market.offsets:
        total = total + solution.value(bought_offsets(step.name)).to_series()
    return total


def withdrawn_from_banks(market: CarbonCoverage, solution: Solution) -> pd.Series:
    """Allowances taken out of the banks by period, less those put in, t CO2 per year."""
    bank = solution.value(BANK).to_series()
    return (bank.shift(1, fill_value=market.starting_bank) - bank) / solution.model.horizon.years


def offsets(market: CarbonCoverage, solution: Solution, price: pd.Series) -> list[pd.DataFrame]:
    """Offset projects receive the offset price; the limit's rent stays with emitters, CNY/a."""
    offset_price = solution.price(CCER_POOL)
    parts = []
    for step in market.offsets:
        bought = solution.value(bought_offsets(step.name)).to_series()
        parts.append(as_party(Party("project", step.name), bought * offset_price))
    if market.ccer_rate > 0:
        parts.append(token_sales(solution, CCER).mul(offset_price * market.ccer_rate, axis=1))
    used = solution.value(OFFSETS).to_series()
    return [*parts, *offset_rent(market, solution, used * (price - offset_price))]


def offset_rent(market: CarbonCoverage, solution: Solution, rent: pd.Series) -> list[pd.DataFrame]:
    """Emitters may each offset the same share, so the rent follows covered emissions, CNY/a."""
    total = emitted_by_covered(market, solution)
    per_ton = (rent / total.where(total > 0)).fillna(0.0)
    plants = solution.emissions.loc[market.covered(solution.model)]
    parts = [by_owner(solution, plants).mul(per_ton, axis=1)]
    if market.sectors:
        emitted = by_user(solution, carbon_users.emitted(market, solution))
        parts.append(emitted.mul(per_ton, axis=1))
    return parts
