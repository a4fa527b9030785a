"""A run: its tables, its folder, and what is left when it fails."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pypsa
import pytest

import dualcarbon as dc
from dualcarbon import datasets
from dualcarbon.common.tables import columns
from dualcarbon.experiments import context as experiments
from dualcarbon.indicators.tables import joined
from dualcarbon.runs import files as runfiles
from dualcarbon.runs import folder as runfolder
from dualcarbon.sweep.sessions import Sessions

SCENARIOS = ["teaching", "teaching_link"]
STALE = 4_194_304  # above the largest process number


@pytest.fixture(scope="module")
def solved(warm: None) -> dc.Run:
    return dc.run(SCENARIOS)


@pytest.fixture(scope="module")
def folder(solved: dc.Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return solved.save(tmp_path_factory.mktemp("runs") / "teaching")


def total(table: pd.DataFrame, column: str) -> pd.Series:
    return table.groupby(["scenario", "year"])[column].sum()


def figure(run: dc.Run, name: str) -> pd.Series:
    table = run.tables["indicators"]
    return table[table["indicator"] == name].set_index(["scenario", "year"])["value"]


def test_tables_have_the_columns_of_the_contract(solved: dc.Run) -> None:
    assert {
        "generation",
        "capacity",
        "emissions",
        "prices",
        "settlement",
        "indicators",
        "tokens",
        "flows",
        "assumptions",
        "checks",
    } <= set(solved.tables)
    for name, table in solved.tables.items():
        assert list(table.columns) == columns(name)
    named = [t for t in solved.tables.values() if "scenario" in t and len(t)]
    assert all(set(t["scenario"]) == set(SCENARIOS) for t in named)


def test_every_invariant_holds(solved: dc.Run) -> None:
    checks = solved.tables["checks"]
    assert len(checks) >= 7 * len(SCENARIOS)
    assert checks["holds"].all()


def test_shares_and_totals_agree_with_the_tables(solved: dc.Run) -> None:
    generation = solved.tables["generation"]
    renewable = generation[generation["carrier"].isin(["hydro", "onwind", "offwind", "solar"])]
    nonhydro = renewable[renewable["carrier"] != "hydro"]
    made = total(generation, "twh")
    pd.testing.assert_series_equal(
        figure(solved, "renewable_share"), total(renewable, "twh") / made, check_names=False
    )
    pd.testing.assert_series_equal(
        figure(solved, "nonhydro_share"), total(nonhydro, "twh") / made, check_names=False
    )
    emissions = solved.tables["emissions"]
    power = emissions[emissions["sector"] == "power"]
    for name, table in (("co2_mt", emissions), ("co2_power_mt", power)):
        pd.testing.assert_series_equal(figure(solved, name), total(table, "mt"), check_names=False)
    assert figure(solved, "co2_intensity_t_per_mwh").to_dict() == pytest.approx(
        (total(power, "mt") / made).to_dict()
    )


def test_tokens_are_the_renewable_output(solved: dc.Run) -> None:
    share = figure(solved, "renewable_share") * total(solved.tables["generation"], "twh")
    pd.testing.assert_series_equal(
        total(solved.tables["tokens"], "twh"), share, check_names=False, rtol=1e-6
    )


def test_prices_of_certificates_are_what_wind_and_solar_earn(solved: dc.Run) -> None:
    prices = solved.tables["prices"]
    items = prices[prices["item"].isin(["certificate, total", "certificate, nonhydro"])]
    assert figure(solved, "gec_cny_per_mwh").to_dict() == pytest.approx(
        total(items, "price").to_dict()
    )


def test_capacity_covers_what_is_generated(solved: dc.Run) -> None:
    capacity, generation = solved.tables["capacity"], solved.tables["generation"]
    keys = ["scenario", "year", "province", "carrier"]
    joint = generation.merge(capacity, on=keys)
    assert (joint["twh"] <= joint["gw"] * 8.76 + 1e-6).all()
    assert (capacity["new_gw"] <= capacity["gw"] + 1e-9).all()
    assert capacity["new_gw"].sum() > 0


def test_settlement_nets_to_zero_by_construction(solved: dc.Run) -> None:
    table = solved.tables["settlement"]
    assert (table["bn_cny"] > 0).all()
    carbon = table[table["instrument"] == "carbon"]
    market = "carbon market"
    paid = total(carbon[carbon["payee"] == market], "bn_cny")
    received = total(carbon[carbon["payer"] == market], "bn_cny")
    assert len(carbon)
    assert (paid - received).abs().max() < 1e-6


def test_summary_is_plain_json(solved: dc.Run) -> None:
    summary = json.loads(json.dumps(solved.summary(), allow_nan=False))
    year = summary["scenarios"]["teaching"]["2030"]
    assert year["renewable_share"] == pytest.approx(
        figure(solved, "renewable_share")["teaching", 2030], abs=1e-6
    )
    assert set(year["prices"]) == {"cea_cny_per_t", "gec_cny_per_mwh", "ccer_cny_per_t"}
    assert sum(year["generation_twh"].values()) == pytest.approx(
        total(solved.tables["generation"], "twh")["teaching", 2030], rel=1e-6
    )
    assert summary["checks_hold"] is True


def test_assumptions_carry_unit_grade_and_source(solved: dc.Run) -> None:
    table = solved.tables["assumptions"]
    assert set(table["grade"]) <= set("ABCD")
    assert (table[["name", "value", "source"]] != "").all(axis=None)
    assert not table.duplicated(["name", "value"]).any()


def test_scenarios_of_one_system_share_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUALCARBON_CACHE", "off")
    monkeypatch.setattr(
        dc.Session, "open", lambda *network: SimpleNamespace(model=None, physical=None)
    )
    monkeypatch.setattr(dc.Scenario, "build", lambda self: (None, None))
    sessions = Sessions()
    first, second = (sessions.of(dc.load_scenario(name)) for name in SCENARIOS)
    assert first is second
    assert sessions.of(dc.load_scenario("teaching", ["years=[2025]"])) is not first


def test_folder_holds_everything_that_repeats_the_run(solved: dc.Run, folder: Path) -> None:
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {
        "scenario.resolved.yaml",
        "manifest.json",
        "tables.xlsx",
        "iamc.csv",
        "report.html",
        "log.txt",
        "results_teaching.nc",
        "results_teaching_link.nc",
        "rows_teaching.parquet",
        "tables/indicators.csv",
        "tables/indicators.parquet",
    } <= names
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["version"] == dc.__version__
    assert manifest["packages"]["pypsa"] == pypsa.__version__
    assert manifest["data"] == runfiles.data_hashes()
    assert manifest["scenarios"]["teaching"]["solver_status"] == "optimal basic solution"
    assert manifest["seconds"]["solve teaching"] > 0
    assert str(Path.cwd()) not in (folder / "report.html").read_text(encoding="utf-8")


def test_run_that_is_read_back_has_the_same_tables(solved: dc.Run, folder: Path) -> None:
    again = dc.Run.open(folder)
    assert list(again.scenarios) == SCENARIOS
    assert {n: s.resolved() for n, s in again.scenarios.items()} == {
        n: s.resolved() for n, s in solved.scenarios.items()
    }
    for name in ("indicators", "settlement", "checks"):
        pd.testing.assert_frame_equal(
            again.tables[name], solved.tables[name], check_dtype=False, rtol=1e-12
        )
    assert again.summary() == solved.summary()


def test_a_folder_of_another_version_says_what_it_lacks(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    path = older / "tables" / "settlement.parquet"
    pd.read_parquet(path).drop(columns="payer_kind").to_parquet(path, index=False)
    with caplog.at_level("WARNING", logger="dualcarbon"):
        dc.Run.open(folder)
    assert not caplog.records
    with caplog.at_level("WARNING", logger="dualcarbon"):
        dc.Run.open(older)
    [said] = [record.getMessage() for record in caplog.records]
    assert "lacks settlement.payer_kind" in said
    assert f"dualcarbon run {older / 'scenario.resolved.yaml'}" in said


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_results_open_as_a_pypsa_network(solved: dc.Run, folder: Path) -> None:
    n = pypsa.Network(folder / "results_teaching.nc")
    assert list(n.investment_periods) == [2025, 2030]
    assert n.c.generators.dynamic["p"].sum().sum() > 0


def test_same_question_has_the_same_folder() -> None:
    one, two, other = (
        runfiles.place_of({"teaching": dc.load_scenario("teaching", sets)})
        for sets in ((), (), ("green.buyout=70",))
    )
    assert one == two != other
    assert one.parent.name == "runs"
    assert one.name.startswith("teaching-")


def write_half(place: Path, failure: type[BaseException]) -> None:
    with runfolder.written(place) as partial:
        (partial / "manifest.json").write_text('{"half": true}', encoding="utf-8")
        raise failure


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "new", ZeroDivisionError)
    assert list(tmp_path.iterdir()) == []


def test_failure_keeps_the_earlier_run(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with runfolder.written(place) as partial:
        (partial / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_half(place, KeyboardInterrupt)
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert runfolder.read_manifest(place) == {}


def test_finished_run_replaces_the_earlier_one_whole(tmp_path: Path) -> None:
    place = tmp_path / "run"
    for number in (1, 2):
        with runfolder.written(place) as partial:
            (partial / "manifest.json").write_text(f'{{"run": {number}}}', encoding="utf-8")
            (partial / f"only_{number}.txt").write_text("", encoding="utf-8")
    assert {p.name for p in place.iterdir()} == {"manifest.json", "only_2.txt", "log.txt"}
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_leftovers_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    left = tmp_path / f".run.partial-{runfolder._host()}-{STALE}"
    elsewhere = tmp_path / f".run.partial-another_host-{STALE}"
    for folder in (left, elsewhere):
        folder.mkdir()
    with runfolder.written(tmp_path / "run") as partial:
        (partial / "manifest.json").write_text("{}", encoding="utf-8")
    assert not left.exists()
    assert elsewhere.exists(), "another machine may be writing there"


def test_kill_between_two_renames_loses_no_run(tmp_path: Path) -> None:
    aside = tmp_path / f".run.replaced-{runfolder._host()}-{STALE}"
    aside.mkdir()
    (aside / "manifest.json").write_text('{"run": 1}', encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_half(tmp_path / "run", KeyboardInterrupt)
    assert runfolder.read_manifest(tmp_path / "run") == {"run": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_symbolic_link_as_place_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.mkdir()
    link.symlink_to(target, target_is_directory=True)
    for _ in range(2):
        with runfolder.written(link) as partial:
            (partial / "manifest.json").write_text("{}", encoding="utf-8")
    assert link.is_symlink()
    assert runfolder.read_manifest(target) == {}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "target"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.usefixtures("signals_heard")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_run_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    asked = subprocess.Popen(
        [sys.executable, "-c",
         "import time; from pathlib import Path; from dualcarbon.runs.folder import written\n"
         "with written(Path('run')): print('begun', flush=True); time.sleep(600)"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    with asked:
        assert asked.stdout is not None
        assert asked.stdout.readline() == b"begun\n"
        assert [p.name.split("-")[0] for p in tmp_path.iterdir()] == [".run.partial"]
        asked.send_signal(number)
        asked.stdout.read()
    assert list(tmp_path.iterdir()) == []
    assert asked.returncode not in (0, None)


def test_experiment_runs_with_the_scenario_of_its_name(
    solved: dc.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = {}

    def link(context: experiments.ExperimentContext) -> experiments.ExperimentTables:
        for name in reversed(SCENARIOS):
            costs[name] = context.equilibrium(name).objective
        assert context.session("teaching") is context.session("teaching_link")
        row = dict.fromkeys(columns("experiments"), "x")
        numbers = {"ours": 4.0, "published_low": 20.0, "published_high": 20.0, "unit": "%"}
        numbers |= {"sign_holds": True, "size": "smaller"}
        rows = [
            {**row, **numbers},
            {**row, **numbers, "ours": -1.0, "sign_holds": False, "size": ""},
        ]
        verdict = dict.fromkeys(columns("verdicts"), "holds only if") | {
            "experiment": "x",
            "size": "smaller",
        }
        return {"experiments": pd.DataFrame(rows), "verdicts": pd.DataFrame([verdict])}

    never = {"link": lambda context: pytest.fail("its scenario is not in the run")}
    monkeypatch.setattr(experiments, "EXPERIMENTS", {"teaching_link": link, **never})
    run = dc.run("teaching_link")
    alike = {"indicator": "x", "base": "x", "unit": "%"}
    spans = {"ours": [-1.0, 4.0], "published": [20.0, 20.0]}
    spans["published_base"] = "x"
    answers = {"verdict": "holds only if", "size": "smaller"}
    found = {**answers, "indicators": [{**alike, **spans, **answers}]}
    assert run.summary()["experiments"] == {"x": found}
    expected = {name: solved.equilibria[name].objective for name in SCENARIOS}
    assert costs == pytest.approx(expected), "the order of solving does not matter"


def test_experiment_finds_scenarios_that_the_run_did_not_name() -> None:
    link = dc.load_scenario("link")
    sets = ("regions=grids", "green_power_for_allowances.k=0.4", "tax.rate=30")
    context = experiments.ExperimentContext(
        {"link": link.changed(sets)}, {}, Sessions(), sets, unchanged=(link,)
    )
    today = context.scenario("today")
    assert today.system == context.scenario("link").system
    assert set(today.instruments["green"].share) <= set(datasets.load("regions")["grid"])
    assert today.instruments["tax"].rate == 30, "added to every scenario"
    assert "green_power_for_allowances" not in today.instruments, "only where it is"


def test_tables_of_nothing_are_empty_but_have_their_columns() -> None:
    empty = joined([{"double_claims": pd.DataFrame()}])
    assert list(empty) == ["double_claims"]
    assert list(empty["double_claims"].columns) == columns("double_claims")


@pytest.mark.slow
def test_tables_are_the_same_bytes_for_any_number_of_processes(tmp_path: Path) -> None:
    """All tables of the seven grids' experiments, as one process and as three write them."""
    written = []
    for workers in (1, 3):
        folder = tmp_path / str(workers)
        dc.run(["today", "link"], regions="grids", days=1, out=folder, workers=workers)
        files = sorted((folder / "tables").glob("*.csv"))
        written.append({file.name: file.read_bytes() for file in files})
    assert "experiments.csv" in written[0]
    assert written[0] == written[1]
