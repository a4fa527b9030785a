"""Who pays whom for energy-use rights and white certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.instruments.areas import AREA, NATIONAL, price_by_area
from dualcarbon.instruments.claims import OWN_USE, WHITE
from dualcarbon.instruments.payments import (
    Payment,
    as_party,
    by_user,
    link_income,
    through_market,
    token_sales,
)
from dualcarbon.system.parties import BUYOUT_FUND, Party, user

if TYPE_CHECKING:
    from dualcarbon.instruments.efficiency.energy_use import EnergyUseRights
    from dualcarbon.instruments.efficiency.white import WhiteCertificates
    from dualcarbon.solver.solution import Solution

BANKS = Party("certificate_bank", "certificate banks")
RIGHTS_MARKET, WHITE_MARKET = "energy-use rights market", "white certificate market"


def energy_use_payments(market: EnergyUseRights, solution: Solution) -> list[Payment]:
    """Payments for rights, ``price (quota - use)`` per user, and for exempt green power."""
    price = price_by_area(solution, "energy_use-balance")
    members = market.members(solution.model)
    received = [_times(-_short(market, solution, members), price, members, solution)]
    received += _buyout(solution, "energy_use-buyout", price)
    if market.renewables_exempt:
        received += _exemption(market, solution, members, price)
    sold = sold_savings(solution, OWN_USE, without=True)
    area = market.area_of_groups(solution.model, members)
    received.append(_of_savers(-sold, area, price, solution))
    if list(price.index) == [NATIONAL]:
        received.append(link_income(solution, market.key, price.loc[NATIONAL]))
    return through_market(market.key, RIGHTS_MARKET, received)


def white_payments(market: WhiteCertificates, solution: Solution) -> list[Payment]:
    """Payments for certificates: obliged users owe their target, savers earn what is certified."""
    price = price_by_area(solution, "white-balance")
    model = solution.model
    owed = market.targets_by_user(model)
    received = [_times(-owed, price, market.obliged(model), solution)]
    bus = model.saving_pool.groups["bus"]
    area = bus.map(market.area_of_bus(model)).dropna()
    sold = sold_savings(solution, WHITE) * market.additionality
    received.append(_of_savers(sold, area[area.isin(price.index)], price, solution))
    received += _buyout(solution, "white-buyout", price)
    if market.banking:
        bank: pd.DataFrame = solution.value("white-bank").transpose(AREA, "period").to_pandas()
        drawn = -bank.diff(axis=1).fillna(bank).div(model.horizon.years, axis=1)
        received.append(as_party(BANKS, (drawn * price).sum()))
    if list(price.index) == [NATIONAL]:
        received.append(link_income(solution, market.key, price.loc[NATIONAL]))
    return through_market(market.key, WHITE_MARKET, received)


def sold_savings(solution: Solution, use: str, *, without: bool = False) -> pd.DataFrame:
    """Saved energy of each group that goes to a use, or to all others, tce per year.

    Args:
        solution: a solved model.
        use: the use; joint uses are included in it.
        without: what does not go to the use instead.
    """
    pool = solution.model.savings
    if pool is None:
        return pd.DataFrame(columns=solution.model.periods, dtype=float)
    uses = pool.without_use(use) if without else pool.with_use(use)
    tokens = solution.evaluate(1.0 * pool.tokens).sel(saving_use=uses).sum("saving_use")
    return tokens.transpose("saver", "period").to_pandas()


def _short(market: EnergyUseRights, solution: Solution, members: pd.Series) -> pd.DataFrame:
    """Use after measures less free rights of each user, tce per year."""
    model = solution.model
    before = market.baseline(model)
    free = market.quotas(model).loc[members]
    total = before.groupby(members.rename(AREA)).sum().loc[members]
    rights = before / total.to_numpy() * free.to_numpy()
    used = model.energy_users.energy_use(members.index, market.tce_per_mwh, by="user")
    after = solution.evaluate(used).transpose("group", "period").to_pandas()
    return after.loc[members.index] - rights


def _exemption(
    market: EnergyUseRights, solution: Solution, members: pd.Series, price: pd.DataFrame
) -> list[pd.DataFrame]:
    """Owners of green power earn the worth of a token; the rest of the exemption users keep."""
    pool = solution.price("energy_use-exempt_pool")
    tokens = token_sales(solution, "energy").mul(pool * market.tce_per_mwh, axis=1)
    exempt = solution.value("energy_use-exempt").transpose(AREA, "period").to_pandas()
    rent = exempt * (price.loc[exempt.index] - pool)
    drawn = solution.model.energy_users.electricity(members.index, by="user")
    used = solution.evaluate(drawn).transpose("group", "period").to_pandas().loc[members.index]
    total = used.groupby(members.rename(AREA)).sum().loc[members]
    share = (used / total.where(total > 0).to_numpy()).fillna(0.0)
    return [tokens, by_user(solution, share * rent.loc[members].to_numpy())]


def _times(
    amount: pd.DataFrame, price: pd.DataFrame, area: pd.Series, solution: Solution
) -> pd.DataFrame:
    """Amounts by user at the price of their area, by party."""
    return by_user(solution, amount * price.loc[area.loc[amount.index]].to_numpy())


def _of_savers(
    amount: pd.DataFrame, area: pd.Series, price: pd.DataFrame, solution: Solution
) -> pd.DataFrame:
    """Amounts by group of savers at the price of their area, by party."""
    known = amount.index.intersection(area.index)
    worth = amount.loc[known] * price.loc[area.loc[known]].to_numpy()
    if worth.empty:
        return worth
    groups = solution.model.saving_pool.groups.loc[known]
    party = [user(s, b) for s, b in zip(groups["sector"], groups["bus"], strict=True)]
    return worth.groupby(pd.Index(party, name="party")).sum()


def _buyout(solution: Solution, name: str, price: pd.DataFrame) -> list[pd.DataFrame]:
    bought = solution.value(name).transpose(AREA, "period").to_pandas()
    return [as_party(BUYOUT_FUND, (bought * price.loc[bought.index]).sum())]
