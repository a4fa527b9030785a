"""Implicit carbon prices: what fuel excise, quotas and standards cost per tonne of CO2.

And price parts read off a table, or off the prices of coupled markets, such as those of a run.
"""

from __future__ import annotations

import pandas as pd

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
