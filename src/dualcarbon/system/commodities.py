"""What flows at a bus: electricity, carbon dioxide into the atmosphere, or something else.

Networks couple sectors by links: gas is burnt to power and heat, power makes heat and hydrogen,
and each link leaves its carbon at a bus of its own, the atmosphere. So what a megawatt is follows
from the bus: a load of heat is no use of electricity, a heat pump is one, and a flow into the
atmosphere is a ton.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pypsa

from dualcarbon.errors import InputError

ELECTRICITY, ATMOSPHERE, OTHER = "electricity", "atmosphere", "other"
COLUMN = "commodity"
ELECTRIC_CARRIERS = {"", "ac", "dc", "elec", "electric", "electricity", "power", "low voltage",
                     "medium voltage", "high voltage"}  # fmt: skip
CARBON_CARRIERS = {"co2", "carbon", "carbon dioxide", "co2 emissions"}


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

    def kind(self, link: str, of_bus: pd.Series) -> str:
        """What flows at a link's bus; empty where the link has no such end."""
        return str(of_bus[self.bus[link]]) if link in self.bus.index else ""

    def reaches(self, link: str, low: float, high: float, sign: int) -> bool:
        """Whether a link whose flow is between two bounds may draw here (-1) or deliver (1)."""
        rates = (self.low[link], self.high[link])
        return any(sign * rate * flow > 0 for rate in rates for flow in (low, high))

    def rates(self, network: pypsa.Network, links: pd.Index) -> pd.DataFrame:
        """Rate by snapshot of some links."""
        if not self.attribute:
            return pd.DataFrame(-1.0, index=network.snapshots, columns=links)
        return network.get_switchable_as_dense("Link", self.attribute, inds=links).astype(float)


@dataclass(frozen=True)
class Commodities:
    """What flows at each bus of a network, and which links use electricity, make it or store it.

    Attributes:
        network: the network.
        of_bus: ``electricity``, ``atmosphere`` or ``other`` by bus.
    """

    network: pypsa.Network
    of_bus: pd.Series

    def buses(self, commodity: str) -> pd.Index:
        """Buses at which a commodity flows."""
        return self.of_bus.index[self.of_bus == commodity]

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """Ends of the links that have one, ``bus0`` first."""
        return tuple(_ports(self.network))

    @cached_property
    def flow_of(self) -> pd.DataFrame:
        """Lowest and highest flow of each link per unit of capacity, columns low and high."""
        return bounds_of(self.network, "Link")

    def received(self, commodity: str) -> pd.Series:
        """What each link delivers per unit of its flow to buses of a commodity; NaN if it varies.

        Links that touch no such bus are left out.
        """
        wanted = self.buses(commodity)
        parts = [port.constant[port.bus.isin(wanted)] for port in self.ports]
        parts = [part for part in parts if len(part)]
        if not parts:
            return pd.Series(dtype=float)
        table = pd.concat(parts)
        total = table.groupby(level=0).sum()
        return total.where(~total.index.isin(table.index[table.isna()]))

    @cached_property
    def converting(self) -> list[str]:
        """Links between electricity and something else: neither lines nor pipes."""
        electric: set[str] = set()
        other: set[str] = set()
        for port in self.ports:
            kind = port.bus.map(self.of_bus)
            electric |= set(kind.index[kind == ELECTRICITY])
            other |= set(kind.index[kind != ELECTRICITY])
        return sorted(electric & other)

    @cached_property
    def users(self) -> list[str]:
        """Converting links that draw electricity, and those that give back what was stored.

        What only charges and discharges a store is a battery and uses none.

        Raises:
            InputError: a link both draws and gives back, and what it converts is no store.
        """
        drawing, giving, both = self._directions
        for link in both:
            if not self._touched(link) <= self._fed_by_electricity:
                raise InputError(
                    f"'{link}' may draw electricity or make it from something else",
                    where="network.links",
                    allowed="two links, one for each direction",
                )
        members = [*drawing, *filter(self._gives_back, giving), *both]
        return [link for link in members if not self._touched(link) & self._batteries]

    @cached_property
    def makers(self) -> list[str]:
        """Converting links that make electricity of something that is not stored electricity."""
        return [link for link in self._directions[1] if not self._gives_back(link)]

    def _gives_back(self, link: str) -> bool:
        inputs = self._inputs(link)
        return bool(inputs) and inputs <= self._fed_by_electricity

    @cached_property
    def _directions(self) -> tuple[list[str], list[str], list[str]]:
        """Converting links that draw electricity, that give it, and that may do both."""
        drawing: list[str] = []
        giving: list[str] = []
        both: list[str] = []
        for link in self.converting:
            low, high = self.flow_of.loc[link, ["low", "high"]]
            ports = [p for p in self.ports if p.kind(link, self.of_bus) == ELECTRICITY]
            rates = sum(p.low[link] for p in ports), sum(p.high[link] for p in ports)
            flows = [rate * flow for rate in rates for flow in (low, high)]
            side = drawing if max(flows) <= 0 else giving if min(flows) >= 0 else both
            side.append(link)
        return drawing, giving, both

    def _touched(self, link: str) -> set[str]:
        """Buses of something else that a link is attached to."""
        ends = {str(p.bus[link]) for p in self.ports if link in p.bus.index}
        return {bus for bus in ends if self.of_bus[bus] == OTHER}

    def _inputs(self, link: str) -> set[str]:
        """Buses, other than the atmosphere, from which a link may draw."""
        return {bus for bus in self._ends(link, -1) if self.of_bus[bus] != ATMOSPHERE}

    def _ends(self, link: str, sign: int) -> set[str]:
        """Buses from which a link may draw (-1), or to which it may deliver (1)."""
        low, high = self.flow_of.loc[link, ["low", "high"]]
        return {
            str(port.bus[link])
            for port in self.ports
            if link in port.bus.index and port.reaches(link, low, high, sign)
        }

    @cached_property
    def _fed_by_electricity(self) -> set[str]:
        """Buses of something else into which nothing but electricity is turned.

        The largest set of buses without supply of their own such that every link that delivers
        there draws from electricity or from the set.
        """
        n = self.network
        own = {*n.c.generators.static["bus"], *n.c.storage_units.static["bus"]}
        fed = set(self.buses(OTHER)) - own
        feeding = [(self._inputs(i), self._ends(i, 1)) for i in n.c.links.static.index]
        while True:
            mixed = {
                bus
                for inputs, outputs in feeding
                if any(b not in fed and self.of_bus[b] != ELECTRICITY for b in inputs)
                for bus in outputs & fed
            }
            if not mixed:
                return fed
            fed -= mixed

    @cached_property
    def _batteries(self) -> set[str]:
        """Buses fed by electricity whose content has no other use than to become electricity."""
        n = self.network
        store = self._fed_by_electricity - set(n.c.loads.static["bus"])
        touched = [self._touched(i) for i in n.c.links.static.index]
        while True:
            elsewhere = {bus for buses in touched if buses - store for bus in buses & store}
            if not elsewhere:
                return store
            store -= elsewhere


def commodities_of(network: pypsa.Network) -> Commodities:
    """Read what flows at each bus: the column ``commodity`` of the buses, else their carrier.

    Raises:
        InputError: a bus of carbon does not say whether it is the atmosphere.
    """
    buses = network.c.buses.static
    carrier = buses["carrier"].fillna("").astype(str)
    plain = carrier.str.lower().str.replace("_", " ").str.strip()
    kind = pd.Series(OTHER, index=buses.index, dtype=object)
    kind[plain.isin(ELECTRIC_CARRIERS)] = ELECTRICITY
    carriers = network.c.carriers.static
    factor = carriers.get("co2_emissions", pd.Series(0.0, index=carriers.index))
    sink = carrier.map(factor).fillna(0.0).astype(float) < 0
    name = pd.Series(buses.index.astype(str).str.lower(), index=buses.index)
    air = name.str.contains("atmosphere") | plain.str.contains("atmosphere") | sink
    kind[air] = ATMOSPHERE
    said = buses.get(COLUMN, pd.Series("", index=buses.index)).fillna("").astype(str)
    kind = kind.where(said == "", said.where(said.isin([ELECTRICITY, ATMOSPHERE]), OTHER))
    named = name.str.contains(r"\bco2\b", regex=True) & plain.isin(ELECTRIC_CARRIERS)
    unsaid = buses.index[(plain.isin(CARBON_CARRIERS) | named) & ~air & (said == "")]
    if len(unsaid):
        raise InputError(
            f"bus '{unsaid[0]}' carries '{carrier[unsaid[0]]}' and does not say whether what flows "
            "there is emitted or captured",
            where=f"network.buses.{COLUMN}",
            allowed=f"'{ATMOSPHERE}' for what is emitted, 'captured' for what is not",
        )
    return Commodities(network, kind)


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


def _ports(network: pypsa.Network) -> Iterator[Port]:
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
