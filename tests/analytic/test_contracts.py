"""Contracts on top of the solved prices: what they pay, and that they net to zero."""

from __future__ import annotations

import pandas as pd
import pytest

from dualcarbon.equilibrium.settlement import balances
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import (
    CapacityPayment,
    ContractsForDifference,
    ElectricityMarket,
    MediumTermContracts,
)
from tests.analytic.conftest import Solver

OWNER = "onwind plants, Westland"


def received(eq: Equilibrium, instrument: str, party: str) -> pd.Series:
    """Net receipts of a party from an instrument, CNY per year by period."""
    net = balances(eq.settlement)
    return net.xs((instrument, party), level=("instrument", "party"))


def captured(eq: Equilibrium) -> tuple[pd.Series, pd.Series]:
    """Output (MWh) and mean price (CNY/MWh) of Westland's wind, from hourly values."""
    n, solution = eq.solution.model.network, eq.solution
    static = n.c.generators.static
    plants = static.index[(static["carrier"] == "onwind") & (static["bus"] == "Westland")]
    hours = solution.model.horizon.hours.to_numpy()
    period = solution.model.horizon.period_of.to_numpy()
    power = solution.power("Generator")[plants].sum(axis=1) * hours
    energy = power.groupby(period).sum()
    return energy, (power * solution.power_price["Westland"]).groupby(period).sum() / energy


@pytest.mark.parametrize("strike", [120.0, 310.0])
def test_contract_for_difference_pays_strike_less_capture_price(
    solve: Solver, strike: float
) -> None:
    eq = solve(ContractsForDifference(carrier="onwind", strike=strike, volume=0.8))
    energy, capture = captured(eq)
    due = 0.8 * energy * (strike - capture)
    assert received(eq, "cfd", OWNER).to_numpy() == pytest.approx(due.to_numpy(), rel=1e-6)
    consumers = received(eq, "cfd", "consumers, Westland")
    assert consumers.to_numpy() == pytest.approx(-due.to_numpy(), rel=1e-6)


def test_full_cover_leaves_no_price_risk(solve: Solver) -> None:
    eq = solve(
        ElectricityMarket(), ContractsForDifference(carrier="onwind", strike=260.0, volume=1.0)
    )
    energy, capture = captured(eq)
    income = energy * capture + received(eq, "cfd", OWNER)
    assert income.to_numpy() == pytest.approx((260.0 * energy).to_numpy(), rel=1e-6)


def test_forwards_pay_contract_less_spot(solve: Solver) -> None:
    eq = solve(MediumTermContracts(strike=280.0, volume=0.5, carriers=("onwind",)))
    energy, capture = captured(eq)
    due = 0.5 * energy * (280.0 - capture)
    assert received(eq, "medium_term", OWNER).to_numpy() == pytest.approx(due.to_numpy())


def test_contracts_do_not_move_dispatch(solve: Solver) -> None:
    plain, covered = solve(), solve(MediumTermContracts(strike=300.0))
    assert covered.objective == pytest.approx(plain.objective, rel=1e-12)


def test_capacity_payment_is_rate_times_existing_capacity(solve: Solver) -> None:
    eq = solve(CapacityPayment(rate=165e3, carriers=("coal_sc", "coal_small")))
    paid = received(eq, "capacity_payment", "coal_small plants, Westland")
    assert paid.to_numpy() == pytest.approx(165e3 * 8000.0)
    consumers = received(eq, "capacity_payment", "consumers, Westland")
    assert consumers.to_numpy() == pytest.approx(-165e3 * (27000.0 + 8000.0))


@pytest.mark.parametrize("strike", [-1.0, {2030: -1.0}, {"coast": -1.0}])
def test_a_strike_is_never_negative(strike: float | dict[int, float] | dict[str, float]) -> None:
    with pytest.raises(InputError, match="must not be negative"):
        ContractsForDifference(carrier="onwind", strike=strike)
