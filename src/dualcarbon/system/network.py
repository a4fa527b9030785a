"""A PyPSA network: what it must offer before instruments can be written on it, and its periods."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import linopy
import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError
from dualcarbon.system.commodities import commodities_of
from dualcarbon.system.network_checks import (
    check_carriers,
    check_countable,
    check_finite,
    check_linear,
    use_plain_signs,
)
from dualcarbon.system.scenarios import NAMES, as_periods

YEAR, YEAR_TOLERANCE = 8760, 0.01
OWN_LIMITS = ("GlobalConstraint-", "Carrier-growth_limit", "Bus-nom_")


@dataclass(frozen=True)
class Horizon:
    """Periods of a network and what one year of each weighs.

    Attributes:
        periods: investment periods (years), or the single period of a network without them.
        objective: discounted years per period, the weight of one year in the objective.
        years: calendar years that each period stands for.
        hours: weights of the snapshots in hours per year, indexed like ``period_of``.
        paid_hours: weights of the snapshots in the objective; most networks have one set of both.
        period_of: period of each snapshot.
        scenarios: name of the scenario behind each period of a stochastic network, else empty.
        year: calendar year of the snapshots, where there are scenarios.
    """

    periods: pd.Index
    objective: pd.Series
    years: pd.Series
    hours: pd.Series
    paid_hours: pd.Series
    period_of: pd.Series
    scenarios: Mapping[int, str] = field(default_factory=dict)
    year: int = 0

    def spread(self, value: float | Mapping[int, float]) -> pd.Series:
        """Value of each period: a constant, or linear between the given years."""
        if isinstance(value, Mapping):
            years = sorted(value)
            values = [float(value[y]) for y in years]
            at = self.calendar.to_numpy(float)
            numbers = np.interp(at, [float(y) for y in years], values)
            return pd.Series(numbers, index=self.periods)
        return pd.Series(float(value), index=self.periods)

    @property
    def calendar(self) -> pd.Series:
        """Calendar year of each period; scenarios of a stochastic network share one."""
        years = [self.year] * len(self.periods) if self.scenarios else list(self.periods)
        return pd.Series(years, index=self.periods)

    def snapshots(self, period: int) -> np.ndarray:
        """Positions of the snapshots of a period."""
        return np.flatnonzero(self.period_of.to_numpy() == period)

    def check_year(self, what: str, where: str) -> None:
        """Check that the snapshots of each period stand for a year, as a yearly amount needs.

        Args:
            what: the amount; where: field where it is given.

        Raises:
            InputError: the weights of a period add up to something else.
        """
        total = self.hours.groupby(self.period_of.to_numpy()).sum()
        for period, hours in total.items():
            if abs(hours - YEAR) > YEAR_TOLERANCE * YEAR:
                raise InputError(
                    f"{what} is a yearly amount, and the snapshots"
                    f"{f' of {period}' if len(total) > 1 else ''} stand for {hours:,g} hours",
                    where=f"{where}, network.snapshot_weightings.generators",
                    allowed=f"weights that add up to {YEAR:,} hours: multiply them by "
                    f"{YEAR / hours:,.6g}"
                    if hours > 0
                    else f"weights that add up to {YEAR:,}",
                )


def horizon_of(network: pypsa.Network) -> Horizon:
    """Read periods and weights off a network."""
    hours = network.snapshot_weightings["generators"]
    paid = network.snapshot_weightings["objective"]
    if network.has_investment_periods:
        periods = pd.Index(network.investment_periods, name="period")
        weights = network.investment_period_weightings
        period_of = pd.Series(network.snapshots.get_level_values("period"), index=hours.index)
        names = {int(period): name for period, name in network.meta.get(NAMES, {}).items()}
        year = _year(network.snapshots.get_level_values(1)[0])
        objective, years = weights["objective"], weights["years"]
        return Horizon(periods, objective, years, hours, paid, period_of, names, year)
    year = _year(network.snapshots[0])
    periods = pd.Index([year], name="period")
    one = pd.Series(1.0, index=periods)
    return Horizon(periods, one, one, hours, paid, pd.Series(year, index=hours.index))


def _year(snapshot: object) -> int:
    return int(getattr(snapshot, "year", 0))


def nodal_balances(m: linopy.Model) -> list[str]:
    """Names of the blocks of power balances; PyPSA keeps buses with many branches apart."""
    return [name for name in m.constraints if name.endswith("nodal_balance")]


def priced_rows(m: linopy.Model) -> list[str]:
    """Names of PyPSA's rows whose duals are prices: power balances and the network's own limits."""
    own = [name for name in m.constraints if name.startswith(OWN_LIMITS)]
    return [*nodal_balances(m), *own]


def checked_network(network: pypsa.Network, *, copy: bool = True) -> pypsa.Network:
    """Return a copy of the network that the instruments can be attached to.

    Components that are not active are left out; generators of sign -1 and loads of sign 1 are
    written with the usual sign.

    Raises:
        InputError: a figure is missing or infinite; carriers lack ``co2_emissions`` or
            ``renewable``; a component names an unknown carrier; carbon could not be counted, or
            would be counted twice or backwards; the network is not a linear program.
    """
    if not isinstance(network, pypsa.Network):
        raise InputError(f"expected a pypsa.Network, got {type(network).__name__}")
    check_finite(network)
    stochastic = network.has_scenarios
    n = as_periods(network) if stochastic else network.copy() if copy else network
    _name_snapshots(n)
    for component in n.components:
        if "active" in component.static:
            idle = component.static.index[~component.static["active"].astype(bool)]
            if len(idle):
                n.remove(component.name, idle)
    check_carriers(n)
    check_linear(n)
    use_plain_signs(n)
    check_countable(n, commodities_of(n))
    return n


def _name_snapshots(n: pypsa.Network) -> None:
    """Restore the name of multi-indexed snapshots, which pandas drops on many operations.

    Without it PyPSA 1.4 builds arrays with a dimension ``dim_0`` (PyPSA issues 1741, 1937).
    """
    if not n.has_investment_periods:
        return
    n.snapshots.name = "snapshot"
    for component in n.components:
        for frame in component.dynamic.values():
            frame.index.name = "snapshot"


@contextmanager
def quiet_pypsa() -> Iterator[None]:
    """Silence PyPSA's and linopy's informational log lines and their own deprecations.

    One of linopy's warnings is an error here: labels in a different order, which it would
    match by position.
    """
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.filterwarnings("error", message="Coordinate .*mismatch")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
