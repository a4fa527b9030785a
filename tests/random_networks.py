"""Small random networks with random packages, and how far prices and payments are from being right.

Every figure is compared with one that shares no code with it: prices with finite differences of the
optimal cost of *new* models, payments with sums over the solved network's own tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.instruments import CarbonMarket, CarbonTax, GreenCertificates, Instrument
from tests.oracle import user_networks

STEP = 1e-4  # share of what is moved
FACTORS = {"coal": 0.34, "gas": 0.2, "biomass": 0.0, "captured": -0.2}


@dataclass(frozen=True)
class Case:
    """A network, written anew at each call, and the instruments on it.

    Attributes:
        build: writes the network; arguments: MW added to the load of one slice and bus.
        caps, shares: by year; rate: of the tax, CNY/t.
    """

    build: Callable[..., pypsa.Network]
    years: tuple[int, ...]
    caps: dict[int, float]
    shares: dict[int, float]
    rate: float
    banking: bool
    kinds: frozenset[str]

    def instruments(
        self, *, caps: dict[int, float] | None = None, shares: dict[int, float] | None = None,
        rate: float | None = None,
    ) -> list[Instrument]:  # fmt: skip
        """The package, with some numbers moved."""
        found: list[Instrument] = []
        if "carbon" in self.kinds:
            found.append(CarbonMarket(cap=caps or self.caps, ceiling=900.0, auction_share=1.0,
                                      banking=self.banking, carry_over=0.2))  # fmt: skip
        if "green" in self.kinds:
            found.append(GreenCertificates(share=shares or self.shares, buyout=200.0))
        if "tax" in self.kinds:
            found.append(CarbonTax(rate=self.rate if rate is None else rate))
        return found

    def solved(self, *, more: tuple[int, str, float] | None = None, **moved: Any) -> Equilibrium:
        """The equilibrium on a new model."""
        return solve_equilibrium(self.build(more), self.instruments(**moved))


def case(seed: int) -> Case:
    """A random case: one or two periods, links with losses, storage, heat, negative costs."""
    r = random.Random(seed)
    years = r.choice([(), (2030, 2035)])
    slices, towns = 3, ("east", "west")
    load = {bus: [r.uniform(50.0, 150.0) for _ in range(slices * max(1, len(years)))]
            for bus in towns}  # fmt: skip
    wind = [r.uniform(0.1, 0.9) for _ in range(slices * max(1, len(years)))]
    cost = {name: r.uniform(*span) for name, span in
            {"coal": (15.0, 30.0), "gas": (45.0, 80.0), "biomass": (90.0, 130.0),
             "wind": (-20.0, 5.0), "captured": (110.0, 160.0)}.items()}  # fmt: skip
    losses, storage, heat = r.uniform(0.85, 1.0), r.random() < 0.6, r.random() < 0.4
    captured, capital = r.random() < 0.3, r.uniform(1e4, 6e4)

    def build(more: tuple[int, str, float] | None = None) -> pypsa.Network:
        n = user_networks.blank(years, slices=slices)
        n.add("Bus", list(towns), carrier="AC")
        for bus in towns:
            series = pd.Series(load[bus], index=n.snapshots)
            if more is not None and more[1] == bus:
                series.iloc[more[0]] += more[2]
            n.add("Load", bus, bus=bus, p_set=series)
        names = ["coal", "gas", "biomass"]
        n.add("Generator", names, bus=["east", "west", "west"], carrier=names,
              p_nom=[180.0, 150.0, 400.0], marginal_cost=[cost[k] for k in names],
              efficiency=[0.4, 0.5, 0.3])  # fmt: skip
        n.add("Generator", "wind", bus="east", carrier="wind", p_nom=20.0, p_nom_extendable=True,
              p_nom_max=150.0, capital_cost=capital, marginal_cost=cost["wind"],
              p_max_pu=pd.Series(wind, index=n.snapshots))  # fmt: skip
        if captured:
            n.add("Generator", "captured", bus="west", carrier="captured", p_nom=25.0,
                  marginal_cost=cost["captured"], efficiency=0.35)  # fmt: skip
        n.add("Link", ["there", "back"], bus0=["east", "west"], bus1=["west", "east"],
              p_nom=[60.0, 40.0], efficiency=losses, marginal_cost=0.5, carrier="AC")  # fmt: skip
        if storage:
            n.add("StorageUnit", "store", bus="west", carrier="battery", p_nom=30.0, max_hours=4.0,
                  efficiency_store=0.9, efficiency_dispatch=0.92, cyclic_state_of_charge=True,
                  cyclic_state_of_charge_per_period=True)  # fmt: skip
        if heat:
            n.add("Bus", "warm", carrier="heat")
            n.add("Load", "warm", bus="warm", p_set=20.0)
            n.add("Link", "pump", bus0="east", bus1="warm", p_nom=50.0, efficiency=2.5,
                  carrier="pump")  # fmt: skip
        user_networks.carriers(n, renewable=["wind", "biomass"], **FACTORS)
        return n

    span = years or (2030,)
    tons = 0.85 * 0.7 * sum(map(sum, load.values())) / len(load["east"]) * 8760.0
    cap, share, rate = r.uniform(0.3, 1.0) * tons, r.uniform(0.1, 0.5), r.uniform(5.0, 60.0)
    kinds = frozenset(k for k in ("carbon", "green", "tax") if r.random() < 0.7) or {"carbon"}
    return Case(
        build, span, {y: cap * 0.95**i for i, y in enumerate(span)},
        {y: min(share + 0.03 * i, 0.6) for i, y in enumerate(span)}, rate,
        len(span) > 1 and r.random() < 0.5, frozenset(kinds),
    )  # fmt: skip


def price_errors(one: Case, eq: Equilibrium, seed: int) -> Iterator[tuple[str, float]]:
    """How far each price lies outside the slopes of the optimal cost on both sides, relative."""
    weight, hours = eq.solution.model.horizon.objective, eq.solution.model.horizon.hours
    prices = eq.prices.set_index(["instrument", "item", "period"])["price"]

    def outside(price: float, step: float, **sides: Any) -> float:
        """Of ``sides`` (moved down, moved up) the slopes; the cost is convex in what is moved."""
        at = eq.objective
        down, up = (one.solved(**{k: v[i] for k, v in sides.items()}).objective for i in (0, 1))
        low, high = sorted(((at - down) / step, (up - at) / step))
        return max(low - price, price - high, 0.0) / (1.0 + abs(price))

    for year in one.years if "carbon" in one.kinds else ():
        step = STEP * one.caps[year]
        caps = [{**one.caps, year: one.caps[year] + sign * step} for sign in (-1, 1)]
        price = prices["carbon", "allowance", year] * weight[year]
        yield f"cap {year}", outside(-price, step, caps=caps) / 1.0
    for year in one.years if "green" in one.kinds else ():
        owed = eq.solution.consumption()[year].sum() * weight[year]
        shares = [{**one.shares, year: one.shares[year] + sign * STEP} for sign in (-1, 1)]
        price = prices["green", "certificate, total", year]
        yield f"share {year}", outside(price * owed / 1e6, STEP * 1e6, shares=shares)
    if "tax" in one.kinds:
        step = STEP * one.rate
        tons = float((eq.solution.emissions.sum() * weight).sum())
        yield "rate", outside(tons / 1e6, step * 1e6, rate=[one.rate - step, one.rate + step])
    r = random.Random(seed)
    at, bus = r.randrange(len(hours)), r.choice(["east", "west"])
    period = eq.solution.model.horizon.period_of.iloc[at]
    nodal = eq.solution.power_price[bus].iloc[at]
    if "green" in one.kinds:  # who consumes a MWh more owes a share of it as certificates
        nodal += one.shares[period] * prices["green", "certificate, total", period]
    nodal *= weight[period] * hours.iloc[at]
    more = [(at, bus, sign * 0.01) for sign in (-1, 1)]
    yield f"power {bus} {at}", outside(nodal / 1e3, 0.01 * 1e3, more=more)


def payment_errors(one: Case, eq: Equilibrium) -> Iterator[tuple[str, float]]:
    """How far payments are from sums over the solved network's own tables, relative."""
    n = eq.network
    hours = n.snapshot_weightings["generators"]
    years = hours.index.get_level_values(0) if n.has_investment_periods else None
    energy = n.generators_t.p.mul(hours, axis=0)
    yearly = energy.groupby(years).sum() if years is not None else energy.sum().to_frame().T
    yearly.index = list(one.years)
    generators = n.generators
    rate = generators["carrier"].map({**FACTORS, "wind": 0.0}) / generators["efficiency"]
    tons = (yearly * rate.reindex(yearly.columns)).sum(axis=1)
    net = net_receipts(eq.settlement)
    prices = eq.prices.set_index(["instrument", "item", "period"])["price"]

    def of(instrument: str, kind: str, year: int) -> float:
        chosen = (net["instrument"] == instrument) & (net["kind"] == kind)
        return float(net.loc[chosen & (net["period"] == year), "amount"].sum())

    for year in one.years:
        if "carbon" in one.kinds:
            due = prices["carbon", "allowance", year] * tons[year]
            yield f"carbon {year}", abs(of("carbon", "plant", year) + due) / (1e6 + abs(due))
        if "tax" in one.kinds:
            due = one.rate * tons[year]
            yield f"tax {year}", abs(of("tax", "plant", year) + due) / (1e6 + abs(due))
        if "green" in one.kinds:
            load = (n.get_switchable_as_dense("Load", "p_set").mul(hours, axis=0)
                    [["east", "west"]].sum(axis=1))  # fmt: skip
            load = load.groupby(years).sum() if years is not None else pd.Series([load.sum()])
            used = 0.0
            if "pump" in n.links.index:
                drawn = n.links_t.p0["pump"] * hours
                used = drawn.groupby(years).sum()[year] if years is not None else drawn.sum()
            taken = load.iloc[list(one.years).index(year)] + used
            due = prices["green", "certificate, total", year] * one.shares[year] * taken
            yield f"green {year}", abs(of("green", "consumer", year) + due) / (1e6 + abs(due))


def resolve_error(one: Case, eq: Equilibrium, seed: int) -> float:
    """How far the cost of a warm solve from another package is from that of this one, relative."""
    r = random.Random(seed)
    moved = {y: v * r.uniform(0.7, 1.3) for y, v in one.caps.items()}
    start = one.solved(caps=moved, rate=one.rate * r.uniform(0.5, 2.0))
    again = start.resolve(**{i.key: i for i in one.instruments()})
    again.check()
    return float(abs(again.objective - eq.objective) / (1.0 + abs(eq.objective)))


def interval_error(eq: Equilibrium) -> float:
    """How far a price lies outside its interval, relative."""
    table = eq.price_intervals()
    beyond = np.maximum(table["low"] - table["price"], table["price"] - table["high"])
    return float((beyond / (1.0 + table["price"].abs())).max()) if len(table) else 0.0
