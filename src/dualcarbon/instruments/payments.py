"""Payments between parties, and the bookkeeping by which a market nets to zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.system.parties import GOVERNMENT, LINKS, Party, hub, party, seller, user

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

__all__ = [
    "GOVERNMENT",
    "Payment",
    "as_party",
    "by_owner",
    "by_user",
    "link_income",
    "through_market",
    "token_sales",
]

NEGLIGIBLE = 1e-12  # of the turnover: what is left of sums that cancel


@dataclass(frozen=True)
class Payment:
    """A payment per year; ``amount`` in CNY per year by period, never negative in sum.

    Attributes:
        instrument: key of the instrument that causes it.
        payer, payee: the parties.
        amount: CNY per year, index period.
    """

    instrument: str
    payer: Party
    payee: Party
    amount: pd.Series


def through_market(instrument: str, market: str, received: Iterable[pd.DataFrame]) -> list[Payment]:
    """Turn what parties receive (rows) by period into payments through one market.

    Args:
        instrument: key of the instrument.
        market: name of the hub between payers and payees; what it receives it must pay out again,
            which ``check`` verifies whatever its name is.
        received: CNY per year, index parties; negative for what a party pays. A party may be
            given by a name alone: then it is none of the known kinds.
    """
    filled = [frame for frame in received if len(frame)]
    if not filled:
        return []
    rows = [party(label) for frame in filled for label in frame.index]
    of_row, parties = pd.factorize(np.array(rows, dtype=object), sort=True)
    between = hub(market)
    periods = filled[0].columns
    total = np.zeros((len(parties), len(periods)))
    amounts = np.concatenate([frame[periods].to_numpy(float) for frame in filled])
    np.add.at(total, of_row, amounts)
    total[np.abs(total) <= NEGLIGIBLE * np.abs(amounts).sum()] = 0.0
    payments = []
    for who, amount in zip(parties, total, strict=True):
        if amount.max() > 0:
            gains = pd.Series(np.maximum(amount, 0.0), index=periods)
            payments.append(Payment(instrument, between, who, gains))
        if amount.min() < 0:
            pays = pd.Series(np.maximum(-amount, 0.0), index=periods)
            payments.append(Payment(instrument, who, between, pays))
    return payments


def as_party(who: Party | str, amount: pd.Series) -> pd.DataFrame:
    """Table of one row: what a party receives by period."""
    return pd.DataFrame([amount.to_numpy(float)], index=[who], columns=amount.index)


def by_owner(solution: Solution, amount: pd.DataFrame) -> pd.DataFrame:
    """Sum a table by unit (rows) and period over the owners of the units."""
    units = solution.model.annual.units.loc[amount.index]
    owner = [seller(c, b) for c, b in zip(units["carrier"], units["bus"], strict=True)]
    return amount.groupby(pd.Index(owner, name="party")).sum()


def by_user(solution: Solution, amount: pd.DataFrame) -> pd.DataFrame:
    """Sum a table by energy user (rows) and period over sector and bus."""
    table = solution.model.energy_users.table.loc[amount.index]
    who = [user(s, b) for s, b in zip(table["sector"], table["bus"], strict=True)]
    return amount.groupby(pd.Index(who, name="party")).sum()


def token_sales(solution: Solution, use: str, carriers: set[str] | None = None) -> pd.DataFrame:
    """Tokens that each owner sells to a use, MWh per year, rows parties, columns periods.

    Tokens of a group are alike, so the group's sales are shared by output.
    """
    pool = solution.model.tokens
    if pool is None:
        return pd.DataFrame(columns=solution.model.periods, dtype=float)
    units = solution.model.annual.units
    units = units[units["renewable"]]
    if carriers is not None:
        units = units[units["carrier"].isin(carriers)]
    group = units["carrier"] + " " + units["vintage"]
    energy = solution.energy.loc[units.index]
    sold = solution.evaluate(pool.claimed_by_group(use)).transpose("group", "period").to_pandas()
    total = energy.groupby(group).transform("sum")
    share = (energy / total.where(total > 0)).fillna(0.0)
    return by_owner(solution, share * sold.reindex(group.to_numpy()).to_numpy())


def link_income(solution: Solution, market: str, price: pd.Series) -> pd.DataFrame:
    """What units brought in from, or taken out to, other markets are worth here."""
    expressions = solution.model.credited_by(market)
    if not expressions:
        return pd.DataFrame(columns=price.index, dtype=float)
    worth = [solution.evaluate(e).to_series() * price for e in expressions]
    return pd.concat([as_party(LINKS, part) for part in worth])
