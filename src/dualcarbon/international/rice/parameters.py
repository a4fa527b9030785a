"""Parameters of RICE: twelve regions, their exogenous paths, the constants of the climate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualcarbon import datasets
from dualcarbon.errors import InputError

Array = NDArray[Any]
"""Floats; complex where a derivative is taken."""
MOST_PERIODS = 60


@dataclass(frozen=True)
class Parameters:
    """What the model takes as given; paths have shape (periods, regions).

    Attributes:
        names: regions; years: first year of each period.
        people: population, million; productivity: total factor productivity.
        intensity: emissions over output without control, tC per 1000 USD of 2005.
        backstop: price of the backstop, 1000 USD/tC.
        saving: share of net output that is invested; control: control rate of the base case.
        capital_first: capital in the first year, tn USD; land_first: land-use emissions, GtC/year.
        capital_share, depreciation, time_preference, elasticity, abatement_exponent: by region.
        damage_linear, damage_quadratic: % of output per degree and degree squared.
        sea_linear, sea_quadratic: share of output per m and per m squared, before the multiplier.
        constants: constants of climate and sea level by name, see the table ``rice_globals``.
    """

    names: tuple[str, ...]
    years: tuple[int, ...]
    people: Array
    productivity: Array
    intensity: Array
    backstop: Array
    saving: Array
    control: Array
    capital_first: Array
    land_first: Array
    capital_share: Array
    depreciation: Array
    time_preference: Array
    elasticity: Array
    abatement_exponent: Array
    damage_linear: Array
    damage_quadratic: Array
    sea_linear: Array
    sea_quadratic: Array
    constants: SimpleNamespace

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.years)

    @property
    def size(self) -> int:
        """Number of regions."""
        return len(self.names)


@cache
def rice(periods: int = MOST_PERIODS) -> Parameters:
    """RICE from its embedded tables.

    Args:
        periods: decades from 2005 on.

    Raises:
        InputError: fewer than three periods or more than the tables hold.

    Source: Nordhaus (2010), PNAS 107(26), 11721-11726; RICE-2013 parameters (CC0).
    """
    if not 3 <= periods <= MOST_PERIODS:
        raise InputError(f"{periods} periods", where="periods", allowed=f"3 to {MOST_PERIODS}")
    regions, paths = datasets.load("rice_regions"), datasets.load("rice_paths")
    names = tuple(regions["region"])
    values = datasets.load("rice_globals").set_index("name")["value"]

    def path(column: str) -> Array:
        wide = paths.pivot(index="year", columns="region", values=column)[list(names)]
        return np.asarray(wide.to_numpy(dtype=float)[:periods])

    def own(column: str) -> Array:
        return np.asarray(regions[column].to_numpy(dtype=float))

    return Parameters(
        names=names,
        years=tuple(int(y) for y in sorted(paths["year"].unique())[:periods]),
        people=path("population_m"),
        productivity=path("productivity"),
        intensity=path("intensity_tc_per_1000"),
        backstop=path("backstop_1000_usd_per_tc"),
        saving=path("saving_rate"),
        control=path("control_rate"),
        capital_first=own("capital_first_tn"),
        land_first=own("land_first_gtc"),
        capital_share=own("capital_share"),
        depreciation=own("depreciation"),
        time_preference=own("time_preference"),
        elasticity=own("elasticity"),
        abatement_exponent=own("abatement_exponent"),
        damage_linear=own("damage_linear"),
        damage_quadratic=own("damage_quadratic"),
        sea_linear=own("sea_linear"),
        sea_quadratic=own("sea_quadratic"),
        constants=SimpleNamespace(**{str(k): float(v) for k, v in values.items()}),
    )
