"""Reforms as switches over a scenario, and what each contributes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dualcarbon.cli.answer import present
from dualcarbon.cli.app import app
from dualcarbon.cli.sweeps import attribution
from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium
from dualcarbon.errors import InputError
from dualcarbon.instruments.carbon.market import CarbonMarket
from dualcarbon.instruments.carbon.settlement import outside_offsets
from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep import attribution as attributing
from dualcarbon.sweep.attribution.reforms import (
    Reform,
    load_reform,
    load_reforms,
    reform_names,
    reformed,
)
from dualcarbon.sweep.attribution.settings import in_order, plan, stretches, walk
from dualcarbon.sweep.attribution.table import (
    attribution_table,
    named,
    values_of,
    without_attribution,
)
from dualcarbon.sweep.sessions import Sessions
from dualcarbon.system.network import quiet_pypsa
from tests.rows import rows_match

REFORMS = ("linked", "integrated", "merit_order")
INDICATORS = ("co2_mt_2030", "discounted_system_cost")


@pytest.fixture(scope="module")
def solved(every_session: Sessions) -> pd.DataFrame:
    """Every setting of three reforms on the teaching world, each solved."""
    base = load_scenario("teaching")
    first = every_session.of(base).solve(base.package())
    return walk(first, base, load_reforms(REFORMS, "teaching"), range(8))


@pytest.mark.parametrize("name", reform_names())
def test_shipped_reform_speaks_both_languages_and_fits_the_five_markets(name: str) -> None:
    reform = load_reform(name, "five_markets_today")
    assert reform.title_en
    assert reform.title_zh != reform.title_en
    base = load_scenario("five_markets_today")
    assert reformed(base, [reform], 1).instruments != base.instruments
    assert reformed(base, [reform], 0).instruments == base.instruments


def test_scenario_as_a_reform_is_what_it_changes() -> None:
    base = load_scenario("today")
    for name in ("link", "complete", "integrate", "all_reforms"):
        reform = load_reform(name, "today")
        assert reformed(base, [reform], 1).package() == load_scenario(name).package()


def test_settings_of_one_package_are_solved_once(solved: pd.DataFrame) -> None:
    base, reforms = load_scenario("teaching"), load_reforms(REFORMS, "teaching")
    same = plan(base, reforms)
    assert set(same) == set(range(8))
    assert len(set(same.values())) == 6, "integration takes the place of the link"
    for setting, first in same.items():
        for name in INDICATORS:
            assert solved.at[setting, name] == pytest.approx(solved.at[first, name], rel=1e-7)


def test_what_is_costly_to_change_turns_last() -> None:
    reforms = load_reforms(("integrated", "linked", "merit_order"), "teaching")
    assert [r.name for r in in_order(reforms)] == ["linked", "merit_order", "integrated"]


def test_integration_keeps_the_covered_emissions_of_the_base(every_session: Sessions) -> None:
    base = load_scenario("teaching")
    session = every_session.of(base)
    before = session.solve(base.package())
    after = session.solve(reformed(base, load_reforms(["integrated"], "teaching"), 1).package())
    kept, now = (net_covered(eq, after.package) for eq in (before, after))
    assert after.package.instruments["carbon"].model_dump()["cap"] == pytest.approx(kept.to_dict())
    assert (now <= kept * (1 + 1e-9)).all()


def test_cap_from_the_base_follows_what_is_covered(every_session: Sessions) -> None:
    base = load_scenario("teaching").changed(["carbon.sectors=[steel]"])
    session = every_session.of(base)
    before = session.solve(base.package())
    wider = Reform(
        "wider", "", "", ({"instruments": {"carbon": {"sectors": ["steel", "cement"]}}},)
    )
    reforms = [load_reform("integrated", base.name), wider]
    caps = []
    for mask in (1, 3):
        after = session.solve(reformed(base, reforms, mask).package())
        caps.append(after.package.instruments["carbon"].model_dump()["cap"])
        assert caps[-1] == pytest.approx(net_covered(before, after.package).to_dict())
    assert all(caps[1][year] > caps[0][year] for year in base.years)


def net_covered(equilibrium: Equilibrium, package: Package) -> pd.Series:
    """What a package's market would have covered under an equilibrium, net of its offsets, t."""
    market = package.instruments["carbon"]
    assert isinstance(market, CarbonMarket)
    solution = equilibrium.solution
    covered = solution.evaluate(market.emissions(solution.model)).to_series()
    own = equilibrium.package.instruments["carbon"]
    assert isinstance(own, CarbonMarket)
    return covered - outside_offsets(own, solution)


def test_values_over_the_horizon_are_sums_over_years(every_session: Sessions) -> None:
    base = load_scenario("teaching")
    equilibrium = every_session.of(base).solve(base.package())
    values, horizon = values_of(equilibrium), equilibrium.solution.model.horizon
    tons = sum(values[f"co2_mt_{y}"] * horizon.years[y] for y in base.years)
    cost = sum(values[f"system_cost_bn_cny_{y}"] * horizon.objective[y] for y in base.years)
    assert values["cumulative_co2"] == pytest.approx(tons)
    assert values["discounted_system_cost"] == pytest.approx(cost)


def test_shares_sum_to_the_change_and_carry_their_cost(solved: pd.DataFrame) -> None:
    reforms = load_reforms(REFORMS, "teaching")
    table = attribution_table(solved, reforms, INDICATORS, solves=8, seconds=1.5)
    for name, part in table.groupby("indicator"):
        change = solved.at[7, name] - solved.at[0, name]
        assert part["shapley"].sum() == pytest.approx(
            change, abs=1e-6 * abs(part["without_reforms"].iloc[0])
        )
        assert part["total"].iloc[0] == pytest.approx(
            change, abs=1e-6 * abs(part["without_reforms"].iloc[0])
        )
    assert set(table["solves"]) == {8}
    assert set(table["seconds"]) == {1.5}


def test_price_of_a_market_that_a_reform_ends_is_left_out(solved: pd.DataFrame) -> None:
    wanted = ("co2_mt_2030", "gec_cny_per_mwh_2030")
    assert without_attribution(solved, wanted) == ["gec_cny_per_mwh_2030"]
    table = attribution_table(solved, load_reforms(REFORMS, "teaching"), wanted, 8, 1.0)
    assert set(table["indicator"]) == {"co2_mt_2030"}


def test_processes_find_what_one_finds_bit_by_bit(solved: pd.DataFrame) -> None:
    here = attribution_table(solved, load_reforms(REFORMS, "teaching"), INDICATORS, 6, 1.0)
    one, two = (attributing.attribute("teaching", REFORMS, INDICATORS, workers=n) for n in (1, 2))
    assert list(two["reform"].unique()) == list(REFORMS)
    assert np.allclose(here["shapley"], two["shapley"], rtol=1e-6, atol=1e-6)
    assert set(two["solves"]) == {6}, "six packages"
    pd.testing.assert_frame_equal(
        one.drop(columns="seconds"), two.drop(columns="seconds"), check_exact=True
    )


def test_path_is_cut_alike_whoever_solves_it() -> None:
    cut = stretches(load_scenario("teaching"), (), range(14))
    assert [len(part.settings) for part in cut] == [6, 6, 2]
    assert [setting for part in cut for setting in part.settings] == list(range(14))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["teaching", "--reforms", "linkd"], "did you mean 'linked'"),
        (["teaching", "--reforms", "linked,linked"], "named twice"),
        (["teaching", "--indicators", "co2"], "unknown indicator 'co2'"),
        (["teaching", "--indicators", "co2_mt_2031"], "did you mean 'co2_mt_203"),
        (["teaching", "--add-to", "nowhere"], "nowhere"),
    ],
)
def test_wrong_input_is_named(arguments: list[str], message: str) -> None:
    found = CliRunner().invoke(app, ["attribute", *arguments])
    assert isinstance(found.exception, InputError)
    assert message in str(found.exception)


def test_reform_that_changes_the_system_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "coarse.yaml"
    path.write_text("system: {days: 4}\n", encoding="utf-8")
    with pytest.raises(InputError, match="'system' is nothing that a reform can change"):
        load_reforms([path], "today")


def test_indicators_get_the_last_year() -> None:
    assert named(["co2_mt", "co2_mt_2025", "cumulative_co2"], (2025, 2030)) == (
        "co2_mt_2030", "co2_mt_2025", "cumulative_co2")  # fmt: skip


@pytest.mark.usefixtures("warm")
def test_verb_takes_a_file_and_prints_json(tmp_path: Path) -> None:
    path = tmp_path / "tax.yaml"
    path.write_text("title_en: Tax\ninstruments:\n  tax: {rate: 50.0}\n", encoding="utf-8")
    given = ["attribute", "teaching", "--reforms", str(path), "--format", "json", "--workers", "1"]
    found = CliRunner().invoke(app, given)
    assert found.exit_code == 0, found.exception
    rows = json.loads(found.stdout)
    rows_match("attribution", rows)
    assert {row["reform"] for row in rows} == {"tax"}
    assert all(row["shapley"] == pytest.approx(row["total"]) for row in rows)
    assert {"indicator", "unit", "without_reforms", "alone", "last", "solves", "seconds"} <= set(
        rows[0]
    )


def test_sum_of_all_reforms_is_neither_alone_nor_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    figures = {"alone": 1.0, "last": 2.0, "shapley": 1.5, "total": 1.5, "solves": 2, "seconds": 0.1}
    row = {"indicator": "co2_mt_2030", "unit": "Mt", "reform_en": "Tax", **figures}
    present(attribution(pd.DataFrame([row]), "en"), lang="en")
    of_all = capsys.readouterr().out.partition("all reforms")[2]
    assert "Shapley value: 1.50" in of_all
    assert "alone" not in of_all
    assert "–" not in of_all


@pytest.mark.slow
def test_five_reforms_on_31_provinces_cost_less_than_eight_solves_from_scratch() -> None:
    """Processor time of one process, since other work may share the machine.

    From scratch: the network built, its model written and solved by PyPSA, without any policy.
    """
    started = time.process_time()
    network, _ = load_scenario("today").build()
    with quiet_pypsa():
        network.optimize(multi_investment_periods=True, solver_name="highs")
    scratch = time.process_time() - started
    started = time.process_time()
    table = attributing.attribute("today", workers=1)
    assert table["solves"].iloc[0] == 24
    assert time.process_time() - started < 8 * scratch
