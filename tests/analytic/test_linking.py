"""Linked markets with quadratic costs, where every result has a closed form."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dualcarbon.international.linking import (
    PowerMac,
    QuadraticMac,
    Region,
    Rules,
    StepMac,
    adjust_caps,
    link,
    price_path,
)

NORTH, SOUTH = 0.5, 0.1  # slopes, USD/t per Mt
ASKED_NORTH, ASKED_SOUTH = 100.0, 40.0


def pair(developing: bool = False) -> list[Region]:
    return [
        Region("North", QuadraticMac(NORTH), ASKED_NORTH),
        Region("South", QuadraticMac(SOUTH), ASKED_SOUTH, developing),
    ]


def row(cleared, name: str) -> pd.Series:
    return cleared.regions.set_index("region").loc[name]


def test_full_link_price_is_total_requirement_over_total_supply_slope() -> None:
    cleared = link(pair())
    assert cleared.price == pytest.approx((ASKED_NORTH + ASKED_SOUTH) / (1 / NORTH + 1 / SOUTH))
    assert cleared.integrity_loss_mt == pytest.approx(0.0, abs=1e-9)
    assert row(cleared, "North")["marginal_cost"] == pytest.approx(cleared.price)
    assert row(cleared, "South")["marginal_cost"] == pytest.approx(cleared.price)


def test_gain_of_the_full_link_is_the_harberger_triangle() -> None:
    cleared = link(pair())
    for name, slope, asked in (("North", NORTH, ASKED_NORTH), ("South", SOUTH, ASKED_SOUTH)):
        distance = slope * asked - cleared.price
        assert row(cleared, name)["gain_musd"] == pytest.approx(distance**2 / (2 * slope))


@pytest.mark.parametrize("e", [1.0, 1.5, 2.0, 3.0])
def test_multiplier_price_and_integrity_loss(e: float) -> None:
    cleared = link(pair(developing=True), Rules(multiplier=e))
    price = (ASKED_NORTH + e * ASKED_SOUTH) / (1 / NORTH + e**2 / SOUTH)
    assert cleared.price == pytest.approx(price)
    assert row(cleared, "South")["marginal_cost"] == pytest.approx(e * price)
    assert cleared.volume_mt == pytest.approx(e * price / SOUTH - ASKED_SOUTH)
    assert cleared.integrity_loss_mt == pytest.approx((e - 1) * cleared.volume_mt)
    assert cleared.extra_abatement_mt == pytest.approx(-cleared.integrity_loss_mt)


@pytest.mark.parametrize("e", [1.5, 2.0, 4.0])
def test_cap_adjustment_removes_the_loss_exactly(e: float) -> None:
    adjusted = adjust_caps(pair(developing=True), Rules(multiplier=e))
    assert adjusted.before.extra_abatement_mt < -1.0
    assert adjusted.extra_abatement_mt == pytest.approx(0.0, abs=1e-9)
    assert sum(adjusted.tightening_mt.values()) == pytest.approx(adjusted.after.integrity_loss_mt)


def test_after_cap_adjustment_only_cancelled_tonnes_are_left() -> None:
    rules = Rules(multiplier=1.5, share_of_proceeds=0.05, cancellation=0.02)
    adjusted = adjust_caps(pair(developing=True), rules)
    assert adjusted.extra_abatement_mt == pytest.approx(adjusted.after.cancelled_mt, abs=1e-9)


def test_nothing_is_tightened_where_nothing_is_lost() -> None:
    adjusted = adjust_caps(pair(), Rules())
    assert adjusted.tightening_mt == {}
    assert adjusted.after is adjusted.before


def test_a_binding_limit_fixes_imports_and_leaves_two_prices() -> None:
    cleared = link(pair(), Rules(limit=0.2))
    north, south = row(cleared, "North"), row(cleared, "South")
    assert north["counted_mt"] == pytest.approx(20.0)
    assert north["marginal_cost"] == pytest.approx(NORTH * 80.0)
    assert south["marginal_cost"] == pytest.approx(SOUTH * 60.0)
    assert cleared.price == pytest.approx(south["marginal_cost"])
    assert north["rent_musd"] == pytest.approx((40.0 - 6.0) * 20.0)
    assert bool(north["limit_binds"])


def test_rent_goes_to_sellers_on_request() -> None:
    home, abroad = (link(pair(), Rules(limit=0.2, rent_to_sellers=s)) for s in (0.0, 1.0))
    rent = row(home, "North")["rent_musd"]
    moved = row(abroad, "South")["gain_musd"] - row(home, "South")["gain_musd"]
    assert moved == pytest.approx(rent)
    assert abroad.gain_musd == pytest.approx(home.gain_musd)


def test_a_limit_of_zero_is_autarky() -> None:
    cleared = link(pair(), Rules(limit=0.0))
    assert math.isnan(cleared.price)
    assert cleared.volume_mt == 0.0
    assert cleared.regions["gain_musd"].abs().max() == 0.0


def test_a_permit_tax_drives_a_wedge_and_stays_with_the_importer() -> None:
    tax = 6.0
    cleared = link(pair(), Rules(permit_tax=tax))
    north, south = row(cleared, "North"), row(cleared, "South")
    assert north["marginal_cost"] - south["marginal_cost"] == pytest.approx(tax)
    assert north["tax_musd"] == pytest.approx(tax * north["counted_mt"])
    total = ASKED_NORTH + ASKED_SOUTH - tax / NORTH
    assert cleared.price == pytest.approx(total / (1 / NORTH + 1 / SOUTH))


def test_a_tax_above_the_price_gap_ends_trade() -> None:
    gap = NORTH * ASKED_NORTH - SOUTH * ASKED_SOUTH
    assert link(pair(), Rules(permit_tax=gap + 0.1)).volume_mt == 0.0
    assert link(pair(), Rules(permit_tax=gap - 0.1)).volume_mt > 0.0


def test_an_exchange_rate_scales_marginal_costs() -> None:
    cleared = link(pair(), Rules(values={"South": 0.8}))
    south, north = row(cleared, "South"), row(cleared, "North")
    assert south["marginal_cost"] == pytest.approx(0.8 * north["marginal_cost"])
    assert cleared.integrity_loss_mt == pytest.approx(-0.2 * cleared.volume_mt)


def test_a_discount_is_overall_mitigation() -> None:
    cleared = link(pair(), Rules(discount=0.9))
    assert cleared.counted_mt == pytest.approx(0.9 * cleared.volume_mt)
    assert cleared.extra_abatement_mt == pytest.approx(0.1 * cleared.volume_mt)


def test_article_6_deductions() -> None:
    cleared = link(pair(), Rules(share_of_proceeds=0.05, cancellation=0.02))
    south = row(cleared, "South")
    assert south["marginal_cost"] == pytest.approx(0.93 * cleared.price)
    assert cleared.counted_mt == pytest.approx(0.98 * cleared.volume_mt)
    assert cleared.extra_abatement_mt == pytest.approx(0.02 * cleared.volume_mt)
    fund = cleared.flows.set_index("payee")["musd"]["Adaptation Fund"]
    assert fund == pytest.approx(0.05 * cleared.volume_mt * cleared.price)


def test_a_unilateral_link_lets_units_flow_one_way() -> None:
    open_north, open_south = (
        link(pair(), Rules(buyers=frozenset({n}))) for n in ("North", "South")
    )
    assert open_north.price == pytest.approx(link(pair()).price)
    assert open_south.volume_mt == 0.0


def test_money_nets_to_zero_over_all_parties() -> None:
    rules = Rules(
        multiplier=1.3, limit=0.3, permit_tax=1.0, share_of_proceeds=0.05, cancellation=0.02,
        rent_to_sellers=0.4,
    )  # fmt: skip
    flows = link(pair(developing=True), rules).flows
    net = (
        flows.groupby("payee")["musd"].sum().sub(flows.groupby("payer")["musd"].sum(), fill_value=0)
    )
    assert net.sum() == pytest.approx(0.0, abs=1e-9)
    assert net["market"] == pytest.approx(0.0, abs=1e-9)


def test_steps_share_the_marginal_step() -> None:
    steps = StepMac(((50.0, 10.0), (50.0, 30.0)))
    twins = [Region("A", steps, 80.0), Region("B", steps, 30.0)]
    cleared = link(twins)
    assert cleared.regions["abatement_mt"].sum() == pytest.approx(110.0)
    assert cleared.price == pytest.approx(30.0)
    assert row(cleared, "B")["gain_musd"] >= 0.0


def test_power_curve_is_the_derivative_of_its_cost() -> None:
    curve, h = PowerMac(2.0, 1.8), 1e-5
    slope = (curve.cost(7.0 + h) - curve.cost(7.0 - h)) / (2 * h)
    assert slope == pytest.approx(curve.price(7.0), rel=1e-8)
    assert curve.supply(curve.price(7.0)) == pytest.approx(7.0)


def test_hotelling_path_of_a_quadratic_curve() -> None:
    years, slope, rate, baseline = (2030, 2040, 2050), 0.02, 0.05, 1000.0
    curves = {y: [QuadraticMac(slope)] for y in years}
    path = price_path(curves, dict.fromkeys(years, baseline), 1800.0, rate)
    growth = sum((1 + rate) ** (y - 2030) for y in years)
    assert path.first_price == pytest.approx(slope * (3 * baseline - 1800.0) / growth)
    prices = path.years["price"]
    assert prices.iloc[1] / prices.iloc[0] == pytest.approx(1.05**10)
    assert path.years["emissions_mt"].sum() == pytest.approx(1800.0)


def test_a_budget_that_does_not_bind_has_a_price_of_zero() -> None:
    assert price_path({2030: [QuadraticMac(1.0)]}, {2030: 10.0}, 20.0, 0.05).first_price == 0.0
