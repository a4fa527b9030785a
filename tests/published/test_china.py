"""What theory and statistics ask of the 31 provinces, on few slices of one typical day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.experiments import backcast, link
from dualcarbon.experiments.context import ExperimentContext
from dualcarbon.instruments import CarbonMarket, CarbonTax, ElectricityMarket, GreenCertificates
from dualcarbon.instruments.carbon.coverage import OffsetStep
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep.sessions import Sessions
from dualcarbon.system.china import build_china
from dualcarbon.system.settings import ChinaSettings

SMALL = ChinaSettings(base="2024", years=(2025, 2030), days=1, segments=6)
SECTORS = ("steel", "cement", "aluminium")
COAL_CLASSES = {"coal_over_300": 0.791, "coal_upto_300": 0.8049, "coal_unconventional": 0.8244,
                "gas": 0.3288}  # fmt: skip
LEVEL = {2025: 1.0, 2030: 0.96}
CARRIERS = ("coal_usc", "coal_sc", "coal_sub", "coal_small", "coal_cfb", "gas")


@pytest.fixture(scope="module")
def session() -> Session:
    network, users = build_china(SMALL)
    return Session.open(network, users)


@pytest.fixture(scope="module")
def free(session: Session) -> Equilibrium:
    """No policy at all."""
    return session.solve(Package.of([ElectricityMarket()]))


def covering(**fields: object) -> CarbonMarket:
    """A market on coal, gas and three industries, as the national one."""
    return CarbonMarket(carriers=CARRIERS, sectors=SECTORS, **fields)


def covered(eq: Equilibrium) -> pd.Series:
    market = CarbonMarket(cap=1e12, sectors=SECTORS)
    return eq.solution.evaluate(market.emissions(eq.solution.model)).to_series()


def capped(free: Equilibrium, share: float, **fields: object) -> CarbonMarket:
    cap = {int(y): float(v) * share for y, v in covered(free).items()}
    return CarbonMarket(cap=cap, sectors=SECTORS, **fields)


def allowance(eq: Equilibrium) -> pd.Series:
    return eq.solution.price("carbon-balance")


def test_obligation_under_a_cap_moves_the_price_and_not_the_emissions(
    session: Session, free: Equilibrium
) -> None:
    alone = session.solve(Package.of([capped(free, 0.93)]))
    share = {y: v + 0.005 for y, v in link.renewable_share(alone).items()}
    obliged = alone.resolve(green=GreenCertificates(share=share))
    assert covered(obliged).sum() == pytest.approx(covered(alone).sum(), rel=1e-6)
    assert (allowance(obliged) <= allowance(alone) + 1e-3).all()
    assert (allowance(obliged) < allowance(alone) - 1e-3).any()
    cost = [(eq.system_cost * eq.solution.model.horizon.objective).sum() for eq in (alone, obliged)]
    assert cost[1] > cost[0]


def test_tax_at_the_price_of_the_cap_gives_its_emissions(
    session: Session, free: Equilibrium
) -> None:
    cap = session.solve(Package.of([capped(free, 0.93)]))
    rate = {int(y): float(p) for y, p in allowance(cap).items()}
    tax = session.solve(Package.of([CarbonTax(rate=rate, sectors=SECTORS)]))
    weight = cap.solution.model.horizon.objective
    charged = [
        float(((eq.system_cost + allowance(cap) * covered(eq)) * weight).sum()) for eq in (cap, tax)
    ]
    assert charged[0] == pytest.approx(charged[1], rel=1e-9)
    assert covered(tax).sum() == pytest.approx(covered(cap).sum(), rel=2e-2)


def test_standard_costs_more_than_a_cap_and_raises_power_prices_less(session: Session) -> None:
    standard = session.solve(Package.of([covering(benchmarks=COAL_CLASSES, stringency=LEVEL)]))
    assert allowance(standard)[2030] > 1.0
    market = standard.package.instruments["carbon"]
    path = standard.solution.evaluate(market.emissions(standard.solution.model)).to_series()
    cap = {int(y): float(v) for y, v in path.items()}
    same = session.solve(Package.of([covering(cap=cap)]))
    weight = same.solution.model.horizon.objective
    costs = [(eq.system_cost * weight).sum() for eq in (same, standard)]
    assert costs[0] <= costs[1] * (1 + 1e-9)


def test_offset_limit_is_worth_the_spread(session: Session, free: Equilibrium) -> None:
    cheap = OffsetStep(name="forest", quantity=2e9, price=10.0)
    eq = session.solve(Package.of([capped(free, 0.90, offset_limit=0.03, offsets=(cheap,))]))
    spread = allowance(eq) - eq.solution.price("carbon-ccer_pool")
    limit = eq.solution.price("carbon-offset_limit")
    assert (limit > 1.0).all()
    np.testing.assert_allclose(spread, limit, rtol=1e-5)
    np.testing.assert_allclose(eq.solution.price("carbon-ccer_pool"), 10.0, rtol=1e-6)


def test_equal_hours_and_planned_trade_never_cost_less(session: Session, free: Equilibrium) -> None:
    weight = free.solution.model.horizon.objective
    equal = free.resolve(electricity=ElectricityMarket(dispatch="equal_shares"))
    planned = equal.resolve(electricity={"trade": "planned"})
    costs = [(eq.system_cost * weight).sum() for eq in (free, equal, planned)]
    assert costs == sorted(costs)


def test_every_invariant_holds_under_todays_package(session: Session) -> None:
    sets = ("system.base=2024", "system.years=[2025,2030]", "system.days=1")
    package = load_scenario("today", sets).package()
    assert session.solve(package).check()["holds"].all()


@pytest.fixture(scope="module")
def backcast_table() -> pd.DataFrame:
    today = load_scenario("today")
    context = ExperimentContext({"today": today}, {}, Sessions())
    return backcast.experiment(context)["backcast"]


MISSES = {
    ("curtailment_wind", 2024), ("curtailment_solar", 2024), ("curtailment_wind", 2025),
    ("curtailment_solar", 2025), ("generation_hydro", 2025),
    ("peak_load", 2024), ("peak_load", 2025), ("cea_price_mean", 2025),
    ("green_certificate_price", 2025),
}  # fmt: skip
"""Rows that miss, each with its reason in the report; a row that begins to miss is an error."""


@pytest.mark.slow
def test_backcast_of_the_nation(backcast_table: pd.DataFrame) -> None:
    national = backcast_table[
        (backcast_table["region"] == "China") & backcast_table["tolerance"].notna()
    ]
    assert {"generation_thermal", "coal_burnt", "grid_factor", "power_co2"} <= set(national["item"])
    assert national.groupby("year").size().min() >= 12
    missed = national[national["error"].abs() > national["tolerance"]]
    assert set(zip(missed["item"], missed["year"], strict=True)) == MISSES, missed


@pytest.mark.slow
def test_backcast_curtails_where_life_does(backcast_table: pd.DataFrame) -> None:
    national = backcast_table[backcast_table["region"] == "China"].set_index(["item", "year"])
    for kind in ("wind", "solar"):
        assert (national.loc[f"curtailment_{kind}", "ours"] > 0).all()


@pytest.mark.slow
def test_backcast_of_who_exports(backcast_table: pd.DataFrame) -> None:
    trade = backcast_table[backcast_table["item"] == "net_exports"]
    clear = trade[trade["observed"].abs() > 3.0]
    assert len(trade) == 31
    assert (np.sign(clear["ours"]) == np.sign(clear["observed"])).all()


@pytest.mark.slow
def test_backcast_of_spot_prices_in_five_provinces(backcast_table: pd.DataFrame) -> None:
    prices = backcast_table[backcast_table["item"] == "wholesale_price"]
    near = prices[prices["error"].abs() <= prices["tolerance"]]
    assert near["region"].nunique() >= 5, prices


def test_every_invariant_holds_on_the_observed_base() -> None:
    """Commitment, heat, day curves and paid guarantees, on the seven grids."""
    sets = ("base=observed", "regions=grids", "years=[2025,2030]", "days=1", "segments=12")
    rules = ("electricity.plan_swing=0.25", "electricity.compensation=380")
    today = load_scenario(
        "today", [*(f"system.{s}" for s in sets), *(f"instruments.{r}" for r in rules)]
    )
    eq = Sessions().of(today).solve(today.package())
    kinds = set(eq.solution.model.network.c.generators.static["kind"].dropna())
    assert {"chp", "captive", "condensing"} <= kinds
    assert "commitment-online-band" in eq.solution.model.linopy.variables
    assert eq.check()["holds"].all()
