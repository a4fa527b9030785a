"""Solving again under a changed policy is the same as solving anew."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.errors import InfeasiblePackage
from dualcarbon.instruments import (
    CapacityAdequacy,
    CarbonMarket,
    CarbonTax,
    ElectricityMarket,
    GreenCertificates,
    GreenPowerForAllowances,
    OffsetStep,
    OperatingReserve,
)
from tests import worlds

BENCHMARKS = {"coal_over_300": 0.79, "coal_upto_300": 0.86, "gas": 0.38}
CREDIT = {"coal": 0.9, "gas": 0.95, "wind": 0.1}

caps = st.builds(
    lambda first, fall: {"cap": {2025: first, 2030: first * fall}, "benchmarks": None},
    st.floats(1.0e7, 1.45e7),
    st.floats(0.85, 1.0),
)
standards = st.builds(
    lambda stringency: {"cap": None, "benchmarks": BENCHMARKS, "stringency": stringency},
    st.floats(0.95, 1.03),
)
carbon_details = st.fixed_dictionaries(
    {},
    optional={
        "offset_limit": st.floats(0.0, 0.1),
        "offsets": st.just((OffsetStep(name="forest", quantity=4e5, price=57.0),)),
        "banking": st.booleans(),
        "carry_over": st.floats(0.0, 0.2),
        "floor": st.sampled_from([None, 12.0]),
        "ceiling": st.sampled_from([None, 160.0]),
        "sectors": st.sampled_from([(), ("steel",), ("steel", "cement")]),
        "carriers": st.sampled_from([None, ("coal",), ("coal", "gas")]),
    },
)
carbon = st.builds(lambda kind, more: {**kind, **more}, st.one_of(caps, standards), carbon_details)
green = st.fixed_dictionaries(
    {"share": st.floats(0.0, 0.45)},
    optional={
        "buyout": st.sampled_from([None, 70.0]),
        "nonhydro_share": st.sampled_from([None, 0.2]),
        "voluntary": st.floats(0.0, 5e5),
    },
)
electricity = st.sampled_from(
    [
        {"dispatch": "merit_order"},
        {"dispatch": "equal_shares", "shared_carriers": ("coal",)},
        {"dispatch": "equal_shares", "shared_carriers": ("coal", "gas")},
    ]
)
link = st.one_of(
    st.none(),
    st.builds(
        lambda limit, tightening: {"limit": limit, "tightening": tightening},
        st.floats(0.0, 0.05),
        st.floats(0.0, 1.0),
    ),
)
tax = st.one_of(st.none(), st.builds(lambda rate: {"rate": rate}, st.floats(0.0, 80.0)))
adequacy = st.one_of(
    st.none(),
    st.builds(
        lambda margin, area: {"margin": margin, "area": area, "credit": CREDIT},
        st.floats(0.0, 0.3),
        st.sampled_from(["all", None]),
    ),
)
reserve = st.one_of(
    st.none(),
    st.builds(
        lambda share, carriers: {"share": share, "carriers": carriers, "area": "all"},
        st.floats(0.0, 0.2),
        st.sampled_from([("coal",), ("coal", "gas")]),
    ),
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "carbon": carbon,
        "green": green,
        "electricity": electricity,
        "green_power_for_allowances": link,
        "tax": tax,
        "capacity": adequacy,
        "reserve": reserve,
    },
)
START = Package.of(
    [ElectricityMarket(), CarbonMarket(cap=1.3e7), GreenCertificates(share=0.1, buyout=120.0)]
)


@pytest.fixture(scope="module")
def session() -> Session:
    return worlds.opened(worlds.small).copy()


def outcome(session: Session, package: Package) -> Equilibrium | None:
    try:
        return session.solve(package)
    except InfeasiblePackage:
        return None


def anew(package: Package) -> Equilibrium | None:
    try:
        return worlds.anew(package.instruments.values(), worlds.small)
    except InfeasiblePackage:
        return None


@settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=st.lists(changes, min_size=2, max_size=2))
def test_resolving_gives_what_solving_anew_gives(
    session: Session, steps: list[dict[str, Any]]
) -> None:
    package = START
    for step in steps:
        package = package.changed(step)
        warm = outcome(session, package)
    cold = anew(package)
    assert (warm is None) == (cold is None)
    if warm is None or cold is None:
        return
    warm.check()
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert warm.settlement.groupby("payee")["amount"].sum().sum() >= 0
    worlds.assert_same_prices(warm, cold)


def test_an_equilibrium_keeps_its_figures_after_later_solves(session: Session) -> None:
    first = session.solve(START)
    early = (first.objective, first.solution.energy.sum().sum())
    later = session.solve(
        START.changed(
            {
                "carbon": {"cap": 1.1e7, "sectors": ("steel",)},
                "electricity": {"dispatch": "equal_shares", "shared_carriers": ("coal",)},
                "green": {"share": 0.4, "nonhydro_share": 0.2},
            }
        )
    )
    again = session.solve(START)
    assert later.objective > first.objective
    assert (first.objective, first.solution.energy.sum().sum()) == early
    assert first.prices["price"].to_numpy() == pytest.approx(again.prices["price"].to_numpy())
    assert first.settlement["amount"].sum() == pytest.approx(again.settlement["amount"].sum())
    first.check()


def test_changed_groups_of_a_rule_replace_the_old_ones(session: Session) -> None:
    """Other plants, areas and carriers under the same rule, one after the other, warm."""
    package = START
    for step in (
        {"electricity": {"dispatch": "equal_shares", "shared_carriers": ("coal",)}},
        {"electricity": {"dispatch": "equal_shares", "shared_carriers": ("coal", "gas")}},
        {"capacity": {"margin": 0.1, "credit": CREDIT, "area": None}},
        {"capacity": {"margin": 0.1, "credit": CREDIT, "area": "all"}},
        {"reserve": {"share": 0.1, "carriers": ("coal",), "area": None}},
        {"reserve": {"share": 0.1, "carriers": ("gas",), "area": "all"}},
    ):
        package = package.changed(step)
        warm = outcome(session, package)
    cold = anew(package)
    assert warm is not None
    assert cold is not None
    warm.check()
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)


def test_resolve_accepts_fields_instruments_and_none(session: Session) -> None:
    eq = session.solve(START)
    fields = eq.resolve(carbon={"cap": 1.2e7})
    instrument = eq.resolve(carbon=CarbonMarket(cap=1.2e7))
    assert fields.objective == pytest.approx(instrument.objective, rel=1e-12)
    dropped = eq.resolve(carbon=None, tax=CarbonTax(rate=10.0))
    assert set(dropped.package.instruments) == {"electricity", "green", "tax"}
    added = eq.resolve(
        green_power_for_allowances=GreenPowerForAllowances(limit=0.02),
        reserve=OperatingReserve(share=0.05, carriers=("coal", "gas")),
        capacity=CapacityAdequacy(credit=CREDIT),
    )
    added.check()
