"""What flows at a bus: electricity, carbon dioxide into the atmosphere, or something else.

Networks couple sectors by links: gas is burnt to power and heat, power makes heat and hydrogen,
and each link leaves its carbon at a bus of its own, the atmosphere. So what a megawatt is follows
from the bus: a load of heat is no use of electricity, a heat pump is one, and a flow into the
atmosphere is a ton.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pypsa

from dualcarbon.errors import InputError
from dualcarbon.system.ports import Port, bounds_of, ports_of

ELECTRICITY, ATMOSPHERE, OTHER = "electricity", "atmosphere", "other"
COLUMN = "commodity"
ELECTRIC_CARRIERS = {"", "ac", "dc", "elec", "electric", "electricity", "power", "low voltage",
                     "medium voltage", "high voltage"}  # fmt: skip
CARBON_CARRIERS = {"co2", "carbon", "carbon dioxide", "co2 emissions"}


End = tuple[str, str, float, float]


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
        return tuple(ports_of(self.network))

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
            low, high = self._flows[link]
            ends = [end for end in self._ends_of[link] if end[1] == ELECTRICITY]
            rates = sum(end[2] for end in ends), sum(end[3] for end in ends)
            flows = [rate * flow for rate in rates for flow in (low, high)]
            side = drawing if max(flows) <= 0 else giving if min(flows) >= 0 else both
            side.append(link)
        return drawing, giving, both

    @cached_property
    def _flows(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest flow by link."""
        bounds = self.flow_of
        return dict(zip(bounds.index, zip(bounds["low"], bounds["high"], strict=True), strict=True))

    @cached_property
    def _ends_of(self) -> dict[str, list[End]]:
        """Bus, commodity, lowest and highest rate of each end, by link."""
        found: dict[str, list[End]] = {link: [] for link in self.flow_of.index}
        for port in self.ports:
            kind = port.bus.map(self.of_bus)
            for link, *end in zip(port.bus.index, port.bus, kind, port.low, port.high, strict=True):
                found[link].append((str(end[0]), str(end[1]), float(end[2]), float(end[3])))
        return found

    def _touched(self, link: str) -> set[str]:
        """Buses of something else that a link is attached to."""
        return {bus for bus, kind, _, _ in self._ends_of[link] if kind == OTHER}

    def _inputs(self, link: str) -> set[str]:
        """Buses, other than the atmosphere, from which a link may draw."""
        return {bus for bus in self._ends(link, -1) if self.of_bus[bus] != ATMOSPHERE}

    def _ends(self, link: str, sign: int) -> set[str]:
        """Buses from which a link may draw (-1), or to which it may deliver (1)."""
        flows = self._flows[link]
        return {
            bus
            for bus, _, low, high in self._ends_of[link]
            if any(sign * rate * flow > 0 for rate in (low, high) for flow in flows)
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
