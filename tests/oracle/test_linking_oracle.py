"""Linked markets beside cost minimisation by scipy, and on drawn regions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.international.linking import (
    Curve,
    PowerMac,
    QuadraticMac,
    Region,
    Rules,
    StepMac,
    adjust_caps,
    embedded_regions,
    link,
    rice_region_names,
    rice_regions,
    steps_in_order,
    steps_of_run,
    steps_of_users,
)

slopes = st.floats(0.01, 5.0)
asked = st.floats(0.0, 50.0)
quadratic = st.builds(QuadraticMac, slopes, st.floats(0.0, 5.0))
power = st.builds(PowerMac, slopes, st.floats(0.5, 3.0))
steps = st.lists(st.tuples(st.integers(20, 60), st.integers(0, 90)), min_size=2, max_size=5)
stepwise = steps.map(lambda pairs: steps_in_order([*pairs, (60.0, 200.0)]))
curves = st.one_of(quadratic, power, stepwise)


@st.composite
def worlds(draw: st.DrawFn, kinds: st.SearchStrategy[Curve] = curves) -> list[Region]:
    count = draw(st.integers(2, 5))
    return [Region(f"R{i}", draw(kinds), draw(asked), draw(st.booleans())) for i in range(count)]


@st.composite
def link_rules(draw: st.DrawFn) -> Rules:
    return Rules(
        multiplier=draw(st.floats(1.0, 3.0)),
        discount=draw(st.floats(0.5, 1.0)),
        limit=draw(st.one_of(st.none(), st.floats(0.0, 1.0))),
        permit_tax=draw(st.floats(0.0, 10.0)),
        share_of_proceeds=draw(st.floats(0.0, 0.1)),
        cancellation=draw(st.floats(0.0, 0.1)),
        rent_to_sellers=draw(st.floats(0.0, 1.0)),
    )


@settings(max_examples=150)
@given(worlds(), link_rules())
def test_nobody_loses_and_no_money_is_made(regions: list[Region], rules: Rules) -> None:
    cleared = link(regions, rules)
    scale = 1.0 + cleared.regions["autarky_cost_musd"].sum()
    assert cleared.regions["gain_musd"].min() >= -1e-7 * scale
    flows: pd.DataFrame = cleared.flows
    market = flows.loc[flows["payee"] == "market", "musd"].sum()
    assert market == pytest.approx(flows.loc[flows["payer"] == "market", "musd"].sum(), rel=1e-9)


@settings(max_examples=150)
@given(worlds(), link_rules())
def test_tonnes_add_up(regions: list[Region], rules: Rules) -> None:
    cleared = link(regions, rules)
    table = cleared.regions
    assert table["units"].sum() == pytest.approx(0.0, abs=1e-7)
    extra = cleared.cancelled_mt - cleared.integrity_loss_mt
    assert cleared.extra_abatement_mt == pytest.approx(extra, abs=1e-6)
    own = table["counted_mt"] + table["abatement_mt"] - table["sold_mt"]
    assert own.to_numpy() == pytest.approx(table["requirement_mt"].to_numpy(), abs=1e-7)


@settings(max_examples=40)
@given(worlds(stepwise))
def test_steps_cost_what_a_linear_program_finds(regions: list[Region]) -> None:
    macs = [r.curve for r in regions]
    assert all(isinstance(m, StepMac) for m in macs)
    offers = [s for m in macs for s in m.steps]  # type: ignore[attr-defined]
    total = sum(r.requirement for r in regions)
    best = linprog(
        [p for _, p in offers],
        A_ub=[[-1.0] * len(offers)],
        b_ub=[-total],
        bounds=[(0.0, q) for q, _ in offers],
    )
    assert link(regions).regions["cost_musd"].sum() == pytest.approx(best.fun, rel=1e-6, abs=1e-4)


@settings(max_examples=25)
@given(worlds(quadratic), st.floats(1.0, 2.5))
def test_a_multiplier_minimises_cost_in_common_units(regions: list[Region], e: float) -> None:
    cleared = link(regions, Rules(multiplier=e))
    weights = np.array([e if r.developing else 1.0 for r in regions])
    need = float(weights @ [r.requirement for r in regions])
    found = minimize(
        lambda a: sum(r.curve.cost(float(x)) for r, x in zip(regions, a, strict=True)) / 100.0,
        np.array([r.requirement for r in regions]) + 1.0,
        bounds=[(0.0, None)] * len(regions),
        constraints=[{"type": "ineq", "fun": lambda a: weights @ a - need}],
        options={"maxiter": 400, "ftol": 1e-12},
    )
    ours = cleared.regions["cost_musd"].sum()
    assert ours <= 100.0 * found.fun * (1 + 1e-5) + 1e-3


def test_embedded_slopes_are_those_of_c_dice() -> None:
    china = embedded_regions(["China"])[0]
    assert isinstance(china.curve, QuadraticMac)
    gdp, share, co2 = 13496.4, 0.837 * 0.05977, 9480.0
    assert china.curve.slope == pytest.approx(2000 * gdp * share / co2**2, rel=1e-4)
    assert china.curve.price(china.requirement) == pytest.approx(5.92)


def test_steps_of_users_are_in_the_order_of_cost() -> None:
    curve = steps_of_users(usd_per_cny=0.14)
    costs = [p for _, p in curve.steps]
    assert costs == sorted(costs)
    assert curve.cost(curve.limit) == pytest.approx(sum(q * p for q, p in curve.steps))


def test_steps_of_a_run_reach_from_the_dirtiest_to_the_cleanest_scenario() -> None:
    figures = {"none": (0.0, 100.0), "half": (50.0, 70.0), "full": (120.0, 40.0)}
    rows = [
        (s, 2030, n, v)
        for s, (price, mt) in figures.items()
        for n, v in (("cea_cny_per_t", price), ("co2_mt", mt))
    ]
    table = pd.DataFrame(rows, columns=["scenario", "year", "indicator", "value"])
    curve = steps_of_run(table, 2030, usd_per_cny=0.14)
    assert curve.steps == ((30.0, pytest.approx(7.0)), (30.0, pytest.approx(16.8)))


@settings(max_examples=60)
@given(worlds(), st.floats(1.05, 3.0), st.floats(0.0, 0.1))
def test_tightened_caps_leave_only_what_was_cancelled(
    regions: list[Region], e: float, cancelled: float
) -> None:
    rules = Rules(multiplier=e, cancellation=cancelled)
    try:
        adjusted = adjust_caps(regions, rules)
    except InputError:
        return  # the tightened cap is beyond what a stepwise curve offers
    assert sum(adjusted.tightening_mt.values()) == pytest.approx(
        max(adjusted.after.integrity_loss_mt, 0.0), abs=1e-6
    )
    extra = adjusted.after.cancelled_mt - min(adjusted.after.integrity_loss_mt, 0.0)
    assert adjusted.extra_abatement_mt == pytest.approx(extra, abs=1e-5)


def test_curves_of_rice_reach_the_backstop_at_full_abatement() -> None:
    regions = rice_regions(2025)
    assert [r.name for r in regions] == rice_region_names()
    us = next(r for r in regions if r.name == "US")
    assert isinstance(us.curve, PowerMac)
    assert us.curve.exponent == pytest.approx(1.8)
    backstop = datasets.load("rice_paths").set_index(["year", "region"]).loc[(2025, "US")]
    dearest = backstop["backstop_1000_usd_per_tc"] * 1000 * 12 / 44
    assert us.curve.price(us.curve.limit) == pytest.approx(dearest)
    assert us.curve.price(us.requirement) == pytest.approx(2.42)
    cleared = link(rice_regions(2025, ["China", "EU", "India"]))
    assert cleared.regions["gain_musd"].min() >= 0.0
    with pytest.raises(InputError, match="unknown year"):
        rice_regions(2026)
