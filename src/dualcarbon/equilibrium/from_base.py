"""Figures of a package that are what another package, its base, leads to.

``cap: {from_base: covered_emissions}`` is the emissions that the market would have covered under
the base, net of the offsets that the base buys outside, so that a reform changes the form of a
market and not its ambition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.instruments.carbon.coverage import OFFSETS, CarbonCoverage
from dualcarbon.instruments.carbon.settlement import emitted_by_covered, outside_offsets
from dualcarbon.instruments.carbon.users import emitted

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.instruments.base import Instrument
    from dualcarbon.solver.solution import Solution

MARK = "from_base"
Yearly = dict[int, float]
PLACEHOLDER = 0.0
"""Stands in a field until the base is solved."""


def covered_emissions(base: Package, solution: Solution, instrument: Instrument) -> Yearly:
    """What a carbon market would have covered, t CO2 per year by period, net of outside offsets.

    ``sum of emissions(units and users that the instrument covers) - offsets bought by the base``.
    """
    if not isinstance(instrument, CarbonCoverage):
        where = f"instruments.{instrument.key}"
        raise InputError(f"'{instrument.key}' covers no emissions", where=where)
    net = solution.emissions.loc[instrument.covered(solution.model)].sum()
    if instrument.sectors:
        net = net + emitted(instrument, solution).sum()
    market = base.instruments.get(CarbonCoverage.key)
    if isinstance(market, CarbonCoverage):
        net = net - outside_offsets(market, solution)
    return {int(year): float(tons) for year, tons in net.items()}


def offset_share(base: Package, solution: Solution, instrument: Instrument) -> Yearly:
    """Offsets that the base's emitters use, of whatever kind, as a share of covered emissions.

    What a market is short of at its price: the scale of a limit on other units.
    """
    market = base.instruments.get(CarbonCoverage.key)
    if not isinstance(market, CarbonCoverage):
        raise InputError("the base has no carbon market whose offsets could be counted",
                         where=f"instruments.{instrument.key}")  # fmt: skip
    used = solution.value(OFFSETS).to_series()
    total = emitted_by_covered(market, solution)
    share = (used / total.where(total > 0)).fillna(0.0).clip(0.0, 1.0)
    return {int(year): float(value) for year, value in share.items()}


FIGURES: dict[str, Callable[[Package, Solution, Instrument], Any]] = {
    "covered_emissions": covered_emissions,
    "offset_share": offset_share,
}


def marked(value: Any, where: str) -> str | None:
    """Name of the figure of the base that a field asks for; None for a plain value.

    Raises:
        InputError: a figure that does not exist.
    """
    if not isinstance(value, Mapping) or MARK not in value:
        return None
    name = str(value[MARK])
    if name not in FIGURES:
        raise unknown_name("figure of a base", name, FIGURES, where=where)
    if len(value) > 1:
        others = ", ".join(str(key) for key in value if key != MARK)
        raise InputError(f"'{others}' beside '{MARK}'", where=where, allowed=f"{{{MARK}: {name}}}")
    return name


def filled(package: Package, base: Package, solution: Solution) -> Package:
    """The package with the figures of its solved base in place.

    Args:
        package: with fields that ask for figures of its base.
        base: the base, as it was solved; solution: its outcome.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, field, name in package.from_base:
        figure = FIGURES[name](base, solution, package.instruments[key])
        found.setdefault(key, {})[field] = figure
    return package.changed(found)
