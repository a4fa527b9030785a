"""Refuse what a linear market of price takers cannot hold: integers, quadratic costs, scenarios."""

from __future__ import annotations

import pandas as pd
import pypsa

from dualcarbon.errors import InputError

COMPONENTS = ("generators", "links", "storage_units", "stores", "lines", "transformers")


def check_linear(network: pypsa.Network) -> None:
    """Check that PyPSA would write the network as one linear program.

    Raises:
        InputError: a component is committable, comes in modules or has a quadratic cost; the
            network has stochastic scenarios.
    """
    if getattr(network, "has_scenarios", False):
        raise InputError("stochastic scenarios are not supported", where="network.scenarios")
    for component in COMPONENTS:
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
