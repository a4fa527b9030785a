"""Rules that set prices: tariffs at the border, and floors inside by income or over the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import ClassVar

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.international.cbam import Shipment, assess
from dualcarbon.international.cbam.allocation import cbam_factor
from dualcarbon.international.clubs.payoffs import KG, Climate
from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.world import Array, Policy, World


class GraduatedFloors(Rule):
    """``p_i`` is the floor of region i's income group; the policy's price is the social cost.

    Design: International Monetary Fund (Parry, Black and Roaf 2021), international carbon price
    floor; Global Climate Policy Partnership (Harvard and MIT 2025), graduated variant.
    """

    key = "graduated_floors"
    meaning = "price floors by income group"
    sets = "prices"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "high": Setting(75.0, 0.0, 1000.0, "floor of high-income regions, USD/t"),
        "middle": Setting(50.0, 0.0, 1000.0, "floor of middle-income regions, USD/t"),
        "low": Setting(25.0, 0.0, 1000.0, "floor of low-income regions, USD/t"),
    }

    def prices(self, world: World, policy: Policy, settings: Mapping[str, float]) -> Array:
        """The floor of each region's group."""
        return np.array([settings[group] for group in world.income])


class DifferentiatedFloors(Rule):
    """``p_i = P y_i^eta / (sum of CO2_k y_k^eta / sum of CO2_k)``, y GDP per head.

    The mean of the floors, weighted by emissions, is the club's price ``P``.
    """

    key = "differentiated_floors"
    meaning = "price floors that rise with GDP per head, the club's price on average"
    sets = "prices"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "elasticity": Setting(0.5, 0.0, 2.0, "elasticity of the floor to GDP per head")
    }

    def prices(self, world: World, policy: Policy, settings: Mapping[str, float]) -> Array:
        """Floors by region, USD/t."""
        rise = (world.gdp / world.people) ** settings["elasticity"]
        return np.asarray(policy.price * rise / np.average(rise, weights=world.co2))


class UniformTariff(Rule):
    """``t[j, c] = t`` for every exporter j outside and importer c inside (Nordhaus 2015)."""

    key = "uniform_tariff"
    meaning = "all imports from outside at one rate"
    sets = "tariff"

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """The policy's tariff for every pair."""
        return np.full((world.size, world.size), policy.tariff)


class CarbonTariff(Rule):
    """``t[j, c] = share x max(p_c - p_j, 0) x e_j / 1000``.

    ``p_c`` is the price inside, ``p_j`` the exporter's own price outside, ``e_j`` the carbon in its
    exports after what it abates there, t per 1000 USD; ``share`` the part of imports covered.
    """

    key = "carbon_tariff"
    meaning = "the price gap on the carbon in imports from outside"
    sets = "tariff"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "share": Setting(1.0, 0.0, 1.0, "share of the value of imports that is covered")
    }

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """The price gap times the carbon in the exporter's goods."""
        embodied = world.intensity * np.maximum(1.0 - climate.rate_out, 0.0)
        gap = np.maximum(climate.price_in[None, :] - climate.price_out[:, None], 0.0)
        return settings["share"] * gap * embodied[:, None] / KG


CODES = {"steel": "72081000", "aluminium": "76011010"}
TONNES = 1000.0


def burden_of_engine(world: World, year: int) -> Array:
    """Net embedded carbon of each region's exports to the club, t per 1000 USD of all exports.

    The certificates due for each good at default values, as the engine computes them before any
    price paid at origin, over the good's unit value, times its share in exports.
    """
    goods = datasets.load("club_cbam_goods")
    due = [_certificates(g.good, g.origin, year) for g in goods.itertuples()]
    per_value = goods["export_share"] * due * KG / goods["unit_value_usd_per_t"]
    known = per_value.groupby(goods["region"]).sum()
    return np.array([float(known.get(name, known["other"])) for name in world.names])


@cache
def _certificates(good: str, origin: str, year: int) -> float:
    """Certificates due per tonne of a good, tCO2e."""
    shipment = Shipment(cn=CODES[good], origin=origin, tonnes=TONNES, year=year)
    return float(assess(shipment, 1.0).certificates) / TONNES


Burden = Callable[[World, int], Array]
"""From the world and a year to net embedded carbon by exporter, t per 1000 USD of all exports."""
FIRST, LAST = 2026, 2100


@cache
def _goods() -> pd.DataFrame:
    return datasets.load("club_cbam_goods")


def burden_of_goods(world: World, year: int) -> Array:
    """Net embedded carbon of each region's exports to the club, t per 1000 USD of all exports.

    ``sum over goods g of share_jg max(e_jg - f_y b_g, 0) x 1000 / value_g`` with the share of the
    good in exports, default emissions e and benchmark b in t/t, the factor f and the unit value in
    USD/t. Regions that the table does not list export the goods of ``other``.
    """
    goods, factor = _goods(), float(cbam_factor(year))
    net = (goods["default_t_per_t"] - factor * goods["benchmark_t_per_t"]).clip(lower=0.0)
    burden = (goods["export_share"] * net * KG / goods["unit_value_usd_per_t"]).groupby(
        goods["region"]
    )
    known = burden.sum()
    return np.array([float(known.get(name, known["other"])) for name in world.names])


class Cbam(Rule):
    """``t[j, c] = burden_j(year) x max(p_c - p_j, 0) / 1000``.

    Net embedded carbon comes from the embedded table, or, with ``marked_up``, from the CBAM engine
    at default values with the mark-up of the year.

    Args:
        burden: takes the place of the embedded table.
    """

    key = "cbam"
    meaning = "border adjustment on covered goods with the free-allocation factor of the year"
    sets = "tariff"
    SETTINGS: ClassVar[Mapping[str, Setting]] = {
        "year": Setting(2034.0, FIRST, LAST, "year of the free-allocation factor"),
        "marked_up": Setting(0.0, 0.0, 1.0, "1: default values with mark-up, 0: without"),
    }

    def __init__(self, burden: Burden = burden_of_goods) -> None:
        self.burden = burden

    def tariff(
        self, world: World, policy: Policy, settings: Mapping[str, float], climate: Climate
    ) -> Array:
        """Obligation per unit of export value at the price gap."""
        gap = np.maximum(climate.price_in[None, :] - climate.price_out[:, None], 0.0)
        burden = burden_of_engine if settings.get("marked_up") else self.burden
        return burden(world, int(settings["year"]))[:, None] * gap / KG
