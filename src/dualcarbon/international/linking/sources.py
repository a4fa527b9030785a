"""Where regions and their curves come from: C-DICE, RICE, a run of the model, a YAML file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.documents import read
from dualcarbon.common.tables import ALLOWANCE, indicator
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.linking.curves import (
    Curve,
    PowerMac,
    QuadraticMac,
    StepMac,
    steps_in_order,
)
from dualcarbon.international.linking.rules import Region, RegionEntry
from dualcarbon.international.rice import rice, simulate
from dualcarbon.international.rice.equations import carbon_price

TABLE = "mac_regions"


def region_names() -> list[str]:
    """Names of the embedded regions."""
    return list(datasets.load(TABLE)["region"])


def embedded_regions(
    names: Sequence[str] | None = None, requirements: Mapping[str, float] | None = None
) -> list[Region]:
    """Regions with the quadratic curves of C-DICE.

    C = GDP a mu^2 with mu = A / CO2 gives C' = 2 GDP a A / CO2^2. The abatement asked of a region
    is what its carbon price of 2024 brings forth by itself, p / slope, unless given.

    Args:
        names: embedded regions; all by default.
        requirements: abatement asked of some of them, Mt.

    Raises:
        InputError: an unknown region, with the nearest name.

    Source: Nordhaus (2015), American Economic Review 105(4); prices: Dolphin and Merkle,
    emissions-weighted carbon price.
    """
    table = datasets.load(TABLE).set_index("region")
    chosen = list(table.index) if names is None else list(names)
    asked = dict(requirements or {})
    for name in [*chosen, *asked]:
        if name not in table.index:
            raise unknown_name("region", name, table.index, where="regions")
    regions = []
    for name in chosen:
        row = table.loc[name]
        curve = QuadraticMac(float(row["slope_usd_per_t_per_mt"]), limit=float(row["co2_mt"]))
        own = curve.supply(float(row["price_usd_per_t"]))
        regions.append(Region(name, curve, asked.get(name, own), bool(row["developing"])))
    return regions


def steps_of_users(*, usd_per_cny: float, case: str = "central") -> StepMac:
    """Abatement measures of China's energy users as a stepwise curve.

    Measures that avoid direct emissions count; those that save electricity do not, since what
    they avoid depends on the power system.

    Args:
        usd_per_cny: exchange rate, USD per CNY, positive.
        case: ``low``, ``central`` or ``high`` cost, with the potential of the same column.

    Raises:
        InputError: an unknown case, or a rate that is not positive.
    """
    endings = {"low": "_low", "central": "", "high": "_high"}
    if case not in endings:
        raise unknown_name("case", case, endings, where="case")
    _check_rate(usd_per_cny)
    table, end = datasets.load("abatement_steps"), endings[case]
    steps = table[table["co2_t"] > 0.0]
    costs = steps[f"cost{end}"] / steps["co2_t"] * usd_per_cny
    pairs = zip(steps["potential"] * steps["co2_t"], costs, strict=True)
    return steps_in_order((q, p) for q, p in pairs if q > 0.0)


def steps_of_run(indicators: pd.DataFrame, year: int, *, usd_per_cny: float) -> StepMac:
    """A stepwise curve from the scenarios of a run: emissions against the carbon price.

    The scenario with the highest emissions is the baseline; each further scenario, in order of its
    price, is a step from the emissions of the one before to its own.

    Args:
        indicators: the run's table ``indicators`` (scenario, year, indicator, value) with
            ``co2_mt`` and ``cea_cny_per_t``.
        year: year of the run.
        usd_per_cny: exchange rate, USD per CNY.

    Raises:
        InputError: a missing column, indicator or year, or emissions that do not fall as the
            price rises.
    """
    _check_rate(usd_per_cny)
    missing = {"scenario", "year", "indicator", "value"} - set(indicators.columns)
    if missing:
        raise InputError(f"column {sorted(missing)[0]} is missing", where="indicators")
    of_year = indicators[indicators["year"] == year]
    if of_year.empty:
        known = sorted({str(int(y)) for y in indicators["year"]})
        raise InputError(f"no year {year}", where="indicators", allowed=known)
    wide = pd.DataFrame({name: indicator(of_year, name) for name in ("co2_mt", ALLOWANCE)})
    for name in wide.columns[wide.isna().all()]:
        raise InputError(f"indicator {name} is missing", where="indicators")
    table = wide.droplevel("year").dropna().sort_values(ALLOWANCE)
    cuts = -table["co2_mt"].diff().iloc[1:]
    if (cuts < -1e-9).any():
        raise InputError("emissions rise with the carbon price", where=str(cuts.idxmin()))
    prices = table[ALLOWANCE].iloc[1:] * usd_per_cny
    return steps_in_order((q, p) for q, p in zip(cuts, prices, strict=True) if q > 0.0)


def read_regions(path: str | Path) -> tuple[list[Region], dict[str, Any]]:
    """Read regions and rules from a YAML file.

    ``regions`` holds a mapping per region: ``curve`` (quadratic, power, steps) with ``slope`` and
    ``start``, ``scale`` and ``exponent``, or ``steps``; ``limit``; ``requirement`` (Mt) or
    ``price`` (USD/t, the autarky price); ``developing``. A region without a curve takes the
    embedded one of its name. ``rules`` holds arguments of :class:`Rules`.

    Raises:
        InputError: a file that cannot be read, an unknown key, or a figure out of its range.
    """
    document = read(Path(path))
    unknown = set(document) - {"regions", "rules"}
    if unknown:
        raise unknown_name("key", sorted(unknown)[0], ["regions", "rules"], where=str(path))
    entries = document.get("regions")
    if not isinstance(entries, Mapping) or not entries:
        raise InputError("needs a mapping 'regions'", where=str(path))
    regions = [_region(str(name), entry or {}, path) for name, entry in entries.items()]
    rules = document.get("rules") or {}
    if not isinstance(rules, Mapping):
        raise InputError("'rules' must be a mapping", where=str(path))
    return regions, dict(rules)


def _region(name: str, entry: object, path: str | Path) -> Region:
    where = f"{path}, {name}"
    if not isinstance(entry, Mapping):
        raise InputError("must be a mapping", where=where)
    try:
        parsed = RegionEntry(**{str(k): v for k, v in entry.items()})
        curve: Curve | None = parsed.own_curve()
        if curve is None:
            embedded = embedded_regions([name])[0]
            asked = parsed.asked(embedded.curve, embedded.requirement)
            return Region(name, embedded.curve, asked, parsed.is_developing(embedded.developing))
        return Region(name, curve, parsed.asked(curve, math.nan), parsed.is_developing(False))
    except InputError as error:
        raise error.within(where) from error


def _check_rate(rate: float) -> None:
    if not (math.isfinite(rate) and rate > 0.0):
        raise InputError(f"exchange rate {rate:g} is not positive", where="usd_per_cny")


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
