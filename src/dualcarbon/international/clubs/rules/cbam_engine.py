"""Net embedded carbon of exports by the CBAM engine: default values with mark-up, good by good."""

from __future__ import annotations

from functools import cache

import numpy as np

from dualcarbon import datasets
from dualcarbon.international.clubs.abatement import KG
from dualcarbon.international.clubs.world import Array, World

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
    from dualcarbon.international.cbam import Shipment, assess

    shipment = Shipment(cn=CODES[good], origin=origin, tonnes=TONNES, year=year)
    return float(assess(shipment, 1.0).certificates) / TONNES
