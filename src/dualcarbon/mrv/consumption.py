"""The side of consumption: what is embodied in purchases and products, both sides on a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.mrv.report import INDIRECT, Report

SPEND, PHYSICAL = "spend", "physical"
OWN_SCOPES = ("fuel", "electricity", "heat")
"""Purchases whose emissions scopes 1 and 2 already hold."""


@dataclass(frozen=True)
class Purchase:
    """Something bought.

    Attributes:
        name: what; sector: industry of the table that makes it; spend: in the currency of the
            table's prices, at basic prices; quantity and factor: physical amount, and t CO2e per
            unit of it, where known; own: ``fuel``, ``electricity`` or ``heat`` for what scope 1 or
            2 already holds, else empty.
    """

    name: str
    sector: str
    spend: float = 0.0
    quantity: float | None = None
    factor: float | None = None
    own: str = ""

    def __post_init__(self) -> None:
        for name in ("spend", "quantity", "factor"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise InputError(
                    f"{name} of {self.name} is {value}", where="purchases", allowed="at least 0"
                )
        if (self.quantity is None) != (self.factor is None):
            raise InputError(
                f"{self.name} has a quantity without a factor, or the reverse", where="purchases"
            )
        if self.own and self.own not in OWN_SCOPES:
            raise unknown_name(
                "own purchase", self.own, OWN_SCOPES, where=f"purchases, {self.name}"
            )


def basic_spend(paid: float, *, rate: float, index: float, margins: float) -> float:
    """What was paid, as the table of an earlier year in another currency would have it.

    ``spend = paid / rate / index x (1 - margins)``.

    Args:
        paid: at purchaser prices of its year; rate: its currency per unit of the table's in that
            year; index: prices of the year over prices of the table's year; margins: share of
            trade, transport and taxes in what is paid.

    Raises:
        InputError: a rate or index not above zero, or a share outside 0 to 1.
    """
    for name, value in (("rate", rate), ("index", index)):
        if not value > 0:
            raise InputError(f"{value} is no {name}", where=name, allowed="above 0")
    if not 0 <= margins < 1:
        raise InputError(f"{margins} is no share of margins", where="margins", allowed="0 to 1")
    return paid / rate / index * (1 - margins)


def embodied(purchases: Sequence[Purchase], multipliers: Mapping[str, float]) -> pd.DataFrame:
    """Emissions embodied in purchases: quantity times factor where known, else ``m . spend``.

    Args:
        purchases: what was bought.
        multipliers: ``m = f (I - A)^-1`` by sector, t CO2e per unit of spend.

    Returns:
        name, sector, method, t CO2e and its share; purchases that scopes 1 and 2 hold are named
        and count nothing.

    Raises:
        InputError: a sector has no multiplier, or nothing was bought.
    """
    if not purchases:
        raise InputError("nothing was bought", where="purchases")
    rows = []
    for one in purchases:
        if one.own:
            rows.append((one.name, one.sector, f"own {one.own}", 0.0))
        elif one.quantity is not None and one.factor is not None:
            rows.append((one.name, one.sector, PHYSICAL, one.quantity * one.factor))
        else:
            if one.sector not in multipliers:
                raise unknown_name(
                    "sector", one.sector, multipliers, where=f"purchases, {one.name}"
                )
            rows.append((one.name, one.sector, SPEND, one.spend * multipliers[one.sector]))
    frame = pd.DataFrame(rows, columns=["name", "sector", "method", "embodied_t"])
    whole = frame["embodied_t"].sum()
    frame["share"] = frame["embodied_t"] / whole if whole else 0.0
    return conformed("mrv_embodied", frame[columns("mrv_embodied")])


def both_sides(
    reports: Sequence[Report], bought_t: float, embodied_in: float, embodied_out: float
) -> pd.DataFrame:
    """Production and consumption of a company or province on one sheet.

    ``consumption = production + electricity and heat bought + embodied in purchases - embodied in
    sales``; the rows add up by construction and the last one says so.

    Args:
        reports: of its plants; bought_t: scope 2, t CO2; embodied_in, embodied_out: of what comes
            in and goes out, t CO2e.

    Raises:
        InputError: reports of different years, a plant twice, or a negative flow.
    """
    years = {one.year for one in reports}
    if len(years) > 1:
        raise InputError(f"reports of {len(years)} years", where="reports", allowed="one year")
    names = [one.plant for one in reports]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{name} stands twice", where="reports")
    for name, value in (
        ("bought", bought_t),
        ("embodied_in", embodied_in),
        ("embodied_out", embodied_out),
    ):
        if not value >= 0:
            raise InputError(f"{name} is {value}", where=name, allowed="at least 0")
    direct = float(sum(one.total("enterprise") for one in reports))
    rows = [
        ("production", "direct", direct),
        ("consumption", "bought_power_and_heat", bought_t),
        ("consumption", "embodied_in_purchases", embodied_in),
        ("consumption", "embodied_in_sales", 0.0 - embodied_out),
        ("consumption", "total", direct + bought_t + embodied_in - embodied_out),
    ]
    return conformed("mrv_both_sides", pd.DataFrame(rows, columns=columns("mrv_both_sides")))


@dataclass(frozen=True)
class ProductEmissions:
    """Emissions per tonne of a product, as CBAM asks for them: of the installation, no footprint.

    Attributes:
        product: item; tonnes: made; direct, indirect: t CO2e/t.
    """

    product: str
    tonnes: float
    direct: float
    indirect: float


def product_emissions(report: Report, product: str) -> ProductEmissions:
    """Specific emissions of the one product of an installation.

    ``direct = E / Q``, ``indirect = E_bought / Q``. An installation with two products needs its
    emissions attributed first, and is refused.

    Args:
        report: of a plant; product: its item, such as ``clinker`` or ``aluminium``.

    Raises:
        InputError: it makes none of the product, or another product in tonnes beside.
    """
    made = report.output(product)
    if not made:
        raise unknown_name(
            "product", product, {name for _, name in report.outputs}, where="product"
        )
    others = {name for _, name in report.outputs if name in PRODUCTS and name != product}
    if others:
        raise InputError(
            f"{report.plant} makes {', '.join(sorted(others))} beside {product}",
            where="product",
            allowed="an installation with one product",
        )
    return ProductEmissions(
        product, float(made), float(report.total() / made), float(report.total(INDIRECT) / made)
    )


PRODUCTS = ("clinker", "aluminium", "crude_steel")
"""Items that are goods of their own; what is sold beside steel leaves as carbon."""
