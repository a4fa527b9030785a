"""The physical system of China's provinces: figures from tables, stock and what can be built."""

from __future__ import annotations

import pytest

from dualcarbon import datasets
from dualcarbon.system.china import build_china
from dualcarbon.system.fleet import operation, planned_storage
from dualcarbon.system.settings import BACKCAST_YEAR, ChinaSettings

TABLES = ("plant_operation", "storage_plan", "build_tiers", "build_limits")


@pytest.mark.parametrize("table", TABLES)
def test_figures_of_the_system_carry_source_and_grade(table: str) -> None:
    rows = datasets.load(table)
    assert rows["source"].str.len().min() > 0
    assert set(rows["grade"]) <= set("ABCD")
    described = datasets.catalogue().query("table == @table")
    assert set(described["column"]) == set(rows.columns)
    assert described["unit"].str.len().min() > 0


def test_plants_do_not_have_to_run_more_than_they_can() -> None:
    floor, most = operation("least_output"), operation("available")
    assert all(floor[carrier] <= share <= 1.0 for carrier, share in most.items())
    assert operation("storage_hours") == {"hydro": 12.0}


@pytest.mark.parametrize("carrier", ["phs", "battery"])
def test_plan_of_storage_starts_from_the_fleet_and_grows(carrier: str) -> None:
    fleet = datasets.load("fleet").query("carrier == @carrier")["p_nom_mw"].sum() / 1000.0
    plan = datasets.load("storage_plan").query("carrier == @carrier").set_index("year")
    assert plan.at[BACKCAST_YEAR, "capacity_gw"] == pytest.approx(fleet, rel=1e-3)
    growth = [planned_storage(carrier, year) for year in range(BACKCAST_YEAR, 2061)]
    assert growth[0] == 1.0
    assert growth == sorted(growth)
    assert growth[-1] == growth[2035 - BACKCAST_YEAR]  # no plan reaches beyond 2035


@pytest.mark.parametrize("regions", ["provinces", "grids"])
def test_batteries_can_be_built_beside_their_stock_where_storage_is_optimised(regions: str) -> None:
    settings = ChinaSettings(
        storage="optimised", years=(2025,), days=1, segments=2, regions=regions
    )
    n, _ = build_china(settings)
    batteries = n.c.storage_units.static.query("carrier == 'battery'")
    free = batteries["p_nom_extendable"]
    assert set(batteries.loc[free, "bus"]) == set(n.c.buses.static.index)
    assert (batteries.loc[free, "capital_cost"] > 0).all()
    fleet = datasets.load("fleet").query("carrier == 'battery'")["p_nom_mw"].sum()
    assert batteries.loc[~free, "p_nom"].sum() == pytest.approx(fleet)
