"""Prices at a kink: the interval holds every supporting price, and is a point elsewhere."""

from __future__ import annotations

import numpy as np
import pypsa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.equilibrium import prices
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Session
from dualcarbon.instruments import CarbonMarket, GreenCertificates
from dualcarbon.solver.proof import proven
from tests import worlds
from tests.analytic.reading import HOURS, add_plant, island

SWITCHING = (430.0 - 250.0) / (0.9 - 0.37)


@pytest.fixture(scope="module")
def session() -> Session:
    return worlds.opened(worlds.small).copy()


def coal_and_gas() -> Session:
    return worlds.opened(two_fuels).copy()


def two_fuels() -> pypsa.Network:
    n = island(load=100.0)
    add_plant(n, "coal", marginal_cost=250.0, rate=0.9)
    add_plant(n, "gas", marginal_cost=430.0, rate=0.37)
    return n


def test_at_a_kink_the_interval_spans_both_slopes() -> None:
    """A cap at exactly the emissions without policy: one ton less costs, one more is worth 0."""
    eq = coal_and_gas().solve(Package.of([CarbonMarket(cap=0.9 * 100.0 * HOURS)]))
    row = eq.price_intervals().iloc[0]
    assert row["low"] == pytest.approx(0.0, abs=1e-3)
    assert row["high"] == pytest.approx(SWITCHING, rel=1e-4)
    assert row["low"] <= row["price"] <= row["high"]


def test_beyond_the_last_abatement_the_price_has_no_upper_end() -> None:
    eq = coal_and_gas().solve(Package.of([CarbonMarket(cap=0.37 * 100.0 * HOURS * (1 + 1e-12))]))
    row = eq.price_intervals().iloc[0]
    assert row["high"] == float("inf")
    assert row["low"] == pytest.approx(SWITCHING, rel=1e-4)


def test_inside_a_segment_the_interval_is_a_point() -> None:
    n = coal_and_gas()
    for share in (0.45, 0.62, 0.81):
        eq = n.solve(Package.of([CarbonMarket(cap=share * 100.0 * HOURS)]))
        row = eq.price_intervals().iloc[0]
        assert row["low"] == pytest.approx(SWITCHING, rel=1e-6)
        assert row["high"] == pytest.approx(SWITCHING, rel=1e-6)


@settings(max_examples=6)
@given(cap=st.floats(1.08e7, 1.4e7), share=st.floats(0.0, 0.4))
def test_every_price_lies_in_its_interval(session: Session, cap: float, share: float) -> None:
    market = CarbonMarket(cap=cap, sectors=("steel", "cement"))
    eq = session.solve(Package.of([market, GreenCertificates(share=share, buyout=100.0)]))
    table = eq.price_intervals()
    assert len(table) == 4
    assert (table["low"] <= table["price"]).all()
    assert (table["price"] <= table["high"]).all()


def test_measuring_intervals_leaves_the_equilibrium_as_it_was(session: Session) -> None:
    eq = session.solve(Package.of([CarbonMarket(cap=1.2e7)]))
    before = eq.prices["price"].to_list()
    eq.price_intervals()
    assert eq.prices["price"].to_list() == before
    again = worlds.anew([CarbonMarket(cap=1.2e7)], worlds.small)
    assert again.objective == pytest.approx(eq.objective, rel=1e-9)


def test_a_proof_and_two_neighbouring_solves_agree(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is proven to be one price has slopes that meet there; a kink is never proven."""
    solved = [session.solve(Package.of(kinds)) for kinds in (
        [CarbonMarket(cap=1.0e7), GreenCertificates(share=0.25, buyout=120.0)],
        [CarbonMarket(cap=1.2e7, banking=True)],
        [CarbonMarket(cap=1.4e7, floor=20.0, ceiling=90.0)],
    )]  # fmt: skip
    proofs = [eq.price_intervals() for eq in solved]
    monkeypatch.setattr(prices, "_wide", lambda _, found, scale: np.ones(len(found), dtype=bool))
    narrow = 0
    for eq, by_proof in zip(solved, proofs, strict=True):
        by_slopes = eq.price_intervals()
        slack = 1e-3 * (1.0 + by_slopes["price"].abs())
        assert (by_slopes["low"] - slack <= by_proof["low"]).all()
        assert (by_proof["high"] <= by_slopes["high"] + slack).all()
        one = by_proof["low"] == by_proof["high"]
        assert (by_slopes["high"] - by_slopes["low"] <= slack)[one].all()
        narrow += one.sum()
    assert narrow > 0


@pytest.mark.parametrize(("tons", "one"), [(0.9 * 100.0, False), (0.7 * 100.0, True)])
def test_a_kink_is_not_proven_to_be_one_price(tons: float, one: bool) -> None:
    eq = coal_and_gas().solve(Package.of([CarbonMarket(cap=tons * HOURS)]))
    label = eq.solution.model.linopy.constraints["carbon-balance"].labels.to_numpy().item()
    row = np.flatnonzero(eq.solution.program.row_label == label)
    proof = proven(eq.solution.program, eq.solution.raw, row)
    assert (proof.half[0] < 1e-6) == one
    if one:
        assert proof.middle == pytest.approx(eq.solution.raw.dual[row], rel=1e-9)
