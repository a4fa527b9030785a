"""The double-claim audit against a recount from the raw token variables."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.instruments import CarbonMarket, GreenCertificates, GreenPowerForAllowances
from tests.analytic.conftest import Solver
from tests.analytic.reading import SECTORS

K = 0.5306
PACKAGE = (
    CarbonMarket(cap={2025: 720e6, 2030: 691.2e6}, sectors=SECTORS),
    GreenCertificates(share={2025: 0.43, 2030: 0.54}),
    GreenPowerForAllowances(k=K, limit=0.05),
)


@pytest.fixture(scope="module")
def joint(solve: Solver) -> Equilibrium:
    return solve(*PACKAGE, double_claims=[("rps", "carbon")])


def test_exclusive_tokens_leave_nothing_to_find(solve: Solver) -> None:
    assert solve(*PACKAGE).double_claims.empty


def test_audit_equals_the_recount(joint: Equilibrium) -> None:
    """Counted twice = sum of all claims less the output that backs them."""
    pool = joint.solution.model.tokens
    rps, carbon, volunteers = (
        joint.solution.evaluate(pool.claimed(use)).to_series()
        for use in ("rps", "carbon", "voluntary")
    )
    expired = joint.solution.evaluate(pool.claimed("expired")).to_series()
    units = joint.solution.model.annual.units
    made = joint.solution.energy[units["renewable"]].sum()
    twice = rps + carbon + volunteers + expired - made
    audit = joint.double_claims.groupby("period")[["mwh", "t_co2"]].sum()
    assert (twice > 1e6).all()
    assert audit["mwh"].to_numpy() == pytest.approx(twice.to_numpy())
    assert audit["t_co2"].to_numpy() == pytest.approx((K * twice).to_numpy())


def test_double_claims_relax_both_markets(solve: Solver, joint: Equilibrium) -> None:
    exclusive = solve(*PACKAGE)
    assert joint.objective < exclusive.objective
    assert (joint.prices["price"] >= -1e-9).all()
