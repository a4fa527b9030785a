"""Links between certificates and allowances: when they raise renewables and when they backfire."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import (
    CarbonMarket,
    Conversion,
    Eligibility,
    GreenCertificates,
    GreenPowerForAllowances,
    IntegratedAttributes,
)
from tests.analytic.conftest import Solver
from tests.analytic.reading import (
    BENCHMARKS,
    SECTORS,
    all_emissions,
    allowance,
    certificate,
    cost,
    price,
    renewable_share,
)

NEW = Eligibility(vintages=("new",))
CAP = CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS)
STANDARD = CarbonMarket(benchmarks=BENCHMARKS, stringency=0.97, sectors=SECTORS)
LOW_QUOTA = GreenCertificates(share={2025: 0.34, 2030: 0.43})
HIGH_QUOTA = GreenCertificates(share={2025: 0.43, 2030: 0.54})
K = 0.5306


def claimed(eq: Equilibrium, use: str) -> list[float]:
    return eq.solution.evaluate(eq.solution.model.tokens.claimed(use)).to_series().to_list()


def test_without_a_quota_the_link_only_relaxes_the_standard(solve: Solver) -> None:
    base, linked = solve(STANDARD), solve(STANDARD, GreenPowerForAllowances())
    assert (allowance(linked) < allowance(base)).all()
    assert (all_emissions(linked) > all_emissions(base)).all()
    assert (renewable_share(linked) < renewable_share(base)).all()


def test_exclusive_tokens_and_a_binding_quota_make_the_link_raise_renewables(solve: Solver) -> None:
    base = solve(STANDARD, LOW_QUOTA)
    linked = solve(STANDARD, LOW_QUOTA, GreenPowerForAllowances())
    assert (renewable_share(linked) > renewable_share(base)).all()
    assert (allowance(linked) < allowance(base)).all()


def test_joint_use_of_tokens_takes_that_effect_away(solve: Solver) -> None:
    base = solve(STANDARD, LOW_QUOTA)
    link = GreenPowerForAllowances()
    joint = solve(STANDARD, LOW_QUOTA, link, double_claims=[("rps", "carbon")])
    exclusive = solve(STANDARD, LOW_QUOTA, link)
    assert renewable_share(joint).to_numpy() == pytest.approx(
        renewable_share(base).to_numpy(), rel=2e-3
    )
    assert (renewable_share(joint) < renewable_share(exclusive)).all()


def test_tightening_by_what_is_credited_keeps_the_emissions(solve: Solver) -> None:
    base = solve(CAP)
    loose = solve(CAP, GreenPowerForAllowances(eligible=NEW))
    tight = solve(CAP, GreenPowerForAllowances(eligible=NEW, tightening=1.0))
    assert (all_emissions(loose) > all_emissions(base)).all()
    assert all_emissions(tight).to_numpy() == pytest.approx(all_emissions(base).to_numpy())


def test_only_new_output_counts_where_additionality_is_asked(solve: Solver) -> None:
    eq = solve(STANDARD, GreenPowerForAllowances(eligible=NEW))
    tokens = eq.solution.evaluate(1.0 * eq.solution.model.tokens.tokens).sel(use="carbon")
    existing = [g for g in tokens.coords["group"].to_numpy() if g.endswith("existing")]
    assert float(tokens.sel(group=existing).sum()) == pytest.approx(0.0, abs=1.0)


def test_limit_binds_at_a_share_of_the_obligation(solve: Solver) -> None:
    eq = solve(CAP, GreenPowerForAllowances(k=K, limit=0.05))
    credited = [K * mwh for mwh in claimed(eq, "carbon")]
    assert credited == pytest.approx((0.05 * all_emissions(eq)).to_list())
    rent = price(eq, "green_power_for_allowances", "limit")
    assert (rent > 0).all()


def test_integration_makes_one_price(solve: Solver) -> None:
    eq = solve(CAP, HIGH_QUOTA, IntegratedAttributes(k=K))
    assert (allowance(eq) > 0).all()
    assert certificate(eq).to_numpy() == pytest.approx((K * allowance(eq)).to_numpy())


def test_integration_lowers_cost_and_emissions_where_the_quota_was_too_high(solve: Solver) -> None:
    separate = solve(CAP, HIGH_QUOTA)
    merged = solve(CAP, HIGH_QUOTA, IntegratedAttributes(k=K))
    assert cost(merged) < cost(separate)
    assert (all_emissions(merged) <= all_emissions(separate) + 1.0).all()


def test_one_market_for_the_outcome_of_two_never_costs_more(solve: Solver) -> None:
    for package in ([CAP, HIGH_QUOTA], [STANDARD, LOW_QUOTA], [STANDARD], [HIGH_QUOTA]):
        separate = solve(*package)
        outcome = all_emissions(separate).to_dict()
        merged = solve(CarbonMarket(cap=outcome, sectors=SECTORS))
        assert cost(merged) <= cost(separate) * (1 + 1e-9)


@pytest.mark.parametrize("rate", [0.4, 0.7])
def test_conversion_clears_at_its_rate_within_its_limit(solve: Solver, rate: float) -> None:
    flow = Conversion(table=({"source": "green", "target": "carbon", "rate": rate, "limit": 1e9},))
    eq = solve(CAP, LOW_QUOTA, flow)
    turned = eq.solution.value("conversion-green_to_carbon").to_series()
    assert (turned > 0).all()
    assert certificate(eq).to_numpy() == pytest.approx((rate * allowance(eq)).to_numpy())


def test_limit_of_a_conversion_is_worth_the_gap(solve: Solver) -> None:
    flow = Conversion(table=({"source": "green", "target": "carbon", "rate": K, "limit": 2e6},))
    eq = solve(CAP, LOW_QUOTA, flow)
    gap = K * allowance(eq) - certificate(eq)
    assert (gap > 0).all()
    worth = price(eq, "conversion", "limit, green to carbon")
    assert worth.to_numpy() == pytest.approx(gap.to_numpy())
