"""Exposure of a country to CBAM: its bill by sector and year, and an index across countries."""

from __future__ import annotations

import pandas as pd

from dualcarbon import datasets
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.cbam.allocation import FIRST_YEAR
from dualcarbon.international.cbam.assess import assess
from dualcarbon.international.cbam.batch import Batch
from dualcarbon.international.cbam.goods import origin
from dualcarbon.international.cbam.price import price_path
from dualcarbon.international.cbam.shipment import CarbonPrice, Shipment

LAST_YEAR = 2034
INDEX_PRICE = 100.0
"""US$ per tonne at which the index is read, as in the World Bank's note."""
MEASURES = {"embodied": "embodied_kg_per_usd", "direct": "direct_kg_per_usd"}


def exposure(
    country: str,
    prices: pd.Series | None = None,
    *,
    domestic_price_eur: float = 0.0,
    trade: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """CBAM bill of a country's exports to the EU by sector and year, at constant trade.

    Default values of one representative code stand for each sector, so that the result is what
    exporters without verified data would cause, not a forecast.

    Args:
        country: country of origin.
        prices: certificate price by year, EUR/tCO2e; None holds the published price constant.
        domestic_price_eur: carbon price at origin that is deducted, net of free allocation.
        trade: rows like the embedded table ``border_trade``, see :func:`trade_of`; None takes that
            table, and for other countries one tonne of a representative good of each sector.

    Returns:
        Columns ``sector``, ``year``, ``tonnes``, ``embedded_t``, ``certificates``, ``cost_eur``,
        ``cost_eur_per_t``, ``value_eur``, ``cost_share`` (of the export value, empty where the
        value is not known), ``trade_year``, ``scope``, ``source``, ``grade``.

    Raises:
        InputError: no trade of the country is in the table given.
    """
    code = origin(country).code
    held = known_trade(code) if trade is None else trade
    rows = held[held["origin"] == code]
    if rows.empty:
        raise unknown_name("origin with trade", code, sorted(set(held["origin"])), "trade")
    path = price_path(last=LAST_YEAR) if prices is None else prices
    if (path < 0).any() or not len(path) or min(path.index) < FIRST_YEAR:
        raise InputError("prices must not be negative and start in 2026 or later", where="prices")
    return pd.DataFrame(
        [
            _row(flow, int(year), float(price), domestic_price_eur)
            for flow in rows.to_dict("records")
            for year, price in path.items()
        ]
    )


REPRESENTATIVE = {
    "iron_steel": "72083900",
    "aluminium": "76011010",
    "cement": "25231000",
    "fertilisers": "31021019",
    "hydrogen": "28041000",
}
"""One good for each sector, for its default value."""
PER_TONNE = "one tonne of the sector's representative good; no trade is known here"


def known_trade(country: str) -> pd.DataFrame:
    """Looked-up exports of a country to the EU; one tonne of each sector where none are known."""
    table = datasets.load("border_trade")
    code = origin(country).code
    if code in set(table["origin"]):
        return table[table["origin"] == code].reset_index(drop=True)
    rows = [(code, s, cn, FIRST_YEAR, 1.0, PER_TONNE) for s, cn in REPRESENTATIVE.items()]
    frame = pd.DataFrame(rows, columns=["origin", "sector", "cn", "year", "tonnes", "scope"])
    return frame.assign(value=float("nan"), currency="", source="this package", grade="D")


def trade_of(batch: Batch, source: str) -> pd.DataFrame:
    """Trade from a file of shipments, summed by origin and good, for :func:`exposure`.

    Args:
        batch: shipments assessed, of one year or several, which are summed.
        source: where they come from.

    Raises:
        InputError: no shipment of a good with a mass.
    """
    made = [one for one in batch.assessed.values() if one.shipment.tonnes]
    if not made:
        raise InputError("no shipment with a mass", where="trade")
    table = pd.DataFrame(
        [(origin(a.shipment.origin).code, a.sector, a.cn, a.year, a.shipment.tonnes) for a in made],
        columns=["origin", "sector", "cn", "year", "tonnes"],
    )
    table = table.groupby(["origin", "sector", "cn"], as_index=False).agg(
        {"year": "max", "tonnes": "sum"}
    )
    about = {"value": float("nan"), "currency": "", "scope": "own table", "grade": "A"}
    return table.assign(**about, source=source)


def _row(flow: dict[str, object], year: int, price: float, domestic: float) -> dict[str, object]:
    paid = CarbonPrice(price=domestic, track="default") if domestic else None
    shipment = Shipment(
        cn=str(flow["cn"]),
        origin=str(flow["origin"]),
        tonnes=float(str(flow["tonnes"])),
        year=year,
        carbon_price=paid,
    )
    bill = assess(shipment, price)
    value = _euros(flow)
    return {
        "sector": flow["sector"],
        "year": year,
        "tonnes": flow["tonnes"],
        "embedded_t": bill.embedded_t,
        "certificates": bill.certificates,
        "cost_eur": bill.cost_eur,
        "cost_eur_per_t": bill.cost_per_unit_eur,
        "value_eur": value,
        "cost_share": bill.cost_eur / value,
        "trade_year": flow["year"],
        "scope": flow["scope"],
        "source": flow["source"],
        "grade": flow["grade"],
    }


def _euros(flow: dict[str, object]) -> float:
    """Value of a flow in euros, at the yearly rate nearest to its year; NaN where not known."""
    if not flow["currency"] or pd.isna(flow["value"]):
        return float("nan")
    value = float(str(flow["value"]))
    if flow["currency"] == "EUR":
        return value
    rates = datasets.load("exchange_rates")
    rates = rates[rates["currency"] == flow["currency"]]
    nearest = (rates["year"] - int(str(flow["year"]))).abs().idxmin()
    return value / float(rates.loc[nearest, "per_euro"])


def exposure_index(measure: str = "embodied") -> pd.DataFrame:
    """Exposure index by country and industry, after the World Bank's note.

    aggregate = s_EU * c * 100 US$/t, relative = s_EU * (c - c_EU) * 100 US$/t

    with s_EU the EU's share of the country's exports of the industry, c carbon per dollar of
    output, c_EU the same of the EU's own industry, weighted with its exports. Industries are wider
    than the goods under CBAM, and the figures are those of 2011: read the ranking, not the level.

    Args:
        measure: ``embodied`` counts all upstream emissions, ``direct`` those of the industry.

    Returns:
        Columns ``origin`` (ISO alpha-3), ``industry``, ``eu_share``, ``carbon_kg_per_usd``,
        ``aggregate``, ``relative`` (shares of the export value), highest relative index first.

    Raises:
        InputError: an unknown measure.

    Source: World Bank, relative CBAM exposure index, technical note (2023); doi 10.1596/43614.
    """
    if measure not in MEASURES:
        raise unknown_name("measure", measure, MEASURES, where="measure")
    table = datasets.load("export_intensity").assign(
        carbon_kg_per_usd=lambda t: t[MEASURES[measure]]
    )
    inside = table[table["in_eu"]]
    weighted = inside["carbon_kg_per_usd"] * inside["exports_musd"]
    european = weighted.groupby(inside["industry"]).sum() / (
        inside["exports_musd"].groupby(inside["industry"]).sum()
    )
    outside = table[~table["in_eu"] & (table["exports_musd"] > 0)].copy()
    per_kg = INDEX_PRICE / 1000
    outside["eu_share"] = outside["exports_eu_musd"] / outside["exports_musd"]
    outside["aggregate"] = outside["eu_share"] * outside["carbon_kg_per_usd"] * per_kg
    excess = outside["carbon_kg_per_usd"] - outside["industry"].map(european)
    outside["relative"] = outside["eu_share"] * excess * per_kg
    columns = ["origin", "industry", "eu_share", "carbon_kg_per_usd", "aggregate", "relative"]
    return outside[columns].sort_values("relative", ascending=False, ignore_index=True)
