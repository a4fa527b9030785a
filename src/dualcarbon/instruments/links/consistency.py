"""Links between markets that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from dualcarbon.errors import InputError
from dualcarbon.instruments.areas import NATIONAL
from dualcarbon.instruments.base import Instrument
from dualcarbon.instruments.efficiency.merged import MergedEfficiency
from dualcarbon.instruments.links.conversion import Conversion
from dualcarbon.instruments.links.green_power import GreenPowerForAllowances, IntegratedAttributes

UNITS = {
    "carbon": "allowances",
    "green": "certificates",
    "white": "white certificates",
    "energy_use": "energy-use rights",
}
ROUNDING = 1e-9
Rates = dict[tuple[str, str], float]


def check_consistent(instruments: Mapping[str, Instrument]) -> None:
    """Check that links have the markets they join and do not contradict each other.

    Raises:
        InputError: a link lacks its market, or joins one that is traded province by province; two
            links would credit one token twice; two markets count a MWh as different energy;
            units can be turned in a circle into more than they were.
    """
    both = {GreenPowerForAllowances.key, IntegratedAttributes.key} & set(instruments)
    for key in sorted(both):
        _need(instruments, key, "carbon")
    if len(both) == 2:
        raise InputError(
            "contradictory links: both credit the same certificates to the carbon market",
            where="instruments",
            allowed=f"either {GreenPowerForAllowances.key} or {IntegratedAttributes.key}",
        )
    if MergedEfficiency.key in instruments:
        for market in ("white", "energy_use"):
            _need(instruments, MergedEfficiency.key, market)
    _check_energy_units(instruments)
    conversion = instruments.get(Conversion.key)
    if isinstance(conversion, Conversion):
        _check_conversion(conversion, instruments)


def _need(instruments: Mapping[str, Instrument], link: str, market: str) -> None:
    if market not in instruments:
        raise InputError(
            f"'{link}' needs a market for {UNITS[market]}",
            where="instruments",
            allowed=f"an instrument '{market}' beside it",
        )


def _check_energy_units(instruments: Mapping[str, Any]) -> None:
    """Savings are counted once, so both markets must count a MWh alike."""
    given = {k: instruments[k].tce_per_mwh for k in ("white", "energy_use") if k in instruments}
    if len(set(given.values())) > 1:
        raise InputError(
            f"white certificates count {given['white']:g} tce per MWh, energy-use rights "
            f"{given['energy_use']:g}",
            where="instruments.energy_use.tce_per_mwh",
            allowed="the same figure as instruments.white.tce_per_mwh",
        )


def _check_conversion(conversion: Conversion, instruments: Mapping[str, Instrument]) -> None:
    for row, rate in enumerate(conversion.table):
        where = f"instruments.conversion.table.{row}"
        for end in (rate.source, rate.target):
            _need(instruments, Conversion.key, end)
            _check_open(instruments, end, where)
    rates: Rates = {(r.source, r.target): r.rate for r in conversion.table}
    link = instruments.get(IntegratedAttributes.key)
    if isinstance(link, IntegratedAttributes):
        rates[("green", "carbon")] = max(link.k, rates.get(("green", "carbon"), 0.0))
        if link.allowances_to_certificates:
            rates[("carbon", "green")] = max(1.0 / link.k, rates.get(("carbon", "green"), 0.0))
    circle = _gaining_circle(rates)
    if circle:
        gain = _product(circle, rates)
        rate = next(r for r in conversion.table if (r.source, r.target) in _steps(circle))
        raise InputError(
            f"circular conversions: {' to '.join(circle)} makes {gain:g} units out of one",
            where=f"instruments.conversion.table.{conversion.table.index(rate)}.rate",
            allowed=f"at most {rate.rate / gain:g} from {rate.source} to {rate.target}",
        )


def _check_open(instruments: Mapping[str, Any], market: str, where: str) -> None:
    if MergedEfficiency.key in instruments and market in ("white", "energy_use"):
        raise InputError(
            f"'{market}' is merged and has no market of its own to convert from or to",
            where=where,
            allowed=["carbon", "green"],
        )
    if getattr(instruments[market], "areas", NATIONAL) != NATIONAL:
        raise InputError(
            f"'{market}' is traded in areas, so its unit has no one price to convert at",
            where=where,
            allowed=f"areas: {NATIONAL} for {market}",
        )


def _gaining_circle(rates: Rates) -> list[str]:
    """A circle of conversions that ends with more units than it began with; empty if none."""
    starts = sorted({source for source, _ in rates})

    def walk(path: list[str], amount: float) -> list[str]:
        for (source, target), rate in sorted(rates.items()):
            if source != path[-1]:
                continue
            if target == path[0] and amount * rate > 1.0 + ROUNDING:
                return [*path, target]
            if target not in path:
                found = walk([*path, target], amount * rate)
                if found:
                    return found
        return []

    for start in starts:
        found = walk([start], 1.0)
        if found:
            return found
    return []


def _product(circle: list[str], rates: Rates) -> float:
    return math.prod(rates[step] for step in _steps(circle))


def _steps(circle: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(circle))
