"""Ends of links, and the range of what varies over the snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pypsa


@dataclass(frozen=True)
class Port:
    """An end of links: bus of each link there, and what it receives per unit of the link's flow.

    ``received = rate p``; the rate of ``bus0`` is -1, that of others their efficiency.

    Attributes:
        bus: bus by link.
        low, high: lowest and highest rate over the snapshots by link.
        attribute: attribute that holds the rate; empty for ``bus0``.
    """

    bus: pd.Series
    low: pd.Series
    high: pd.Series
    attribute: str

    @property
    def constant(self) -> pd.Series:
        """Rate by link; NaN where it varies over time."""
        return self.low.where(self.low == self.high)

    def rates(self, network: pypsa.Network, links: pd.Index) -> pd.DataFrame:
        """Rate by snapshot of some links."""
        if not self.attribute:
            return pd.DataFrame(-1.0, index=network.snapshots, columns=links)
        return network.get_switchable_as_dense("Link", self.attribute, inds=links).astype(float)


def bounds_of(network: pypsa.Network, component: str) -> pd.DataFrame:
    """Lowest and highest flow of each member per unit of capacity, columns low and high."""
    members = network.c[component].static.index
    return pd.DataFrame(
        {
            "low": range_of(network, component, "p_min_pu", members)[0],
            "high": range_of(network, component, "p_max_pu", members)[1],
        }
    )


def range_of(
    network: pypsa.Network, component: str, attribute: str, members: pd.Index
) -> tuple[pd.Series, pd.Series]:
    """Lowest and highest value of an attribute over the snapshots, by member."""
    low = network.c[component].static.loc[members, attribute].astype(float)
    high = low.copy()
    varying = network.c[component].dynamic.get(attribute, pd.DataFrame())
    named = varying.columns.intersection(members)
    if len(named):
        low[named], high[named] = varying[named].min(), varying[named].max()
    return low, high


def ports_of(network: pypsa.Network) -> Iterator[Port]:
    """Ends of the links of a network, ``bus0`` first."""
    static = network.c.links.static
    if static.empty:
        return
    ends = sorted((c for c in static.columns if c.startswith("bus") and c[3:].isdigit()),
                  key=lambda c: int(c[3:]))  # fmt: skip
    for end in ends:
        bus = static[end].astype(str)
        bus = bus[~bus.isin(["", "nan", "None"])]
        if end == "bus0":
            one = pd.Series(-1.0, index=bus.index)
            yield Port(bus, one, one, "")
            continue
        attribute = "efficiency" if end == "bus1" else f"efficiency{end[3:]}"
        yield Port(bus, *range_of(network, "Link", attribute, bus.index), attribute)
