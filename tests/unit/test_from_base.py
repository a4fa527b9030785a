"""Fields that are what the scenario they are laid over leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dualcarbon.equilibrium.solve import Session
from dualcarbon.errors import InputError
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.scenario.model import Scenario
from dualcarbon.sweep.sessions import Sessions

CAPPED = """
extends: teaching
instruments:
  carbon: {benchmarks: null, stringency: 1.0, cap: {from_base: covered_emissions}}
"""


@pytest.fixture
def capped(tmp_path: Path) -> Scenario:
    file = tmp_path / "capped.yaml"
    file.write_text(CAPPED, encoding="utf-8")
    return load_scenario(file)


def cap_of(session: Session, scenario: Scenario) -> Any:
    return session.solve(scenario.package()).package.instruments["carbon"].model_dump()["cap"]


def test_a_cap_at_what_the_base_emits_leaves_that_emissions(
    capped: Scenario, every_session: Sessions
) -> None:
    session = every_session.of(capped)
    base = session.solve(load_scenario("teaching").package())
    cap = cap_of(session, capped)
    market = base.package.instruments["carbon"]
    covered = base.solution.evaluate(market.emissions(base.solution.model)).to_series()  # type: ignore[attr-defined]
    assert all(0 < cap[y] <= covered[y] * (1 + 1e-12) for y in capped.years)


def test_a_base_that_is_held_is_not_solved_again(
    capped: Scenario, every_session: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = every_session.of(capped)
    base = session.solve(load_scenario("teaching").package())
    solved = []
    solve = session.solver.solve
    monkeypatch.setattr(session.solver, "solve", lambda **more: solved.append(1) or solve(**more))
    cap = cap_of(session, capped)
    assert len(solved) == 1
    del base
    assert cap_of(session, capped) == pytest.approx(cap)
    assert len(solved) == 3, "nobody holds the base any more"


def test_a_change_of_the_base_moves_the_cap(capped: Scenario, every_session: Sessions) -> None:
    session = every_session.of(capped)
    before = cap_of(session, capped)
    after = cap_of(session, capped.changed(["carbon.stringency=0.9"]))
    assert sum(after.values()) < sum(before.values())


def test_a_cap_that_is_given_takes_the_place_of_the_base(capped: Scenario) -> None:
    own = capped.changed(["carbon.cap=1e8"])
    assert own.package().base is None
    assert own.package().instruments["carbon"].model_dump()["cap"] == 1e8
    assert capped.package().changed({"carbon": {"cap": 1e8}}).base is None
    assert capped.package().changed({"green": None}).base is not None


def test_written_out_it_is_the_same_scenario(capped: Scenario) -> None:
    text = capped.to_yaml()
    assert "from_base: covered_emissions" in text
    assert Scenario.of(yaml.safe_load(text)).package() == capped.package()


@pytest.mark.parametrize(
    ("cap", "said"),
    [
        ({"from_base": "covered_emision"}, "covered_emissions"),
        ({"from_base": "covered_emissions", "year": 2030}, "'year' beside"),
    ],
)
def test_a_figure_that_is_not_there_is_named(cap: dict[str, Any], said: str) -> None:
    document = {**load_scenario("teaching").document}
    document["instruments"] = {**document["instruments"], "carbon": {"cap": cap}}
    with pytest.raises(InputError, match=said):
        Scenario.of(document, "mine")


def test_without_a_base_there_is_no_figure() -> None:
    document = {"name": "mine", "world": "teaching",
                "instruments": {"carbon": {"cap": {"from_base": "covered_emissions"}}}}  # fmt: skip
    with pytest.raises(InputError, match="there is none"):
        Scenario.of(document, "mine")
