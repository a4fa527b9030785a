"""Frequency regulation and peak shaving: closed forms of their prices, and who pays whom."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.errors import InfeasiblePackage, InputError
from dualcarbon.instruments import (
    CapacityPayment,
    ElectricityMarket,
    FrequencyRegulation,
    Instrument,
    PeakShaving,
)
from tests.analytic.conftest import Solver
from tests.analytic.reading import add_plant, cost, island, price

COAL_COST, WIND_COST = 250.0, 5.0


@cache
def windy(storage: float = 0.0) -> Session:
    """A session: wind that could meet all of the load, coal, batteries on request (MW)."""
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=COAL_COST, rate=0.9)
    add_plant(n, "wind", marginal_cost=WIND_COST, p_nom=200.0)
    if storage:
        n.add("StorageUnit", "battery", bus="island", carrier="battery", p_nom=storage,
              max_hours=4.0, cyclic_state_of_charge=True)  # fmt: skip
    return Session.open(n)


def shaving(**more: object) -> PeakShaving:
    fields = {"area": None, "load_share": 0.0, "weather_share": 0.2, "thermal": {"coal": 0.5},
              "storage": ("battery",), "weather_carriers": ("wind",)}  # fmt: skip
    return PeakShaving(**{**fields, **more})


def regulation(**more: object) -> FrequencyRegulation:
    fields = {"area": None, "load_share": 0.05, "weather_share": 0.0, "thermal": {"coal": 0.1},
              "storage": ("battery",), "weather_carriers": ("wind",)}  # fmt: skip
    return FrequencyRegulation(**{**fields, **more})


def solved(session: Session, *instruments: Instrument) -> Equilibrium:
    eq = session.solve(Package.of(instruments))
    eq.check()
    return eq


def received(eq: Equilibrium, key: str) -> pd.Series:
    """Net receipts of the parties of an instrument, CNY per year."""
    return balances(eq.settlement).loc[key].groupby("party").sum()


def test_shaving_costs_what_coal_in_place_of_wind_costs() -> None:
    """``0.5 p_c >= 0.2 p_w`` with ``p_c + p_w = 100``: coal runs 200/7 MW; one MW more of the
    service takes 1 / 0.7 MW more of coal and less of wind."""
    eq = solved(windy(), ElectricityMarket(), shaving())
    assert eq.solution.power("Generator")["coal"].iloc[0] == pytest.approx(200.0 / 7.0)
    expected = (COAL_COST - WIND_COST) / 0.7
    assert price(eq, "peak_shaving", "peak shaving").iloc[0] == pytest.approx(expected)


def test_power_is_worth_its_mix_under_shaving() -> None:
    """One MWh more of load takes 2/7 of coal and 5/7 of wind."""
    eq = solved(windy(), ElectricityMarket(), shaving())
    mixed = (2 * COAL_COST + 5 * WIND_COST) / 7
    assert eq.solution.power_price.iloc[0, 0] == pytest.approx(mixed)


def test_regulation_costs_what_coal_on_line_costs() -> None:
    """Coal regulates by a tenth of its output, so five MW take 50 MW of coal."""
    eq = solved(windy(), ElectricityMarket(), regulation())
    assert eq.solution.power("Generator")["coal"].iloc[0] == pytest.approx(50.0)
    table = eq.prices[eq.prices["instrument"] == "frequency"].set_index("item")["price"]
    assert table.sum() == pytest.approx((COAL_COST - WIND_COST) / 0.1)
    assert sorted(table.index) == ["frequency regulation, down", "frequency regulation, up"]


def test_idle_storage_provides_for_nothing() -> None:
    eq = solved(windy(storage=50.0), ElectricityMarket(), regulation(), shaving())
    assert eq.solution.power("Generator")["coal"].iloc[0] == pytest.approx(0.0, abs=1e-6)
    services = eq.prices[eq.prices["instrument"].isin(["frequency", "peak_shaving"])]
    assert services["price"].to_numpy() == pytest.approx(0.0, abs=1e-6)


def test_storage_is_paid_for_its_room() -> None:
    eq = solved(windy(storage=4.0), ElectricityMarket(), shaving())
    worth = price(eq, "peak_shaving", "peak shaving").iloc[0]
    room = 4.0 - eq.solution.power("StorageUnit")["battery"].mean()
    assert worth > 0
    paid = received(eq, "peak_shaving")["battery plants, island"]
    assert paid == pytest.approx(worth * room * 8760.0)


def test_those_who_cause_the_need_pay_it() -> None:
    eq = solved(windy(), ElectricityMarket(), shaving(load_share=0.1))
    net, worth = received(eq, "peak_shaving"), price(eq, "peak_shaving", "peak shaving").iloc[0]
    output = eq.solution.power("Generator").iloc[0]
    assert net["wind plants, island"] == pytest.approx(-0.2 * output["wind"] * worth * 8760.0)
    assert net["consumers, island"] == pytest.approx(-0.1 * 100.0 * worth * 8760.0)
    assert net["coal plants, island"] == pytest.approx(0.5 * output["coal"] * worth * 8760.0)
    assert net.sum() == pytest.approx(0.0, abs=1e-6 * net.abs().sum())


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_rules_may_charge_consumers_instead(share: float) -> None:
    caused = received(solved(windy(), shaving()), "peak_shaving")
    net = received(solved(windy(), shaving(consumers_share=share)), "peak_shaving")
    total = caused["coal plants, island"]
    assert net["coal plants, island"] == pytest.approx(total)
    assert net.get("consumers, island", 0.0) == pytest.approx(-share * total)
    assert net.get("wind plants, island", 0.0) == pytest.approx(-(1 - share) * total)


@pytest.mark.parametrize("share", [None, 0.5])
def test_payments_net_to_zero_in_the_teaching_world(solve: Solver, share: float | None) -> None:
    services = (
        FrequencyRegulation(load_share=0.1, weather_share=0.2, consumers_share=share),
        PeakShaving(load_share=0.4, weather_share=0.3, consumers_share=share),
    )
    eq = solve(ElectricityMarket(), *services)
    assert cost(eq) >= cost(solve(ElectricityMarket())) * (1 - 1e-9)
    for key in ("frequency", "peak_shaving"):
        net = received(eq, key)
        assert net.max() > 1e6
        assert net.sum() == pytest.approx(0.0, abs=1e-6 * net.abs().sum())
        hub = [v for party, v in net.items() if str(party).endswith(" market")]
        assert np.abs(hub).max() <= 1e-6 * net.abs().sum()


def test_explain_prints_the_service_rows(solve: Solver) -> None:
    eq = solve(ElectricityMarket(), PeakShaving())
    text = eq.explain("peak_shaving-down")
    assert "every area keeps peak shaving down in every hour" in text
    assert "coast" in text


def test_a_need_that_nobody_can_meet_names_the_service() -> None:
    n = windy()
    with pytest.raises(InfeasiblePackage) as caught:
        solved(n, shaving(load_share=0.9), CapacityPayment(rate=1e5))
    assert caught.value.conflicts == ["peak_shaving"]
    with pytest.raises(InfeasiblePackage) as caught:
        solved(n, regulation(load_share=0.2), ElectricityMarket())
    assert caught.value.conflicts == ["frequency"]


def test_a_service_without_any_provider_is_refused() -> None:
    with pytest.raises(InputError, match="unknown carrier"):
        solved(windy(), shaving(thermal={"oil": 0.5}, storage=()))
