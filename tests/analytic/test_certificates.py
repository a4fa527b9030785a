"""Green certificates: closed form, equivalence with a premium, buy-out, volunteers, sub-quotas."""

from __future__ import annotations

import pypsa
import pytest

from dualcarbon.instruments import GreenCertificates
from tests import worlds
from tests.analytic.conftest import Solver
from tests.analytic.reading import (
    HOURS,
    add_plant,
    all_emissions,
    certificate,
    cost,
    island,
    price,
    renewable_share,
)


def windy_island(premium: float = 0.0) -> pypsa.Network:
    """Coal at 250 CNY/MWh; new wind at 400 up to 20 MW of mean output, and at 480 beyond."""
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    for name, levelised, most in (("near", 400.0, 80.0), ("far", 480.0, 400.0)):
        n.add(
            "Generator",
            name,
            bus="island",
            carrier="wind",
            p_nom_extendable=True,
            p_nom_max=most,
            p_max_pu=0.25,
            marginal_cost=-premium,
            capital_cost=levelised * 0.25 * HOURS,
        )
    return n


@pytest.mark.parametrize(("share", "levelised"), [(0.10, 400.0), (0.30, 480.0)])
def test_price_is_the_cost_gap_of_the_last_plant(share: float, levelised: float) -> None:
    eq = worlds.anew([GreenCertificates(share=share)], windy_island)
    eq.check()
    assert certificate(eq).item() == pytest.approx(levelised - 250.0, rel=1e-9)
    assert renewable_share(eq).item() == pytest.approx(share)


def test_premium_at_the_certificate_price_has_the_cost_of_the_quota() -> None:
    quota = worlds.anew([GreenCertificates(share=0.30)], windy_island)
    premium = certificate(quota).item()
    paid = worlds.anew([], windy_island, premium)
    assert paid.objective == pytest.approx(
        quota.objective - premium * 0.30 * 100.0 * HOURS, rel=1e-9
    )


def test_premium_around_the_certificate_price_brackets_the_quota() -> None:
    quota = worlds.anew([GreenCertificates(share=0.30)], windy_island)
    premium = certificate(quota).item()
    below = worlds.anew([], windy_island, premium * 0.999)
    above = worlds.anew([], windy_island, premium * 1.001)
    assert renewable_share(below).item() < 0.30 < renewable_share(above).item()


def test_buyout_is_the_ceiling_of_the_price(solve: Solver) -> None:
    eq = solve(GreenCertificates(share=0.60, buyout=45.0))
    assert certificate(eq).to_numpy() == pytest.approx(45.0)
    missing = eq.solution.value("green-buyout_total").to_series()
    owed = 0.60 * eq.solution.consumption().sum()
    made = renewable_share(eq) * eq.solution.consumption().sum()
    assert missing.to_numpy() == pytest.approx((owed - made).to_numpy(), rel=1e-6)


def test_volunteers_buy_up_to_what_they_are_willing_to_pay(solve: Solver) -> None:
    keen = solve(GreenCertificates(share=0.42, voluntary=2e7, voluntary_price=500.0))
    thrifty = solve(GreenCertificates(share=0.42, voluntary=2e7, voluntary_price=0.5))
    bought = keen.solution.value("green-voluntary_bought").to_series()
    assert bought.to_numpy() == pytest.approx(2e7)
    assert renewable_share(keen).sum() > renewable_share(thrifty).sum()
    assert (certificate(keen) >= certificate(thrifty) - 1e-6).all()


def test_nonhydro_quota_is_a_market_of_its_own(solve: Solver) -> None:
    eq = solve(GreenCertificates(share=0.30, nonhydro_share=0.40))
    units = eq.solution.model.annual.units
    nonhydro = units["renewable"] & (units["carrier"] != "hydro")
    share = eq.solution.energy[nonhydro].sum() / eq.solution.consumption().sum()
    assert (share >= 0.40 - 1e-9).all()
    assert (certificate(eq, "nonhydro") > 0).any()
    assert certificate(eq).to_numpy() == pytest.approx(0.0, abs=1e-6)


def test_national_trade_makes_it_irrelevant_who_owes(solve: Solver) -> None:
    """Quotas of provinces with one market reshuffle: only their sum matters."""
    load = solve().solution.consumption().mean(axis=1)
    west = 0.30
    east = (0.42 * load.sum() - west * load["Westland"]) / (load.sum() - load["Westland"])
    same = solve(GreenCertificates(share=0.42))
    moved = solve(GreenCertificates(share={"Westland": west, "Southland": east, "Eastland": east}))
    assert moved.objective == pytest.approx(same.objective, rel=1e-3)
    assert all_emissions(moved).sum() == pytest.approx(all_emissions(same).sum(), rel=5e-3)


def test_saving_electricity_lowers_the_quota(solve: Solver) -> None:
    eq = solve(GreenCertificates(share=0.45))
    load = eq.solution.model.annual.load.sum()
    used = eq.solution.consumption().sum()
    assert (used < load).all()
    assert (renewable_share(eq) >= 0.45 - 1e-9).all()


def test_a_tighter_quota_never_costs_less(solve: Solver) -> None:
    costs = [cost(solve(GreenCertificates(share=s))) for s in (0.0, 0.35, 0.45, 0.55)]
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]


def test_voluntary_price_is_never_above_the_willingness_to_pay(solve: Solver) -> None:
    eq = solve(GreenCertificates(share=0.42, voluntary=3e8, voluntary_price=70.0))
    sales = eq.settlement[eq.settlement["payer"] == "voluntary buyers"]
    bought = eq.solution.value("green-voluntary_bought").to_series()
    paid = sales.groupby("period")["amount"].sum().reindex(bought.index, fill_value=0.0)
    assert (paid <= 70.0 * bought + 1.0).all()
    assert price(eq, "green", "certificate, total").max() <= 70.0 + 1e-6 or (bought < 3e8).any()
