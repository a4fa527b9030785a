"""Who pays and who keeps the money of the closed loop: parties, provinces, household groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.common.tables import columns, conformed_all
from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.loop.border import RATE_YEAR

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.loop.terms import Loop, Round

MILLION = 1e-6
KEPT = {
    "home": "China, government",
    "eu": "EU, budget",
    "returned": "developing exporters",
    "abatement_abroad": "abatement projects abroad",
}
"""Uses of what the border takes, and who has the money in the end."""
BUDGET, EXPORTERS = "EU, budget", "exporters"
STATE = "China, government"


def tables(loop: Loop) -> dict[str, pd.DataFrame]:
    """Tables of the loop: rounds, goods, uses of the money, provinces, household groups."""
    found = {
        "loop_rounds": _rounds(loop),
        "loop_goods": _goods(loop),
        "loop_money": money(loop),
        "loop_abatement": abatement_abroad(loop),
        "loop_provinces": provinces(loop),
        "loop_households": households(loop),
    }
    return conformed_all(found)


def _rounds(loop: Loop) -> pd.DataFrame:
    parts = [r.table.assign(round=r.number, loop=r.loop) for r in loop.rounds]
    table = pd.concat(parts, ignore_index=True)
    rests = table["loop"].map(loop.converged)
    return table.assign(converged=rests)[columns("loop_rounds")]


def _goods(loop: Loop) -> pd.DataFrame:
    """Bill, cost at home and exports by good, open beside closed, t, EUR/t of product."""
    rows = []
    for name in loop.converged:
        exports = loop.last(name).exports
        for (year, sector), part in exports.groupby(["year", "sector"], sort=False):
            weight = part["exported_t"] if part["exported_t"].sum() > 0 else part["before_t"]
            mean = {
                column: float(np.average(part[column], weights=weight))
                for column in ("emitted_t_per_t", "bill_eur_per_t", "home_eur_per_t", "cost_share")
            }
            rows.append({"loop": name, "year": year, "sector": sector, **mean,
                         "before_t": part["before_t"].sum(),
                         "exported_t": part["exported_t"].sum()})  # fmt: skip
    return pd.DataFrame(rows, columns=columns("loop_goods"))


def border_flows(last: Round, use: str) -> pd.DataFrame:
    """Payments of the border under one use of what it takes: year, payer, payee, mn EUR.

    Exporters of each province pay what the closed loop charges. ``home`` takes the same at home in
    place of the border; ``eu`` keeps it in the EU's budget; ``returned`` gives it back to
    developing exporters in proportion to what they paid, here to China's; ``abatement_abroad``
    spends it on projects of other developing regions.
    """
    exports = last.exports.assign(
        mn=last.exports["bill_eur_per_t"] * last.exports["exported_t"] * MILLION
    )
    paid = exports.groupby(["year", "province"], sort=False)["mn"].sum()
    taker = STATE if use == "home" else BUDGET
    rows = [
        (year, f"{province}, {EXPORTERS}", taker, float(amount))
        for (year, province), amount in paid.items()
    ]
    total = paid.groupby("year").sum()
    if use == "returned":
        rows += [
            (year, BUDGET, f"{province}, {EXPORTERS}", float(amount))
            for (year, province), amount in paid.items()
        ]
    elif use == "abatement_abroad":
        rows += [(year, BUDGET, KEPT[use], float(amount)) for year, amount in total.items()]
    return pd.DataFrame(rows, columns=["year", "payer", "payee", "mn_eur"])


def money(loop: Loop) -> pd.DataFrame:
    """Net receipts of every party under each use, mn CNY a year; each year and use nets to zero.

    The carbon market's own payments are those of the closed loop and the same under each use.
    """
    rate = _rate()
    market = _market_receipts(loop.closed)
    parts = []
    for use in KEPT:
        flow = border_flows(loop.last(), use)
        received = flow.groupby(["year", "payee"])["mn_eur"].sum().rename_axis(["year", "party"])
        paid = flow.groupby(["year", "payer"])["mn_eur"].sum().rename_axis(["year", "party"])
        border = received.sub(paid, fill_value=0.0).mul(rate).rename("mn_cny").reset_index()
        border["item"] = "border"
        parts.append(pd.concat([border, market], ignore_index=True).assign(use=use))
    table = pd.concat(parts, ignore_index=True)
    keys = ["year", "use", "party", "item"]
    table = table.groupby(keys, sort=False, as_index=False)["mn_cny"].sum()
    return table[table["mn_cny"].abs() > 1e-9][columns("loop_money")]


def _market_receipts(closed: Equilibrium) -> pd.DataFrame:
    """Net receipts in the carbon market by kind of party, mn CNY."""
    settled = closed.settlement
    net = net_receipts(settled[settled["instrument"] == "carbon"])
    party = net["kind"].map({"government": STATE}).fillna("China, " + net["kind"])
    table = net.assign(party=party, mn_cny=net["amount"] * MILLION, year=net["period"])
    table = table.groupby(["year", "party"], as_index=False)["mn_cny"].sum()
    return table.assign(item="carbon_market")


def abatement_abroad(loop: Loop) -> pd.DataFrame:
    """What the money buys where it is spent on abatement in other developing regions.

    Returns:
        year, mn_usd, abated_mt, usd_per_t (of the last tonne).
    """
    from dualcarbon.international.linking.sources import embedded_regions
    from dualcarbon.international.pricing import exchange_rate
    from dualcarbon.international.recycling import buy_abatement

    curves = {r.name: r.curve for r in embedded_regions() if r.developing and r.name != "China"}
    flow = border_flows(loop.last(), "eu").groupby("year")["mn_eur"].sum()
    rows = []
    for year, amount in flow.items():
        dollars = float(amount) * exchange_rate("EUR", "USD", RATE_YEAR)
        bought = buy_abatement(curves, dollars)
        price = bought.price if dollars > 0 else 0.0
        rows.append((year, dollars, bought.total_mt if dollars > 0 else 0.0, price))
    return pd.DataFrame(rows, columns=columns("loop_abatement"))


def provinces(loop: Loop) -> pd.DataFrame:
    """What the closed loop costs each province, mn CNY a year, against the scenario as it is.

    Returns:
        year, province, market (net payments in the carbon market), border (bills of its exporters),
        power (change of what its consumers pay for electricity, all in), total.
    """
    from dualcarbon.indicators.all_in import all_in_prices

    settled = loop.closed.settlement
    net = net_receipts(settled[settled["instrument"] == "carbon"])
    net = net[net["bus"] != ""]
    market = -net.groupby(["period", "bus"])["amount"].sum() * MILLION
    exports = loop.last().exports
    bill = exports["bill_eur_per_t"] * exports["exported_t"] * MILLION * _rate()
    border = bill.groupby([exports["year"], exports["province"]]).sum()
    power = {}
    for name, found in (("before", loop.before), ("closed", loop.closed)):
        paid = all_in_prices(found)
        power[name] = (
            (paid["twh"] * paid["all_in"]).groupby([paid["year"], paid["province"]]).sum()
        )  # TWh x CNY/MWh = mn CNY
    parts = {"market": market, "border": border, "power": power["closed"] - power["before"]}
    table = pd.DataFrame({
        name: part.rename_axis(["year", "province"]) for name, part in parts.items()
    }).fillna(0.0)  # fmt: skip
    table["total"] = table.sum(axis=1)
    return table.reset_index()[columns("loop_provinces")]


def households(loop: Loop) -> pd.DataFrame:
    """What the carbon price of the closed loop costs people by income decile, CNY a head and year.

    The worth of all covered emissions at the allowance price, passed on in full to those who buy,
    in proportion to the carbon footprint of a head; what is auctioned comes back the same to every
    head. Empty for an invented country.

    Returns:
        year, decile, footprint_t (a head, t CO2e of 2019), cost_cny, dividend_cny, net_cny.
    """
    from dualcarbon.instruments.carbon.market import CarbonMarket
    from dualcarbon.responsibility.history.national import footprint_deciles, population

    names = columns("loop_households")
    market = loop.closed.package.instruments["carbon"]
    if loop.scenario.world != "china" or not isinstance(market, CarbonMarket):
        return pd.DataFrame(columns=names)
    groups = footprint_deciles(regions=["CHN"]).sort_values("decile")
    people = population(regions=["CHN"]).sort_values("year")["value"].iloc[-1]
    share = groups["t_per_head"] / groups["t_per_head"].sum()  # deciles hold as many people each
    rows = []
    for record in loop.last().table.itertuples():
        worth = record.cny_per_t * record.covered_mt / MILLION
        back = record.cny_per_t * min(
            market.auction_share * record.cap_mt, record.covered_mt) / MILLION  # fmt: skip
        cost = worth * share / (people / len(share))
        for decile, tonnes, paid in zip(groups["decile"], groups["t_per_head"], cost, strict=True):
            rows.append((record.year, decile, tonnes, paid, back / people, back / people - paid))
    return pd.DataFrame(rows, columns=names)


def _rate() -> float:
    """CNY per EUR."""
    from dualcarbon.international.pricing import exchange_rate

    return exchange_rate("EUR", "CNY", RATE_YEAR)
