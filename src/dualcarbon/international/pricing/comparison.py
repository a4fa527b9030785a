"""Implicit carbon prices of excise, quotas and standards, and prices of countries side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.pricing.effective import PricePart

KG_PER_LITRE = {"gasoline": 2.28, "diesel": 2.68}
"""CO2 per litre burnt: heating value, density and emission factor of IPCC 2006, rounded."""


def excise_price(excise_per_litre: float, fuel: str) -> float:
    """Carbon price that an excise amounts to, currency per tCO2.

    p = t / (k / 1000), t excise per litre, k kg CO2 per litre

    Raises:
        InputError: an unknown fuel or a negative excise.
    """
    if fuel not in KG_PER_LITRE:
        raise unknown_name("fuel", fuel, KG_PER_LITRE, where="fuel")
    if excise_per_litre < 0:
        raise InputError(f"must not be negative, got {excise_per_litre:g}", where="excise")
    return excise_per_litre / KG_PER_LITRE[fuel] * 1000


def standard_price(price_per_unit: float, avoided_t_per_unit: float) -> float:
    """Shadow price of a standard or quota, currency per tCO2.

    p = price of its certificate, or its dual, over the CO2 that one unit avoids

    Args:
        price_per_unit: e.g. of a green certificate, CNY/MWh.
        avoided_t_per_unit: e.g. the emission factor of the grid, tCO2/MWh.

    Raises:
        InputError: nothing is avoided, or a negative price.
    """
    if avoided_t_per_unit <= 0:
        raise InputError(f"must be positive, got {avoided_t_per_unit:g}", where="avoided")
    if price_per_unit < 0:
        raise InputError(f"must not be negative, got {price_per_unit:g}", where="price")
    return price_per_unit / avoided_t_per_unit


def parts_of_table(table: pd.DataFrame, where: str = "prices") -> list[PricePart]:
    """Read instruments off a table, for example one made from a run of the coupled markets.

    Args:
        table: columns ``name``, ``kind``, and either ``price`` (currency per tCO2) or
            ``price_per_unit`` with ``avoided_t_per_unit``; optional ``coverage``, ``free_share``,
            ``rebate_share``. Empty cells take the default.
        where: name of the table, for messages.

    Raises:
        InputError: a column is missing or unknown, or a row cannot be read; names the row.
    """
    fields = list(PricePart.model_fields)
    allowed = [*fields, "price_per_unit", "avoided_t_per_unit"]
    for column in table.columns:
        if column not in allowed:
            raise unknown_name("column", str(column), allowed, where=where)
    for column in ("name", "kind"):
        if column not in table.columns:
            raise InputError(f"column '{column}' is missing", where=where, allowed=allowed)
    return [
        _part({k: v for k, v in row.items() if v == v and v != ""}, f"{where}: row {n}")
        for n, row in enumerate(table.to_dict("records"), start=2)
    ]


def _part(row: dict[object, object], where: str) -> PricePart:
    values = {str(k): v for k, v in row.items()}
    try:
        unit = values.pop("price_per_unit", None)
        avoided = values.pop("avoided_t_per_unit", None)
        if "price" not in values and unit is not None and avoided is not None:
            values["price"] = standard_price(float(str(unit)), float(str(avoided)))
        return PricePart.model_validate(values)
    except (InputError, ValueError) as error:
        raise InputError(str(error), where=where) from None


def parts_of_markets(
    allowance_price: float,
    certificate_price: float,
    *,
    ets_coverage: float,
    free_share: float,
    quota_share: float,
    power_share: float,
    grid_factor: float,
) -> list[PricePart]:
    """An allowance market and a green quota as parts of an effective price.

    The quota makes consumers pay quota share times certificate price per MWh, hence per tonne of
    the power sector's CO2: p / k, on the share quota * power of all emissions.

    Args:
        allowance_price: CNY/tCO2.
        certificate_price: of green certificates, CNY/MWh.
        ets_coverage: share of emissions in the allowance market.
        free_share: share of allowances given away.
        quota_share: share of consumption to be covered by certificates.
        power_share: share of the power sector in the emissions.
        grid_factor: tCO2 per MWh of the grid.

    Raises:
        InputError: a share outside 0 to 1, negative prices, a grid without emissions.
    """
    return [
        PricePart(
            name="allowances",
            kind="ets",
            price=allowance_price,
            coverage=ets_coverage,
            free_share=free_share,
        ),
        PricePart(
            name="green quota",
            kind="standard",
            price=standard_price(certificate_price, grid_factor),
            coverage=quota_share * power_share,
        ),
    ]


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


def explicit_schemes(currency: str = "EUR", year: int | None = None) -> pd.DataFrame:
    """The known prices of single schemes in one currency per tonne, with coverage and free share.

    Args:
        currency: currency of the result.
        year: year of the exchange rates; None takes for each price its own year, or the last known.

    Returns:
        Columns ``jurisdiction``, ``scheme``, ``kind``, ``date``, ``price`` (currency/tCO2),
        ``coverage``, ``free_share``, ``marginal`` and ``average`` over all emissions, ``source``,
        ``grade``.
    """
    table = datasets.load("carbon_prices")
    table = table[table["kind"] != "mean"].copy()
    per_tonne = table["per"].map({"t": 1.0, "short ton": 1 / TONNES_PER_SHORT_TON})
    last = int(datasets.load("exchange_rates")["year"].max())
    own = table["price_year"].clip(upper=last) if year is None else [year] * len(table)
    rates = [
        exchange_rate(str(c), currency, int(y)) for c, y in zip(table["currency"], own, strict=True)
    ]
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
