"""Backcast of 2024 and 2025 under the rules of dispatch and trade, beside what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from dualcarbon import datasets
from dualcarbon.experiments.parameters import assumptions, parameter, published
from dualcarbon.experiments.rows import BANDS, Row, percent, table
from dualcarbon.experiments.statements import Findings, reading, text
from dualcarbon.indicators.physical import flows, offered
from dualcarbon.sweep.kept import kept
from dualcarbon.sweep.sessions import system_key
from dualcarbon.system.fleet import COAL
from dualcarbon.system.settings import (
    BACKCAST_YEAR,
    KNOWN_YEARS,
    MWH_PER_TCE,
    OF_OBSERVED,
    ChinaSettings,
)

if TYPE_CHECKING:
    from dualcarbon.equilibrium.package import Package
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.experiments.context import ExperimentContext, ExperimentTables
    from dualcarbon.scenario.model import Scenario

TWH, MT, GW = 1e6, 1e6, 1e3
RULES = ("electricity", "reserve")
GROUPS = {
    "thermal": (*COAL, "gas", "biomass", "other_thermal"),
    "nuclear": ("nuclear",),
    "hydro": ("hydro", "phs"),
    "wind": ("onwind", "offwind"),
    "solar": ("solar", "solar_dist"),
}
LOST = {"wind": "curtailment_wind", "solar": "curtailment_solar"}
SPOT, MIN_MONTHS = "spot", 4
PERCENT, POINTS = "%", "points"


@dataclass(frozen=True)
class CoalFound(Findings):
    """Coal saved by least-cost dispatch, percent."""

    topic: ClassVar[str] = "bands.coal"
    change: float


def experiment(context: ExperimentContext) -> ExperimentTables:
    """Compare the known years with what was observed; no row is left out because it misses."""
    known = {year: solved(context, year) for year in KNOWN_YEARS}
    mean_prices(context, known[BACKCAST_YEAR])
    parts = [part for year, eq in known.items() for part in of_year(eq, year)]
    parts += [peaks(), capacity_payments(), policy_prices(context)]
    given = [assumptions("backcast."), assumptions(f"{BANDS}.coal.")]
    return {
        "backcast": pd.concat([part for part in parts if len(part)], ignore_index=True),
        "experiments": table([coal_saved(known[BACKCAST_YEAR])]),
        "assumptions": pd.concat(given, ignore_index=True),
    }


def of_year(eq: Equilibrium, year: int) -> list[pd.DataFrame]:
    """All rows that a solved year gives."""
    parts = [generation(eq, year), coal_and_co2(eq, year), curtailment(eq, year)]
    parts += [exchange(eq, year), prices(eq, year)]
    return [*parts, trade(eq)] if year == BACKCAST_YEAR else parts


def solved(context: ExperimentContext, year: int = BACKCAST_YEAR) -> Equilibrium:
    """Equilibrium of a known year: its fleet and weather, today's dispatch and trade.

    Solved on days of 24 hours (parameter ``backcast.resolution``), finer where the run is.
    """
    past, package = question(context, year)
    context.progress(f"solve {year}, as it was")
    return context.sessions.of(past).solve(package)


def question(context: ExperimentContext, year: int) -> tuple[Scenario, Package]:
    """Settings of a known year, and the rules that held in it."""
    today = context.scenario("today")
    fine = {
        k: max(v, getattr(today.system, k)) for k, v in parameter("backcast.resolution").items()
    }
    given = today.system.model_dump(exclude={name for name, *_ in OF_OBSERVED})
    system = ChinaSettings(**{**given, "base": "observed", "years": (year,), **fine})
    past = today.model_copy(update={"system": system})
    package = today.package()
    changes: dict[str, Any] = {key: None for key in package.instruments if key not in RULES}
    return past, package.changed(changes)


def coal_saved(equilibrium: Equilibrium) -> Row:
    """Coal saved in 2024 by least-cost dispatch within the trade plan, percent."""
    merit = equilibrium.resolve(electricity={"dispatch": "merit_order"})
    burnt = [coal_burnt(eq) for eq in (equilibrium, merit)]
    ours = percent(burnt[1], burnt[0])
    return Row(BANDS, text("bands.coal.variant"), "coal_burnt", "coal burnt under equal hours",
               ours, "%", reading(CoalFound(ours)), published("bands.coal"))  # fmt: skip


def coal_burnt(equilibrium: Equilibrium) -> float:
    """Coal burnt by power plants, tce a year: ``sum of generation / efficiency``."""
    solution = equilibrium.solution
    units = solution.model.annual.units
    coal = units[units["carrier"].isin(COAL)]
    efficiency = solution.model.network.c.generators.static.loc[coal["name"], "efficiency"]
    year = solution.model.periods[0]
    heat = (solution.energy.loc[coal.index, year] / efficiency.to_numpy()).sum()
    return float(heat / MWH_PER_TCE)


def statistic(item: str, year: int) -> pd.Series | None:
    """A row of the national statistics, or None."""
    found = datasets.load("statistics").query("item == @item and year == @year")
    return found.iloc[0] if len(found) else None


def compared(
    item: str, year: int, ours: float, seen: pd.Series | None, region: str = "China", **fields: Any
) -> dict[str, Any]:
    """A row: ours beside an observed value with its source and grade, and the tolerance.

    The error is in percent of the observed value; of shares it is in percentage points.
    """
    if seen is None:
        return {}
    observed, unit = float(seen["value"]), str(seen["unit"])
    points = unit == PERCENT
    error = ours - observed if points else 100.0 * (ours - observed) / abs(observed)
    bounds = parameter("backcast.tolerance")
    return {"year": year, "item": item, "region": region, "ours": ours, "observed": observed,
            "unit": unit, "error": error, "error_in": POINTS if points else PERCENT,
            "tolerance": float(bounds.get(item, np.nan)), "source": str(seen["source"]),
            "grade": str(seen["grade"]), **fields}  # fmt: skip


def rows(found: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of what has an observed value."""
    return pd.DataFrame([row for row in found if row])


def output(equilibrium: Equilibrium) -> pd.Series:
    """Gross generation by carrier, TWh; storage by what it discharges."""
    solution = equilibrium.solution
    units, year = solution.model.annual.units, solution.model.periods[0]
    generated = solution.energy[year].groupby(units["carrier"]).sum() / TWH
    static = solution.model.network.c.storage_units.static
    pumped = static.index[static["carrier"].eq("phs")]
    dispatch = solution.power("StorageUnit")[pumped].clip(lower=0.0).sum(axis=1)
    hours = solution.model.horizon.hours.to_numpy()
    return pd.concat([generated, pd.Series({"phs": float((dispatch * hours).sum()) / TWH})])


def generation(equilibrium: Equilibrium, year: int) -> pd.DataFrame:
    """National generation, by source and in all."""
    found = output(equilibrium)
    groups = {**GROUPS, "total": tuple(c for members in GROUPS.values() for c in members)}
    return rows([
        compared(item, year, float(found.reindex(list(members)).fillna(0.0).sum()),
                 statistic(item, year))
        for group, members in groups.items() for item in [f"generation_{group}"]
    ])  # fmt: skip


def coal_and_co2(equilibrium: Equilibrium, year: int) -> pd.DataFrame:
    """Coal burnt, CO2 of power, and CO2 per MWh generated.

    The last official factor is of 2023; that of a later year is it, moved by the observed share of
    thermal generation.
    """
    solution = equilibrium.solution
    co2, made = float(solution.emissions.sum().iloc[0]), float(solution.energy.sum().iloc[0])
    share = {y: _value("generation_thermal", y) / _value("generation_total", y)
             for y in (2023, year)}  # fmt: skip
    factor = _value("grid_factor", 2023) * share[year] / share[2023]
    moved = {"source": "MEE factor of 2023, moved by the share of thermal generation (NBS)",
             "grade": "C"}  # fmt: skip
    total = factor * _value("generation_total", year)
    return rows([
        compared("coal_burnt", year, coal_burnt(equilibrium) / MT, statistic("coal_burnt", year)),
        compared("power_co2", year, co2 / MT, pd.Series({"value": total, "unit": "Mt", **moved})),
        compared("grid_factor", year, co2 / made,
                 pd.Series({"value": factor, "unit": "t/MWh", **moved})),
    ])  # fmt: skip


def _value(item: str, year: int) -> float:
    found = statistic(item, year)
    return float("nan") if found is None else float(found["value"])


def curtailment(equilibrium: Equilibrium, year: int) -> pd.DataFrame:
    """Wind and sun that was offered and not taken, percent: the nation's, and by province."""
    seen = datasets.load("utilisation").query("year == @year")
    seen = seen.set_index(["carrier", "province"])["used"]
    found = []
    for kind, item in LOST.items():
        lost = _lost(equilibrium, kind)
        national = statistic(f"utilisation_{kind}", year)
        if national is not None:
            national = national.copy()
            national["value"], national["unit"] = 100.0 * (1 - national["value"]), PERCENT
        found.append(compared(item, year, 100.0 * float(lost["share"]["China"]), national))
        for province in lost.index.drop("China").intersection(seen.get(kind, pd.Series()).index):
            observed = pd.Series({"value": 100.0 * (1 - seen[kind, province]), "unit": PERCENT,
                                  "source": "national monitoring centre for new energy",
                                  "grade": "A"})  # fmt: skip
            found.append(compared(f"{item}_by_province", year,
                                  100.0 * float(lost["share"][province]), observed,
                                  province))  # fmt: skip
    return rows(found)


def _lost(equilibrium: Equilibrium, kind: str) -> pd.DataFrame:
    """Offered and lost output of wind or sun by province and in all, MWh and share."""
    solution = equilibrium.solution
    static = solution.model.network.c.generators.static
    names = static.index[static["carrier"].isin(GROUPS[kind])]
    offer, taken = (part.iloc[:, 0] for part in offered(solution, names))
    table = pd.DataFrame({"offered": offer, "lost": offer - taken})
    table = table.groupby(static.loc[names, "bus"]).sum()
    table.loc["China"] = table.sum()
    return table.assign(share=(table["lost"] / table["offered"]).fillna(0.0))


def exchange(equilibrium: Equilibrium, year: int) -> pd.DataFrame:
    """Electricity sent between the regional grids, TWh."""
    sent = flows(equilibrium.solution)
    grid = datasets.load("regions").set_index("province")["grid"]
    grid = pd.concat([grid, pd.Series(grid.unique(), index=grid.unique())])
    across = sent["from"].map(grid) != sent["to"].map(grid)
    return rows([compared("exchange_between_regions", year, float(sent.loc[across, "twh"].sum()),
                          statistic("exchange_between_regions", year))])  # fmt: skip


def trade(equilibrium: Equilibrium) -> pd.DataFrame:
    """Net exports of every province in 2024."""
    balance = datasets.load("province_balance_2024").set_index("province")
    solution = equilibrium.solution
    made = solution.energy[BACKCAST_YEAR].groupby(solution.model.annual.units["bus"]).sum() / TWH
    ours = made - solution.consumption()[BACKCAST_YEAR].reindex(made.index) / TWH
    seen = {"unit": "TWh", "source": "NEA/NBS generation less consumption", "grade": "B"}
    return rows([
        compared("net_exports", BACKCAST_YEAR, float(ours[p]),
                 pd.Series({"value": balance.at[p, "net_export_twh"], **seen}), str(p))
        for p in balance.index.intersection(ours.index)
    ])  # fmt: skip


def observed_spot(year: int) -> pd.DataFrame:
    """Mean spot price of the provinces that publish one for a year."""
    spot = datasets.load("spot_prices")
    spot = spot[(spot["kind"] == SPOT) & (spot["months"] >= MIN_MONTHS) & (spot["year"] == year)]
    return spot.assign(value=spot["cny_per_mwh"], unit="CNY/MWh").set_index("province")


def prices(equilibrium: Equilibrium, year: int) -> pd.DataFrame:
    """Mean wholesale price of provinces with spot markets."""
    ours, spot = equilibrium.solution.mean_power_price()[year], observed_spot(year)
    return rows([
        compared("wholesale_price", year, float(ours[p]), spot.loc[p], str(p))
        for p in spot.index.intersection(ours.index)
    ])  # fmt: skip


def peaks() -> pd.DataFrame:
    """Largest hourly load of the nation, GW: yearly demand by the hourly profiles."""
    found, hourly = [], datasets.profiles("load")
    for year in KNOWN_YEARS:
        demand = datasets.load("demand").query("year == @year").set_index("province")["twh"]
        ours = float((hourly * demand).sum(axis=1).max() / hourly.shape[0] * 1e3)
        found.append(compared("peak_load", year, ours, statistic("peak_load", year)))
    return rows(found)


def capacity_payments() -> pd.DataFrame:
    """What coal plants are paid for capacity in 2024, bn CNY: provincial rates by what stands."""
    rate = datasets.load("tariffs").set_index("province")["capacity_payment_coal_cny_per_kw_y_2024"]
    coal = datasets.load("coal_fleet").query("not captive").groupby("province")["p_nom_mw"].sum()
    ours = float((coal * rate.reindex(coal.index)).sum() / MT)
    seen = statistic("coal_capacity_payments", BACKCAST_YEAR)
    return rows([compared("coal_capacity_payments", BACKCAST_YEAR, ours, seen)])


def policy_prices(context: ExperimentContext) -> pd.DataFrame:
    """Allowance and certificate price of 2025 under today's rules, beside the exchanges'."""
    year = max(KNOWN_YEARS)
    if year not in context.scenario("today").years:
        return pd.DataFrame()
    found = context.equilibrium("today").prices
    found = found[found["period"] == year].groupby("item")["price"].mean()
    pairs = (("allowance", "cea_price_mean"), ("certificate, total", "green_certificate_price"))
    return rows([compared(item, year, float(found[name]), statistic(item, year))
                 for name, item in pairs if name in found])  # fmt: skip


def mean_prices(context: ExperimentContext, known: Equilibrium | None = None) -> pd.Series:
    """Mean power price of 2024 by province, CNY/MWh, kept on disk for whoever asks next.

    Args:
        context: of the run.
        known: the year as it was solved, if it was.
    """
    past, package = question(context, BACKCAST_YEAR)

    def found() -> pd.Series:
        return (known or solved(context)).solution.mean_power_price()[BACKCAST_YEAR]

    kinds = [type(instrument).__module__ for instrument in package.instruments.values()]
    ours = all(kind.startswith("dualcarbon.") for kind in kinds)
    return kept(f"prices {system_key(past)} {package}", found) if ours else found()


def price_ratio(context: ExperimentContext) -> pd.Series:
    """Observed over modelled mean price of 2024 by province with a spot market."""
    ours = mean_prices(context)
    spot = observed_spot(BACKCAST_YEAR)
    known = spot.index.intersection(ours.index)
    return spot.loc[known, "value"] / ours[known]
