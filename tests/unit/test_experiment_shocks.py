"""A changed assumption on a model that stays equals a scenario built with that assumption."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.experiments.shocks import CapitalCostShock, FuelPriceShock, shocked
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.scenario.model import Scenario
from dualcarbon.system.settings import ChinaSettings

SMALL = {"base": "2024", "regions": "grids", "days": 1, "segments": 2, "years": (2025, 2030),
         "storage": "optimised"}  # fmt: skip


def scenario(**settings: object) -> Scenario:
    """Today's markets on the seven grids, where batteries can be built."""
    today = load_scenario("today")
    return today.on(ChinaSettings(**{**SMALL, **settings}))


def cost(equilibrium: Equilibrium) -> float:
    return float((equilibrium.system_cost * equilibrium.solution.model.horizon.objective).sum())


@pytest.fixture(scope="module")
def session() -> Session:
    return Session.open(*scenario().build())


@pytest.fixture(scope="module")
def dear_session() -> Session:
    """A system built with a cost of capital of eight per cent."""
    return Session.open(*scenario(wacc=0.08).build())


@pytest.fixture(scope="module")
def dear(dear_session: Session) -> Equilibrium:
    return dear_session.solve(scenario(wacc=0.08).package())


def test_another_cost_of_capital_is_a_scenario_built_with_it(
    session: Session, dear: Equilibrium
) -> None:
    given = scenario()
    shock = CapitalCostShock(wacc=0.08, settings=given.system)
    found = session.solve(shocked(given.package(), shock))
    found.check()
    assert found.objective == pytest.approx(dear.objective, rel=1e-7)
    assert cost(found) == pytest.approx(cost(dear), rel=1e-6)


def test_the_scenarios_own_rate_is_the_base(dear_session: Session, dear: Equilibrium) -> None:
    own = scenario(wacc=0.08)
    same = shocked(own.package(), CapitalCostShock(wacc=0.08, settings=own.system))
    back = shocked(own.package(), CapitalCostShock(wacc=0.06, settings=own.system))
    assert cost(dear_session.solve(same)) == pytest.approx(cost(dear), rel=1e-9)
    assert dear_session.solve(back).objective < dear.objective * (1 - 1e-4)


def test_another_fuel_price_is_a_scenario_built_with_it(session: Session) -> None:
    cheap = scenario(coal_price_factor=0.8)
    found = session.solve(shocked(scenario().package(), FuelPriceShock(fuel="coal", factor=0.8)))
    built = Session.open(*cheap.build()).solve(cheap.package())
    assert found.objective == pytest.approx(built.objective, rel=1e-7)
