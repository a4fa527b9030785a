"""Offsets relax the cap; the limit's dual is the spread between allowance and offset."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import CarbonMarket, Eligibility, OffsetStep
from tests.analytic.conftest import Solver
from tests.analytic.reading import SECTORS, all_emissions, allowance, price

CAP = {2025: 720e6, 2030: 691.2e6}


def market(solve: Solver, limit: float, offset_price: float, **more: object) -> Equilibrium:
    forest = OffsetStep(name="forest", quantity=1e9, price=offset_price)
    return solve(
        CarbonMarket(cap=CAP, sectors=SECTORS, offset_limit=limit, offsets=(forest,), **more)
    )


@pytest.mark.parametrize("offset_price", [20.0, 60.0, 75.0, 500.0])
def test_price_is_the_smaller_of_abatement_cost_and_offset_price(
    solve: Solver, offset_price: float
) -> None:
    alone = allowance(solve(CarbonMarket(cap=CAP, sectors=SECTORS)))
    eq = market(solve, 1.0, offset_price)
    assert allowance(eq).to_numpy() == pytest.approx(alone.clip(upper=offset_price).to_numpy())
    assert price(eq, "carbon", "offset limit").to_numpy() == pytest.approx(0.0, abs=1e-6)


def test_dual_of_the_limit_is_the_spread(solve: Solver) -> None:
    eq = market(solve, 0.03, 20.0)
    spread = allowance(eq) - price(eq, "carbon", "offset")
    limit = price(eq, "carbon", "offset limit")
    assert (limit > 0).all()
    assert limit.to_numpy() == pytest.approx(spread.to_numpy())
    assert price(eq, "carbon", "offset").to_numpy() == pytest.approx(20.0)


def test_offsets_relax_the_cap_one_for_one(solve: Solver) -> None:
    eq = market(solve, 0.03, 20.0)
    used = eq.solution.value("carbon-offsets").to_series()
    assert (all_emissions(eq) - used).to_numpy() == pytest.approx(list(CAP.values()))
    assert used.to_numpy() == pytest.approx((0.03 * all_emissions(eq)).to_numpy())


def test_tightening_by_the_limit_takes_the_slack_out_in_advance(solve: Solver) -> None:
    loose, tightened = market(solve, 0.03, 20.0), market(solve, 0.03, 20.0, tightening=1.0)
    allowed = {y: c * (1 - 0.03) / (1 - 0.03) for y, c in CAP.items()}
    assert (all_emissions(tightened) < all_emissions(loose)).all()
    assert all_emissions(tightened).to_numpy() == pytest.approx(list(allowed.values()))


def test_renewable_output_as_offsets_is_worth_its_tons(solve: Solver) -> None:
    eq = solve(
        CarbonMarket(
            cap=CAP,
            sectors=SECTORS,
            offset_limit=0.01,
            ccer_rate=0.53,
            ccer_eligible=Eligibility(carriers=("offwind", "onwind"), vintages=("new",)),
        )
    )
    used = eq.solution.value("carbon-offsets").to_series()
    tokens = eq.solution.model.tokens
    claimed = eq.solution.evaluate(tokens.claimed("ccer")).to_series()
    assert (used > 0).all()
    assert (0.53 * claimed >= used - 1.0).all()


def test_without_projects_no_offset_has_a_price(solve: Solver) -> None:
    eq = solve(CarbonMarket(cap=CAP, sectors=SECTORS))
    items = set(eq.prices["item"])
    assert items == {"allowance"}
