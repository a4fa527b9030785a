"""Provinces merged into the seven regional grids."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pypsa

from dualcarbon.system.users import LABELS, QUANTITIES, RATE_OF, EnergyUsers

GRID = "grid"
SUMMED = ("p_nom", "p_nom_max", "planned_mwh")
WEIGHTED = ("p_max_pu", "p_min_pu", "inflow")


def aggregated(n: pypsa.Network, users: EnergyUsers) -> tuple[pypsa.Network, EnergyUsers]:
    """Merge the buses of each grid; like plants become one, lines inside a grid vanish.

    Capacities, inflows and loads add up; costs, efficiencies and availabilities are means
    weighted by capacity.
    """
    area = n.c.buses.static[GRID]
    merged = pypsa.Network(name=f"{n.name} by grid")
    merged.set_snapshots(n.snapshots.get_level_values("timestep").unique())
    merged.set_investment_periods(list(n.investment_periods))
    merged.snapshot_weightings = n.snapshot_weightings
    merged.investment_period_weightings = n.investment_period_weightings
    merged.meta.update(n.meta)
    _copy_carriers(n, merged)
    _merge_buses(n, merged, area)
    _merge_loads(n, merged, area)
    for component in ("Generator", "StorageUnit"):
        _merge_plants(n, merged, component, area)
    _merge_links(n, merged, area)
    return merged, _merge_users(users, area) if len(users.baseline) else users


def _copy_carriers(n: pypsa.Network, merged: pypsa.Network) -> None:
    static = n.c.carriers.static
    merged.add("Carrier", static.index, co2_emissions=static["co2_emissions"])
    for column in ("renewable", "color", "nice_name"):
        merged.c.carriers.static[column] = static[column]


def _merge_buses(n: pypsa.Network, merged: pypsa.Network, area: pd.Series) -> None:
    grids = sorted(set(area))
    merged.add("Bus", grids, carrier="AC")
    merged.c.buses.static[GRID] = grids
    peak = n.c.buses.static["peak_ratio"].groupby(area).mean()
    merged.c.buses.static["peak_ratio"] = peak.reindex(grids)


def _merge_loads(n: pypsa.Network, merged: pypsa.Network, area: pd.Series) -> None:
    demand = n.get_switchable_as_dense("Load", "p_set")
    by_grid = demand.T.groupby(n.c.loads.static["bus"].map(area)).sum().T
    names = by_grid.columns + " demand"
    merged.add("Load", names, bus=by_grid.columns, p_set=by_grid.set_axis(names, axis=1))


def _merge_plants(n: pypsa.Network, merged: pypsa.Network, component: str, area: pd.Series) -> None:
    static = n.c[component].static
    grid = static["bus"].map(area)
    kind = static["carrier"] + np.where(
        static["build_year"].isin(n.investment_periods), " " + static["build_year"].astype(str), ""
    )
    if "kind" in static:  # plants that heat, follow a factory or can be committed stay apart
        kind = kind.where(
            static["kind"].isna() | (static["kind"] == ""), kind + " " + static["kind"]
        )
    if component == "StorageUnit":  # a stock and what can be built beside it stay apart
        kind = kind.where(~static["p_nom_extendable"], kind + " new")
    key = grid + " " + kind
    size = static["p_nom"].where(~static["p_nom_extendable"], static["p_nom_max"])
    weight = (size / size.groupby(key).transform("sum")).fillna(0.0)
    columns = [c for c in static.columns if c not in ("p_nom_opt",)]
    first = static.groupby(key, sort=False)[columns].first()
    for column in ("p_nom", "p_nom_max"):
        first[column] = static[column].groupby(key, sort=False).sum()
    for column in ("marginal_cost", "efficiency", "max_hours"):
        if column in static:
            first[column] = (static[column] * weight).groupby(key, sort=False).sum()
    first["bus"] = grid.groupby(key, sort=False).first()
    fields = {c: first[c].to_numpy() for c in _given(component) if c in first}
    for column in WEIGHTED:
        if column in n.c[component].dynamic and len(n.c[component].dynamic[column].columns):
            table = n.get_switchable_as_dense(component, column)
            scale = 1.0 if column == "inflow" else weight
            fields[column] = (table * scale).T.groupby(key, sort=False).sum().T[first.index]
        elif column in static:
            fields[column] = (static[column] * weight).groupby(key, sort=False).sum().to_numpy()
    merged.add(component, first.index, **fields)
    if "kind" in static:
        merged.c[component].static["kind"] = first["kind"].reindex(merged.c[component].static.index)


def _given(component: str) -> list[str]:
    common = ["bus", "carrier", "p_nom", "p_nom_max", "p_nom_extendable", "marginal_cost",
              "capital_cost", "build_year", "lifetime"]  # fmt: skip
    if component == "Generator":
        return [*common, "efficiency", "ets_class"]
    return [*common, "max_hours", "efficiency_store", "efficiency_dispatch",
            "cyclic_state_of_charge_per_period", "waiting_share"]  # fmt: skip


def _merge_links(n: pypsa.Network, merged: pypsa.Network, area: pd.Series) -> None:
    static = n.c.links.static
    a, b = static["bus0"].map(area), static["bus1"].map(area)
    across = a != b
    key = (a + "-" + b + np.where(static["build_year"] > 2000, " new", ""))[across]
    links = static[across]
    grouped = links.groupby(key, sort=False)
    weight = links["p_nom"] / links["p_nom"].groupby(key).transform("sum")
    merged.add(
        "Link",
        list(grouped.groups),
        bus0=a[across].groupby(key, sort=False).first().to_numpy(),
        bus1=b[across].groupby(key, sort=False).first().to_numpy(),
        carrier="transmission",
        p_nom=grouped["p_nom"].sum().to_numpy(),
        efficiency=(links["efficiency"] * weight).groupby(key, sort=False).sum().to_numpy(),
        marginal_cost=(links["marginal_cost"] * weight).groupby(key, sort=False).sum().to_numpy(),
        build_year=grouped["build_year"].first().to_numpy(),
        lifetime=grouped["lifetime"].first().to_numpy(),
    )
    if len(n.c.links.dynamic["p_max_pu"].columns):
        share = n.get_switchable_as_dense("Link", "p_max_pu")[links.index] * weight
        merged.c.links.dynamic["p_max_pu"] = share.T.groupby(key, sort=False).sum().T
    merged.c.links.static["planned_mwh"] = grouped["planned_mwh"].sum()
    ends = np.sort(np.stack([merged.c.links.static["bus0"], merged.c.links.static["bus1"]]), axis=0)
    merged.c.links.static["pair"] = [f"{x}-{y}" for x, y in ends.T]


def _merge_users(users: EnergyUsers, area: pd.Series) -> EnergyUsers:
    """Users of one sector and route in a grid become one; so do their like steps."""
    baseline = users.baseline.assign(bus=users.baseline["bus"].map(area))
    merged_name = (baseline["bus"] + " " + baseline["sector"] + " " + baseline["route"]).str.strip()
    rename = dict(zip(baseline["user"], merged_name, strict=True))
    baseline = baseline.assign(user=merged_name)
    keys = ["user", "bus", "sector", "year", *LABELS]
    baseline = baseline.groupby(keys, as_index=False, sort=False)[list(QUANTITIES)].sum()
    return EnergyUsers(
        baseline, _merge_steps(users.steps.assign(user=users.steps["user"].map(rename)))
    )


def _merge_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Potentials add up; costs and coefficients are means weighted by potential."""
    name = steps["user"] + " " + steps["measure"]
    total = steps["potential"].groupby(name).transform("sum")
    count = name.groupby(name).transform("size")
    weight = (steps["potential"] / total.where(total > 0)).fillna(1.0 / count)
    means = ["cost", *RATE_OF.values()]
    steps = steps.assign(step=name, **{c: steps[c] * weight for c in means})
    summed = dict.fromkeys([*means, "potential"], "sum")
    first = {c: "first" for c in steps.columns if c not in summed and c != "step"}
    return steps.groupby("step", as_index=False, sort=False).agg({**first, **summed})
