"""What integrating certificates and carbon saves, step by step; how a link is limited."""

from __future__ import annotations

import pytest

from dualcarbon.experiments.integrate import PARTS, integrated, parts, saving
from dualcarbon.experiments.link import Design, credited
from dualcarbon.instruments import GreenPowerForAllowances
from dualcarbon.instruments.carbon.coverage import OFFSETS
from dualcarbon.instruments.carbon.settlement import emitted_by_covered
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep.sessions import Sessions


def test_steps_of_integration_add_up_to_the_whole(every_session: Sessions) -> None:
    base = load_scenario("teaching")
    session = every_session.of(base)
    both = saving(session, base.package())
    steps = parts(session, both)
    assert list(steps) == list(PARTS)
    assert sum(steps.values()) == pytest.approx(both.after - both.before, abs=1e-6 * both.before)
    assert steps["obligation"] <= 1e-9 * both.before, "less is asked for"
    first = integrated(both.apart, ["form"]).instruments
    assert "green" in first
    assert first["carbon"].model_dump()["benchmarks"] is None


def test_a_link_scaled_to_the_offsets_credits_no_more_than_there_were(
    every_session: Sessions,
) -> None:
    base = load_scenario("teaching")
    session = every_session.of(base)
    before = session.solve(base.package())
    design = Design("new_scaled", 0.5306, 0.05, {"vintages": ["new"]}, scaled=True)
    link = design.link(before, base.years)
    after = session.solve(before.package.changed({"green_power_for_allowances": link}))
    used = before.solution.value(OFFSETS).to_series()
    share = used / emitted_by_covered(before.package.instruments["carbon"], before.solution)  # type: ignore[arg-type]
    assert link["limit"] == pytest.approx(share.to_dict())
    most = share * emitted_by_covered(after.package.instruments["carbon"], after.solution)  # type: ignore[arg-type]
    assert (credited(after) <= most * (1 + 1e-9) + 1.0).all()


def test_new_plants_are_credited_from_the_first_year_in_which_one_can_be_built(
    every_session: Sessions,
) -> None:
    base = load_scenario("teaching")
    before = every_session.of(base).solve(base.package())
    first, last = base.years
    new = Design("new_cut", 0.5306, 0.05, {"vintages": ["new"]}, 1.0)
    assert new.link(before, (last,))["limit"] == {first: 0.0, last: 0.05}
    assert Design("all_exclusive", 0.5306, 0.05).link(before, ())["limit"] == {
        first: 0.05, last: 0.05}  # fmt: skip
    assert GreenPowerForAllowances(**new.link(before, (last,))).tightening == 1.0
