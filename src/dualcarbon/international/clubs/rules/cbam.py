"""Exact CBAM: the tariff that a border adjustment with its free-allocation factor amounts to.

Regulation (EU) 2023/956, Articles 21 and 31: the importer surrenders certificates for embedded
emissions less the free allocation that the same good would still get inside, and less the price
already paid at origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import ClassVar

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.international.cbam.factor import cbam_factor
from dualcarbon.international.clubs.abatement import KG
from dualcarbon.international.clubs.climate import Climate
from dualcarbon.international.clubs.policy import Policy
from dualcarbon.international.clubs.rules.base import Rule, Setting
from dualcarbon.international.clubs.rules.cbam_engine import burden_of_engine
from dualcarbon.international.clubs.world import Array, World

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
