"""A PyPSA network: what it must offer before instruments can be written on it, and its periods."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import linopy
import numpy as np
import pandas as pd
import pypsa

from dualcarbon.errors import InputError, nearest_name

CARRIER_COLUMNS = ("co2_emissions", "renewable")
OPTIMISED = ("generators", "links", "storage_units", "stores", "lines", "transformers")


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
    """

    periods: pd.Index
    objective: pd.Series
    years: pd.Series
    hours: pd.Series
    paid_hours: pd.Series
    period_of: pd.Series

    def spread(self, value: float | Mapping[int, float]) -> pd.Series:
        """Value of each period: a constant, or linear between the given years."""
        if isinstance(value, Mapping):
            years = sorted(value)
            values = [float(value[y]) for y in years]
            numbers = np.interp(self.periods.astype(float), [float(y) for y in years], values)
            return pd.Series(numbers, index=self.periods)
        return pd.Series(float(value), index=self.periods)

    def snapshots(self, period: int) -> np.ndarray:
        """Positions of the snapshots of a period."""
        return np.flatnonzero(self.period_of.to_numpy() == period)


def horizon_of(network: pypsa.Network) -> Horizon:
    """Read periods and weights off a network."""
    hours = network.snapshot_weightings["generators"]
    paid = network.snapshot_weightings["objective"]
    if network.has_investment_periods:
        periods = pd.Index(network.investment_periods, name="period")
        weights = network.investment_period_weightings
        period_of = pd.Series(network.snapshots.get_level_values("period"), index=hours.index)
        return Horizon(periods, weights["objective"], weights["years"], hours, paid, period_of)
    first = network.snapshots[0]
    year = int(first.year) if hasattr(first, "year") else 0
    periods = pd.Index([year], name="period")
    one = pd.Series(1.0, index=periods)
    return Horizon(periods, one, one, hours, paid, pd.Series(year, index=hours.index))


def nodal_balances(m: linopy.Model) -> list[str]:
    """Names of the blocks of power balances; PyPSA keeps buses with many branches apart."""
    return [name for name in m.constraints if name.endswith("nodal_balance")]


def checked_network(network: pypsa.Network, *, copy: bool = True) -> pypsa.Network:
    """Return a copy of the network that the instruments can be attached to.

    Raises:
        InputError: carriers lack ``co2_emissions`` or ``renewable``; a component names an
            unknown carrier; an emitting store or a time-varying efficiency, whose emissions
            could not be counted, is present; the network is not a linear program.

    Components that are not active are left out.
    """
    if not isinstance(network, pypsa.Network):
        raise InputError(f"expected a pypsa.Network, got {type(network).__name__}")
    _check_carriers(network)
    _check_countable(network)
    _check_linear(network)
    n = network.copy() if copy else network
    _name_snapshots(n)
    for component in n.components:
        if "active" in component.static:
            idle = component.static.index[~component.static["active"].astype(bool)]
            if len(idle):
                n.remove(component.name, idle)
    return n


def _check_carriers(network: pypsa.Network) -> None:
    carriers = network.c.carriers.static
    for column in CARRIER_COLUMNS:
        if column not in carriers.columns:
            raise InputError(
                f"carriers have no column '{column}'",
                where="network.carriers",
                allowed="co2_emissions in t per MWh of fuel, renewable true or false",
                nearest=nearest_name(column, carriers.columns),
            )
    for component in ("generators", "links", "storage_units", "stores"):
        used = network.c[component].static["carrier"]
        unknown = used[~used.isin(carriers.index) & (used != "")]
        if len(unknown):
            raise InputError(
                f"carrier '{unknown.iloc[0]}' is not defined",
                where=f"network.{component}, {unknown.index[0]}",
                allowed=list(carriers.index),
                nearest=nearest_name(unknown.iloc[0], carriers.index),
            )


def _check_countable(network: pypsa.Network) -> None:
    rate = network.c.carriers.static["co2_emissions"]
    for component in ("stores", "storage_units"):
        static = network.c[component].static
        emitting = static.index[static["carrier"].map(rate).fillna(0) > 0]
        if len(emitting):
            raise InputError(
                f"'{emitting[0]}' stores a carrier with co2_emissions: put the emission factor "
                "on the generator or link that burns it",
                where=f"network.{component}",
            )
    _check_counted_once(network, rate)
    for component in ("generators", "links"):
        varying = network.c[component].dynamic["efficiency"]
        static = network.c[component].static
        emitting = static.index[static["carrier"].map(rate).fillna(0) > 0]
        both = emitting.intersection(varying.columns)
        if len(both):
            raise InputError(
                f"'{both[0]}' emits and has a time-varying efficiency, which is not supported",
                where=f"network.{component}",
                allowed="a constant efficiency for emitting units",
            )


def _check_counted_once(network: pypsa.Network, rate: pd.Series) -> None:
    """A fuel's carbon is counted where it is supplied or where it is burnt, not at both."""
    generators, links = network.c.generators.static, network.c.links.static
    supplied = set(generators["bus"][generators["carrier"].map(rate).fillna(0) > 0])
    burning = links.index[links["carrier"].map(rate).fillna(0) > 0]
    twice = burning[links.loc[burning, "bus0"].isin(supplied)]
    if len(twice):
        raise InputError(
            f"the carbon of '{twice[0]}' is counted twice: its carrier emits, and so does the "
            f"supply of fuel at bus '{links.at[twice[0], 'bus0']}'",
            where="network.carriers",
            allowed="co2_emissions on the fuel's carrier or on the plant's, the other zero",
        )


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


def _check_linear(network: pypsa.Network) -> None:
    """Check that PyPSA would write the network as one linear program.

    Raises:
        InputError: a component is committable, comes in modules or has a quadratic cost; the
            network has stochastic scenarios.
    """
    if getattr(network, "has_scenarios", False):
        raise InputError("stochastic scenarios are not supported", where="network.scenarios")
    for component in OPTIMISED:
        static = network.c[component].static
        for column in ("committable", "marginal_cost_quadratic", *_modules(static)):
            _refuse(component, column, _used(network, component, column))


def _modules(static: pd.DataFrame) -> list[str]:
    return [c for c in static.columns if c.endswith("_nom_mod")]


def _used(network: pypsa.Network, component: str, column: str) -> pd.Index:
    """Members whose attribute, constant or by snapshot, is not zero."""
    static, dynamic = network.c[component].static, network.c[component].dynamic
    if column not in static:
        return pd.Index([])
    used = static[column].astype(float) != 0
    if column.endswith("_nom_mod"):
        used &= static[column.removesuffix("_mod") + "_extendable"].astype(bool)
    names = static.index[used]
    series = dynamic.get(column, pd.DataFrame())
    return names.union(series.columns[(series != 0).any()]) if len(series.columns) else names


def _refuse(component: str, column: str, names: pd.Index) -> None:
    if len(names):
        raise InputError(
            f"'{names[0]}' uses '{column}', which needs integers or squares; prices are read "
            "from a linear program",
            where=f"network.{component}",
            allowed=f"{column} of zero or false",
        )


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
