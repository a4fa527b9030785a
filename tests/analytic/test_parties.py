"""Parties of a settlement are what they are, whatever their names look like."""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.equilibrium.audit import burden_table
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import balances, net_receipts, settlement_table
from dualcarbon.equilibrium.solve import Equilibrium, solve_equilibrium
from dualcarbon.errors import CheckFailed
from dualcarbon.indicators.money import burden
from dualcarbon.instruments import CarbonTax, ElectricityMarket, GreenCertificates, Instrument
from dualcarbon.instruments.payments import Payment, as_party, by_owner, through_market
from dualcarbon.solver.solution import Solution
from dualcarbon.system.model import PolicyModel
from dualcarbon.system.parties import Party, buyer, hub, seller, user
from tests.analytic.reading import HOURS, add_plant, island

RATE, LOAD, SHARE = 50.0, 100.0, 0.25


class RightsFund(Instrument):
    """Charges every MWh of fuel plants and hands a share of it on to a party of its own."""

    key: ClassVar[str] = "rights_fund"

    handed_on: float = 1.0
    paid_to: str = "villages"

    def attach(self, model: PolicyModel) -> None:
        """Money only."""

    def settle(self, solution: Solution) -> list[Payment]:
        """Plants pay 1 CNY/MWh into the fund."""
        paid = by_owner(solution, solution.energy.loc[solution.emissions.sum(axis=1) > 0])
        earned = as_party(self.paid_to, paid.sum() * self.handed_on)
        return through_market(self.key, "rights fund", [-paid, earned])


def solved(*instruments: Instrument, bus: str = "island", fuel: str = "coal") -> Equilibrium:
    n = island(load=LOAD, bus=bus)
    if fuel != "coal":
        n.add("Carrier", fuel, co2_emissions=0.2, renewable=False)
    add_plant(n, fuel, marginal_cost=250.0, rate=0.9, bus=bus)
    add_plant(n, "wind", marginal_cost=300.0, p_nom=50.0, bus=bus)
    return solve_equilibrium(n, [ElectricityMarket(), *instruments])


def test_a_hub_of_any_name_that_keeps_money_fails_the_check() -> None:
    assert solved(RightsFund(handed_on=1.0)).check()["holds"].all()
    with pytest.raises(CheckFailed, match="payments net to zero"):
        solved(RightsFund(handed_on=0.5)).check()


def test_only_what_stands_between_the_payers_is_a_hub() -> None:
    """A fish market that is paid may keep its money: nobody is judged by the name."""
    eq = solved(RightsFund(paid_to="fish market"))
    assert eq.check()["holds"].all()
    mine = eq.settlement.query("instrument == 'rights_fund'")
    net = net_receipts(mine).set_index(["party", "kind"])["amount"]
    assert net["fish market", "other"] > 0
    assert net["rights fund", "hub"] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    ("bus", "fuel"),
    [
        ("Berlin, DE", "CCGT"),
        ("power users", "coal"),
        ("a plants", "b users, c"),
        ("x market", "y, "),
    ],
)
def test_burden_of_a_plant_at_a_bus_of_any_name(bus: str, fuel: str) -> None:
    """Fuel plants pay the tax on what they emit, and all certificates are bought by consumers."""
    eq = solved(CarbonTax(rate=RATE), GreenCertificates(share=SHARE), bus=bus, fuel=fuel)
    eq.check()
    burdens = burden_table(eq.settlement, eq.package)
    table = burdens.set_index(["instrument", "kind", "sector", "bus"])["amount"]
    tons = float(eq.solution.emissions.to_numpy().sum())
    assert table["tax", "plant", fuel, bus] == pytest.approx(RATE * tons)
    paid = eq.solution.price("green-total").iloc[0] * SHARE * LOAD * HOURS
    assert table["green", "consumer", "electricity consumers", bus] == pytest.approx(paid)
    assert table["green", "plant", "wind", bus] == pytest.approx(-paid)
    assert set(burden(eq)["province"]) == {bus}


TEXT = st.text("ab ,.user smarkt", min_size=1, max_size=12)
PARTIES = st.one_of(
    st.builds(seller, TEXT, TEXT), st.builds(user, TEXT, TEXT), st.builds(buyer, TEXT)
)


class Settled(Instrument):
    """An instrument of which only the settlement is asked."""

    key: ClassVar[str] = "settled"

    payments: list[Any]

    def attach(self, model: PolicyModel) -> None:
        """Add nothing."""

    def settle(self, solution: Solution) -> list[Payment]:
        """The payments it was given."""
        return self.payments


@given(st.dictionaries(PARTIES, st.integers(-(10**6), 10**6), min_size=1, max_size=8), TEXT)
def test_whatever_the_names_money_and_kinds_are_kept(
    received: dict[Party, int], market: str
) -> None:
    """A balancing party makes the hub net to zero; each party keeps its own receipts and kind."""
    periods = pd.Index([2030], name="period")
    frames = [
        pd.DataFrame([[float(v)]], index=[who], columns=periods) for who, v in received.items()
    ]
    rest = as_party("the rest", pd.Series([-float(sum(received.values()))], index=periods))
    payments = through_market(Settled.key, market, [*frames, rest])
    package = Package.of([Settled(payments=payments)])
    table = settlement_table(None, package)  # type: ignore[arg-type]
    if table.empty:
        assert not any(received.values())
        return
    net = net_receipts(table)
    of = net.set_index(["kind", "what", "bus"])["amount"]
    for who, amount in received.items():
        assert of.get((who.kind, who.what, who.bus), 0.0) == pytest.approx(amount)
    assert of["hub", market, ""] == pytest.approx(0.0, abs=1e-6)
    assert balances(table).sum() == pytest.approx(0.0, abs=1e-6)
    shown = burden_table(table, package)
    assert set(zip(shown["kind"], shown["sector"], shown["bus"], strict=True)) == {
        (who.kind, who.what, who.bus) for who, amount in received.items() if amount
    }


def test_names_and_order_of_parties() -> None:
    some = [user("steel", "Henan"), hub("carbon market"), buyer("Beijing"), seller("coal", "B, C")]
    assert [str(p) for p in sorted(some)] == [
        "carbon market", "coal plants, B, C", "consumers, Beijing", "steel users, Henan",
    ]  # fmt: skip
    assert str(seller("ev_load", "Henan")) == "electric vehicles, Henan"
    assert hub("rights fund") != Party("other", "rights fund")
