"""Demand that can wait within a day, or be interrupted, as units of a network.

Shifting is a storage unit without losses: what it "discharges" is withheld load, what it "charges"
is load added at another hour of the same day. Interruption is a generator with a high price.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon import datasets
from dualcarbon.system.days import DayHours, day_hours
from dualcarbon.system.network import Horizon, horizon_of

SHIFTING = ("flexible_load", "ev_load")
INTERRUPTIBLE = "interruptible_load"
DEMAND_SIDE = (*SHIFTING, INTERRUPTIBLE)
WAITING = "waiting_share"
FOREVER = 100


def add_flexible_demand(n: pypsa.Network) -> None:
    """Add units of flexible demand at every bus with load.

    Large users can withhold ``waiting_share load_share load[t]``; electric vehicles draw
    ``load_share`` of each day's load in the hours in which they charge today, and a share of it
    can wait. Both give back within the day what they withhold. Figures: table
    ``flexible_demand``, linear between its years. Loads must be in place.
    """
    horizon = horizon_of(n)
    hours = day_hours(n, horizon)
    load = n.get_switchable_as_dense("Load", "p_set").T.groupby(n.c.loads.static["bus"]).sum().T
    _add_carriers(n)
    for carrier in DEMAND_SIDE:
        for period in horizon.periods:
            data = parameters(carrier, int(period))
            base = data["load_share"] * load
            if carrier == "ev_load":
                base = _charging(base, hours)
            mine = base.mul(horizon.period_of.to_numpy() == period, axis=0) * data[WAITING]
            if len(horizon.periods) > 1:
                mine = mine.rename(columns=lambda bus, c=carrier, y=period: f"{bus} {c} {y}")
            else:
                mine = mine.rename(columns=lambda bus, c=carrier: f"{bus} {c}")
            _add_units(n, carrier, load.columns, mine, data, _life(horizon, int(period)))


def parameters(carrier: str, year: int) -> pd.Series:
    """Size, limits and cost of a kind of flexible demand in a year."""
    table = datasets.load("flexible_demand")
    rows = table[table["carrier"] == carrier].sort_values("year")
    columns = ["load_share", WAITING, "hours", "raise_limit", "cost_cny_per_mwh"]
    years = rows["year"].to_numpy(float)
    return pd.Series({c: np.interp(year, years, rows[c].to_numpy(float)) for c in columns})


def responsive_load(n: pypsa.Network, units: pd.Index) -> pd.DataFrame:
    """Load of the consumers behind shifting units before any shift, MW, rows snapshots."""
    static = n.c.storage_units.static.loc[units]
    most = n.get_switchable_as_dense("StorageUnit", "p_max_pu")[units]
    return most * (static["p_nom"] / static[WAITING])


def _charging(base: pd.DataFrame, hours: DayHours) -> pd.DataFrame:
    """Each day's energy of a load in the hours in which vehicles charge."""
    shape = datasets.load("ev_charging_shape").set_index("hour")["share"].to_numpy()
    of_day = hours.covered @ shape / hours.length
    energy = hours.of_day(hours.by_day(base))
    return pd.DataFrame(of_day[:, None] * energy, base.index, base.columns)


def _add_carriers(n: pypsa.Network) -> None:
    table = datasets.load("carriers").set_index("carrier").loc[list(DEMAND_SIDE)]
    missing = table[~table.index.isin(n.c.carriers.static.index)]
    if missing.empty:
        return
    n.add("Carrier", missing.index, co2_emissions=0.0, nice_name=missing["name_en"],
          color=missing["colour"])  # fmt: skip
    n.c.carriers.static.loc[missing.index, "renewable"] = False
    n.c.carriers.static["renewable"] = n.c.carriers.static["renewable"].astype(bool)


def _life(horizon: Horizon, period: int) -> dict[str, float]:
    """A unit of a period stands in that period only."""
    later = [int(y) for y in horizon.periods if y > period]
    if len(horizon.periods) == 1:
        return {}
    return {"build_year": period, "lifetime": float(later[0] - period if later else FOREVER)}


def _add_units(
    n: pypsa.Network,
    carrier: str,
    buses: pd.Index,
    most: pd.DataFrame,
    data: pd.Series,
    life: dict[str, float],
) -> None:
    size = most.max()
    common = {
        "bus": buses,
        "carrier": carrier,
        "p_nom": size.to_numpy(),
        "p_max_pu": most.div(size.where(size > 0, 1.0)),
        "marginal_cost": float(data["cost_cny_per_mwh"]),
        **life,
    }
    if carrier == INTERRUPTIBLE:
        n.add("Generator", most.columns, **common)
        return
    periods = n.has_investment_periods
    n.add("StorageUnit", most.columns, **common, p_min_pu=-float(data["raise_limit"]),
          max_hours=float(data["hours"]), efficiency_store=1.0, efficiency_dispatch=1.0,
          cyclic_state_of_charge=not periods,
          cyclic_state_of_charge_per_period=periods)  # fmt: skip
    n.c.storage_units.static.loc[most.columns, WAITING] = float(data[WAITING])
