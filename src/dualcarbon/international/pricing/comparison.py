"""Carbon prices of countries side by side, explicit and implicit, in one currency."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import unknown_name
from dualcarbon.international.pricing.implicit import excise_price

BASE_YEAR = 2021
COUNTRIES = ("EU", "GB", "US", "JP", "KR", "CN", "IN")
TONNES_PER_SHORT_TON = 0.90718474


def effective_by_country(countries: Sequence[str] = COUNTRIES) -> pd.DataFrame:
    """Effective price of countries over all their CO2, explicit and implicit.

    explicit: mean over all emissions of allowance prices and carbon taxes (2024). implicit:
    sum over motor fuels of excise / CO2 per litre * share of the country's CO2. Excise on other
    fuels, subsidies and standards are not counted, and the fuels' shares are orders of magnitude:
    the implicit part is of grade D.

    Args:
        countries: ISO alpha-2 codes, or EU.

    Returns:
        Columns ``country``, ``part`` (explicit, implicit), ``usd_per_t`` (US$ of 2021 per tCO2),
        ``source``, ``grade``.

    Raises:
        InputError: no prices of a country are known.
    """
    prices = datasets.load("carbon_prices")
    means = prices[prices["kind"] == "mean"].set_index("jurisdiction")
    excise = datasets.load("fuel_excise")
    known = sorted(set(means.index) & set(excise["jurisdiction"]))
    rows = []
    for country in countries:
        if country not in known:
            raise unknown_name("country", country, known, where="country")
        mean = means.loc[country]
        rows.append((country, "explicit", float(mean["price"]), mean["source"], mean["grade"]))
        paid = excise[excise["jurisdiction"] == country]
        source = "; ".join(dict.fromkeys(paid["source"]))
        rows.append((country, "implicit", _implicit(paid), source, "D"))
    return pd.DataFrame(rows, columns=["country", "part", "usd_per_t", "source", "grade"])


def explicit_schemes(currency: str = "EUR", year: int = 2024) -> pd.DataFrame:
    """The known prices of single schemes in one currency per tonne, with coverage and free share.

    Args:
        currency: currency of the result.
        year: year of the exchange rates.

    Returns:
        Columns ``jurisdiction``, ``scheme``, ``kind``, ``date``, ``price`` (currency/tCO2),
        ``coverage``, ``free_share``, ``marginal`` and ``average`` over all emissions, ``source``,
        ``grade``.
    """
    table = datasets.load("carbon_prices")
    table = table[table["kind"] != "mean"].copy()
    per_tonne = table["per"].map({"t": 1.0, "short ton": 1 / TONNES_PER_SHORT_TON})
    rates = [exchange_rate(str(c), currency, year) for c in table["currency"]]
    table["price"] = table["price"] * per_tonne * rates
    table["marginal"] = table["price"] * table["coverage"]
    table["average"] = table["marginal"] * (1 - table["free_share"])
    columns = ["jurisdiction", "scheme", "kind", "date", "price", "coverage", "free_share"]
    shown = table[[*columns, "marginal", "average", "source", "grade"]]
    return shown.reset_index(drop=True)


def exchange_rate(source: str, target: str, year: int) -> float:
    """Units of one currency per unit of another, average of a year.

    Raises:
        InputError: no rate of the currency or the year is known.
    """
    table = datasets.load("exchange_rates")
    if year not in set(table["year"]):
        raise unknown_name("year", str(year), sorted(map(str, set(table["year"]))), where="year")
    rates = table[table["year"] == year].set_index("currency")["per_euro"].to_dict()
    rates = {str(k): float(v) for k, v in rates.items()} | {"EUR": 1.0}
    for currency in (source, target):
        if currency not in rates:
            raise unknown_name("currency", currency, sorted(rates), where="currency")
    return rates[target] / rates[source]


def _implicit(paid: pd.DataFrame) -> float:
    """Mean over all emissions of the excise on motor fuels, US$ of 2021 per tCO2."""
    return sum(
        excise_price(float(row.excise), str(row.fuel))
        * exchange_rate(str(row.currency), "USD", BASE_YEAR)
        * float(row.emission_share)
        for row in paid.itertuples()
    )
