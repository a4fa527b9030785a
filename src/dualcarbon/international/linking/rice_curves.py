"""Regions with the power curves of RICE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dualcarbon import datasets
from dualcarbon.errors import unknown_name
from dualcarbon.international.linking.curves import PowerMac
from dualcarbon.international.linking.rules import Region
from dualcarbon.international.rice import rice, simulate
from dualcarbon.international.rice.economy import carbon_price

MT_PER_GTC = 1000.0 * 44.0 / 12.0
PRICED = {"US": "US", "EU": "EU", "JAP": "Japan", "RUS": "Russia", "CHI": "China", "IND": "India"}
"""Regions of RICE by their names among the regions with a carbon price."""


def rice_region_names() -> list[str]:
    """Names of the regions: those of the other embedded regions where both have them."""
    table = datasets.load("rice_regions")
    return [
        PRICED.get(key, name) for key, name in zip(table["region"], table["name_en"], strict=True)
    ]


def rice_regions(
    year: int = 2025,
    names: Sequence[str] | None = None,
    requirements: Mapping[str, float] | None = None,
) -> list[Region]:
    """Regions with the abatement cost of RICE in a year.

    C' = p_b mu^(theta - 1) with mu = A / E, so that k = p_b / E^(theta - 1) and x = theta - 1; E
    are industrial emissions without abatement. The abatement asked of a region is what its
    carbon price of 2024 brings forth, unless given. Prices are USD of 2005.

    Args:
        year: a year of RICE, 2005 and every tenth year after it.
        names: regions; all by default.
        requirements: abatement asked of some of them, Mt.

    Raises:
        InputError: an unknown year or region.

    Source: Nordhaus (2010), PNAS 107(26); RICE-2013.
    """
    model = rice()
    if year not in model.years:
        raise unknown_name("year", str(year), [str(y) for y in model.years], where="year")
    known, asked = rice_region_names(), dict(requirements or {})
    chosen = known if names is None else list(names)
    for name in [*chosen, *asked]:
        if name not in known:
            raise unknown_name("region", name, known, where="regions")
    t = model.years.index(year)
    free = simulate(model, np.zeros_like(model.control))
    emitted = (model.intensity[t] * free.output[t]) * MT_PER_GTC
    dearest = carbon_price(model.backstop[t], np.ones(model.size), model.abatement_exponent)
    both = datasets.load("mac_regions").set_index("region")
    prices, developing = both["price_usd_per_t"], both["developing"].astype(bool)
    income = dict(zip(known, datasets.load("rice_regions")["income"], strict=True))
    regions = []
    for name in chosen:
        i = known.index(name)
        power = float(model.abatement_exponent[i]) - 1.0
        limit = float(emitted[i])
        curve = PowerMac(float(dearest[i]) / limit**power, power, limit)
        own = curve.supply(float(prices.get(name, 0.0)))
        poor = bool(developing.get(name, income[name] != "high"))
        regions.append(Region(name, curve, asked.get(name, own), poor))
    return regions
