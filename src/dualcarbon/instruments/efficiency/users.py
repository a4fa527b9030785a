"""Energy users in the markets of saved energy: who is covered, what they use, save and are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import linopy
import numpy as np
import pandas as pd

from dualcarbon.errors import unknown_name
from dualcarbon.instruments.areas import AREA, price_by_area
from dualcarbon.instruments.base import Price
from dualcarbon.instruments.payments import as_party, by_user
from dualcarbon.system.parties import BUYOUT_FUND, user

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution
    from dualcarbon.system.model import PolicyModel


def check_sectors(sectors: tuple[str, ...], model: PolicyModel, where: str) -> None:
    """Check that sectors exist.

    Raises:
        InputError: one does not.
    """
    known = sorted(set(model.energy_users.table["sector"]))
    for sector in sectors:
        if sector not in known:
            raise unknown_name("sector", sector, known, where=where)


def energy_before(model: PolicyModel, users: pd.Index, tce_per_mwh: float) -> pd.DataFrame:
    """Energy use of users before measures, tce per year, rows users, columns periods."""
    quantities = model.energy_users.quantities
    fuel, power = quantities["fuel_tce"].loc[users], quantities["electricity_mwh"].loc[users]
    return fuel + tce_per_mwh * power


def area_prices(key: str, item: str, row: str, solution: Solution) -> list[Price]:
    """Price of a unit in each area, CNY/tce."""
    price = price_by_area(solution, row)
    return [
        Price(key, item, str(area), values, "CNY/tce", row) for area, values in price.iterrows()
    ]


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


def at_area_price(
    amount: pd.DataFrame, price: pd.DataFrame, area: pd.Series, solution: Solution
) -> pd.DataFrame:
    """Amounts by user at the price of their area, by party."""
    return by_user(solution, amount * price.loc[area.loc[amount.index]].to_numpy())


def of_savers(
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


def buyout(
    model: PolicyModel, name: str, areas: pd.Index, price: float | None
) -> linopy.LinearExpression:
    """Units missing in each area that the fund sells, tce per year, dims (area, period).

    Args:
        model: the model; name: of the variable and its cost; areas: trade areas.
        price: CNY/tce; None for no buy-out.
    """
    bought = model.variable(name, {AREA: areas}, upper=0.0 if price is None else np.inf)
    model.cost(name, bought.sum(AREA) * (price or 0.0), transfer=True)
    return 1.0 * bought


def bought_out(solution: Solution, name: str, price: pd.DataFrame) -> list[pd.DataFrame]:
    """What the buy-out fund receives for the units that it sold, CNY per year."""
    bought = solution.value(name).transpose(AREA, "period").to_pandas()
    return [as_party(BUYOUT_FUND, (bought * price.loc[bought.index]).sum())]
