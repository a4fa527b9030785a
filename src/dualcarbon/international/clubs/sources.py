"""Worlds to play in: C-DICE, RICE-2013, or a user's YAML."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import cast

from dualcarbon import datasets
from dualcarbon.errors import unknown_name
from dualcarbon.international.clubs.world import Income, Region, World
from dualcarbon.international.rice import rice, simulate

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


TO_CO2 = 12.0 / 44.0
WARMING = 2.0  # degC at which damages are compared


@cache
def rice2013() -> World:
    """The twelve regions of RICE in 2015, without trade: clubs with a tariff need your own.

    Abatement cost ``p_b sigma / theta`` of GDP with exponent theta; shares of damage at 2 degC.
    """
    p = rice(3)
    run, year = simulate(p), 1
    table = datasets.load("rice_regions").set_index("region")
    gdp = run.output[year]
    harm = gdp * (p.damage_linear * WARMING + p.damage_quadratic * WARMING**2)
    full = p.backstop[year] * p.intensity[year] / p.abatement_exponent
    regions = {
        name: Region(
            gdp_bn=float(1000 * gdp[i]),
            co2_mt=float(1000 * run.emissions[year, i] / TO_CO2),
            abatement=float(full[i]),
            exponent=float(p.abatement_exponent[i]),
            damage_share=float(harm[i] / harm.sum()),
            population_m=float(p.people[year, i]),
            income=cast(Income, table["income"][name]),
            name_en=str(table["name_en"][name]),
            name_zh=str(table["name_zh"][name]),
        )
        for i, name in enumerate(p.names)
    }
    return World(regions=regions, source="RICE-2013, base case", year="2015 (2005 USD)", grade="C")


WORLDS: dict[str, Callable[[], World]] = {CDICE: cdice, "rice2013": rice2013}


def world_named(name: str, where: str = "data") -> World:
    """An embedded world by its name.

    Raises:
        InputError: no such world.
    """
    if name not in WORLDS:
        raise unknown_name("world", name, WORLDS, where=where)
    return WORLDS[name]()
