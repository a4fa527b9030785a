"""Energy users of the provinces against national and provincial totals."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.equilibrium.solve import Session
from dualcarbon.errors import InputError
from dualcarbon.indicators.users import user_balance
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.system.china import build_china
from dualcarbon.system.energy_users import energy_users
from dualcarbon.system.settings import ChinaSettings
from dualcarbon.system.users import EnergyUsers

TOTALS = ["co2_t", "process_co2_t", "electricity_mwh", "fuel_tce", "output"]
FUELS = ["coal_mtce", "oil_mtce", "gas_mtce"]


@pytest.fixture(scope="module")
def balance() -> pd.DataFrame:
    return user_balance()


@pytest.fixture(scope="module")
def users() -> EnergyUsers:
    return energy_users(ChinaSettings(outlook="frozen"))


def row(balance: pd.DataFrame, sector: str, item: str, year: int) -> pd.Series:
    keys = (balance["sector"] == sector) & (balance["item"] == item) & (balance["year"] == year)
    assert keys.sum() == 1
    return balance[keys].iloc[0]


@pytest.mark.parametrize(
    ("sector", "item", "year", "within"),
    [
        ("national", "electricity_twh", 2024, 1e-4),
        ("national", "co2_mt", 2023, 1e-4),
        ("national", "energy_mtce", 2024, 0.06),
        ("national", "coal_mtce", 2024, 0.05),
        ("national", "gas_mtce", 2024, 0.10),
        ("steel", "output_mt", 2024, 1e-4),
        ("steel", "co2_mt", 2023, 0.03),
        ("cement", "output_mt", 2024, 1e-4),
        ("cement", "co2_with_power_t_per_t", 2020, 0.05),
        ("households", "electricity_twh", 2024, 1e-4),
    ],
)
def test_users_meet_the_statistics(
    balance: pd.DataFrame, sector: str, item: str, year: int, within: float
) -> None:
    found = row(balance, sector, item, year)
    assert found["ours"] == pytest.approx(found["statistics"], rel=within)


def test_differences_stand_in_the_table(balance: pd.DataFrame) -> None:
    oil = row(balance, "national", "oil_mtce", 2024)
    assert oil["ours"] < 0.8 * oil["statistics"]  # feedstock and bunkers are not in the users
    known = balance[balance["statistics"].notna()]
    assert (known["source"].str.len() > 0).all()
    assert set(known["grade"]) <= set("ABCD")


def test_energy_adds_up_by_fuel(balance: pd.DataFrame) -> None:
    wide = balance.drop_duplicates(["sector", "item"]).pivot(
        index="sector", columns="item", values="ours"
    )
    wide = wide.loc[[s for s in wide.index if not np.isnan(wide.at[s, "energy_heat_mtce"])]]
    sectors = wide.drop(index="national").fillna(0.0)
    fuel = sectors[[*FUELS, "other_mtce"]].sum(axis=1)
    power = sectors["electricity_twh"]
    assert sectors["energy_mtce"].to_numpy() == pytest.approx((fuel + 0.3 * power).to_numpy())
    assert sectors["energy_heat_mtce"].to_numpy() == pytest.approx(
        (fuel + 0.1229 * power).to_numpy()
    )


def test_users_of_a_province_draw_less_than_its_demand() -> None:
    table = datasets.load("energy_users").groupby("province")["electricity_twh"].sum()
    demand = datasets.load("demand").query("year == 2024").set_index("province")["twh"]
    share = table / demand
    assert share.between(0.6, 1.0).all()
    assert table.sum() / demand.sum() == pytest.approx(0.894, abs=0.01)


def test_electricity_of_users_follows_demand_and_that_of_materials_does_not() -> None:
    users = energy_users(ChinaSettings(years=(2025, 2035), outlook="frozen"))
    power = users.baseline.pivot_table(
        index="sector", columns="year", values="electricity_mwh", aggfunc="sum"
    )
    assert power.loc["steel", 2025] == pytest.approx(power.loc["steel", 2035])
    assert (power.drop(index=["steel", "cement", "aluminium"]).pct_change(axis=1)[2035] > 0.3).all()
    demand = datasets.load("demand").groupby("year")["twh"].sum() * 1e6
    assert (power.sum() < demand.loc[power.columns]).all()


def test_steel_has_two_routes() -> None:
    steel = datasets.load("energy_users").query("sector == 'steel'")
    output = steel.groupby("route")["output_mt"].sum()
    assert output["electric_arc"] / output.sum() == pytest.approx(0.11, abs=0.02)
    rate = steel.groupby("route")["fuel_co2_mt"].sum() / output
    assert rate["blast_furnace"] > 20 * rate["electric_arc"]


@pytest.mark.parametrize("case", ["low", "central", "high"])
@pytest.mark.parametrize("outlook", ["frozen", "central"])
def test_steps_never_avoid_more_than_is_emitted(
    case: str, outlook: Literal["frozen", "central"]
) -> None:
    settings = ChinaSettings(years=(2025, 2035), abatement_case=case, outlook=outlook)
    users = energy_users(settings)
    avoided = (users.steps["potential"] * users.steps["co2_t"]).groupby(users.steps["user"]).sum()
    emitted = users.baseline.groupby("user")["co2_t"].min().reindex(avoided.index)
    assert (avoided <= emitted * (1 + 1e-9)).all()
    drawn = users.baseline.groupby("user")["electricity_mwh"].min()
    saved = (users.steps["potential"] * users.steps["electricity"]).groupby(users.steps["user"])
    assert (saved.sum() < drawn.reindex(saved.sum().index)).all()


def test_provinces_share_the_national_potential(users: EnergyUsers) -> None:
    national = datasets.load("abatement_steps").groupby("measure")["potential"].sum() * 1e6
    found = users.steps[users.steps["kind"] != "output"].groupby("measure")["potential"].sum()
    assert found.to_numpy() == pytest.approx(national[found.index].to_numpy(), rel=1e-3)


def test_electricity_is_worth_the_tariff_when_costs_are_net(users: EnergyUsers) -> None:
    """At the tariff a step costs what the literature says, but at least the hurdle."""
    tariff = datasets.load("tariffs").set_index("province")["coal_benchmark_cny_per_mwh"]
    steps = users.steps.merge(users.baseline.drop_duplicates("user"), on="user")
    chosen = steps[steps["measure"] == "scrap_eaf"]
    at_tariff = chosen["cost"] - tariff[chosen["bus"]].to_numpy() * chosen["electricity"]
    assert at_tariff.to_numpy() == pytest.approx(np.full(len(chosen), 540.0))
    motors = steps[steps["measure"] == "efficient_motors"]
    barrier = motors["cost"] - tariff[motors["bus"]].to_numpy()
    assert barrier.to_numpy() == pytest.approx(np.full(len(motors), 20.0 * 0.5306))


def test_grids_hold_what_their_provinces_hold() -> None:
    settings = ChinaSettings(base="2024", years=(2030,), days=1, segments=1)
    _, provinces = build_china(settings)
    _, grids = build_china(settings.model_copy(update={"regions": "grids"}))
    for column in TOTALS:
        whole, merged = (u.baseline.groupby("sector")[column].sum() for u in (provinces, grids))
        assert merged.to_dict() == pytest.approx(whole.to_dict())
    for rate in ("co2_t", "electricity", "fuel_tce", "output", "cost"):
        sums = [(u.steps["potential"] * u.steps[rate]).sum() for u in (provinces, grids)]
        assert sums[0] == pytest.approx(sums[1])
    assert set(grids.baseline["bus"]) <= set(datasets.load("regions")["grid"])
    assert set(grids.baseline["route"]) == {"", "blast_furnace", "electric_arc"}


def test_a_world_without_users_knows_no_sector() -> None:
    settings = ChinaSettings(
        base="2024", years=(2025,), days=1, segments=1, users="none", regions="grids"
    )
    network, none = build_china(settings)
    session = Session.open(network, none)
    assert session.model.users is None
    package = load_scenario("today").package()
    with pytest.raises(InputError, match="without energy users"):
        session.solve(package)


@pytest.mark.parametrize(
    ("sets", "counts"),
    [
        ((), 0.1229),
        (("system.energy_accounting=generation_equivalent",), 0.3),
        (("white.tce_per_mwh=0.2", "energy_use.tce_per_mwh=0.2"), 0.2),
    ],
)
def test_markets_count_energy_as_the_settings_say(sets: tuple[str, ...], counts: float) -> None:
    instruments = load_scenario("five_markets_today", sets).instruments
    assert [instruments[key].tce_per_mwh for key in ("white", "energy_use")] == [counts] * 2
