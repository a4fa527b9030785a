"""The physical system of China's provinces: figures from tables, stock and what can be built."""

from __future__ import annotations

import pypsa
import pytest

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.system.china import build_china
from dualcarbon.system.energy_users import energy_users
from dualcarbon.system.fleet import operation, planned_storage
from dualcarbon.system.settings import BACKCAST_YEAR, OF_OBSERVED, ChinaSettings

TABLES = ("plant_operation", "storage_plan", "build_tiers", "build_limits", "coal_operation",
          "user_outlook")  # fmt: skip


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
    mid_year = [planned_storage(carrier, year) for year in range(BACKCAST_YEAR + 1, 2061)]
    assert mid_year[0] == pytest.approx(
        (plan.at[2024, "capacity_gw"] + plan.at[2025, "capacity_gw"]) / 2
    )
    assert mid_year == sorted(mid_year)
    assert mid_year[-1] == plan.at[2035, "capacity_gw"]  # no plan reaches beyond 2035


@pytest.mark.parametrize("regions", ["provinces", "grids"])
def test_batteries_can_be_built_beside_their_stock_where_storage_is_optimised(regions: str) -> None:
    settings = ChinaSettings(
        storage="optimised", years=(2030,), days=1, segments=2, regions=regions
    )
    n, _ = build_china(settings)
    batteries = n.c.storage_units.static.query("carrier == 'battery'")
    free = batteries["p_nom_extendable"]
    assert set(batteries.loc[free, "bus"]) == set(n.c.buses.static.index)
    assert (batteries.loc[free, "capital_cost"] > 0).all()
    fleet = datasets.load("fleet").query("carrier == 'battery'")["p_nom_end2025_mw"].sum()
    assert batteries.loc[~free, "p_nom"].sum() == pytest.approx(fleet)


OBSERVED = ChinaSettings(base="observed", years=(2025, 2030), days=1, segments=2, users="none")


@pytest.fixture(scope="module")
def known() -> pypsa.Network:
    """2025 and one later year, on one slice a day."""
    return build_china(OBSERVED)[0]


def test_nothing_can_be_built_in_a_known_year(known: pypsa.Network) -> None:
    for static in (known.c.generators.static, known.c.storage_units.static):
        assert (static.loc[static["p_nom_extendable"], "build_year"] > 2025).all()


@pytest.mark.parametrize("carrier", ["gas", "coal_usc", "nuclear"])
def test_a_known_year_has_the_mean_of_its_two_ends(known: pypsa.Network, carrier: str) -> None:
    static = known.c.generators.static
    mine = static.query("carrier == @carrier and build_year == 2000 and kind != 'captive'").index
    most = known.get_switchable_as_dense("Generator", "p_max_pu")[mine]
    there = {y: (most.loc[y].iloc[0] * static.loc[mine, "p_nom"]).sum() for y in (2025, 2030)}
    table = "coal_fleet" if carrier.startswith("coal") else "fleet"
    rows = datasets.load(table).query("carrier == @carrier")
    rows = rows.query("not captive") if "captive" in rows else rows
    end = rows["p_nom_end2025_mw"].sum()
    mean = (rows["p_nom_mw"].sum() + end) / 2
    assert there[2025] / there[2030] == pytest.approx(mean / end, rel=1e-6)


def test_coal_plants_by_class_add_up_to_the_fleet() -> None:
    fleet = datasets.load("fleet").set_index(["province", "carrier"])
    classes = datasets.load("coal_fleet").groupby(["province", "carrier"])
    for column in ("p_nom_mid2024_mw", "p_nom_mw", "p_nom_end2025_mw"):
        found = classes[column].sum()
        known = fleet[column].reindex(found.index).fillna(0.0)
        assert (found - known).abs().max() < 1.0, column


def test_coal_plants_that_heat_or_follow_a_factory_are_bound(known: pypsa.Network) -> None:
    static = known.c.generators.static
    least, most = (known.get_switchable_as_dense("Generator", c) for c in ("p_min_pu", "p_max_pu"))
    captive = static.index[static["kind"] == "captive"]
    assert (least[captive] == most[captive]).all().all()
    heats = static.index[(static["kind"] == "chp") & static["bus"].isin(["Jilin", "Heilongjiang"])]
    as_built, upgraded = (least.loc[y, heats].max().max() for y in (2025, 2030))
    assert as_built > upgraded > 0.3
    assert (least <= most).all().all()


def test_activity_of_sectors_moves_and_can_be_frozen() -> None:
    moved, frozen = (
        energy_users(ChinaSettings(base="observed", years=(2025, 2035), outlook=path)).baseline
        for path in ("central", "frozen")
    )
    for sector, year, factor in (("steel", 2025, 0.956), ("cement", 2035, 0.66)):
        at = moved["sector"].eq(sector) & moved["year"].eq(year)
        for column in ("co2_t", "output", "fuel_tce"):
            ratio = moved.loc[at, column].sum() / frozen.loc[at, column].sum()
            assert ratio == pytest.approx(factor, rel=1e-9)


@pytest.mark.parametrize(("name", "on", "off"), OF_OBSERVED)
def test_what_only_the_observed_base_knows_is_refused_on_that_of_2024(
    name: str, on: object, off: object
) -> None:
    former = ChinaSettings(base="2024")
    assert load_scenario("today", ["system.base=2024"]).system.base == "2024"  # type: ignore[attr-defined]
    assert getattr(former, name) == off
    assert getattr(ChinaSettings(), name) == on
    assert getattr(ChinaSettings(base="2024", years=(BACKCAST_YEAR,)), name) == on
    assert getattr(ChinaSettings(**former.model_dump()), name) == off
    with pytest.raises(InputError, match="needs base 'observed'"):
        ChinaSettings(base="2024", **{name: on})
