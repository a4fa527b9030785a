"""Worlds to play in: C-DICE, RICE-2013, or a user's YAML."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from dualcarbon import datasets
from dualcarbon.errors import unknown_name
from dualcarbon.international.clubs.world import Region, World

CDICE = "cdice"
CDICE_SCALE = 0.837
"""Factor by which C-DICE multiplies the abatement cost taken from McKinsey."""


@cache
def cdice() -> World:
    """The 15 regions of C-DICE (Nordhaus 2015), bn USD of 2011."""
    table = datasets.load("cdice_regions")
    imports = datasets.load("cdice_imports")
    names = list(table["region"])
    regions = {
        r.region: Region(
            gdp_bn=r.gdp_bn_usd,
            co2_mt=r.co2_mt,
            abatement=CDICE_SCALE * r.abatement_share,
            tariff_gain=r.tariff_gain,
            tariff_deadweight=r.tariff_deadweight,
            population_m=r.population_m,
            income=r.income,
            name_en=r.name_en,
            name_zh=r.name_zh,
        )
        for r in table.itertuples()
    }
    trade = imports.set_index("exporter").loc[names, names].to_numpy(dtype=float)
    return World(
        regions=regions,
        imports_bn=tuple(tuple(float(v) for v in line) for line in trade),
        source="Nordhaus (2015), AER 105(4): C-DICE",
        year="2011",
        grade="C",
    )


WORLDS: dict[str, Callable[[], World]] = {CDICE: cdice}


def world_named(name: str, where: str = "data") -> World:
    """An embedded world by its name.

    Raises:
        InputError: no such world.
    """
    if name not in WORLDS:
        raise unknown_name("world", name, WORLDS, where=where)
    return WORLDS[name]()
