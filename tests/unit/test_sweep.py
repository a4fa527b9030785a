"""Sweeps: studies are checked whole, points are kept, and the tables are whoever's work alike."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcarbon.cli.main import exit_code
from dualcarbon.errors import InfeasiblePackage, InputError, SolveError
from dualcarbon.report.html import report_page
from dualcarbon.report.text import Text
from dualcarbon.runs.study import StudyResult, run_study
from dualcarbon.sweep import members as points
from dualcarbon.sweep.members import Member, members_of
from dualcarbon.sweep.sampling import drawn, effects, members
from dualcarbon.sweep.study import Design, Range, Study, read_study

EXAMPLE = "offsets"
SMALL = """
scenarios: [{scenario}]
sets: {{system.years: [2025]}}
ranges: {ranges}
design: {design}
indicators: [co2_mt, system_cost_bn_cny]
"""
CAPPED = """
extends: teaching
instruments: {carbon: null, green: null}
"""


def written(folder: Path, ranges: str, scenario: str = "teaching", design: str = "{}") -> Path:
    path = folder / "study.yaml"
    text = SMALL.format(scenario=scenario, ranges=ranges, design=design)
    path.write_text(text, encoding="utf-8")
    return path


def table_bytes(folder: Path) -> dict[str, bytes]:
    found = {p.name: p.read_bytes() for p in sorted((folder / "tables").iterdir())}
    assert {"sweep.csv", "sweep.parquet", "sweep_effects.csv", "sweep_points.csv"} <= set(found)
    return found


# what a study may ask


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ("{carbon.ofset_limit: [0, 0.1]}", "'ofset_limit'; did you mean 'offset_limit'?"),
        ("{carbn.offset_limit: [0, 0.1]}", "'carbn'; did you mean 'carbon'?"),
        ("{carbon.offset_limit: [0, 3]}", "carbon.offset_limit: must be at most 1, got 3"),
        ("{wacc: [0.05]}", "system: unknown key 'wacc'"),
        ("{title_en: [a]}", "'title_en' is no field that can be varied"),
        ("{carbon.offsets.7.price: [50]}", "'7' is no place in the list (allowed: 0 to 1)"),
        ("{carbon.offset_limit: {from: 0, to: 0.1}}", "ranges.carbon.offset_limit.steps: a grid"),
        ("{carbon.offset_limit: {from: 1, too: 2}}", "unknown key 'too'; did you mean 'to'?"),
        ("{carbon.offset_limit: {from: 1, to: 0}}", "must rise, got from 1 to 0"),
        ("{carbon.sectors: {values: [2], times: true}}", "no number to multiply"),
        ("{member: {fields: [carbon.offset_limit], values: [0]}}", "is a column of the results"),
        ("{}", "ranges"),
    ],
)
def test_a_study_that_cannot_be_solved_is_one_error_and_leaves_nothing(
    ranges: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = written(tmp_path, ranges), tmp_path / "out"
    assert exit_code(["sweep", str(path), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert said in message
    assert str(path) in message
    assert message.strip().count("\n") == 0
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicators": ["co2"]}, "unknown indicator 'co2'; did you mean 'co2_mt'?"),
        ({"indicators": ["co2_mt_2031"]}, "unknown indicator 'co2_mt_2031'"),
        ({"scenarios": ["teachin"]}, "unknown scenario 'teachin'; did you mean 'teaching'?"),
        ({"scenarios": ["teaching", "teaching"]}, "'teaching' is given twice"),
        ({"design": {"kind": "sobol", "n": 6}}, "n of sobol is a power of two, got 6"),
        ({"design": {"kind": "latin_hypercube"}}, "which need it"),
        ({"design": {"kind": "hypercube"}}, "unknown value 'hypercube'"),
        ({"expect": [{"indicator": "co2_mt", "scenario": "teaching", "against": "link",
                      "sign": "lower"}]}, "unknown scenario 'link'"),
    ],
)  # fmt: skip
def test_every_other_part_of_a_study_is_checked(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    document = {"scenarios": ["teaching"], "ranges": {"carbon.offset_limit": [0, 0.1]}, **change}
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError) as found:
        members_of(read_study(path), str(path))
    assert said in str(found.value)


def test_the_study_of_the_papers_experiments_can_be_asked_as_it_stands() -> None:
    """Its members are valid scenarios of China; here two of each, unsolved."""
    study = read_study("papers_experiments")
    assert study.design.n == 100
    few = study.model_copy(update={"design": Design(kind="latin_hypercube", n=2)})
    found = members_of(few, "papers_experiments")
    assert len({m.key for m in found}) == 2 * len(study.scenarios)
    assert {e.scenario for e in study.expect} == {"link", "integrate", "complete"}


def test_a_study_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="unknown study 'ofsets'; did you mean 'offsets'"):
        read_study("ofsets")
    with pytest.raises(InputError, match=r"mine\.yaml: no such file"):
        read_study("mine.yaml")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="no sweep"):
        run_study(EXAMPLE, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["own.txt"]


# values and designs


def test_values_between_two_ends_are_those_that_are_written() -> None:
    assert Range.model_validate({"from": 0, "to": 0.1, "steps": 5}).levels() == (
        0.0, 0.025, 0.05, 0.075, 0.1)  # fmt: skip
    assert Range.model_validate({"from": 0, "to": 0.3, "steps": 4}).levels()[3] == 0.3


@pytest.mark.parametrize(
    ("asked", "mean"),
    [
        ({"from": 2, "to": 4}, 3.0),
        ({"from": 1, "to": 3, "mode": 2, "distribution": "triangular"}, 2.0),
        ({"mean": 5, "deviation": 2, "distribution": "normal"}, 5.0),
        ({"mean": 5, "deviation": 2, "from": 4, "to": 6, "distribution": "normal"}, 5.0),
        ({"from": 1, "to": np.e, "distribution": "log_uniform"}, np.e - 1.0),
    ],
)
def test_a_distribution_has_its_mean_and_stays_within_its_ends(
    asked: dict[str, Any], mean: float
) -> None:
    one = Range.model_validate(asked)
    shares = (np.arange(4000) + 0.5) / 4000
    values = np.array(one.at(shares), float)
    assert values.mean() == pytest.approx(mean, rel=1e-3)
    assert (np.diff(values) > 0).all()
    assert values.min() >= asked.get("from", -np.inf)
    assert values.max() <= asked.get("to", np.inf)


@given(n=st.integers(2, 60), count=st.integers(1, 4), seed=st.integers(0, 10))
def test_a_latin_hypercube_has_one_point_in_every_slice(n: int, count: int, seed: int) -> None:
    shares = drawn(Design(kind="latin_hypercube", n=n, seed=seed), count)
    for column in shares.T:
        assert sorted((column * n).astype(int)) == list(range(n))


def test_a_design_without_the_part_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(InputError, match=r"pip install 'dualcarbon\[sweep\]'"):
        drawn(Design(kind="sobol", n=4), 1)


def test_a_design_is_drawn_alike_every_time_and_otherwise_with_another_seed() -> None:
    ranges = {"a": Range(values=(1, 2, 3)), "b": Range.model_validate({"from": 0, "to": 1})}
    for kind in ("latin_hypercube", "sobol"):
        design = Design(kind=kind, n=8, seed=3)
        assert members(design, ranges) == members(design, ranges)
        assert members(design, ranges) != members(Design(kind=kind, n=8, seed=4), ranges)


def test_indices_of_a_weighted_sum_are_its_squared_weights() -> None:
    """y = 3 a + 4 b + 0 c of uniform a, b, c: S = ST = 9/25, 16/25, 0."""
    weights = np.array([3.0, 4.0, 0.0])
    for design, close in ((Design(kind="sobol", n=512), 0.01),
                          (Design(kind="latin_hypercube", n=2000), 0.03)):  # fmt: skip
        inputs = drawn(design, 3)
        table = effects(design, inputs, inputs @ weights)
        assert table["first_order"].to_numpy() == pytest.approx([9 / 25, 16 / 25, 0.0], abs=close)
        assert table["high"].to_numpy() - table["low"].to_numpy() == pytest.approx(
            weights * 2 / 3, abs=0.15)  # fmt: skip
        assert table["correlation"].iloc[1] > table["correlation"].iloc[0] > 0.4
        if design.kind == "sobol":
            assert table["total_order"].to_numpy() == pytest.approx([9 / 25, 16 / 25, 0], abs=close)


def test_indices_are_missing_where_nothing_varies_or_a_point_of_the_scheme_is() -> None:
    design = Design(kind="sobol", n=16)
    inputs = drawn(design, 2)
    assert effects(design, inputs, np.ones(len(inputs)))["first_order"].isna().all()
    values = inputs.sum(axis=1)
    values[3] = np.nan
    table = effects(design, inputs, values)
    assert table["total_order"].isna().all()
    assert table["mean"].notna().all()


def test_fields_move_together_and_times_multiplies_what_stands_there() -> None:
    ranges = {"prices": {"fields": ["carbon.offsets.0.price", "carbon.offsets.1.price"],
                         "values": [0.5, 2], "times": True},
              "carbon.stringency.2030": [0.9]}  # fmt: skip
    study = Study.model_validate({"name": "x", "scenarios": ["teaching"], "ranges": ranges})
    found = [m.scenario.document["instruments"]["carbon"] for m in members_of(study, "x")]
    assert [[o["price"] for o in c["offsets"]] for c in found] == [[30.0, 47.5], [120.0, 190.0]]
    assert all(c["stringency"][2030] == 0.9 for c in found)


# solving


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The example of the documentation, solved in one go in this process."""
    return run_study(EXAMPLE, tmp_path_factory.mktemp("sweep") / "whole")


def test_the_table_is_tidy_and_complete(example: StudyResult) -> None:
    table = example.tables["sweep"]
    assert example.unsolved.empty
    assert list(table.columns) == ["scenario", "member", "indicator", "year", "unit", "value",
                                   "carbon.offset_limit", "green.buyout"]  # fmt: skip
    assert not table.duplicated(["scenario", "member", "indicator", "year"]).any()
    assert sorted(set(table["member"])) == [1, 2, 3, 4, 5, 6]
    assert set(table["carbon.offset_limit"]) == {0.0, 0.05, 0.1}
    cost = table[table["indicator"] == "discounted_system_cost"]
    assert cost["year"].isna().all()
    assert len(cost) == 6


def test_more_offsets_never_cost_more_and_a_higher_buyout_never_less(example: StudyResult) -> None:
    """The first widens what is allowed; the second makes a way out dearer."""
    table = example.tables["sweep"]
    cost = table[table["indicator"] == "discounted_system_cost"]
    wide = cost.pivot(index="carbon.offset_limit", columns="green.buyout", values="value")
    assert (wide.diff().dropna().to_numpy() <= 1e-6).all()
    assert (wide.diff(axis=1).iloc[:, 1:].to_numpy() >= -1e-6).all()


def test_every_form_of_the_table_holds_the_same(example: StudyResult) -> None:
    folder, table = example.folder, example.tables["sweep"]
    csv = pd.read_csv(folder / "tables" / "sweep.csv", float_precision="round_trip")
    parquet = pd.read_parquet(folder / "tables" / "sweep.parquet")
    sheet = openpyxl.load_workbook(folder / "tables.xlsx")["sweep"]
    assert csv["value"].tolist() == parquet["value"].tolist() == table["value"].tolist()
    cells = [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert cells == pytest.approx(csv["value"].tolist(), rel=1e-14), "a workbook has 16 digits"


def test_effects_are_those_of_the_table(example: StudyResult) -> None:
    table = example.tables["sweep"]
    effect = example.tables["sweep_effects"].set_index(["indicator", "field"]).sort_index()
    cost = table[table["indicator"] == "discounted_system_cost"]
    row = effect.loc[("discounted_system_cost", "carbon.offset_limit")].iloc[0]
    by_level = cost.groupby("carbon.offset_limit")["value"].mean()
    assert row["low"] == pytest.approx(by_level.iloc[0])
    assert row["high"] == pytest.approx(by_level.iloc[-1])
    assert row["mean"] == pytest.approx(cost["value"].mean())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_fans_tornados_and_scatters(example: StudyResult, lang: str) -> None:
    page = report_page(example.tables, lang=lang, meta={"world": "teaching"})
    text = Text(lang)
    cost = text.name("indicator", "discounted_system_cost")
    for kind in ("tornado", "scatter"):
        assert text(f"figure.sweep_{kind}", indicator=cost) in page
    assert text("figure.sweep_fan", indicator=text.name("indicator", "co2_mt")) in page


@pytest.mark.slow
def test_other_processes_go_on_where_one_was_stopped_and_give_the_same_bytes(
    example: StudyResult, tmp_path: Path
) -> None:
    """Four of the six points are there, as after a kill; two processes solve the others."""
    shutil.copytree(example.folder / "points", tmp_path / "points")
    for path in sorted((tmp_path / "points").iterdir())[:2]:
        path.unlink()
    told: list[str] = []
    run_study(EXAMPLE, tmp_path, workers=2, progress=told.append)
    assert any(message.startswith("4 of 6 points are in") for message in told)
    assert table_bytes(tmp_path) == table_bytes(example.folder)


@pytest.fixture
def solves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Labels of the members that are asked, whose figures follow from their values."""
    seen: list[str] = []

    def answer(self: Member, *given: Any) -> dict[str, float | None]:
        seen.append(self.label)
        value = float(self.values[0] or 0.0)  # type: ignore[arg-type]
        if value < 0.01:
            raise InfeasiblePackage(f"cannot hold with {value}", ["carbon"])
        if value == 0.99:
            raise SolveError("no solution")
        size = 2.0 if self.base.name == "teaching" else 1.0
        return {"co2_mt_2025": size * (1 - value), "system_cost_bn_cny_2025": None}

    monkeypatch.setattr(Member, "answer", answer)
    monkeypatch.setattr(points, "_starts", lambda todo, progress: [])
    return seen


MANY = "{carbon.offset_limit: {from: 0.1, to: 0.9, steps: 12}}"


def test_what_was_stopped_goes_on_there_and_comes_out_the_same(
    solves: list[str], tmp_path: Path
) -> None:
    path, whole, stopped = written(tmp_path, MANY), tmp_path / "whole", tmp_path / "stopped"
    run_study(path, whole)

    def stop(message: str) -> None:
        if message.startswith("7 of"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(path, stopped, progress=stop)
    kept = sorted(p.name for p in (stopped / "points").iterdir())
    assert len(kept) == 7
    assert not (stopped / "tables").exists()
    (stopped / "points" / kept[0]).write_text('{"status": "sol', encoding="utf-8")  # torn
    run_study(path, stopped)
    assert len(solves) == 12 + 7 + 6
    assert table_bytes(stopped) == table_bytes(whole)
    run_study(path, stopped)
    assert len(solves) == 25, "nothing is solved again"


def test_points_that_fail_name_themselves_and_the_others_are_kept(
    solves: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "{carbon.offset_limit: [0.5, 0.0, 0.99]}")
    out = tmp_path / "out"
    given = ["sweep", str(path), "--out", str(out), "--workers", "1", "--lang", "zh"]
    assert exit_code(given) == 0
    said = capsys.readouterr()
    assert "teaching 2: cannot hold" in " ".join(said.out.split())
    assert "3个点" in said.err
    found = pd.read_csv(out / "tables" / "sweep_points.csv")
    assert found["status"].tolist() == ["solved", "infeasible", "failed"]
    assert found["reason"].iloc[2].startswith("teaching 3: no solution")
    assert set(pd.read_csv(out / "tables" / "sweep.csv")["member"]) == {1}
    assert "未能求解" in (out / "report.html").read_text(encoding="utf-8")
    assert exit_code([*given[:-2], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["unsolved"] == 2
    assert solves == ["teaching 1", "teaching 2", "teaching 3", "teaching 3"]


def test_points_that_are_alike_are_solved_once_and_a_wider_study_keeps_them(
    solves: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_study(written(tmp_path, "{carbon.offset_limit: [0.5, 0.5]}"), out)
    assert len(solves) == 1
    result = run_study(written(tmp_path, "{carbon.offset_limit: [0.5, 0.1]}"), out)
    assert len(solves) == 2
    assert result.tables["sweep"]["member"].nunique() == 2
    run_study(written(tmp_path, "{carbon.offset_limit: [0.5]}"), out, sets=["green.buyout=55"])
    assert len(solves) == 3, "another base is another point"


def test_the_share_of_members_with_the_expected_sign_is_counted(
    solves: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(
        tmp_path, "{carbon.offset_limit: [0.5, 0.6, 1.0, 0.0]}", "teaching, teaching_link"
    )
    sign = "scenario: teaching_link, against: teaching, indicator: co2_mt_2025"
    path.write_text(path.read_text("utf-8") + f"expect: [{{{sign}, sign: lower}}]\n", "utf-8")
    out = tmp_path / "out"
    assert exit_code(["sweep", str(path), "--out", str(out), "--workers", "1"]) == 0
    [found] = pd.read_csv(out / "tables" / "sweep_signs.csv").to_dict("records")
    assert found["members"] == 3, "of the fourth there is no solution"
    assert found["share"] == pytest.approx(2 / 3), "at 1.0 nothing changes"
    assert (found["low"], found["high"]) == pytest.approx((-0.5, 0.0))
    assert "67%" in capsys.readouterr().out


def test_a_file_that_cannot_be_written_is_named(
    solves: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, write: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(points, "whole", full)
    path = written(tmp_path, "{carbon.offset_limit: [0.5]}")
    with pytest.raises(InputError, match="No space left"):
        run_study(path, tmp_path / "out")


# full size


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hundred")
    return written(folder, "{carbon.offset_limit: {from: 0, to: 0.1}, green.buyout: {from: 30, to:"
                   " 90}}", design="{kind: latin_hypercube, n: 100, seed: 1}")  # fmt: skip


@pytest.mark.slow
def test_a_hundred_points_are_alike_killed_half_way_on_four_workers_and_on_a_cluster(
    hundred: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    begin = "from dualcarbon.cli import main; main()"
    asked = ["-c", begin, "sweep", str(hundred), "--out", str(killed), "--workers", "4"]
    process = subprocess.Popen([sys.executable, *asked], stderr=subprocess.DEVNULL)
    while len(list((killed / "points").glob("*.json"))) < 50 and process.poll() is None:
        time.sleep(0.1)
    process.kill()
    process.wait(timeout=60)
    kept = len(list((killed / "points").glob("*.json")))
    assert 50 <= kept < 100
    told: list[str] = []
    run_study(hundred, killed, workers=4, progress=told.append)
    assert any(message.startswith(f"{kept} of 100 points are in") for message in told)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as opened:
        run_study(hundred, whole, cluster=opened.scheduler_address)
    assert table_bytes(killed) == table_bytes(whole)


@pytest.mark.slow
def test_a_real_point_that_is_infeasible_names_its_conflict(tmp_path: Path) -> None:
    (tmp_path / "capped.yaml").write_text(CAPPED, encoding="utf-8")
    path = written(tmp_path, "{carbon.cap.2025: [1.0e+12, 1.0]}", scenario="capped.yaml")
    result = run_study(path, tmp_path / "out", workers=2)
    assert result.tables["sweep_points"]["status"].tolist() == ["solved", "infeasible"]
    assert result.unsolved["reason"].iloc[0].startswith("capped 2: ")
