"""A case small enough to write down twice: two buses, two years, two slices per year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pypsa

from dualcarbon.system.users import EnergyUsers

YEARS = (2025, 2030)
YEARS_OF = {2025: 5.0, 2030: 5.0}
WEIGHT = {2025: 4.5460, 2030: 3.5619}
SLICES = {"day": 4200.0, "night": 4560.0}
BUSES = ("north", "south")
LOAD = {("north", "day"): 620.0, ("north", "night"): 480.0,
        ("south", "day"): 1310.0, ("south", "night"): 870.0}  # fmt: skip
GROWTH = {2025: 1.0, 2030: 1.17}
LINE = 350.0


@dataclass(frozen=True)
class Plant:
    """A plant: MW (None if it can be built), CNY/MWh, t/MWh, availability, CNY/MW/a."""

    name: str
    bus: str
    carrier: str
    size: float | None
    running: float
    rate: float
    share: dict[str, float]
    yearly: float = 0.0
    built: int = 2010
    most: float = float("inf")
    ets_class: str = ""

    @property
    def group(self) -> str:
        """Group of attribute tokens."""
        return f"{self.carrier} {'new' if self.size is None else 'existing'}"

    def alive(self, year: int) -> bool:
        """Whether the plant stands in a year; all live for 25 years or more."""
        return self.built <= year


FLAT = {"day": 1.0, "night": 1.0}
WIND = {"day": 0.27, "night": 0.38}
SUN = {"day": 0.31, "night": 0.02}
PLANTS = (
    Plant("big coal", "north", "coal", 900.0, 171.0, 0.83, FLAT, ets_class="coal_over_300"),
    Plant("small coal", "south", "coal", 420.0, 268.0, 0.97, FLAT, ets_class="coal_upto_300"),
    Plant("south coal", "south", "coal", 700.0, 229.0, 0.80, FLAT, ets_class="coal_over_300"),
    Plant("gas", "south", "gas", 800.0, 437.0, 0.37, FLAT, ets_class="gas"),
    Plant("old wind", "north", "wind", 240.0, 1.5, 0.0, WIND),
    *(
        Plant(f"{kind} {place} {year}", bus, carrier, None, run, 0.0, shape, capital, year, most)
        for year, cheaper in ((2025, 1.0), (2030, 0.94))
        for kind, carrier, place, bus, run, shape, capital, most in (
            ("wind", "wind", "near", "north", 1.5, WIND, 748e3 * cheaper, 260.0),
            ("wind", "wind", "far", "south", 1.9, WIND, 905e3 * cheaper, 500.0),
            ("solar", "solar", "roof", "south", 0.4, SUN, 451e3 * cheaper, 640.0),
        )
    ),
)

BASELINE = {("north", "steel"): 1.31e6, ("south", "cement"): 2.27e6}
STEPS = {
    "furnace": ("north steel", 1.4e5, 63.0, 0.11),
    "scrap": ("north steel", 2.3e5, 188.0, -0.41),
    "clinker": ("south cement", 3.1e5, 127.0, 0.04),
    "fuel": ("south cement", 2.6e5, 241.0, -0.06),
    "motors": ("south cement", 6.5e4, 243.0, 1.0),
    "less cement": ("south cement", 2.9e5, 71.0, 0.05),
}
"""User, units per year, CNY per unit, MWh of electricity saved per unit."""
AVOIDED = {"motors": 0.0, "less cement": 0.72}
"""t CO2 avoided per unit of the steps whose unit is not one t."""
FORGONE = {"less cement": 1.0}
"""t of output forgone per unit."""
OUTPUT = {("north", "steel"): 7.1e5, ("south", "cement"): 2.98e6}
"""t per year."""


def avoided(step: str) -> float:
    """t CO2 avoided per unit of a step."""
    return AVOIDED.get(step, 1.0)


def load(bus: str, year: int, part: str) -> float:
    """Demand, MW."""
    return LOAD[bus, part] * GROWTH[year]


def network() -> pypsa.Network:
    """The case as a PyPSA network."""
    n = pypsa.Network()
    snapshots = pd.MultiIndex.from_product([YEARS, [0, 1]], names=["period", "timestep"])
    n.set_snapshots(snapshots)
    n.investment_periods = list(YEARS)
    n.investment_period_weightings["objective"] = list(WEIGHT.values())
    n.investment_period_weightings["years"] = list(YEARS_OF.values())
    n.snapshot_weightings.loc[:, :] = [[h] * 3 for _ in YEARS for h in SLICES.values()]
    n.add(
        "Carrier",
        ["coal", "gas", "wind", "solar", "AC"],
        co2_emissions=[0.34, 0.20, 0.0, 0.0, 0.0],
        renewable=[False, False, True, True, False],
    )
    n.add("Bus", list(BUSES))
    for bus in BUSES:
        demand = [load(bus, year, part) for year in YEARS for part in SLICES]
        n.add("Load", f"demand {bus}", bus=bus, p_set=pd.Series(demand, n.snapshots))
    for plant in PLANTS:
        _add(n, plant)
    n.add("Link", "line", bus0="north", bus1="south", p_nom=LINE, p_min_pu=-1.0, carrier="AC")
    return n


def _add(n: pypsa.Network, plant: Plant) -> None:
    factor = n.c.carriers.static.at[plant.carrier, "co2_emissions"]
    size = {"p_nom": plant.size} if plant.size is not None else {
        "p_nom_extendable": True, "p_nom_max": plant.most, "capital_cost": plant.yearly,
    }  # fmt: skip
    n.add(
        "Generator",
        plant.name,
        bus=plant.bus,
        carrier=plant.carrier,
        marginal_cost=plant.running,
        efficiency=factor / plant.rate if plant.rate else 1.0,
        p_max_pu=pd.Series([plant.share[p] for _ in YEARS for p in SLICES], n.snapshots),
        build_year=plant.built,
        lifetime=60.0,
        ets_class=plant.ets_class,
        **size,
    )


def users() -> EnergyUsers:
    """The energy users of the case."""
    baseline = [
        (f"{bus} {sector}", bus, sector, YEARS[0], t, OUTPUT[bus, sector])
        for (bus, sector), t in BASELINE.items()
    ]
    steps = [
        (name, user, name, most, cost, saved, avoided(name), FORGONE.get(name, 0.0))
        for name, (user, most, cost, saved) in STEPS.items()
    ]
    columns = ["step", "user", "measure", "potential", "cost", "electricity", "co2_t", "output"]
    return EnergyUsers(
        pd.DataFrame(baseline, columns=["user", "bus", "sector", "year", "co2_t", "output"]),
        pd.DataFrame(steps, columns=columns),
    )
