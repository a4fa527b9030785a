"""Energy users in the carbon market: allocation rules, electricity that is charged once."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.errors import InputError
from dualcarbon.instruments import CarbonMarket, ElectricityMarket
from dualcarbon.instruments.carbon.coverage import IntensityRule
from dualcarbon.instruments.carbon.users import define_net_allocation, marginal_cost
from dualcarbon.system.teaching import build_teaching
from dualcarbon.system.users import EnergyUsers

from .conftest import Solver
from .reading import BENCHMARKS, SECTORS, all_emissions, allowance, cost

SLOPE, WIDTH = 0.4, 0.03
LEVEL = {2025: 1.0, 2030: 0.98}
BALANCE = {"cement": 0.6, "aluminium": 2.5}  # far from what is emitted: 0.77 and 1.9
FACTOR = 0.55


def standard(**fields: object) -> CarbonMarket:
    """A performance standard on plants and the three sectors."""
    given = {"benchmarks": BENCHMARKS, "stringency": LEVEL, "sectors": SECTORS}
    return CarbonMarket(**{**given, **fields})


@pytest.fixture(scope="module")
def verified(solve: Solver) -> Equilibrium:
    return solve(ElectricityMarket(), standard(allocation_of_users="verified"))


@pytest.fixture(scope="module")
def by_intensity(solve: Solver) -> Equilibrium:
    rule = IntensityRule(slope=SLOPE, width=WIDTH, balance=BALANCE)
    return solve(ElectricityMarket(), standard(allocation_of_users="intensity", intensity=rule))


def net_of(eq: Equilibrium) -> pd.DataFrame:
    return eq.solution.value("carbon-net_allocation").transpose("user", "period").to_pandas()


def test_verified_emissions_as_allowances_leave_users_as_they_are(
    verified: Equilibrium, solve: Solver
) -> None:
    plants_only = solve(ElectricityMarket(), standard(sectors=()))
    assert allowance(verified).to_numpy() == pytest.approx(allowance(plants_only).to_numpy())
    assert cost(verified) == pytest.approx(cost(plants_only))
    paid = verified.settlement
    assert not paid["payer"].str.contains("users").any()
    market = verified.package.instruments["carbon"]
    assert marginal_cost(market, verified.solution).to_numpy().max() == 0.0


def test_net_allocation_follows_the_rule(by_intensity: Equilibrium) -> None:
    """``net = min(k (B q - E), w E0)`` inside the band, ``-w E0`` for who starts below it."""
    solution = by_intensity.solution
    users = solution.model.energy_users
    start, output = users.baseline, users.quantities["output"]
    sector = users.table["sector"]
    mean = start.groupby(sector).sum() / output.groupby(sector).sum()
    for name, value in BALANCE.items():
        mean.loc[name] = value
    target = mean.loc[sector].set_axis(sector.index).mul(pd.Series(LEVEL), axis=1)
    net, now = net_of(by_intensity), solution.user_emissions
    made = solution.of_users("output")
    seen = set()
    for name in net.index:
        for year in net.columns:
            gap = SLOPE * (target.at[name, year] * output.at[name, year] - start.at[name, year])
            edge = WIDTH * start.at[name, year]
            if abs(gap) < edge:
                rule = SLOPE * (target.at[name, year] * made.at[name, year] - now.at[name, year])
                expected = min(rule, edge)
            else:
                expected = edge if gap > 0 else -edge
            seen.add(abs(gap) < edge)
            assert net.at[name, year] == pytest.approx(expected, abs=1.0)
    assert seen == {True, False}


def test_within_the_band_a_ton_costs_the_slope_of_the_price(by_intensity: Equilibrium) -> None:
    solution = by_intensity.solution
    market = by_intensity.package.instruments["carbon"]
    burden = marginal_cost(market, solution)
    price, net = allowance(by_intensity), net_of(by_intensity)
    edge = WIDTH * solution.model.energy_users.baseline
    assert price.max() > 1.0
    loose = 0
    for name in net.index:
        for year in net.columns:
            if abs(net.at[name, year]) < 0.999 * edge.at[name, year]:
                loose += 1
                expected = SLOPE * price[year]
                assert burden.at[name, year] == pytest.approx(expected, rel=1e-6)
            assert burden.at[name, year] <= SLOPE * price[year] * (1 + 1e-6)
    assert loose > 0


@pytest.fixture(scope="module")
def still() -> Session:
    """Users without steps; aluminium is steel from arc furnaces."""
    network, users = build_teaching((2025,))
    arc = users.baseline["sector"] == "aluminium"
    baseline = users.baseline.assign(
        sector=users.baseline["sector"].where(~arc, "steel"),
        route=["electric_arc" if a else "" for a in arc],
    )
    return Session.open(network, EnergyUsers(baseline, users.steps.iloc[:0]))


def test_balance_value_of_the_data_pays_out_nothing_before_steps(still: Session) -> None:
    """At their mean the surpluses of a sector add up to nothing: users alike get no more."""
    rule = IntensityRule(width=1.0)
    market = standard(
        allocation_of_users="intensity", stringency=1.0, intensity=rule, sectors=("steel", "cement")
    )
    eq = still.solve(Package.of([market]))
    sector = still.model.energy_users.table["sector"]
    net = net_of(eq)[2025]
    assert net.groupby(sector).sum().to_numpy() == pytest.approx(0.0, abs=1.0)
    assert net.abs().max() > 1e4  # steel's two works differ
    assert "Westland aluminium" not in net.index  # arc furnaces are not compared


def test_given_balance_values_replace_the_mean(solve: Solver) -> None:
    rule = IntensityRule(slope=SLOPE, width=WIDTH, balance={"cement": 0.1})
    market = standard(allocation_of_users="intensity", intensity=rule)
    eq = solve(ElectricityMarket(), market)
    users = eq.solution.model.energy_users
    cement = users.of_sectors(["cement"])
    deficit = -WIDTH * users.baseline.loc[cement]
    assert net_of(eq).loc[cement].to_numpy() == pytest.approx(deficit.to_numpy())


def test_electricity_of_users_is_charged_where_plants_are_not(solve: Solver) -> None:
    """A charge on users' electricity alone is the same cap on direct plus factor x drawn."""
    base = solve(ElectricityMarket())
    users = base.solution.model.energy_users
    before = users.baseline.sum() + FACTOR * users.quantities["electricity_mwh"].sum()
    cap = {int(y): 0.93 * float(v) for y, v in before.items()}
    market = CarbonMarket(cap=cap, carriers=(), sectors=SECTORS, indirect_factor=FACTOR)
    eq = solve(ElectricityMarket(), market)
    drawn = eq.solution.of_users("electricity_mwh").sum()
    covered = eq.solution.user_emissions.sum() + FACTOR * drawn
    assert covered.to_numpy() == pytest.approx(pd.Series(cap).to_numpy())
    assert allowance(eq).min() > 0
    assert eq.double_claims.empty
    assert all_emissions(eq).sum() < all_emissions(base).sum()


def test_electricity_is_not_charged_twice_unless_asked_for(solve: Solver) -> None:
    with pytest.raises(InputError, match="charged twice"):
        solve(ElectricityMarket(), standard(indirect_factor=FACTOR))
    eq = solve(ElectricityMarket(), standard(indirect_factor=FACTOR, electricity_twice=True))
    twice = eq.double_claims
    drawn = eq.solution.of_users("electricity_mwh")
    assert twice["mwh"].sum() == pytest.approx(drawn.to_numpy().sum())
    assert twice["t_co2"].sum() == pytest.approx(FACTOR * drawn.to_numpy().sum())
    worth = twice.groupby("period")["worth"].sum()
    expected = allowance(eq) * FACTOR * drawn.sum()
    assert worth.to_numpy() == pytest.approx(expected.to_numpy())


def test_settlement_nets_to_zero_under_every_rule(
    verified: Equilibrium, by_intensity: Equilibrium
) -> None:
    for eq in (verified, by_intensity):
        for _, group in eq.settlement.groupby("period"):
            parties = pd.concat(
                [group.set_index("payee")["amount"], -group.set_index("payer")["amount"]]
            )
            market = parties.groupby(level=0).sum().get("carbon market", 0.0)
            assert market == pytest.approx(0.0, abs=1e-6 * group["amount"].sum() + 1.0)


def test_wrong_rules_are_named(solve: Solver, verified: Equilibrium) -> None:
    with pytest.raises(InputError, match="allocation_of_users"):
        CarbonMarket(cap=1e9, allocation_of_users="verified")
    rule = IntensityRule(balance={"stel": 1.9})
    with pytest.raises(InputError, match="did you mean 'steel'"):
        solve(standard(allocation_of_users="intensity", intensity=rule))
    idle = standard(allocation_of_users="intensity")
    users = verified.solution.model.energy_users
    without = {**users.quantities, "output": 0.0 * users.quantities["output"]}
    model = replace(verified.solution.model, users=replace(users, quantities=without))
    with pytest.raises(InputError, match="has no output"):
        define_net_allocation(idle, model)
