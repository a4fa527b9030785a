"""Compact world input-output tables: WIOD 2013 with CO2, 41 regions x 35 industries aggregated.

All money is a sum of the published whole millions of US$, so that the aggregates are exact; CO2 is
a sum in Mt. Emissions on industries without output join their sector and so keep their region.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from tools.common import Column, inputs

YEARS = (2004, 2009, 2011)
NAME = "io_compact"
CATEGORIES = ("households", "non_profit", "government", "fixed_capital", "inventories")
WIOD = "WIOD release 2013 (Timmer et al. 2015), aggregated by this package"
CO2 = "European Commission JRC (2019), CO2 accounts for WIOD, aggregated by this package"
CITE = "aggregate of public data; cite Timmer et al. 2015"
CITE_CO2 = "aggregate of public data; cite European Commission JRC 2019"


@cache
def build(raw: Path, year: int) -> dict[str, np.ndarray]:
    """Aggregate one year: Z, Y, x in million current US$, F and F_Y in Mt CO2, and the labels."""
    folder = raw / "mrio" / "wiod2013"
    with np.load(folder / f"wiot2013_{year}.npz") as stored:
        table = {name: stored[name] for name in stored}
    with np.load(folder / f"co2_mt_{year}.npz") as stored:
        emissions = {name: stored[name] for name in ("F", "F_Y")}
    regions, of_region = _groups("compact_regions", "region", table["countries"])
    sectors, of_sector = _groups("compact_sectors", "sector", table["industries"])
    industry = np.kron(of_region, of_sector)
    demand = np.kron(of_region, np.eye(len(CATEGORIES)))
    return {
        "Z": _whole(industry @ table["Z"] @ industry.T),
        "Y": _whole(industry @ table["Y"] @ demand.T),
        "x": _whole(industry @ table["x"]),
        "F": (industry @ emissions["F"]).round(5),
        "F_Y": (of_region @ emissions["F_Y"]).round(5),
        "regions": np.array(regions),
        "sectors": np.array(sectors),
        "categories": np.array(CATEGORIES),
        "year": np.array(year),
    }


def columns(year: int) -> tuple[Column, ...]:
    """Unit, source and grade of the arrays of one year."""
    money = f"million current US$ of {year}"
    return (
        Column("Z", money, WIOD, "B", str(year), CITE, "flows, seller x buyer"),
        Column("Y", money, WIOD, "B", str(year), CITE, "final demand by region and category"),
        Column("x", money, WIOD, "B", str(year), CITE, "output"),
        Column("F", "Mt CO2", CO2, "B", str(year), CITE_CO2, "production"),
        Column("F_Y", "Mt CO2", CO2, "B", str(year), CITE_CO2, "households, where they live"),
    )


def _groups(name: str, column: str, labels: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Labels of the groups, and the 0/1 matrix of groups by members."""
    group = inputs(name).set_index("wiod")[column].loc[list(labels)]
    names = list(dict.fromkeys(inputs(name)[column]))
    return names, (np.array(names)[:, None] == group.to_numpy()[None, :]).astype(float)


def _whole(values: np.ndarray) -> np.ndarray:
    """Exact sums of whole numbers as 32-bit integers."""
    whole = np.rint(values)
    if not np.array_equal(whole, values) or np.abs(whole).max() > np.iinfo(np.int32).max:
        raise ValueError("a sum is no whole number of 32 bits")
    return whole.astype(np.int32)
