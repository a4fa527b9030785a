"""What consumers pay, all in: adds up to the settlement, and knows the carbon in the price."""

from __future__ import annotations

import pandas as pd
import pypsa
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.settlement import net_receipts
from dualcarbon.equilibrium.solve import Equilibrium, Session, solve_equilibrium
from dualcarbon.indicators.all_in import CONSUMERS, PARTS, all_in_prices
from dualcarbon.instruments import (
    CapacityAdequacy,
    CapacityPayment,
    CarbonMarket,
    CarbonTax,
    ElectricityMarket,
    GreenCertificates,
    Instrument,
    OperatingReserve,
)
from tests import worlds


def teaching(*instruments: Instrument) -> Equilibrium:
    session: Session = worlds.opened(worlds.teaching).copy()
    return session.solve(Package.of([ElectricityMarket(), *instruments]))


def test_what_groups_pay_is_what_consumers_pay_in_the_settlement() -> None:
    """In every province and year, part by part; and what groups draw is the load served."""
    carriers = worlds.opened(worlds.teaching).model.annual.units["carrier"].unique()
    coal = tuple(c for c in carriers if c.startswith("coal"))
    eq = teaching(
        CarbonTax(rate=60.0),
        GreenCertificates(share=0.5, buyout=200.0),
        OperatingReserve(share=0.05, carriers=coal),
        CapacityAdequacy(margin=0.1, area="all", credit=dict.fromkeys(coal, 0.9)),
        CapacityPayment(rate=165e3, carriers=coal),
    )
    table = all_in_prices(eq)
    assert table[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(table["all_in"].to_numpy())
    paid = (table["all_in"] * table["twh"] * 1e6).groupby([table["province"], table["year"]]).sum()
    net = net_receipts(eq.settlement)
    net = net[net["kind"].isin(CONSUMERS)]
    owed = -net.groupby(["bus", "period"])["amount"].sum()
    assert paid.to_numpy() == pytest.approx(owed.reindex(paid.index).to_numpy(), rel=1e-9)
    of_green = -net[net["instrument"] == "green"]["amount"].sum()
    assert (table["certificates"] * table["twh"]).sum() * 1e6 == pytest.approx(of_green)
    assert of_green > 0
    for part in ("capacity", "services", "certificates"):
        assert (table[part] >= 0).all()
    assert (table["capacity"] > 0).any()
    served = eq.solution.served_load().mul(eq.solution.model.horizon.hours.to_numpy(), axis=0)
    assert table["twh"].sum() == pytest.approx(served.to_numpy().sum() / 1e6)
    assert set(table["group"]) == {"steel", "cement", "aluminium", "other_consumers"}


def two_towns(line: float) -> pypsa.Network:
    """Coal at 20 with 1 t per MWh in the west; gas at 60 with 0.4 in the east, and too little."""
    n = pypsa.Network(snapshots=pd.date_range("2030-01-01", periods=1, freq="h"))
    n.snapshot_weightings.loc[:, :] = 8760.0
    n.add("Carrier", ["coal", "gas", "AC"], co2_emissions=[1.0, 0.4, 0.0], renewable=False)
    n.add("Bus", ["west", "east"], carrier="AC")
    n.add("Load", ["w", "e"], bus=["west", "east"], p_set=[50.0, 100.0])
    n.add("Generator", "coal", bus="west", carrier="coal", p_nom=500.0, marginal_cost=20.0)
    n.add("Generator", "gas", bus="east", carrier="gas", p_nom=500.0, marginal_cost=60.0)
    n.add("Link", "line", bus0="west", bus1="east", carrier="AC", p_nom=line, p_min_pu=-1.0)
    return n


@pytest.mark.parametrize(("line", "east"), [(500.0, 30.0), (70.0, 12.0)])
def test_carbon_in_the_price_is_that_of_the_plant_that_sets_it(line: float, east: float) -> None:
    """A tax of 30: coal sets both prices over a line with room, gas the east's over a full one."""
    taxed = solve_equilibrium(two_towns(line), [ElectricityMarket(), CarbonTax(rate=30.0)])
    table = all_in_prices(taxed).set_index("province")
    assert table.at["west", "allowances"] == pytest.approx(30.0)
    assert table.at["east", "allowances"] == pytest.approx(east)
    assert table.at["east", "wholesale"] == pytest.approx(50.0 if line > 100 else 72.0)
    assert table["energy"].to_numpy() == pytest.approx(table["wholesale"].to_numpy())


def test_what_is_given_for_output_is_no_cost_at_the_margin() -> None:
    """A standard of 0.85: coal pays for 0.15 of its ton, at the ceiling of 50."""
    standard = CarbonMarket(benchmarks={"coal": 0.85, "gas": 0.85}, ceiling=50.0)
    eq = solve_equilibrium(two_towns(70.0), [standard])
    assert eq.prices.query("item == 'allowance'")["price"].item() == pytest.approx(50.0)
    table = all_in_prices(eq).set_index("province")
    assert table.at["west", "allowances"] == pytest.approx(0.15 * 50.0)
    assert table["energy"].to_numpy() == pytest.approx(table["wholesale"].to_numpy())
    free = all_in_prices(solve_equilibrium(two_towns(70.0), []))
    assert free["allowances"].to_numpy() == pytest.approx(0.0)
