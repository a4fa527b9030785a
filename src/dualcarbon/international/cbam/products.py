"""What a product costs at the border by year, and what verified data would save."""

from __future__ import annotations

import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.international.cbam.allocation import benchmark
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.defaults import default_value
from dualcarbon.international.cbam.goods import ELECTRICITY, Good, good, origin
from dualcarbon.international.cbam.law import TODAY
from dualcarbon.international.cbam.price import price_path
from dualcarbon.international.cbam.rules import Assessment
from dualcarbon.international.cbam.shipment import Shipment

SHARES = (1.0, 0.8, 0.6)
"""Of the default value without mark-up, at which verified emissions are shown."""


def product_costs(
    cn: str,
    country: str,
    prices: pd.Series | None = None,
    *,
    direct: float | None = None,
    route: str | None = None,
    law: str = TODAY,
) -> pd.DataFrame:
    """Cost per tonne by year: by default values, and with verified emissions of all steps.

    c_d = P max(0, d (1 + m_y) - f_y c_y B),  c_v = P max(0, v - f_y c_y B)

    with default value d, mark-up m, benchmark B of the whole chain and verified emissions v. Both
    keep B, so that the difference is what the data change, not where the process begins: steps are
    taken as one process, which is our reading and provisional. Verified emissions save money as
    long as they are below the break-even v* = d (1 + m_y).

    Args:
        cn: CN code.
        country: country of origin.
        prices: certificate price by year, EUR/tCO2e; None holds the newest published one.
        direct: verified emissions v, tCO2e/t; None shows shares of the default value.
        route: production route of the verified emissions; None takes that of the default value.
        law: see :mod:`~dualcarbon.international.cbam.law`.

    Returns:
        Columns ``year``, ``case`` (default, verified), ``intensity`` (tCO2e/t), ``eur_per_t``,
        ``saving_eur_per_t`` (against the default), ``break_even`` (tCO2e/t), ``status``.

    Raises:
        InputError: electricity, an unknown good or origin, emissions below zero.
    """
    found, place = good(cn), origin(country)
    if found.sector == ELECTRICITY:
        raise InputError("electricity has no default value here", where="cn")
    if direct is not None and direct < 0:
        raise InputError(f"must not be negative, got {direct:g}", where="direct")
    path = price_path() if prices is None else prices
    rows = []
    for year, price in path.items():
        default = _bill(found, country, int(year), float(price), law=law)
        usual = float(default_value(found, place, int(year), law=law).base)
        letter = route or _route(found, country, int(year), law)
        kept = default.embedded_t
        cases = [direct] if direct is not None else [share * usual for share in SHARES]
        rows.append((int(year), "default", kept, default, 0.0, kept))
        for intensity in cases:
            made = {"direct": intensity, "verified": True, "one_process": True, "route": letter}
            bill = _bill(found, country, int(year), float(price), law=law, **made)
            saved = default.cost_per_unit_eur - bill.cost_per_unit_eur
            rows.append((int(year), "verified", intensity, bill, saved, kept))
    return pd.DataFrame(
        [
            (year, case, intensity, bill.cost_per_unit_eur, saved, even, bill.status)
            for year, case, intensity, bill, saved, even in rows
        ],
        columns=[
            "year",
            "case",
            "intensity",
            "eur_per_t",
            "saving_eur_per_t",
            "break_even",
            "status",
        ],
    )


def _bill(
    found: Good, country: str, year: int, price: float, *, law: str, **made: object
) -> Assessment:
    one = {"cn": found.cn, "origin": country, "tonnes": 1.0, "year": year, **made}
    if found.per_clinker:
        one["clinker_share"] = 1.0
    return assess(Shipment.model_validate(one), price, law=law)


def _route(found: Good, country: str, year: int, law: str) -> str | None:
    """The route whose benchmark goes with the default value."""
    row = default_value(found, origin(country), year, law=law).row
    return benchmark(found, "B", year, row.route).route
