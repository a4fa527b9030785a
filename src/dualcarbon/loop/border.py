"""What a run means at the EU's border: bills at its carbon price, and exports that answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import ALLOWANCE, columns, conformed, indicator
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.solver.solution import Solution

GOODS = ("72083900", "76011010", "25231000", "31021019")
FIRST_BORDER_YEAR, LAST_BORDER_YEAR = 2026, 2034
RATE_YEAR = 2024
TONNES = 1000.0
ALLOCATIONS = {"free": 1.0, "auctioned": 0.0}
"""Share of allowances given for free in the two readings of the domestic price."""
SECTOR_OF = {"iron_steel": "steel", "aluminium": "aluminium", "cement": "cement"}
"""Sector of the energy users that makes the goods of a sector of CBAM."""
ROUTE = "blast_furnace"
CHINA = "CN"


def allowance_prices(indicators: pd.DataFrame, scenario: str) -> pd.Series:
    """Allowance price of a scenario, CNY/t CO2 by year.

    Raises:
        InputError: the run has no such scenario, or no carbon market in it.
    """
    found = indicator(indicators, ALLOWANCE)
    priced = found.index.unique("scenario")
    if scenario not in priced:
        raise InputError(
            f"'{scenario}' has no allowance price", where="scenario", allowed=list(priced)
        )
    return found.loc[scenario]


def at_the_border(indicators: pd.DataFrame, goods: Sequence[str] = GOODS) -> pd.DataFrame:
    """CBAM bill of Chinese goods at the allowance price of every scenario, by default values.

    ``N = max(0, E - F - E min(1, p / P))`` with ``p`` the allowance price net of free allocation:
    allowances that are given for free deduct nothing, whatever their price. At home the price falls
    on what is emitted, the mean of China's makers, and not on the EU's marked-up default value.

    Args:
        indicators: table of a run.
        goods: CN codes.

    Returns:
        scenario, year, good, allocation (``free`` or ``auctioned``), cny_per_t (allowance price),
        bill_eur_per_t (of product), saved_eur_per_t at the border, home_eur_per_t paid at home.

    Source: draft act of 13 May 2026 on carbon prices paid in third countries (provisional).
    """
    from dualcarbon.international.cbam import Shipment, bill_with_domestic_price, price_path
    from dualcarbon.international.cbam.tables import GOODS as NAMES
    from dualcarbon.international.pricing import exchange_rate

    certificates, rate = price_path(), exchange_rate("EUR", "CNY", RATE_YEAR)
    rows = []
    for scenario in indicators["scenario"].unique():
        try:
            prices = allowance_prices(indicators, str(scenario))
        except InputError:
            continue
        for year in _border_years(prices.index):
            price = float(np.interp(year, prices.index.to_numpy(float), prices.to_numpy()))
            for code in goods:
                shipment = Shipment(cn=code, origin=CHINA, tonnes=TONNES, year=year)
                emitted = emitted_per_tonne(code)
                for allocation, free in ALLOCATIONS.items():
                    bill = bill_with_domestic_price(
                        shipment, float(certificates[year]), price, rate, free_share=free
                    )
                    if emitted is None:  # no sector of the users makes the good
                        emitted = bill.without.unmarked_t / TONNES
                    home = price / rate * (1.0 - free) * emitted
                    rows.append((
                        scenario, year, NAMES.get(code, code), allocation, price,
                        bill.with_price.cost_eur / TONNES, bill.saving_eur / TONNES, home,
                    ))  # fmt: skip
    return conformed("chain_border", pd.DataFrame(rows, columns=columns("chain_border")))


def emitted_per_tonne(cn: str) -> float | None:
    """Direct emissions of China's makers per tonne of a good, t/t of 2024; None where unknown."""
    from dualcarbon.international.cbam import good

    sector = SECTOR_OF.get(good(cn).sector)
    users = datasets.load("energy_users")
    made = users[(users["sector"] == sector) & (users["output_mt"] > 0)]
    if (made["route"] == ROUTE).any():
        made = made[made["route"] == ROUTE]
    if made.empty:
        return None
    emitted = made["fuel_co2_mt"].sum() + made["process_co2_mt"].sum()
    return float(emitted / made["output_mt"].sum())


def _border_years(years: pd.Index) -> list[int]:
    """Years in which certificates are due; the first and the last stand for years outside."""
    return sorted({int(min(max(y, FIRST_BORDER_YEAR), LAST_BORDER_YEAR)) for y in years})


@dataclass(frozen=True)
class Good:
    """A good that the EU's border meets, and who makes it.

    Attributes:
        sector: of the energy users; cn: CN code; tonnes: exported to the EU in a year; year: of
            that trade; value_cny: price, CNY/t; elasticity: of the trade flow to its cost.
        direct_only: whether only direct emissions count.
    """

    sector: str
    cn: str
    tonnes: float
    year: int
    value_cny: float
    elasticity: float
    direct_only: bool


ELASTICITIES = ("low", "median", "high")


def goods_of(
    exports: Mapping[str, float] | None = None, elasticity: float | str = "median"
) -> tuple[Good, ...]:
    """Goods of China that the EU's border meets, with their trade and how it answers.

    Args:
        exports: t a year to the EU by sector, in place of those known.
        elasticity: of trade to cost, for all goods; or which of the published ones is taken.

    Raises:
        InputError: an unknown sector, an amount or an elasticity below zero.
    """
    from dualcarbon.international.cbam import good

    trade, price = datasets.load("border_trade"), datasets.load("output_response")
    trade = trade[trade["origin"] == CHINA].assign(of=lambda t: t["sector"].map(SECTOR_OF))
    given = dict(exports or {})
    for sector, amount in given.items():
        if sector not in set(trade["of"].dropna()):
            raise unknown_name("sector", sector, sorted(set(trade["of"].dropna())), "exports")
        if not amount >= 0:
            raise InputError(f"must not be negative, got {amount:g}", where=f"exports.{sector}")
    found = []
    for sector, rows in trade.dropna(subset="of").groupby("of", sort=False):
        main = rows.loc[rows["tonnes"].idxmax()]
        worth = price[price["sector"] == sector]["price_cny_per_t"]
        tonnes = float(given.get(str(sector), rows["tonnes"].sum()))
        found.append(Good(str(sector), str(main["cn"]), tonnes, int(main["year"]),
                          float(worth.iloc[0]), _elasticity(str(sector), elasticity),
                          good(str(main["cn"])).direct_only))  # fmt: skip
    return tuple(found)


def _elasticity(sector: str, asked: float | str) -> float:
    if not isinstance(asked, str):
        if not 0 <= asked < float("inf"):
            raise InputError(f"must be zero or more, got {asked:g}", where="elasticity")
        return float(asked)
    if asked not in ELASTICITIES:
        raise unknown_name("elasticity", asked, ELASTICITIES, where="elasticity")
    table = datasets.load("trade_elasticities")
    known = table[table["sector"] == sector]["elasticity"]
    return float({"low": known.min, "median": known.median, "high": known.max}[asked]())


def allocation_per_tonne(cn: str, year: int) -> float:
    """Free allocation of the EU that comes off a good's bill, t/t, the whole chain in it."""
    from dualcarbon.international.cbam import Shipment, assess

    bill = assess(Shipment(cn=cn, origin=CHINA, tonnes=TONNES, year=year), 1.0)
    return bill.free_allocation_t / TONNES


def certificate_price(year: int, given: float | None = None) -> float:
    """EUR/t of a year at or after 2026; the published price stands for later years."""
    return float(_published()[year]) if given is None else float(given)


@cache
def _published() -> pd.Series:
    from dualcarbon.international.cbam import price_path

    return price_path(last=LAST_BORDER_YEAR)


def exporters(
    solution: Solution, goods: Sequence[Good], paid: pd.DataFrame, certificate: float | None = None
) -> pd.DataFrame:
    """What the border asks of each maker, on its own emissions, and what it then exports.

    ``bill = P max(0, E - F - E min(1, p / P))``, ``X = X0 (1 + (bill + p E) / value)^-elasticity``

    with E the maker's emissions per tonne in the run, F the EU's free allocation, P the certificate
    price and p the price it pays at home net of free allowances. ``X0`` is its share by output of
    what is exported today. Certificates are due from 2026; later years than 2034 are as 2034.

    Args:
        solution: of the run.
        goods: see :func:`goods_of`.
        paid: CNY/t that each user pays at home, net of free allowances, rows users.
        certificate: EUR/t for all years; the published price if None.

    Returns:
        year, user, province, sector, emitted_t_per_t, paid_eur_per_t (of CO2), bill_eur_per_t and
        home_eur_per_t (of product), cost_share, before_t and exported_t, output_t.
    """
    from dualcarbon.international.pricing import exchange_rate

    rate = exchange_rate("EUR", "CNY", RATE_YEAR)
    users = solution.model.energy_users
    made = users.quantities["output"]
    parts = []
    for good in goods:
        names = makers(users.table, good)
        emitted = _per_tonne(solution, names, good)
        total = _china_output(good.sector)
        for year in solution.model.periods:
            e, p = emitted[year], paid.loc[names, year] / rate
            due, at = _due(good, int(year), e, p, certificate)
            cost = (due * at + p * e) / (good.value_cny / rate)
            before = made.loc[names, year] * (good.tonnes / total)
            parts.append(pd.DataFrame({
                "year": int(year), "user": names, "province": users.table.loc[names, "bus"],
                "sector": good.sector, "emitted_t_per_t": e, "paid_eur_per_t": p,
                "bill_eur_per_t": due * at, "home_eur_per_t": p * e, "cost_share": cost,
                "before_t": before, "exported_t": before * (1.0 + cost) ** -good.elasticity,
                "output_t": made.loc[names, year],
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def makers(table: pd.DataFrame, good: Good) -> pd.Index:
    """Users that make a good: those of its sector, by blast furnace where some do.

    Args:
        table: sector and route by user; good: one of :func:`goods_of`.
    """
    own = table[table["sector"] == good.sector]
    if (own["route"] == ROUTE).any():
        own = own[own["route"] == ROUTE]
    return own.index


def _due(
    good: Good, year: int, emitted: pd.Series, paid: pd.Series, certificate: float | None
) -> tuple[pd.Series, float]:
    """Certificates due per tonne of product, and their price; none before 2026."""
    if year < FIRST_BORDER_YEAR:
        return emitted * 0.0, 0.0
    of_law = min(year, LAST_BORDER_YEAR)
    at, free = certificate_price(of_law, certificate), allocation_per_tonne(good.cn, of_law)
    share = (paid / at).clip(upper=1.0) if at > 0 else paid * 0.0
    return (emitted * (1.0 - share) - free).clip(lower=0.0), at


def _per_tonne(solution: Solution, names: pd.Index, good: Good) -> pd.DataFrame:
    """Emissions of users per tonne of output at the solution, after what they abate, t/t."""
    made = solution.of_users("output").loc[names]
    emitted = solution.user_emissions.loc[names]
    if not good.direct_only:
        power = solution.energy[solution.model.annual.units["electric"].to_numpy(bool)].sum()
        factor = solution.emissions.sum() / power
        emitted = emitted + solution.of_users("electricity_mwh").loc[names].mul(factor, axis=1)
    return (emitted / made.where(made > 0)).fillna(0.0)


@cache
def _china_output(sector: str) -> float:
    """Output of a sector in China in 2024 by the route that exports, t."""
    users = datasets.load("energy_users")
    made = users[users["sector"] == sector]
    if (made["route"] == ROUTE).any():
        made = made[made["route"] == ROUTE]
    return float(made["output_mt"].sum()) * 1e6
