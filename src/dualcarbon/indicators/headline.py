"""Headline indicators of a solved equilibrium by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dualcarbon.common.tables import indicators as known_indicators
from dualcarbon.indicators.physical import counted_by_users, curtailment
from dualcarbon.instruments.carbon.coverage import CCER_POOL
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.green import GreenCertificates

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium

HYDRO: tuple[str, ...] = GreenCertificates.model_fields["hydro_carriers"].default

HEADLINE = (
    "renewable_share",
    "nonhydro_share",
    "co2_mt",
    "co2_power_mt",
    "system_cost_bn_cny",
    "curtailment_share",
    "cea_cny_per_t",
    "gec_cny_per_mwh",
    "ccer_cny_per_t",
    "power_price_cny_per_mwh",
    "co2_intensity_t_per_mwh",
)
"""Indicators in the order of their table."""


def indicators(equilibrium: Equilibrium) -> pd.DataFrame:
    """Headline figures: year, indicator, value, unit.

    ``renewable_share`` is of generation (storage left out); ``co2_mt`` is direct CO2 of power and
    energy users; ``gec_cny_per_mwh`` is what a wind or solar certificate earns, the total and
    the non-hydro obligation together. A price of a market that the package lacks is left out.
    """
    described = known_indicators()
    values = {**_physical(equilibrium), **market_prices(equilibrium)}
    rows = [
        (int(year), name, float(value), described[name]["unit"])
        for name in HEADLINE
        if name in values
        for year, value in values[name].items()
    ]
    table = pd.DataFrame(rows, columns=["year", "indicator", "value", "unit"])
    return table.sort_values("year", kind="stable", ignore_index=True)


def market_prices(equilibrium: Equilibrium) -> dict[str, pd.Series]:
    """Prices of allowances, certificates and offsets by year; only of markets that exist."""
    table = equilibrium.prices
    found: dict[str, pd.Series] = {}
    carbon = equilibrium.package.instruments.get(CarbonMarket.key)
    of_carbon = table[table["instrument"] == CarbonMarket.key]
    if isinstance(carbon, CarbonMarket):
        found["cea_cny_per_t"] = _of_item(of_carbon, "allowance")
        if carbon.offset_limit > 0 and CCER_POOL in equilibrium.solution.model.active_rows:
            found["ccer_cny_per_t"] = _of_item(of_carbon, "offset")
    certificates = table[
        (table["instrument"] == GreenCertificates.key) & table["item"].str.startswith("certificate")
    ]
    if len(certificates):
        found["gec_cny_per_mwh"] = certificates.groupby("period")["price"].sum()
    return found


def _of_item(table: pd.DataFrame, item: str) -> pd.Series:
    return table[table["item"] == item].set_index("period")["price"]


def _physical(equilibrium: Equilibrium) -> dict[str, pd.Series]:
    solution = equilibrium.solution
    units = solution.model.annual.units
    energy, power_co2 = solution.energy, solution.emissions.sum()
    total = energy[units["electric"].to_numpy(bool)].sum()
    of_users = solution.user_emissions.sum().reindex(total.index).fillna(0)
    twice = solution.emissions.loc[counted_by_users(solution)].sum()
    renewable = energy[units["renewable"].to_numpy(bool)]
    hydro = units.loc[renewable.index, "carrier"].isin(HYDRO).to_numpy()
    load, price = solution.consumption(), solution.mean_power_price()
    served = load.loc[price.index]
    return {
        "renewable_share": renewable.sum() / total,
        "nonhydro_share": renewable[~hydro].sum() / total,
        "co2_mt": (power_co2 - twice + of_users) / 1e6,
        "co2_power_mt": power_co2 / 1e6,
        "system_cost_bn_cny": equilibrium.system_cost / 1e9,
        "curtailment_share": curtailment(solution),
        "power_price_cny_per_mwh": (price * served).sum() / served.sum(),
        "co2_intensity_t_per_mwh": power_co2 / total,
    }
