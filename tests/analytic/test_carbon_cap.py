"""The mass cap: closed form, waterbed, and what other instruments do to its price."""

from __future__ import annotations

import pytest

from dualcarbon.equilibrium.solve import solve_equilibrium
from dualcarbon.instruments import CarbonMarket, GreenCertificates
from tests.analytic.conftest import Solver
from tests.analytic.reading import (
    HOURS,
    SECTORS,
    add_plant,
    all_emissions,
    allowance,
    certificate,
    cost,
    island,
    renewable_share,
)

CAP = {2025: 720e6, 2030: 691.2e6}


def test_price_of_a_cap_between_coal_and_gas_is_the_cost_of_switching() -> None:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    add_plant(n, "gas", marginal_cost=430.0, rate=0.37)
    eq = solve_equilibrium(n, [CarbonMarket(cap=0.6 * 100.0 * HOURS)])
    eq.check()
    switching = (430.0 - 250.0) / (0.9 - 0.37)
    assert allowance(eq).item() == pytest.approx(switching, rel=1e-9)
    power = eq.solution.power_price.iloc[0, 0]
    assert power == pytest.approx(250.0 + 0.9 * switching, rel=1e-9)
    gas_share = (0.9 - 0.6) / (0.9 - 0.37)
    assert eq.solution.energy.loc["gas"].item() == pytest.approx(gas_share * 100.0 * HOURS)


def test_a_slack_cap_has_no_price(solve: Solver) -> None:
    assert (allowance(solve(CarbonMarket(cap=5e9, sectors=SECTORS))) == 0.0).all()


def test_quota_under_a_binding_cap_moves_the_price_and_not_the_emissions(solve: Solver) -> None:
    alone = solve(CarbonMarket(cap=CAP, sectors=SECTORS))
    both = solve(
        CarbonMarket(cap=CAP, sectors=SECTORS), GreenCertificates(share={2025: 0.43, 2030: 0.54})
    )
    assert (allowance(both) < allowance(alone)).all()
    assert (allowance(both) > 0).all()
    assert (certificate(both) > 0).all()
    assert all_emissions(both).to_numpy() == pytest.approx(all_emissions(alone).to_numpy())
    assert all_emissions(both).to_numpy() == pytest.approx(list(CAP.values()))
    assert (renewable_share(both) > renewable_share(alone)).all()
    assert cost(both) > cost(alone)


def test_outside_the_coordination_interval_one_price_is_zero(solve: Solver) -> None:
    cap = CarbonMarket(cap=CAP, sectors=SECTORS)
    quotas = [
        solve(cap, GreenCertificates(share={2025: share, 2030: share + 0.11}))
        for share in (0.30, 0.43, 0.47)
    ]
    loose, inside, tight = quotas
    assert certificate(loose).to_numpy() == pytest.approx(0.0, abs=1e-6)
    assert (allowance(loose) > 0).all()
    assert (certificate(inside) > 0).all()
    assert (allowance(inside) > 0).all()
    assert allowance(tight).to_numpy() == pytest.approx(0.0, abs=1e-6)
    assert (certificate(tight) > 0).all()
    assert [cost(eq) for eq in quotas] == sorted(cost(eq) for eq in quotas)


def test_second_margin_shares_the_abatement(solve: Solver) -> None:
    plants_only = solve(CarbonMarket(cap={2025: 409e6, 2030: 380.2e6}))
    same = all_emissions(plants_only).to_dict()
    all_sectors = solve(CarbonMarket(cap=same, sectors=SECTORS))
    assert all_emissions(all_sectors).to_numpy() == pytest.approx(
        all_emissions(plants_only).to_numpy()
    )
    assert cost(all_sectors) < cost(plants_only)
