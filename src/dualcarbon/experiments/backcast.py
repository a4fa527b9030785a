"""Backcast of 2024 under today's rules, against official statistics and observed prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.experiments.parameters import assumptions, parameter, published
from dualcarbon.experiments.rows import BANDS, Row, percent, table
from dualcarbon.experiments.statements import Findings, reading, text
from dualcarbon.system.costs import FUEL_OF
from dualcarbon.system.settings import BACKCAST_YEAR

if TYPE_CHECKING:
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables

TWH = 1e6
RULES = ("electricity", "reserve")
GROUPS = {
    "thermal": ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb", "gas", "biomass",
                "other_thermal"),
    "nuclear": ("nuclear",),
    "hydro": ("hydro", "phs"),
    "wind": ("onwind", "offwind"),
    "solar": ("solar", "solar_dist"),
}  # fmt: skip
SPOT, MIN_MONTHS = "spot", 4


@dataclass(frozen=True)
class CoalFound(Findings):
    """Coal saved by least-cost dispatch, percent."""

    topic: ClassVar[str] = "bands.coal"
    change: float


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Compare generation, emission factor, trade and prices of 2024 with what was observed."""
    equilibrium = solved(context)
    parts = [generation(equilibrium), factor(equilibrium), trade(equilibrium), prices(equilibrium)]
    saved = coal_saved(equilibrium)
    given = [assumptions("backcast."), assumptions(f"{BANDS}.coal.")]
    return {
        "backcast": pd.concat(parts, ignore_index=True),
        "experiments": table([saved]),
        "assumptions": pd.concat(given, ignore_index=True),
    }


def coal_saved(equilibrium: Equilibrium) -> Row:
    """Coal saved in 2024 by least-cost dispatch within the trade plan, percent."""
    merit = equilibrium.resolve(electricity={"dispatch": "merit_order"})
    burnt = [coal_burnt(eq) for eq in (equilibrium, merit)]
    ours = percent(burnt[1], burnt[0])
    return Row(BANDS, text("bands.coal.variant"), "coal_burnt", "coal burnt under equal hours",
               ours, "%", reading(CoalFound(ours)), published("bands.coal"))  # fmt: skip


def coal_burnt(equilibrium: Equilibrium) -> float:
    """Coal burnt by power plants, MWh of fuel."""
    solution = equilibrium.solution
    units = solution.model.annual.units
    coal = units[units["carrier"].map(FUEL_OF).eq("coal")]
    efficiency = solution.model.network.c.generators.static.loc[coal["name"], "efficiency"]
    return float((solution.energy.loc[coal.index, BACKCAST_YEAR] / efficiency.to_numpy()).sum())


def solved(context: ExperimentContext) -> Equilibrium:
    """Equilibrium of 2024: mean fleet and weather of that year, today's dispatch and trade."""
    today = context.scenario("today")
    system = today.system.model_copy(update={"years": (BACKCAST_YEAR,)})
    past = today.model_copy(update={"system": system})
    package = today.package()
    changes = {key: None for key in package.instruments if key not in RULES}
    return context.sessions.of(past).solve(package.changed(changes))


def _rows(
    item: str, region: str, ours: float, observed: float, unit: str, tolerance: float, source: str
) -> dict[str, object]:
    error = 100.0 * (ours - observed) / abs(observed) if observed else np.nan
    return {"item": item, "region": region, "ours": ours, "observed": observed, "unit": unit,
            "error_pct": error, "tolerance_pct": tolerance, "source": source}  # fmt: skip


def tolerance(item: str) -> float:
    """How far an item may be from statistics, percent."""
    return float(parameter("backcast.tolerance")[item])


def output(equilibrium: Equilibrium) -> pd.Series:
    """Gross generation by carrier, TWh; storage by what it discharges."""
    solution = equilibrium.solution
    units = solution.model.annual.units
    generated = solution.energy[BACKCAST_YEAR].groupby(units["carrier"]).sum() / TWH
    static = solution.model.network.c.storage_units.static
    pumped = static.index[static["carrier"].eq("phs")]
    dispatch = solution.power("StorageUnit")[pumped].clip(lower=0.0).sum(axis=1)
    hours = solution.model.horizon.hours.to_numpy()
    return pd.concat([generated, pd.Series({"phs": float((dispatch * hours).sum()) / TWH})])


def generation(equilibrium: Equilibrium) -> pd.DataFrame:
    """National generation by source."""
    statistics = datasets.load("statistics").query(f"year == {BACKCAST_YEAR}").set_index("item")
    found = output(equilibrium)
    rows = []
    for group, carriers in GROUPS.items():
        ours = float(found.reindex(list(carriers)).fillna(0.0).sum())
        row = statistics.loc[f"generation_{group}"]
        rows.append(
            _rows(f"generation, {group}", "China", ours, float(row["value"]), "TWh",
                  tolerance(group), str(row["source"]))
        )  # fmt: skip
    return pd.DataFrame(rows)


def factor(equilibrium: Equilibrium) -> pd.DataFrame:
    """Power CO2 per kWh generated against the latest official grid factor (2023)."""
    statistics = datasets.load("statistics")
    row = statistics[statistics["item"] == "grid_factor"].sort_values("year").iloc[-1]
    solution = equilibrium.solution
    ours = float(solution.emissions.sum().iloc[0] / solution.energy.sum().iloc[0])
    return pd.DataFrame(
        [_rows(f"power CO2 per MWh (official: {int(row['year'])})", "China", ours,
               float(row["value"]), "t/MWh", tolerance("grid_factor"), str(row["source"]))]
    )  # fmt: skip


def trade(equilibrium: Equilibrium) -> pd.DataFrame:
    """Net exports of every province."""
    balance = datasets.load("province_balance_2024").set_index("province")
    solution = equilibrium.solution
    units = solution.model.annual.units
    made = solution.energy[BACKCAST_YEAR].groupby(units["bus"]).sum() / TWH
    ours = made - solution.consumption()[BACKCAST_YEAR].reindex(made.index) / TWH
    known = balance.index.intersection(ours.index)
    return pd.DataFrame(
        [
            _rows("net exports", str(p), float(ours[p]), float(balance.at[p, "net_export_twh"]),
                  "TWh", np.nan, "NEA/NBS generation less consumption")
            for p in known
        ]
    )  # fmt: skip


def observed_spot() -> pd.DataFrame:
    """Mean spot price of the provinces that publish one, the year nearest to the backcast."""
    spot = datasets.load("spot_prices")
    spot = spot[(spot["kind"] == SPOT) & (spot["months"] >= MIN_MONTHS)]
    spot = spot.assign(far=(spot["year"] - BACKCAST_YEAR).abs())
    return spot.sort_values("far").drop_duplicates("province").set_index("province")


def prices(equilibrium: Equilibrium) -> pd.DataFrame:
    """Mean wholesale price of provinces with spot markets."""
    ours = equilibrium.solution.mean_power_price()[BACKCAST_YEAR]
    spot = observed_spot()
    return pd.DataFrame(
        [
            _rows(f"mean wholesale price ({int(row['year'])})", str(province),
                  float(ours[province]), float(row["cny_per_mwh"]), "CNY/MWh", tolerance("price"),
                  f"{row['source']}, grade {row['grade']}")
            for province, row in spot.iterrows()
            if province in ours.index
        ]
    )  # fmt: skip


def price_ratio(context: ExperimentContext) -> pd.Series:
    """Observed over modelled mean price of 2024 by province with a spot market."""
    ours = solved(context).solution.mean_power_price()[BACKCAST_YEAR]
    spot = observed_spot()["cny_per_mwh"]
    known = spot.index.intersection(ours.index)
    return spot[known] / ours[known]
