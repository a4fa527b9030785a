"""The loop that joins the libraries, and the only module that imports them all.

Accounts give carbon budgets, budgets cap the markets, markets give a carbon price, the price meets
the border, and what the border or a club charges comes back into the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dualcarbon.common.tables import ALLOWANCE, columns, conformed, indicator
from dualcarbon.errors import InputError, unknown_name

if TYPE_CHECKING:
    from dualcarbon.international.cbam import Shipment
    from dualcarbon.international.clubs.outcomes import ClubResult
    from dualcarbon.mrv.report import Report
    from dualcarbon.responsibility.table.table import InputOutputTable
    from dualcarbon.scenario.model import Scenario

CHINA, CHINA_OF_CLUBS = "CHN", "China"
GOODS = ("72083900", "76011010", "25231000", "31021019")
FIRST_BORDER_YEAR, LAST_BORDER_YEAR = 2026, 2034
RATE_YEAR = 2024
TONNES = 1000.0
BUDGET = ("igcc_2024", 1.5, 0.5)
GT = 1e-3  # Mt -> Gt
T_PER_MT = 1e6
ALLOCATIONS = {"free": 1.0, "auctioned": 0.0}
"""Share of allowances given for free in the two readings of the domestic price."""


def loop_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What a run of China's markets means at the EU's border and for China's carbon budget.

    Args:
        tables: tables of a run; see :mod:`dualcarbon.common.tables`.

    Returns:
        ``chain_border`` and ``chain_budget``; empty where the run has no allowance price.
    """
    indicators = tables["indicators"]
    return {"chain_border": at_the_border(indicators), "chain_budget": of_the_budget(indicators)}


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
    allowances that are given for free deduct nothing, whatever their price.

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
                shipment = Shipment(cn=code, origin="CN", tonnes=TONNES, year=year)
                for allocation, free in ALLOCATIONS.items():
                    bill = bill_with_domestic_price(
                        shipment, float(certificates[year]), price, rate, free_share=free
                    )
                    rows.append((
                        scenario, year, NAMES.get(code, code), allocation, price,
                        bill.with_price.cost_eur / TONNES, bill.saving_eur / TONNES,
                        bill.home_eur / TONNES,
                    ))  # fmt: skip
    return conformed("chain_border", pd.DataFrame(rows, columns=columns("chain_border")))


def of_the_budget(indicators: pd.DataFrame) -> pd.DataFrame:
    """CO2 of every scenario over its years against China's budget under every rule.

    Emissions between milestone years are on a straight line; the budget is that for 1.5 degrees at
    even odds, counted from the year after the last of the emission series.

    Returns:
        scenario, rule with its titles, first_year, last_year, used_gt, budget_gt, share (used over
        budget; not a number where the rule leaves no budget).
    """
    from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
    from dualcarbon.responsibility.rights.rules import RULES, share

    basis = embedded_basis()
    whole = remaining_budget(*BUDGET, basis.year)
    budgets = {rule: float(share(basis, whole, rule).values[CHINA]) for rule in RULES}
    rows = []
    emitted = indicators[indicators["indicator"] == "co2_mt"]
    for scenario, table in emitted.groupby("scenario", sort=False):
        path = table.set_index("year")["value"].astype(float).sort_index()
        years = np.arange(path.index[0], path.index[-1] + 1)
        used = float(np.interp(years, path.index.to_numpy(float), path.to_numpy()).sum()) * GT
        rows += [
            (scenario, rule, RULES[rule].title_en, RULES[rule].title_zh, int(years[0]),
             int(years[-1]), used, budget, used / budget if budget > 0 else float("nan"))
            for rule, budget in budgets.items()
        ]  # fmt: skip
    return conformed("chain_budget", pd.DataFrame(rows, columns=columns("chain_budget")))


def cap_from_budget(rule: str, years: Sequence[int], *, net_zero: int = 2060) -> dict[int, float]:
    """Cap on all emissions that follows from China's budget under a burden-sharing rule.

    Args:
        rule: key of :data:`dualcarbon.responsibility.rights.rules.RULES`.
        years: milestone years; net_zero: year in which the path ends.

    Returns:
        t CO2 per year, for the field ``cap`` of the carbon market.

    Raises:
        InputError: no such rule, or a year outside the path.
    """
    from dualcarbon.responsibility.rights.embedded import embedded_basis, remaining_budget
    from dualcarbon.responsibility.rights.paths import national_paths
    from dualcarbon.responsibility.rights.rules import share

    basis = embedded_basis()
    budgets = share(basis, remaining_budget(*BUDGET, basis.year), rule)
    path = national_paths(basis, budgets, shape="exponential", net_zero=net_zero, regions=[CHINA])
    values = path.set_index("year")["value"]
    for year in years:
        if year not in values.index:
            span = f"{values.index[0]} to {values.index[-1]}"
            raise InputError(f"{year} is outside the path", where="years", allowed=span)
    return {int(year): max(float(values[year]) * 1e9, 0.0) for year in years}


def answer_to_club(scenario: Scenario, club: ClubResult, region: str = CHINA_OF_CLUBS) -> Scenario:
    """The scenario with a price floor at what a club's border charges on the region's carbon.

    A price paid at home is not paid at the border; at the floor the revenue stays at home. Members
    meet no border price, and a scenario then keeps its floor.

    Args:
        scenario: with a carbon market.
        club: a club and its coalition; region: its name in the club's world.

    Raises:
        InputError: no such region, or the scenario has no carbon market.
    """
    from dualcarbon.international.clubs.outcomes import border_price
    from dualcarbon.international.pricing import exchange_rate

    price = border_price(club, region) * exchange_rate("USD", "CNY", RATE_YEAR)
    if "carbon" not in scenario.instruments:
        raise InputError("the scenario has no carbon market", where="instruments.carbon")
    floor = max(price, getattr(scenario.instruments["carbon"], "floor", None) or 0.0)
    return scenario.changed([f"carbon.floor={floor!r}"]) if floor > 0 else scenario


def purchase_multipliers(region: str, year: int | None = None) -> dict[str, float]:
    """Emissions embodied in a unit of each industry's sales, ``m = f (I - A)^-1``, by sector.

    Args:
        region: of the embedded world table, where the purchases are made; year: of the table, the
            latest by default.

    Returns:
        t CO2 per million US$ at basic prices of that year, by sector.

    Raises:
        InputError: no such region or year.
    """
    from dualcarbon.responsibility.leontief.system import LeontiefSystem
    from dualcarbon.responsibility.table.embedded import load_table

    table = load_table("compact", year)
    if region not in table.regions:
        raise unknown_name("region", region, table.regions, where="region")
    rows = LeontiefSystem.of(table).multipliers[0, table.rows(region)]
    return {s: float(m) * T_PER_MT for s, m in zip(table.sectors, rows, strict=True)}


def region_sides(table: InputOutputTable, region: str) -> pd.DataFrame:
    """Production and consumption of a region on one sheet, from a table of regions.

    ``consumption = production - embodied in what goes out + embodied in what comes in``, each
    with the direct emissions of final users; the last row is the consumption account.

    Args:
        table: of countries, or of provinces that the user brings; region: one of it.

    Raises:
        InputError: no such region.
    """
    from dualcarbon.responsibility.flows import flows

    if region not in table.regions:
        raise unknown_name("region", region, table.regions, where="region")
    found = flows(table)
    at = found.matrix.index.get_loc(region)
    produced, used = float(found.matrix.sum(axis=1).iloc[at]), float(table.F_Y[0, at])
    out, inward = float(found.exports.iloc[at]), float(found.imports.iloc[at])
    rows = [
        ("production", "direct", produced),
        ("production", "final_users", used),
        ("consumption", "embodied_in_sales", -out),
        ("consumption", "embodied_in_purchases", inward),
        ("consumption", "total", produced + used - out + inward),
    ]
    frame = pd.DataFrame(rows, columns=columns("mrv_both_sides"))
    return conformed("mrv_both_sides", frame.assign(tco2=frame["tco2"] * T_PER_MT))


def shipment_of(
    report: Report,
    product: str,
    cn: str,
    tonnes: float,
    year: int,
    *,
    verified: bool = False,
    route: str | None = None,
) -> Shipment:
    """The shipment at the EU's border that the report of a Chinese plant stands behind.

    Direct emissions per tonne are those of the installation; a footprint has no place here.

    Args:
        report: of the plant; product: its item; cn: CN code; tonnes: shipped; year: of import.
        verified: whether a verifier accredited for CBAM has confirmed them, which a statement for
            the Chinese market alone is not; route: letter of the production route.

    Raises:
        InputError: the plant does not make the product, or more than one; an unknown code.
    """
    from dualcarbon.international.cbam import Shipment
    from dualcarbon.mrv.consumption import product_emissions

    found = product_emissions(report, product)
    return Shipment(
        cn=cn,
        origin="CN",
        tonnes=tonnes,
        year=year,
        direct=found.direct,
        indirect=found.indirect,
        verified=verified,
        route=route,
    )


def _border_years(years: pd.Index) -> list[int]:
    """Years in which certificates are due; the first and the last stand for years outside."""
    return sorted({int(min(max(y, FIRST_BORDER_YEAR), LAST_BORDER_YEAR)) for y in years})
