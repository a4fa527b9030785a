"""Commitment by the day, heat and two periods, written down a second time for scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa
import pytest
from scipy.optimize import linprog

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.errors import InputError
from dualcarbon.instruments import ElectricityMarket
from dualcarbon.system.days import DAY_LEVEL
from dualcarbon.system.physical_rows import COMMITMENT

YEARS, SPAN, WEIGHT = (2025, 2030), (5.0, 5.0), (4.5, 3.6)
DAYS, SLICES, LENGTH = 2, 3, 8.0
COUNT = np.array([200.0, 165.0])  # days a year that each typical day stands for
FOLLOWS = np.array([[150.0, 50.0], [50.0, 115.0]])
LOAD = np.array([[60.0, 100.0, 80.0, 40.0, 50.0, 90.0], [70.0, 120.0, 90.0, 45.0, 60.0, 100.0]])
WIND = np.array([0.1, 0.2, 0.1, 0.9, 0.95, 0.3])
PLANTS = pd.DataFrame(
    {
        "p_nom": [120.0, 40.0, 60.0, 100.0],
        "cost": [200.0, 230.0, 0.0, 500.0],
        "kind": ["condensing", "chp", "", ""],
    },
    index=["coal", "heat", "wind", "gas"],
)
HEAT = np.array([0.6, 0.5, 0.55, 0.4, 0.4, 0.4])  # least output of the plant that heats
LEAST, START = {2025: 0.5, 2030: 0.4}, 1500.0


def network(start_cost: float = START) -> pypsa.Network:
    n = pypsa.Network()
    n.set_snapshots(range(DAYS * SLICES))
    n.set_investment_periods(list(YEARS))
    hours = np.repeat(COUNT, SLICES) * LENGTH
    n.snapshot_weightings = pd.DataFrame(
        {"objective": np.tile(hours, 2), "generators": np.tile(hours, 2), "stores": LENGTH},
        index=n.snapshots,
    )
    n.investment_period_weightings = pd.DataFrame(
        {"years": SPAN, "objective": WEIGHT}, index=list(YEARS)
    )
    n.meta[DAY_LEVEL] = np.tile(np.repeat(range(DAYS), SLICES), 2).tolist()
    n.meta[COMMITMENT] = {
        "minimum_load": LEAST, "start_cost": start_cost, "follows": FOLLOWS.tolist()
    }  # fmt: skip
    n.add("Carrier", ["AC", *PLANTS.index], co2_emissions=0.0)
    n.c.carriers.static["renewable"] = n.c.carriers.static.index == "wind"
    n.add("Bus", "here", carrier="AC")
    n.add("Load", "load", bus="here", p_set=pd.Series(LOAD.ravel(), n.snapshots))
    for name, row in PLANTS.iterrows():
        n.add("Generator", str(name), bus="here", carrier=str(name), p_nom=row["p_nom"],
              marginal_cost=row["cost"], build_year=2000, lifetime=100,
              p_max_pu=pd.Series(np.tile(WIND, 2), n.snapshots) if name == "wind" else 1.0,
              p_min_pu=pd.Series(np.tile(HEAT, 2), n.snapshots) if name == "heat" else 0.0,
              )  # fmt: skip
    n.c.generators.static["kind"] = PLANTS["kind"]
    return n


def by_hand(start_cost: float = START) -> tuple[float, np.ndarray]:
    """Objective and prices (CNY/MWh of each slice) of the same program, row by row."""
    slices = DAYS * SLICES
    pairs = [(a, b) for a in range(DAYS) for b in range(DAYS) if a != b]
    width = 4 * slices + DAYS + len(pairs)  # p, online, start
    cost, bounds = [], []
    equal, right, less, most = [], [], [], []
    for k, year in enumerate(YEARS):
        at = k * width

        def row(entries: dict[int, float], at: int = at) -> np.ndarray:
            line = np.zeros(2 * width)
            for column, value in entries.items():
                line[at + column] = value
            return line

        for i, (name, plant) in enumerate(PLANTS.iterrows()):
            for t in range(slices):
                up = plant["p_nom"] * (WIND[t] if name == "wind" else 1.0)
                low = plant["p_nom"] * HEAT[t] if name == "heat" else 0.0
                bounds.append((low, up))
                cost.append(WEIGHT[k] * plant["cost"] * COUNT[t // SLICES] * LENGTH)
            del i
        bounds += [(0.0, PLANTS.at["coal", "p_nom"])] * DAYS + [(0.0, None)] * len(pairs)
        cost += [0.0] * DAYS + [WEIGHT[k] * start_cost * FOLLOWS[pair] for pair in pairs]
        online, start = 4 * slices, 4 * slices + DAYS
        for t in range(slices):
            equal.append(row({i * slices + t: 1.0 for i in range(4)}))
            right.append(LOAD[k, t])
            less += [row({t: 1.0, online + t // SLICES: -1.0}),
                     row({t: -1.0, online + t // SLICES: LEAST[year]})]  # fmt: skip
            most += [0.0, 0.0]
        for j, (a, b) in enumerate(pairs):
            less.append(row({online + b: 1.0, online + a: -1.0, start + j: -1.0}))
            most.append(0.0)
    found = linprog(cost, np.array(less), most, np.array(equal), right, bounds, method="highs")
    weight = np.concatenate([w * np.repeat(COUNT, SLICES) * LENGTH for w in WEIGHT])
    return float(found.fun), found.eqlin.marginals / weight


def solved(start_cost: float = START) -> Equilibrium:
    return Session.open(network(start_cost)).solve(Package.of([ElectricityMarket()]))


@pytest.mark.parametrize("start_cost", [0.0, START])
def test_objective_and_prices_are_those_of_scipy(start_cost: float) -> None:
    eq, (objective, price) = solved(start_cost), by_hand(start_cost)
    weight = eq.solution.model.horizon.objective
    assert float((eq.system_cost * weight).sum()) == pytest.approx(objective, rel=1e-9)
    assert eq.solution.power_price["here"].to_numpy() == pytest.approx(price, abs=1e-6)


def test_least_output_on_line_makes_wind_be_curtailed() -> None:
    bound, free = (
        solved(),
        Session.open(_without(network())).solve(Package.of([ElectricityMarket()])),
    )
    taken = [eq.solution.energy.loc["wind"].sum() for eq in (bound, free)]
    assert taken[0] < taken[1]


def test_starts_are_paid_for_as_often_as_the_days_change() -> None:
    eq = solved()
    online = eq.solution.value("commitment-online-band").transpose("slot", "bus").to_numpy().ravel()
    starts = [
        sum(FOLLOWS[a, b] * max(0.0, online[k * DAYS + b] - online[k * DAYS + a])
            for a in range(DAYS) for b in range(DAYS) if a != b)
        for k in range(len(YEARS))
    ]  # fmt: skip
    paid = eq.system_cost - solved_fuel(eq)
    assert paid.to_numpy() == pytest.approx(START * np.array(starts), rel=1e-6, abs=1e-3)


def solved_fuel(eq: Equilibrium) -> pd.Series:
    return eq.solution.energy.mul(PLANTS["cost"], axis=0).sum()


def _without(n: pypsa.Network) -> pypsa.Network:
    del n.meta[COMMITMENT]
    return n


def test_commitment_asks_which_plants_have_it() -> None:
    n = network()
    n.c.generators.static.drop(columns="kind", inplace=True)
    with pytest.raises(InputError, match="column 'kind'"):
        Session.open(n)
