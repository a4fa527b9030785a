"""What a club is to each region, its uses of revenue, worlds beside C-DICE, and their templates."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InputError
from dualcarbon.international import clubs
from dualcarbon.international.clubs.answer import answer
from dualcarbon.international.clubs.game import row
from dualcarbon.international.clubs.regions import community_table, region_table, tipping_tariffs
from dualcarbon.international.clubs.sources import (
    cdice,
    load_case,
    overridden,
    template,
    world_2023,
)
from dualcarbon.international.clubs.stability import nash_search
from dualcarbon.report.html import write_report
from tests.club_worlds import prices, tariffs, worlds

UNSTABLE = clubs.Policy(price=25.0, rules=("carbon_tariff",))


@settings(max_examples=15)
@given(worlds, prices, tariffs)
def test_gain_inside_is_the_difference_of_two_payoffs(
    world: clubs.World, price: float, tariff: float
) -> None:
    club = clubs.build(world, clubs.Policy(price=price, tariff=tariff))
    for state in range(1 << min(world.size, 3)):
        table = region_table(club, state).set_index("region")
        for i, name in enumerate(world.names):
            inside = club.game.payoffs(row(state | 1 << i, world.size)[None, :])[0, i]
            outside = club.game.payoffs(row(state & ~(1 << i), world.size)[None, :])[0, i]
            assert table.at[name, "gain_inside_bn"] == pytest.approx(inside - outside, abs=1e-9)
        parts = table["avoided_damage_bn"] - table["abatement_cost_bn"]
        trade = (table["payoff_bn"] - parts).to_numpy()
        member = table["member"].to_numpy()
        assert (trade[~member] <= 1e-9).all()  # outsiders only lose by tariffs
        assert table["revenue_bn"].sum() == pytest.approx(table["paid_bn"].sum())
        assert (table["revenue_bn"][~member] == 0).all()


def test_at_its_tipping_tariff_a_region_is_indifferent() -> None:
    world, policy = cdice(), clubs.Policy(price=50.0, tariff=0.05)
    club = clubs.build(world, policy)
    state = nash_search(club.game).coalitions[-1]
    tips = tipping_tariffs(club, state)
    assert np.isfinite(tips).any()
    for i in np.flatnonzero(np.isfinite(tips)):
        there = clubs.build(world, policy.model_copy(update={"tariff": float(tips[i])}))
        assert there.game.gains(row(state, world.size))[i] == pytest.approx(0.0, abs=1e-6)
    fixed = clubs.build(world, clubs.Policy(price=50.0, rules=("carbon_tariff",)))
    assert np.isnan(tipping_tariffs(fixed, state)).all()


def test_the_choice_between_exclusive_club_and_open_community() -> None:
    table = community_table(cdice(), clubs.Policy(price=50.0, tariff=0.05)).set_index("rule")
    told = {
        "exclusive_club": (9, 0.54),
        "half_for_abatement": (9, 0.93),
        "half_returned": (3, 0.21),
        "open_community": (0, 0.0),
    }
    for use, (members, captured) in told.items():
        assert table.at[use, "members"] == members
        assert table.at[use, "captured"] == pytest.approx(captured, abs=0.005)


def test_that_no_club_is_stable_is_said_with_its_cycle(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(clubs.build(cdice(), UNSTABLE), strong=False)
    assert found["stable"] is False
    assert found["equilibria"] == []
    steps = found["single_cycle"]
    assert len(steps) >= 2
    assert all(step["gain_bn"] > 0 for step in steps)
    before = set(steps[-1]["members"])
    for step in steps:
        moved = before ^ set(step["members"])
        assert moved == {step["region"]}
        assert step["joins"] is (step["region"] in step["members"])
        before = set(step["members"])
    for lang, words in (("en", "NO STABLE CLUB"), ("zh", "没有稳定的俱乐部")):
        terms = ["club", "--price", "25", "--rule", "carbon_tariff", "--no-groups", "--lang", lang]
        assert exit_code(terms) == 0
        assert words in capsys.readouterr().out
    assert exit_code(["club", "--no-groups", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["data_year"] == "2011"
    assert set(told["gain_inside_bn"]) == set(cdice().names)


def test_pages_of_a_club_tell_regions_and_the_community(tmp_path: Path) -> None:
    world = cdice()
    club = clubs.build(world, clubs.Policy(price=50.0, tariff=0.05))
    tables = {
        "club_region_gains": region_table(club, nash_search(club.game).coalitions[-1]),
        "club_community": community_table(world, club.policy),
    }
    for lang, words in (("en", "open community without penalty"), ("zh", "不设惩罚的开放共同体")):
        page = tmp_path / f"{lang}.html"
        write_report(tables, page, lang=lang, meta={})
        text = page.read_text(encoding="utf-8")
        assert words in text
        assert "2011" in text


def test_the_world_of_2023_has_its_two_curves_and_its_year() -> None:
    quadratic, backstop = world_2023(), world_2023("dice2023")
    assert quadratic.size == 20
    assert quadratic.year == "2023"
    assert quadratic.gdp.sum() == pytest.approx(105_463, rel=1e-3)
    assert quadratic.co2.sum() == pytest.approx(37_011, rel=1e-3)
    assert quadratic.imports.sum() == pytest.approx(17_058.6, rel=1e-3)
    ratio = backstop.abatement / quadratic.abatement
    assert ratio.min() == pytest.approx(2.0, abs=0.05)
    assert ratio.max() == pytest.approx(6.4, abs=0.05)
    with pytest.raises(InputError, match="cdice, dice2023"):
        world_2023("dice")


@pytest.mark.slow
@pytest.mark.parametrize("curve", ["cdice", "dice2023"])
def test_the_world_of_2023_runs_over_all_coalitions(curve: str) -> None:
    club = clubs.build(world_2023(curve), clubs.Policy(price=50.0, tariff=0.05, cap=True))
    every = club.game.every_payoff()
    assert every.shape == (1 << 20, 20)
    state = np.arange(1 << 20)
    rests = np.ones(1 << 20, dtype=bool)
    for i in range(20):
        other = every[state ^ (1 << i), i]
        rests &= other <= every[:, i] + 1e-9
    assert set(np.flatnonzero(rests).tolist()) == set(nash_search(club.game).coalitions)


def test_a_template_reads_back_as_the_world_it_was_written_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, world in (("cdice", cdice()), ("world2023", world_2023())):
        path = tmp_path / f"{name}.yaml"
        path.write_text(template(world, clubs.Policy(price=40.0)), encoding="utf-8")
        case = load_case(path)
        assert case.world() == world
        assert case.policy().price == 40.0
    assert exit_code(["club", "template", "--data", "cdice"]) == 0
    (tmp_path / "own.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert load_case(tmp_path / "own.yaml").world() == cdice()


def test_overrides_change_only_what_they_name(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("data: cdice\noverrides: {EU: {co2_mt: 3000}}\n", encoding="utf-8")
    world, base = load_case(path).world(), cdice()
    assert world.regions["EU"].co2_mt == 3000
    assert world.regions["EU"].gdp_bn == base.regions["EU"].gdp_bn
    assert all(world.regions[n] == base.regions[n] for n in base.names if n != "EU")
    assert world.imports_bn == base.imports_bn
    assert world.co2.sum() != base.co2.sum()
    assert "EU" in world.source
    assert (world.grade, world.year) == ("D", "2011")
    for changes, words in (
        ({"Europe": {"co2_mt": 1.0}}, "Europe"),
        ({"EU": {"co2": 1.0}}, "co2_mt"),
        ({"EU": {"co2_mt": -1.0}}, "EU.co2_mt"),
    ):
        with pytest.raises(InputError, match=words):
            overridden(base, changes)
