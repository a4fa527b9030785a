"""Programs that are patched equal those that are attached, whatever is moved and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dualcarbon.equilibrium.numbers import Numbers, _places, moved
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Session
from dualcarbon.instruments import CapacityAdequacy, CarbonMarket, OperatingReserve
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.solver.program import Program
from tests.worlds import opened, teaching


def packages() -> dict[str, Package]:
    base = load_scenario("teaching").package()
    firm = dict.fromkeys(("coal_usc", "coal_sc", "gas"), 0.9)
    cap = {"benchmarks": None, "cap": {2025: 7.0e8, 2030: 6.6e8}, "stringency": 1.0}
    every = {
        "carbon": {**cap, "banking": True, "carry_over": 0.05},
        "reserve": OperatingReserve(share=0.05),
        "capacity": CapacityAdequacy(margin=0.1, credit=firm),
    }
    rows: dict[str, dict[str, Any]] = {"standard": {}, "every": every}
    return {name: base.changed(change) for name, change in rows.items()}


PACKAGES = packages()


def equal(a: Program, b: Program) -> None:
    assert (a.A != b.A).nnz <= a.A.nnz
    np.testing.assert_array_equal(a.row_scale, b.row_scale)
    np.testing.assert_allclose(a.A.toarray(), b.A.toarray(), rtol=1e-11, atol=1e-14)
    for name in ("cost", "lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    "name", [pytest.param(p, marks=[pytest.mark.slow] * (p == "every")) for p in PACKAGES]
)
def test_a_patched_program_is_the_attached_one(name: str) -> None:
    package = PACKAGES[name]
    session: Session = opened(teaching).copy()
    session.numbers = Numbers()
    session.program(package)
    places = dict(_places(package))
    assert places
    for place in places:
        session.program(moved(package, place, 1e-3))
    far = package
    for place, value in places.items():
        far = moved(far, place, 0.37 * (value or 0.1))
    patched = session.numbers.patched(far)
    assert patched is not None
    equal(patched, session.program(far))


def test_what_adds_rows_or_costs_is_attached() -> None:
    package = PACKAGES["standard"]
    session: Session = opened(teaching).copy()
    session.numbers = Numbers()
    session.program(package)
    for change in ({"ceiling": 100.0}, {"tightening": 0.5}, {"allocation_of_users": "verified"}):
        assert session.numbers.patched(package.changed({"carbon": change})) is None
    dropped = package.changed({"green": None})
    assert session.numbers.patched(dropped) is None


def test_a_patched_package_is_solved_as_an_attached_one() -> None:
    package = PACKAGES["standard"]
    session: Session = opened(teaching).copy()
    session.numbers = Numbers()
    session.solve(package)
    session.program(package.changed({"carbon": {"offset_limit": 0.051}}))
    session.program(package.changed({"carbon": {"ceiling": 90.0}}))  # other rows in between
    tight = package.changed({"carbon": {"offset_limit": 0.02}})
    assert session.numbers.patched(tight) is not None
    ours, theirs = session.solve(tight), opened(teaching).copy().solve(tight)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-9)
    merged = ours.prices.merge(theirs.prices, on=["instrument", "item", "period", "region"])
    policy = merged[merged["instrument"] == CarbonMarket.key]
    assert policy["price_x"].to_numpy() == pytest.approx(policy["price_y"].to_numpy(), rel=1e-6)
    assert ours.check()["holds"].all()
    assert ours.settlement["amount"].sum() == pytest.approx(theirs.settlement["amount"].sum(), 1e-6)
