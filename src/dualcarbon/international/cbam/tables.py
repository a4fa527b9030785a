"""Tidy tables of the border for reports and exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed, conformed_all
from dualcarbon.errors import InputError
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.exposure import exposure, exposure_index
from dualcarbon.international.cbam.goods import origin
from dualcarbon.international.cbam.law import LAWS
from dualcarbon.international.cbam.price import price_path
from dualcarbon.international.cbam.products import product_costs
from dualcarbon.international.cbam.revenue import bill_with_domestic_price, price_sweep
from dualcarbon.international.cbam.shipment import Shipment
from dualcarbon.international.pricing import effective_by_country, exchange_rate, package_table

GOODS = {
    "72083900": "hot_rolled_coil",
    "73181595": "screws",
    "76011010": "aluminium",
    "25231000": "clinker",
    "31021019": "urea",
    "28041000": "hydrogen",
}
ORIGINS = ("CN", "IN", "RU", "TR", "KR", "US")
LAW = {
    "source_en": "default values of Implementing Regulation (EU) 2025/2621 as replaced by "
    "2026/1740, benchmarks of 2025/2620; European Commission, as of 27 November 2026",
    "source_zh": "经2026/1740更正的欧盟实施条例2025/2621默认值与2025/2620基准值，"
    "截至2026年11月27日",
}
WIOD = {
    "source_en": "World Input-Output Database 2013; European Commission, JRC",
    "source_zh": "WIOD 2013；欧盟联合研究中心",
}
RATE_YEAR = 2026
STEPS = (0, 50, 100, 200, 300, 400, 500, 600)
"""Domestic prices at which the revenue is shown, CNY/tCO2."""
TONNES = 1000.0
SHOWN_OF_INDEX = 12


def report_tables(
    *,
    prices: pd.Series | None = None,
    domestic_price_cny: float | pd.Series | None = None,
    rate: float | None = None,
    country: str = "CN",
    goods: Mapping[str, str] = GOODS,
    origins: Sequence[str] = ORIGINS,
    steps: Sequence[float] = STEPS,
    year: int | None = None,
    free_share: float = 0.0,
) -> dict[str, pd.DataFrame]:
    """The tables of the border, all by default values.

    Args:
        prices: certificate price by year, EUR/tCO2e; None holds the published one to 2034.
        domestic_price_cny: carbon price at home that would be paid in full, CNY/tCO2: one figure,
            or figures by year as from a run of the coupled markets, between which it is read off a
            straight line; None takes the latest known allowance price.
        rate: CNY per EUR; None takes the yearly rate of 2026 (to October).
        country: whose exports are looked at; its trade must be known for the exposure.
        goods: CN codes and the keys under which they are named; the first is looked into.
        origins: countries compared.
        steps: carbon prices at home at which the revenue is shown, CNY/tCO2.
        year: year in which it is; None takes the last of the path.
        free_share: share of emissions at home with free allowances, where the revenue is shown.

    Returns:
        ``border_costs`` (good, origin, year, eur_per_t), ``border_bill`` (year, case, part,
        eur_per_t), ``border_revenue`` (domestic_price, receiver, eur_per_t), ``border_exposure``
        (sector, year, mn_eur, cost_share), ``border_index`` (origin, industry, aggregate,
        relative), ``border_prices`` (country, part, usd_per_t); all with source and grade.

    Raises:
        InputError: an unknown good, origin or country, or no prices.
    """
    path = price_path() if prices is None else prices
    if not len(path):
        raise InputError("no certificate prices", where="prices")
    home = _home_prices(domestic_price_cny, path)
    per_euro = exchange_rate("EUR", "CNY", RATE_YEAR) if rate is None else rate
    first = next(iter(goods.items()))
    tables = {
        "border_costs": _costs(path, goods, origins),
        "border_bill": _bill(path, first, country, home, per_euro),
        "border_revenue": _revenue(
            path, first, country, per_euro, year or int(path.index[-1]), steps, free_share
        ),
        "border_index": _index(),
        "border_laws": laws_table(float(path.iloc[0]), (first[0], country)),
        "border_product": product_table(product_costs(first[0], country, path), first[0], country),
        "border_package": package_table(),
        "border_prices": effective_by_country().assign(year="2021–2024"),
    }
    if origin(country).code in set(datasets.load("border_trade")["origin"]):
        tables["border_exposure"] = _exposure(path, country)
    return conformed_all(tables)


NATIONAL = "national ETS"
"""Closes of China's national market, month by month; means of all trades are lower."""


def product_table(table: pd.DataFrame, cn: str, country: str) -> pd.DataFrame:
    """The costs of a product for the report; see :func:`product_costs`."""
    name = GOODS.get(cn, f"CN {cn}")
    code = origin(country).code
    return conformed(
        "border_product", table.assign(cn=cn, good=name, origin=code, **LAW, grade="C")
    )


MOVED = (("72271000", "TH"), ("73045930", "PH"), ("73061100", "CL"))
"""Goods and origins that the amended default values moved most."""
LAW_YEARS = (2026, 2028, 2030, 2034)


def laws_table(price: float | None = None, *more: tuple[str, str]) -> pd.DataFrame:
    """Cost per tonne of goods under each position of the switch of law, EUR/t.

    Args:
        price: certificate price, EUR/tCO2e; None takes the newest published one.
        more: goods and origins beside those that the amended default values moved most.
    """
    paid = float(price_path(price).iloc[0])
    rows = [
        (
            law,
            cn,
            GOODS.get(cn, f"CN {cn}"),
            origin(code).code,
            year,
            _by_law(cn, code, year, paid, law),
        )
        for cn, code in (*more, *MOVED)
        for year in LAW_YEARS
        for law in LAWS
    ]
    names = ["law", "cn", "good", "origin", "year", "eur_per_t"]
    return conformed("border_laws", pd.DataFrame(rows, columns=names).assign(**LAW, grade="C"))


def _by_law(cn: str, code: str, year: int, price: float, law: str) -> float:
    made = Shipment(cn=cn, origin=code, tonnes=TONNES, year=year)
    return assess(made, price, law=law).cost_per_unit_eur


def latest_domestic_price() -> float:
    """Latest known price of a Chinese allowance, CNY/tCO2."""
    table = datasets.load("carbon_prices")
    china = table[(table["jurisdiction"] == "CN") & (table["scheme"] == NATIONAL)]
    return float(china.sort_values("date")["price"].iloc[-1])


def _home_prices(given: float | pd.Series | None, path: pd.Series) -> pd.Series:
    """Carbon price at home for each year of the path, CNY/tCO2."""
    if given is None:
        given = latest_domestic_price()
    if not isinstance(given, pd.Series):
        return pd.Series(float(given), index=path.index)
    known = given.sort_index()
    if known.empty:
        raise InputError("no carbon prices at home", where="domestic_price_cny")
    values = np.interp(path.index.to_numpy(float), known.index.to_numpy(float), known.to_numpy())
    return pd.Series(values, index=path.index)


def _costs(path: pd.Series, goods: Mapping[str, str], origins: Sequence[str]) -> pd.DataFrame:
    rows = [
        (cn, name, origin(code).code, int(year), _per_tonne(cn, code, int(year), float(price)))
        for cn, name in goods.items()
        for code in origins
        for year, price in path.items()
    ]
    columns = ["cn", "good", "origin", "year", "eur_per_t"]
    return pd.DataFrame(rows, columns=columns).assign(**LAW, grade="C")


def _per_tonne(cn: str, code: str, year: int, price: float) -> float:
    made = Shipment(cn=cn, origin=code, tonnes=TONNES, year=year)
    return assess(made, price).cost_per_unit_eur


def _bill(
    path: pd.Series, good: tuple[str, str], country: str, home: pd.Series, rate: float
) -> pd.DataFrame:
    """What embedded emissions are worth: free allocation, deduction, and what is left to pay.

    Two cases: all allowances at home are free, and the price at home is paid in full.
    """
    rows = []
    for year, price in path.items():
        made = Shipment(cn=good[0], origin=country, tonnes=TONNES, year=int(year))
        for case, free in (("free", 1.0), ("paid", 0.0)):
            paid = float(home[year])
            bill = bill_with_domestic_price(made, float(price), paid, rate, free_share=free)
            worth = float(price) / TONNES
            owed = bill.with_price
            open_t = max(0.0, owed.embedded_t - owed.free_allocation_t)
            parts = {
                "free_allocation": owed.embedded_t - open_t,
                "deduction": open_t - owed.certificates,
                "certificates": owed.certificates,
            }
            rows += [(int(year), case, part, t * worth, paid) for part, t in parts.items()]
    columns = ["year", "case", "part", "eur_per_t", "domestic_price_cny"]
    table = pd.DataFrame(rows, columns=columns)
    return _about(table, good, country)


def _revenue(
    path: pd.Series,
    good: tuple[str, str],
    country: str,
    rate: float,
    year: int,
    steps: Sequence[float],
    free_share: float,
) -> pd.DataFrame:
    """Who receives the carbon cost of a tonne in a year, by price at home."""
    if year not in path.index:
        raise InputError(f"no certificate price of {year}", where="year", allowed=list(path.index))
    made = Shipment(cn=good[0], origin=country, tonnes=TONNES, year=year)
    prices = [float(step) for step in steps]
    sweep = price_sweep(made, float(path[year]), prices, rate, free_share=free_share)
    table = sweep.melt(
        id_vars="domestic_price_cny",
        value_vars=["home_eur", "eu_eur"],
        var_name="receiver",
        value_name="eur_per_t",
    )
    table["receiver"] = table["receiver"].str.removesuffix("_eur")
    table["eur_per_t"] /= TONNES
    return _about(table, good, country).assign(year=year)


def _about(table: pd.DataFrame, good: tuple[str, str], country: str) -> pd.DataFrame:
    """The table with the good, the country and where the figures come from."""
    cn, name = good
    code = origin(country).code
    return table.assign(cn=cn, good=name, origin=code, **LAW, grade="C")


def _exposure(path: pd.Series, country: str) -> pd.DataFrame:
    table = exposure(country, path)
    table["mn_eur"] = table["cost_eur"] / 1e6
    table["origin"] = origin(country).code
    columns = ["origin", "sector", "year", "mn_eur", "cost_eur_per_t", "cost_share"]
    return table[[*columns, "trade_year", "source", "grade"]]


def _index() -> pd.DataFrame:
    table = exposure_index().head(SHOWN_OF_INDEX)
    return table.assign(year=2011, **WIOD, grade="C")
