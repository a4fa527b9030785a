"""Capacity by duration and paid once; mechanism price beside guaranteed hours."""

from __future__ import annotations

import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import (
    CapacityAdequacy,
    CapacityPayment,
    GuaranteedHours,
    MechanismPrice,
)
from tests import worlds
from tests.analytic.conftest import Solver
from tests.analytic.reading import HOURS, add_plant, island, price

CREDIT = {"coal": 1.0, "battery": 1.0}


def stored_island(hours: float = 2.0) -> pypsa.Network:
    """100 MW of load, 90 MW of coal, a battery of 40 MW, wind of 20 MW of mean output."""
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9, p_nom=90.0)
    n.add("StorageUnit", "battery", bus="island", carrier="battery", p_nom=40.0, max_hours=hours)
    n.add("Generator", "wind", bus="island", carrier="wind", p_nom=80.0, p_max_pu=0.25,
          build_year=2030)  # fmt: skip
    return n


def missing(eq: Equilibrium) -> float:
    """Firm capacity that is missing, MW."""
    return float(eq.solution.value("capacity-missing-band").sum())


@pytest.mark.parametrize(("hours", "counted"), [(1.0, 10.0), (2.0, 20.0), (4.0, 40.0), (8.0, 40.0)])
def test_storage_counts_by_its_duration(hours: float, counted: float) -> None:
    rule = CapacityAdequacy(margin=0.4, credit=CREDIT, peak_hours=4.0)
    eq = worlds.anew([rule], stored_island, hours)
    eq.check()
    assert missing(eq) == pytest.approx(140.0 - 90.0 - counted)
    paid = eq.settlement.query("instrument == 'capacity'")
    battery = paid.loc[paid["payee_what"] == "battery", "amount"].sum()
    assert battery == pytest.approx(330_000.0 * counted)
    plain = worlds.anew([CapacityAdequacy(margin=0.4, credit=CREDIT)], stored_island, hours)
    assert missing(plain) == pytest.approx(10.0)


def test_a_margin_kept_by_order_is_paid_by_nobody(solve: Solver) -> None:
    fields = {"margin": 0.1, "area": "all", "credit": {"coal_usc": 0.9, "gas": 0.9, "hydro": 0.5}}
    market, order = (solve(CapacityAdequacy(paid=p, **fields)) for p in (True, False))
    assert order.objective == pytest.approx(market.objective, rel=1e-9)
    assert price(order, "capacity", "firm capacity").to_numpy() == pytest.approx(
        price(market, "capacity", "firm capacity").to_numpy()
    )
    assert len(market.settlement.query("instrument == 'capacity'"))
    assert order.settlement.query("instrument == 'capacity'").empty


def test_capacity_payment_counts_storage_by_the_longest_peak() -> None:
    rule = CapacityPayment(rate=165_000.0, carriers=("coal",), storage=("battery",), peak_hours=4.0)
    eq = worlds.anew([rule], stored_island, 2.0)
    eq.check()
    paid = eq.settlement.query("instrument == 'capacity_payment'")
    received = paid[paid["payee_what"].isin(("coal", "battery"))].groupby("payee_what")["amount"]
    assert received.sum().to_dict() == pytest.approx(
        {"coal": 165_000.0 * 90.0, "battery": 165_000.0 * 20.0}
    )


def received(eq: Equilibrium, key: str) -> float:
    """What wind receives net under an instrument, CNY per year."""
    table = eq.settlement[eq.settlement["instrument"] == key]
    sums = [
        table.loc[table[f"{side}_what"] == "wind", "amount"].sum() for side in ("payee", "payer")
    ]
    return float(sums[0] - sums[1])


def test_mechanism_price_makes_up_a_share_of_output() -> None:
    """20 MW of wind earn the coal price of 250; 80 % of it is made up to 300, or cut to 200."""
    output = 20.0 * HOURS
    for strike in (300.0, 200.0):
        rule = MechanismPrice(auction={"wind": strike}, volume=0.8, since=2025)
        eq = worlds.anew([rule], stored_island)
        eq.check()
        assert received(eq, "mechanism_price") == pytest.approx((strike - 250.0) * output * 0.8)
    old = MechanismPrice(auction={"wind": 300.0}, since=2031)
    assert received(worlds.anew([old], stored_island), "mechanism_price") == 0.0


def test_guaranteed_hours_pay_the_tariff_up_to_the_hours() -> None:
    """80 MW run 2190 h: 1500 h are paid the tariff of 400, and all where 3000 h are guaranteed."""
    for hours, paid in ((1500.0, 1500.0), (3000.0, 2190.0)):
        rule = GuaranteedHours(tariff=400.0, hours={"wind": hours})
        eq = worlds.anew([rule], stored_island)
        eq.check()
        assert received(eq, "guaranteed_hours") == pytest.approx(150.0 * 80.0 * paid)


@pytest.mark.parametrize(
    "rule",
    [MechanismPrice(auction={"wnd": 300.0}), GuaranteedHours(tariff=400.0, hours={"wnd": 1.0})],
    ids=lambda rule: rule.key,
)
def test_a_carrier_that_is_not_there_is_refused(rule: MechanismPrice | GuaranteedHours) -> None:
    with pytest.raises(InputError, match="wnd"):
        worlds.anew([rule], stored_island)


def test_term_of_the_mechanism_ends(solve: Solver) -> None:
    """What was built in 2025 under a term of five years is on the market alone in 2030."""
    eq = solve(MechanismPrice(auction={"onwind": 900.0, "solar": 900.0}, term=5, since=2025))
    table = eq.settlement.query("instrument == 'mechanism_price'")
    static = eq.solution.model.network.c.generators.static
    built = eq.solution.energy.reindex(static.index[static["build_year"] == 2030]).fillna(0.0)
    carrier = static["carrier"].reindex(built.index)
    only_new = built[carrier.isin(("onwind", "solar"))].sum()
    paid = table[table["payer_kind"] == "consumer"].groupby("period")["amount"].sum()
    assert paid.get(2025, 0.0) >= 0.0
    assert (paid.get(2030, 0.0) > 0.0) == (only_new[2030] > 0.0)
    assert isinstance(paid, pd.Series)
