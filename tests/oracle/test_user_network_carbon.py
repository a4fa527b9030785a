"""Carbon of networks that users bring: at a bus of its own, at a carrier, never backwards."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pypsa
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session, solve_equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, CarbonTax, ElectricityMarket, OffsetStep
from tests.oracle.user_networks import blank, carriers, coal_and_gas, own_optimum, sector_coupled

CAP = 700_800.0
"""t a year of 100 MW at 0.8 t per MWh: coal and gas both run."""


def allowance(eq: Equilibrium) -> np.ndarray:
    return eq.prices.query("item == 'allowance'")["price"].to_numpy()


def at_the_plant() -> pypsa.Network:
    n = blank()
    coal_and_gas(n)
    carriers(n, co2=-1.0)
    return n


def in_two_states() -> pypsa.Network:
    """Coal and gas plants of two states, each with an atmosphere that drains into a common one."""
    n = blank(periods=[2030, 2033], slices=2)
    n.investment_period_weightings["years"] = [3.0, 10.0]
    n.investment_period_weightings["objective"] = [2.7, 6.0]
    n.add("Bus", "co2 atmosphere", carrier="co2")
    n.add("Store", "co2 atmosphere", bus="co2 atmosphere", e_nom=1e9, e_min_pu=-1.0)
    n.add("Bus", ["a", "b"], carrier="AC")
    n.add("Bus", ["coal", "gas"], carrier=["coal", "gas"])
    n.add("Generator", ["mine", "well"], bus=["coal", "gas"], carrier=["coal", "gas"], p_nom=1e4,
          marginal_cost=[8.0, 30.0])  # fmt: skip
    for state, plant, fuel, efficiency, left in (("a", "coal plant", "coal", 0.4, 0.4),
                                                 ("b", "gas plant", "gas", 0.5, 0.25)):  # fmt: skip
        n.add("Bus", f"{state} atmosphere", carrier="co2")
        n.add("Link", f"{state} air", bus0=f"{state} atmosphere", bus1="co2 atmosphere", p_nom=1e4)
        n.add("Link", plant, bus0=fuel, bus1=f"{state} atmosphere", bus2=state, p_nom=500.0,
              carrier=plant, efficiency=left, efficiency2=efficiency)  # fmt: skip
    n.add("Link", "line", bus0="a", bus1="b", carrier="AC", p_nom=500.0, p_min_pu=-1.0)
    n.add("Load", ["a load", "b load"], bus=["a", "b"], p_set=[30.0, 70.0])
    n.c.links.static["efficiency2"] = n.c.links.static["efficiency2"].fillna(1.0)
    carriers(n)
    return n


@pytest.mark.parametrize("build", [at_the_plant, in_two_states])
def test_carbon_at_a_bus_of_its_own_has_the_price_of_the_switch(build: Any) -> None:
    """(60 - 20) / (1 - 0.5) = 80 in every period, whatever its weight."""
    eq = solve_equilibrium(build(), [ElectricityMarket(), CarbonMarket(cap=CAP)])
    assert eq.check()["holds"].all()
    assert allowance(eq) == pytest.approx(80.0)
    assert eq.solution.emissions.sum().to_numpy() == pytest.approx(CAP)
    paid = eq.settlement.query("instrument == 'electricity' and payee_kind == 'plant'")
    assert set(paid["payee_what"]) == {"coal", "gas", "coal plant", "gas plant"}


@pytest.fixture(scope="module")
def sectors() -> Session:
    return Session.open(sector_coupled())


@pytest.mark.parametrize("cap", [pytest.param(3.0e6, marks=pytest.mark.slow), 1.5e6, 0.0])
def test_a_cap_on_coupled_sectors_is_the_cap_that_pypsa_writes(
    sectors: Session, cap: float
) -> None:
    """Plants, boilers, capture, removal from the air and process emissions: one price.

    PyPSA counts the store of the atmosphere, whose carrier has a factor of -1.
    """
    eq = sectors.solve(Package.of([ElectricityMarket(), CarbonMarket(cap=cap)]))
    assert eq.check()["holds"].all()
    n = sector_coupled()
    n.add("GlobalConstraint", "cap", type="primary_energy", carrier_attribute="co2_emissions",
          sense="<=", constant=cap)  # fmt: skip
    own = own_optimum(n)
    assert eq.objective == pytest.approx(float(own.objective), rel=1e-8)
    mu = -own.c.global_constraints.static.at["cap", "mu"]
    assert mu > 50
    assert allowance(eq) == pytest.approx([mu], rel=1e-6)
    emitted = eq.solution.emissions
    assert emitted.sum().to_numpy() == pytest.approx(cap, abs=1.0)
    assert emitted.loc["process"].to_numpy() == pytest.approx(20.0 * 8760)
    if cap == 0:
        assert emitted.loc["from the air"].item() < -1e5


def test_a_tax_counts_the_same_tons_as_a_cap(sectors: Session) -> None:
    """At the cap's price, cost plus tax is the cost of the cap plus the worth of its tons."""
    capped = sectors.solve(Package.of([CarbonMarket(cap=1.5e6)]))
    rate = allowance(capped).item()
    taxed = sectors.solve(Package.of([CarbonTax(rate=rate)]))
    assert taxed.check()["holds"].all()
    worth = capped.system_cost.item() + rate * 1.5e6
    assert taxed.objective == pytest.approx(worth, rel=1e-9)


def market(n: pypsa.Network, **fields: Any) -> Equilibrium:
    return solve_equilibrium(n, [CarbonMarket(cap=CAP, **fields)])


def test_a_market_that_covers_nothing_says_so() -> None:
    """No factor anywhere, links of no carrier and a carrier that emits nothing."""
    n = blank()
    n.add("Bus", "town", carrier="AC")
    n.add("Load", "town", bus="town", p_set=100.0)
    n.add("Generator", "coal", bus="town", carrier="coal", p_nom=150.0, marginal_cost=20.0)
    carriers(n)
    with pytest.raises(InputError, match=r"co2_emissions: the market covers no emissions"):
        market(n)
    with pytest.raises(InputError, match="paid by nobody"):
        solve_equilibrium(n, [CarbonTax(rate=50.0)])
    linked = at_the_plant()
    linked.c.links.static["bus2"] = ""
    with pytest.raises(InputError, match="covers no emissions"):
        market(linked)
    with pytest.raises(InputError, match=r"no emissions.*coal plant, gas plant"):
        market(at_the_plant(), carriers=("coal",))


def test_a_market_whose_plants_stand_still_says_so(caplog: pytest.LogCaptureFixture) -> None:
    n = at_the_plant()
    n.add("Generator", "sun", bus="town", carrier="AC", p_nom=200.0)
    eq = solve_equilibrium(n, [CarbonMarket(cap=CAP)])
    with caplog.at_level(logging.WARNING):
        eq.check()
    assert "none of the 2 units" in caplog.text
    assert "none of the 2 units" in repr(eq)
    assert eq.remarks["zh"].item() == "2030年碳市场纳入的2个机组均无排放"
    assert market(at_the_plant()).remarks.empty


def test_a_bus_of_carbon_says_whether_it_is_the_atmosphere() -> None:
    n = blank()
    coal_and_gas(n)
    n.add("Bus", "pipe", carrier="co2")
    carriers(n)
    with pytest.raises(InputError, match="emitted or captured"):
        market(n)
    n.c.buses.static["commodity"] = ""
    n.c.buses.static.loc["pipe", "commodity"] = "captured"
    n.c.buses.static.loc["co2 atmosphere", "commodity"] = "atmosphere"
    assert allowance(market(n)) == pytest.approx(80.0)
    plain = at_the_plant()
    plain.add("Bus", "north co2")
    with pytest.raises(InputError, match="emitted or captured"):
        market(plain)


@pytest.mark.parametrize("carrier", ["coal", "gas plant", "coal plant"])
def test_carbon_at_two_places_is_refused(carrier: str) -> None:
    n = at_the_plant()
    n.c.carriers.static.loc[carrier, "co2_emissions"] = 0.3
    with pytest.raises(InputError, match="counted twice"):
        market(n)


def test_carbon_counted_before_a_pipe_is_not_counted_behind_it() -> None:
    n = at_the_plant()
    n.add("Bus", "field", carrier="gas")
    n.add("Link", "pipe", bus0="field", bus1="gas", carrier="pipe", p_nom=1e4)
    n.add("Generator", "field", bus="field", carrier="raw gas", p_nom=1e4, marginal_cost=20.0)
    n.add("Carrier", "pipe", co2_emissions=0.0, renewable=False)
    n.add("Carrier", "raw gas", co2_emissions=0.2, renewable=False)
    with pytest.raises(InputError, match="'gas plant' is counted twice"):
        market(n)


def taking(**fields: Any) -> pypsa.Network:
    n = at_the_plant()
    n.add("Generator", "taker", bus="town", p_nom=50.0, **fields)
    return n


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (lambda: taking(carrier="coal plant", p_min_pu=-1.0), "emits and can take power"),
        (lambda: taking(carrier="coal plant", sign=-1.0), "emits and can take power"),
        (lambda: taking(carrier="coal plant", p_min_pu=[-0.5], p_max_pu=0.0), "emits and can take"),
    ],
)
def test_an_emitting_carrier_with_negative_output_is_refused(n: Any, said: str) -> None:
    network = n()
    network.c.links.static["bus2"] = ""
    network.c.carriers.static.loc["coal plant", "co2_emissions"] = 0.4
    with pytest.raises(InputError, match=said):
        market(network)


def test_what_would_undo_emissions_is_refused() -> None:
    """A plant that runs backwards, a supply that takes from the air, a load that does."""
    n = at_the_plant()
    n.c.links.static.loc["coal plant", "p_min_pu"] = -1.0
    with pytest.raises(InputError, match="run backwards"):
        market(n)
    n = at_the_plant()
    n.add("Generator", "sink", bus="co2 atmosphere", p_nom=1e6, p_min_pu=-1.0, p_max_pu=0.0)
    with pytest.raises(InputError, match="out of the atmosphere"):
        market(n)
    n = at_the_plant()
    n.add("Load", "sink", bus="co2 atmosphere", p_set=10.0)
    with pytest.raises(InputError, match="out of the atmosphere"):
        market(n)
    n = at_the_plant()
    n.c.links.dynamic["efficiency2"] = n.c.loads.dynamic["p_set"].copy()
    n.c.links.dynamic["efficiency2"]["coal plant"] = 0.4
    assert allowance(market(n)) == pytest.approx(80.0)


def test_a_sign_of_minus_one_is_read_as_pypsa_reads_it() -> None:
    """Willingness 45 for 50 MW, load of sign 1 that feeds in 20 MW: 130 MW, all of coal."""
    n = at_the_plant()
    n.add("Generator", "buyer", bus="town", sign=-1.0, p_nom=50.0, marginal_cost=-45.0)
    n.add("Load", "own sun", bus="town", sign=1.0, p_set=20.0)
    eq = solve_equilibrium(n, [ElectricityMarket(), CarbonMarket(cap=1e9)])
    eq.check()
    assert eq.objective == pytest.approx(float(own_optimum(n).objective), rel=1e-9)
    assert eq.solution.emissions.sum().item() == pytest.approx(130 * 8760)


def test_a_yearly_cap_wants_a_year() -> None:
    n = at_the_plant()
    n.snapshot_weightings.loc[:, :] = 24.0
    session = Session.open(n)
    with pytest.raises(InputError, match=r"stand for 24 hours.*multiply them by 365"):
        session.solve(Package.of([CarbonMarket(cap=CAP)]))
    step = OffsetStep(name="forest", quantity=1e3, price=5.0)
    carbon = CarbonMarket(benchmarks={"coal plant": 0.9, "gas plant": 0.9}, offsets=(step,),
                          offset_limit=0.1)  # fmt: skip
    with pytest.raises(InputError, match="supply of offsets is a yearly amount"):
        session.solve(Package.of([carbon]))
    session.solve(Package.of([CarbonTax(rate=20.0)])).check()


def test_a_short_period_among_long_ones_is_named() -> None:
    n = in_two_states()
    n.snapshot_weightings.iloc[2:] = 12.0
    with pytest.raises(InputError, match="snapshots of 2033 stand for 24 hours"):
        market(n)


def test_a_benchmark_belongs_to_what_makes_power() -> None:
    n = at_the_plant()
    n.c.links.static["bus2"] = ""
    n.c.carriers.static.loc[["coal", "gas"], "co2_emissions"] = [0.4, 0.25]
    n.c.stores.static["carrier"] = ""
    assert allowance(market(n)) == pytest.approx(80.0)
    with pytest.raises(InputError, match="'mine' has a benchmark and makes no electricity"):
        solve_equilibrium(n, [CarbonMarket(benchmarks={"coal": 0.9, "gas": 0.4})])
    standard = CarbonMarket(benchmarks={"coal plant": 0.9, "gas plant": 0.9})
    eq = solve_equilibrium(at_the_plant(), [standard])
    emitted = eq.solution.emissions.sum().item()
    assert emitted == pytest.approx(0.9 * 100 * 8760)
    assert allowance(eq) == pytest.approx(80.0)


def test_marginal_cost_knows_what_may_be_offset() -> None:
    """With 5 % of offsets at 10: 80 = p - 0.05 (p - 10), and 80 is what one ton less saves."""
    forest = OffsetStep(name="forest", quantity=1e9, price=10.0)
    eq = market(at_the_plant(), offset_limit=0.05, offsets=(forest,))
    price = (80.0 - 0.05 * 10.0) / 0.95
    assert allowance(eq) == pytest.approx(price)
    plants = eq.regulated.query("t_co2 > 1")
    assert plants["marginal"].to_numpy() == pytest.approx(80.0)
    free = market(at_the_plant(), offset_limit=1.0, offsets=(forest,))
    assert free.regulated.query("t_co2 > 1")["marginal"].to_numpy() == pytest.approx(10.0)
