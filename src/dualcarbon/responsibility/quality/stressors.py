"""Checks of stressors, totals, units and labels."""

from __future__ import annotations

import numpy as np

from dualcarbon.datasets.countries import country
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.quality.finding import Finding, View
from dualcarbon.responsibility.table.countries import REST, WORLD

ORDERS = 100.0  # a total that is this far off has the wrong unit
NEAR = 0.5  # a total within 50 % of the reported one is plausible
OUTLIER = 100.0  # times the world's intensity of the sector
RELEVANT = 1e-4  # of the world's emissions
DOLLARS = {"MUSD": 1.0, "kUSD": 1e-3, "USD": 1e-6, "Million USD": 1.0}


def no_emissions(view: View) -> Finding | None:
    """Stressors that are 0 everywhere, or regions where they are 0."""
    t = view.table
    by_region = np.abs(t.F).reshape(t.P, t.R, t.S).sum(axis=2)
    empty = by_region.sum(axis=1) == 0
    if empty.any():
        names = [t.stressors[i] for i in np.flatnonzero(empty)]
        return Finding("no_emissions", "error", len(names), ", ".join(names), 0.0, "total", 0.0)
    bare = [t.regions[r] for r in np.flatnonzero((by_region == 0).any(axis=0))]
    if not bare:
        return None
    return Finding("no_emissions", "warning", len(bare), ", ".join(bare[:5]), 0.0, "of production")


def no_households(view: View) -> Finding | None:
    """Direct emissions of final users that are missing."""
    t = view.table
    bare = [t.regions[r] for r in np.flatnonzero(np.abs(t.F_Y).sum(axis=0) == 0)]
    if not bare:
        return None
    said = "all regions" if len(bare) == t.R else ", ".join(bare[:5])
    return Finding("no_households", "warning", len(bare), said, 0.0, "direct emissions")


def negative_emissions(view: View) -> Finding | None:
    """Stressors below 0."""
    t = view.table
    wrong = t.F < 0
    if not wrong.any():
        return None
    row, at = np.unravel_index(int(np.argmin(t.F)), t.F.shape)
    effect = None if view.mt is None else float(np.maximum(-view.mt, 0.0).sum())
    return Finding(
        "negative_emissions", "warning", int(wrong.sum()), view.place(int(at)),
        float(t.F[row, at]), t.stressor_units[row], effect,
    )  # fmt: skip


def odd_intensity(view: View) -> Finding | None:
    """Industries that emit far more per output than their sector in the world."""
    t = view.table
    if view.mt is None or view.intensity is None:
        return None
    sector = view.mt.reshape(t.R, t.S).sum(axis=0)
    output = t.x.reshape(t.R, t.S).sum(axis=0)
    usual = np.tile(np.divide(sector, output, out=np.zeros_like(output), where=output > 0), t.R)
    ratio = np.divide(view.intensity, usual, out=np.zeros_like(usual), where=usual > 0)
    wrong = (ratio > OUTLIER) & (view.mt > RELEVANT * view.mt.sum())
    if not wrong.any():
        return None
    at = int(np.argmax(np.where(wrong, ratio, 0.0)))
    return Finding(
        "odd_intensity", "warning", int(wrong.sum()), view.place(at), float(ratio[at]),
        "times the sector's mean", view.touched(wrong),
    )  # fmt: skip


def units_without_mass(view: View) -> Finding | None:
    """No stressor in a unit of mass, so that accounts cannot be given in Mt."""
    if view.mass is not None:
        return None
    t = view.table
    units = ", ".join(dict.fromkeys(t.stressor_units))
    return Finding("units_without_mass", "note", t.P, units, 0.0, "stressors")


def world_emissions(view: View) -> Finding | None:
    """World CO2 against the Global Carbon Budget: a wrong unit shows as orders of magnitude."""
    t = view.table
    series = national.territorial(regions=[WORLD])
    reported = series.loc[series["year"] == t.year, "value"]
    if view.mass is None or not len(reported) or "CO2" not in t.stressors[view.mass].upper():
        return None
    own = float(t.world[view.mass]) * view.factor
    return _compared(
        "world_emissions", own, float(reported.iloc[0]), t.stressor_units[view.mass], own
    )


def world_value_added(view: View) -> Finding | None:
    """World value added against GDP at market rates: a wrong unit of money shows."""
    t = view.table
    series = national.gdp([WORLD])
    reported = series.loc[series["year"] == t.year, "gdp_musd"].dropna()
    if t.currency not in DOLLARS or not len(reported):
        return None
    own = float(t.v.sum()) * DOLLARS[t.currency]
    return _compared("world_value_added", own, float(reported.iloc[0]), t.currency, None)


def _compared(
    key: str, own: float, reported: float, unit: str, effect: float | None
) -> Finding | None:
    """A finding where a total is not near the reported one.

    Too little is only a note, since a table need not cover the world.
    """
    ratio = own / reported
    if own == 0 or 1 - NEAR <= ratio <= 1 + NEAR:
        return None
    wrong_unit = ratio >= ORDERS or ratio <= 1 / ORDERS
    severity = "error" if wrong_unit else "warning" if ratio > 1 else "note"
    return Finding(key, severity, 1, f"unit {unit}", ratio * 100, "% of the reported world", effect)


def unknown_regions(view: View) -> Finding | None:
    """Regions whose label is no code or name of a country."""
    t = view.table
    odd = [r for r in t.regions if r not in REST and country(r) is None]
    if not odd:
        return None
    effect = None
    if view.mt is not None:
        by_region = view.mt.reshape(t.R, t.S).sum(axis=1)
        effect = float(sum(by_region[t.regions.index(region)] for region in odd))
    share = 100 * len(odd) / t.R
    return Finding(
        "unknown_regions", "note", len(odd), ", ".join(odd[:5]), share, "% of regions", effect
    )


def empty_regions(view: View) -> Finding | None:
    """Regions without any output or without any final demand."""
    t = view.table
    output = np.abs(t.x).reshape(t.R, t.S).sum(axis=1)
    demand = np.abs(t.Yr).sum(axis=0)
    bare = [t.regions[r] for r in np.flatnonzero((output == 0) | (demand == 0))]
    if not bare:
        return None
    return Finding("empty_regions", "warning", len(bare), ", ".join(bare[:5]), 0.0, t.currency)
