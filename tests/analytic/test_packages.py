"""What holds over whole packages: payments net to zero, rules never lower cost, rows explain."""

from __future__ import annotations

import pytest

from dualcarbon.instruments import (
    CapacityAdequacy,
    CapacityPayment,
    CarbonMarket,
    CarbonTax,
    ContractsForDifference,
    ElectricityMarket,
    GreenCertificates,
    GreenPowerForAllowances,
    Instrument,
    IntegratedAttributes,
    MediumTermContracts,
    OffsetStep,
    OperatingReserve,
)
from tests.analytic.conftest import Solver
from tests.analytic.reading import BENCHMARKS, SECTORS, cost

CAP = CarbonMarket(
    cap={2025: 720e6, 2030: 691.2e6},
    sectors=SECTORS,
    auction_share=0.2,
    banking=True,
    offset_limit=0.02,
    offsets=(OffsetStep(name="forest", quantity=1e7, price=44.0),),
)
STANDARD = CarbonMarket(
    benchmarks=BENCHMARKS, stringency=0.97, sectors=SECTORS, auction_share=0.1, ceiling=190.0
)
QUOTA = GreenCertificates(
    share={2025: 0.42, 2030: 0.53}, nonhydro_share=0.3, buyout=110.0, voluntary=1e7
)
CREDIT = {"coal_usc": 0.9, "coal_sc": 0.9, "gas": 0.9, "hydro": 0.6, "battery": 0.5}
RULES: dict[str, Instrument] = {
    "equal shares": ElectricityMarket(dispatch="equal_shares"),
    "planned trade": ElectricityMarket(trade="planned"),
    "reserve": OperatingReserve(share=0.3, area="grid"),
    "capacity": CapacityAdequacy(margin=0.2, area="grid", credit=CREDIT),
    "quota": GreenCertificates(share={2025: 0.43, 2030: 0.54}),
    "standard": STANDARD.model_copy(update={"ceiling": None}),
}
PACKAGES: dict[str, tuple[Instrument, ...]] = {
    "cap, quota, link": (ElectricityMarket(), CAP, QUOTA, GreenPowerForAllowances()),
    "standard, quota, integrated": (ElectricityMarket(), STANDARD, QUOTA, IntegratedAttributes()),
    "contracts": (
        ElectricityMarket(dispatch="equal_shares", trade="planned", renewables="priority"),
        ContractsForDifference(carrier="solar", strike=300.0),
        MediumTermContracts(strike=320.0, carriers=("coal_sc", "coal_usc")),
        CapacityPayment(rate=165e3),
        CarbonTax(rate=25.0, sectors=SECTORS),
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_every_payment_has_a_payer_and_a_payee_and_markets_keep_nothing(
    solve: Solver, name: str
) -> None:
    table = solve(*PACKAGES[name]).settlement
    assert (table["amount"] > 0).all()
    assert (table["payer"] != table["payee"]).all()
    assert set(table["unit"]) == {"CNY/a"}
    for column in ("payer", "payee"):
        assert table[column].str.len().min() > 0
    market = table[table["payee"].str.endswith(" market")].groupby(["payee", "period"])["amount"]
    paid_out = table[table["payer"].str.endswith(" market")].groupby(["payer", "period"])["amount"]
    into, out = market.sum(), paid_out.sum()
    assert into.to_numpy() == pytest.approx(out.reindex(into.index).to_numpy(), rel=1e-6, abs=1e3)


@pytest.mark.parametrize("name", RULES)
def test_adding_a_rule_never_lowers_the_resource_cost(solve: Solver, name: str) -> None:
    free, ruled = solve(), solve(RULES[name])
    assert cost(ruled) >= cost(free) * (1 - 1e-9)


@pytest.mark.parametrize("name", ["equal shares", "reserve", "quota"])
def test_adding_a_rule_under_a_cap_never_lowers_the_cost_of_its_outcome(
    solve: Solver, name: str
) -> None:
    cap = CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS)
    assert cost(solve(cap, RULES[name])) >= cost(solve(cap)) * (1 - 1e-9)


def test_consumers_pay_what_plants_storage_and_grid_receive(solve: Solver) -> None:
    eq = solve(ElectricityMarket())
    table = eq.settlement
    spot = eq.solution.power_price * eq.solution.served_load()
    hours = eq.solution.model.horizon.hours.to_numpy()
    bill = spot.mul(hours, axis=0).groupby(level="period").sum().sum(axis=1)
    paid = table[table["payer"].str.startswith("consumers")].groupby("period")["amount"].sum()
    assert paid.to_numpy() == pytest.approx(bill.to_numpy())


def test_a_binding_row_explains_itself(solve: Solver) -> None:
    eq = solve(CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS))
    price = eq.prices.set_index("period")["price"]
    text = eq.explain("carbon-balance")
    assert "covered emissions are met by allowances" in text
    for year in (2025, 2030):
        assert f"one more t on the right-hand side saves {price[year]:,.2f} CNY" in text
    assert "carbon-balance" in eq.explain()
