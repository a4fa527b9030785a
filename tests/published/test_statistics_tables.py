"""The tables against official national figures, NEA, NBS and MEE, 2023 to 2025."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dualcarbon import datasets

COAL = ["coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb"]
THERMAL = [*COAL, "gas", "biomass", "other_thermal"]
CAPACITY_GW_2024 = {  # NEA and CEC, end of 2024
    "thermal": (THERMAL, 1444.45),
    "coal": (COAL, 1194.98),
    "gas": (["gas"], 143.67),
    "hydropower": (["hydro", "phs"], 435.95),
    "nuclear": (["nuclear"], 60.83),
    "wind": (["onwind", "offwind"], 520.68),
    "offshore": (["offwind"], 41.27),
    "solar": (["solar", "solar_dist"], 886.66),
    "storage": (["battery"], 73.76),
}


def statistic(item: str, year: int) -> float:
    table = datasets.load("statistics").set_index(["item", "year"])
    return float(table.loc[(item, year), "value"])


@pytest.mark.parametrize("kind", CAPACITY_GW_2024)
def test_capacity_of_2024_is_the_official_one(kind: str) -> None:
    carriers, official = CAPACITY_GW_2024[kind]
    fleet = datasets.load("fleet")
    total = fleet.loc[fleet["carrier"].isin(carriers), "p_nom_mw"].sum() / 1000
    assert total == pytest.approx(official, rel=1e-4)


def test_the_ten_largest_wind_provinces_add_up_as_reported() -> None:
    fleet = datasets.load("fleet")
    wind = fleet[fleet["carrier"].isin(["onwind", "offwind"])].groupby("province")["p_nom_mw"].sum()
    assert wind.nlargest(10).sum() / 1000 == pytest.approx(338.87, rel=1e-3)
    assert list(wind.nlargest(4).index) == ["InnerMongolia", "Xinjiang", "Hebei", "Gansu"]


def test_mean_capacity_lies_between_the_ends_of_the_year() -> None:
    fleet = datasets.load("fleet").set_index("carrier")
    for kind in ("solar", "solar_dist", "onwind", "battery"):
        assert fleet.loc[kind, "p_nom_mid2024_mw"].sum() < fleet.loc[kind, "p_nom_mw"].sum()
    wind = fleet.loc[["onwind", "offwind"], "p_nom_mid2024_mw"].sum() / 1000
    assert wind == pytest.approx((441.34 + 520.68) / 2, rel=1e-4)


def test_coal_rates_reproduce_the_official_averages() -> None:
    rates = datasets.load("coal_rates")
    assert rates["capacity_share"].sum() == pytest.approx(1, abs=1e-4)
    coal = (rates["net_gce_per_kwh"] * rates["capacity_share"]).sum()
    gas_net = 122.835 / 0.52 / (1 - 0.022)
    gas = 301.6 / (301.6 + 5380)
    assert coal * (1 - gas) + gas_net * gas == pytest.approx(302, abs=0.1)


def test_the_fossil_factor_of_2023_is_reproduced() -> None:
    carriers = datasets.load("carriers").set_index("carrier")
    rate = carriers["co2_t_per_mwh_th"] / carriers["efficiency"]
    shares = datasets.load("coal_rates").set_index("carrier")["capacity_share"]
    coal = float((rate[shares.index] * shares).sum())
    thermal, biomass, burnt, gas = 6265.74, 198.0, 5380.0, 301.6
    other = thermal - biomass - burnt - gas
    total = coal * burnt + rate["gas"] * gas + rate["other_thermal"] * other
    assert total / (thermal - biomass) == pytest.approx(statistic("fossil_factor", 2023), abs=2e-4)


def test_benchmark_classes_bracket_their_own_coal_rates() -> None:
    """The benchmarks of 2024 were set near balance: class means lie within 5 % of them."""
    rates = datasets.load("coal_rates").set_index("carrier")
    classes = datasets.load("carriers").set_index("carrier")["ets_class"]
    benchmark = datasets.load("ets_benchmarks").query("year == 2024").set_index("class")
    for name in ("coal_over_300", "coal_upto_300", "coal_unconventional"):
        members = [c for c in rates.index if classes[c] == name]
        weight = rates.loc[members, "capacity_share"]
        mean = (rates.loc[members, "t_per_mwh_gross"] * weight).sum() / weight.sum()
        assert mean == pytest.approx(benchmark.loc[name, "t_per_mwh"], rel=0.05)


def test_the_balance_adds_up_to_the_national_figures() -> None:
    table = datasets.load("province_balance_2024")
    kinds = ("thermal", "hydro", "nuclear", "wind", "solar")
    for kind in kinds:
        official = statistic(f"generation_{kind}", 2024)
        assert table[f"{kind}_twh"].sum() == pytest.approx(official, abs=0.02)
    parts = sum(statistic(f"generation_{kind}", 2024) for kind in kinds)
    assert parts == pytest.approx(statistic("generation_total", 2024), abs=0.1)
    assert table["consumption_twh"].sum() == pytest.approx(9852.1, abs=0.05)
    assert table["net_export_twh"].sum() == pytest.approx(0, abs=0.02)


def test_renewable_output_of_2024_agrees_with_the_independent_report_of_2025() -> None:
    kinds = ("hydro", "wind", "solar")
    parts = sum(statistic(f"generation_{kind}", 2024) for kind in kinds)
    bioenergy = statistic("generation_renewable", 2024) - parts
    assert 190 < bioenergy < 225


def test_planned_flows_deliver_the_net_exports() -> None:
    lines, balance = datasets.load("links"), datasets.load("province_balance_2024")
    out = lines.groupby("from")["planned_twh_2024"].sum()
    into = lines.groupby("to")["planned_twh_2024"].sum()
    net = out.reindex(balance["province"]).fillna(0) - into.reindex(balance["province"]).fillna(0)
    assert np.allclose(net, balance["net_export_twh"], atol=0.02)
    most = 0.9 * 8760 * lines["p_nom_mw"] / 1e6
    assert (lines["planned_twh_2024"].abs() <= most + 1e-3).all()
    later = lines["online_year"] > 2024
    assert (lines.loc[later, "planned_twh_2024"] == 0).all()


def test_demand_adds_up_year_by_year() -> None:
    total = datasets.load("demand").groupby("year")["twh"].sum()
    assert total[2024] == pytest.approx(9852.1, abs=0.01)
    assert total[2025] == pytest.approx(10368.2, abs=0.01)
    assert total.is_monotonic_increasing


def test_hydro_profiles_give_the_output_of_2024() -> None:
    """Mean availability x mean capacity of conventional plants is their output of 2024."""
    fleet = datasets.load("fleet")
    hydro = fleet[fleet["carrier"] == "hydro"].set_index("province")["p_nom_mid2024_mw"]
    made = (hydro * datasets.profiles("hydro")[hydro.index].mean()).sum() * 8760 / 1e6
    balance = datasets.load("province_balance_2024")
    water = (balance["hydro_twh"] - balance["of_which_phs_twh"]).sum()
    assert made == pytest.approx(water, rel=2e-3)


def test_solar_hours_of_2024_are_the_official_ones() -> None:
    """Capacity-weighted availability of 2024, curtailed as reported, gives NEA's 1 211 h."""
    fleet = datasets.load("fleet")
    sun = fleet[fleet["carrier"].isin(["solar", "solar_dist"])]
    weight = sun.groupby("province")["p_nom_mid2024_mw"].sum()
    hours = datasets.profiles("solar").mean() * 8760
    available = (hours * weight).sum() / weight.sum()
    used = statistic("utilisation_solar", 2024)
    assert available * used == pytest.approx(statistic("hours_solar", 2024), rel=0.02)


def test_wind_hours_lie_in_the_observed_range() -> None:
    hours = datasets.profiles("onwind").mean() * 8760
    assert hours.between(1600, 3000).all()
    fleet = datasets.load("fleet").query("carrier == 'onwind'").set_index("province")
    weight = fleet["p_nom_mid2024_mw"]
    mean = (hours * weight).sum() / weight.sum()
    assert 2200 < mean < 2500  # 2 225 h used in 2023 at a utilisation of 97 %
    assert 0.85 < statistic("availability_factor_wind", 2024) < 1


def test_industry_output_is_that_of_the_statistics() -> None:
    table = datasets.load("energy_users").groupby("sector")["output_mt"].sum()
    assert table["steel"] == pytest.approx(1005.09, abs=0.01)
    assert table["cement"] == pytest.approx(1825.24, abs=0.01)
    assert table["aluminium"] == pytest.approx(44.0, abs=0.01)


def test_regulated_prices_are_in_the_known_range() -> None:
    tariffs = datasets.load("tariffs")
    assert tariffs["coal_benchmark_cny_per_mwh"].between(250, 453).all()
    paid = tariffs.set_index("province")["capacity_payment_coal_cny_per_kw_y_2024"]
    assert (paid == 165).sum() == 7


def test_years_of_the_statistics_are_unique_per_item() -> None:
    table: pd.DataFrame = datasets.load("statistics")
    assert not table.duplicated(["item", "year"]).any()
