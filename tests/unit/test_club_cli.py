"""``dualcarbon club``: keys of its answer, files of users, wrong inputs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from dualcarbon.cli.main import exit_code

MINE = """\
regions:
  North: {gdp_bn: 9000, co2_mt: 3000, abatement: 0.02, tariff_gain: 0.6, tariff_deadweight: 0.5}
  South: {gdp_bn: 4000, co2_mt: 2500, abatement: 0.03, tariff_gain: 0.6, tariff_deadweight: 0.6}
  East: {gdp_bn: 2000, co2_mt: 1500, abatement: 0.04, tariff_gain: 0.5, tariff_deadweight: 0.6}
imports_bn:
  North: {South: 300, East: 100}
  South: {North: 350}
  East: {North: 120, South: 50}
price: 30
tariff: 0.05
rule: uniform_tariff
prices: {North: 40}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = exit_code(["club", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    code, out, err = run(capsys, *arguments, "--format", "json")
    assert code == 0, err
    return json.loads(out)


def test_the_public_cell(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--data", "cdice", "--price", "25", "--tariff", "0.03")
    assert len(found["members"]) == 15
    assert found["is_nash"] is True
    assert found["is_strong"] is True
    assert set(found["payoffs_bn"]) == set(found["members"])
    assert set(found["definitions"]) >= {"members", "is_nash", "is_strong", "payoffs_bn"}
    assert found["unit"]["money"] == "bn USD a year"
    assert found["search"]["coalitions"] == 2**15
    assert 15 < found["search"]["looked_at"] < 2**15


def test_a_club_that_cycles_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--price", "50", "--tariff", "0.03")
    assert found["is_nash"] is True
    assert found["is_strong"] is False
    assert found["blocking_group"]
    assert len(found["cycle"]) > 1


def test_coalition_and_price_of_a_region_are_one_option_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer(capsys, "--coalition", "EU,China", "--region-price", "EU=100", "--price", "50")
    assert found["members"] == ["EU", "China"]
    assert found["prices_usd_per_t"]["EU"] == 100
    assert found["prices_usd_per_t"]["China"] == 50
    assert found["is_nash"] is False


def test_without_rest_there_is_no_equilibrium(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--price", "25", "--rule", "carbon_tariff")
    assert found["equilibria"] == []
    assert found["is_nash"] is False


def test_the_tables_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--price", "25", "--tariff", "0.03")
    assert code == 0
    assert "15 of 15 regions are members" in out
    assert run(capsys, "rules")[0] == 0
    rules = json.loads(run(capsys, "rules", "--format", "json")[1])
    assert {"uniform_tariff", "cbam", "open_community"} <= {r["rule"] for r in rules}


def test_sweep_as_csv_json_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("sweep", "--prices", "25,50", "--tariffs", "0,0.03")
    code, out, _ = run(capsys, *few, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["members"] for row in rows] == ["0", "15", "0", "9"]
    assert [row["strong"] for row in rows] == ["True", "True", "True", "False"]
    again = json.loads(run(capsys, *few, "--format", "json")[1])
    assert [len(row["members"]) for row in again] == [0, 15, 0, 9]
    assert [row["is_strong"] for row in again] == [True, True, True, False]
    assert again[-1]["cycle"]
    assert "9*" in run(capsys, *few)[1]


def test_rice_needs_no_trade(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "--data", "rice2013", "--price", "20", "--tariff", "0.1")
    assert found["members"] == []
    assert found["is_strong"] in {True, False}


def test_a_file_of_ones_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE, encoding="utf-8")
    found = answer(capsys, "--data", str(path))
    assert found["price"] == 30
    assert found["tariff"] == 0.05
    assert set(found["payoffs_bn"]) == {"North", "South", "East"}
    assert answer(capsys, "--data", str(path), "--tariff", "0")["tariff"] == 0
    path.write_text(MINE + "coalition: [North, East]\n", encoding="utf-8")
    assert answer(capsys, "--data", str(path))["members"] == ["North", "East"]


def test_a_matrix_in_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    head, _, tail = MINE.partition("imports_bn:")
    path.write_text(
        head + "imports_bn: [[0, 300, 100], [350, 0, 0], [120, 50, 0]]\nprice: 30\n"
        + tail.partition("price: 30\n")[2],
        encoding="utf-8",
    )  # fmt: skip
    one = answer(capsys, "--data", str(path))
    path.write_text(MINE, encoding="utf-8")
    assert one["payoffs_bn"] == answer(capsys, "--data", str(path))["payoffs_bn"]


def test_help_shows_defaults_as_they_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    words = " ".join(run(capsys, "--help")[1].split())
    assert "[default: 25]" in words
    assert "[default: the price]" in words
    assert "[default: 0]" in words
    assert "[default: (" not in words


WRONG_OPTIONS = [
    (["--data", "cdize"], "did you mean 'cdice'"),
    (["--data", "nofile.yaml"], "no such file 'nofile.yaml' (allowed: cdice, "),
    (["--rule", "carbon_tarif"], "did you mean 'carbon_tariff'"),
    (["--region-price", "Chian=10"], "did you mean 'China'"),
    (["--region-price", "EU"], "REGION=USD/T"),
    (["--region-price", "EU=much"], "'much' is no number"),
    (["--coalition", "EU,EUU"], "unknown region 'EUU'"),
    (["--coalition", "EU,EU"], "stands twice"),
    (["--tariff", "3"], "tariff: must be at most 1"),
    (["--price=-5"], "price: must be at least 0"),
    (["--set", "cbam=2030"], "names no rule"),
    (["--set", "cbam.year=2030"], "not among the rules"),
    (["--rule", "cbam", "--set", "cbam.year=2020"], "out of range"),
    (["--rule", "cbam", "--rule", "carbon_tariff"], "both set the tariff"),
    (["--format", "xml"], "unknown value 'xml'"),
    (["sweep", "--prices", "25,x"], "'x' is no number"),
    (["sweep", "--tariffs", "2"], "out of range"),
    (["sweep", "--prices", ""], "at least one price"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_OPTIONS)
def test_wrong_options_are_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1
    assert out == ""


WRONG_FILES = [
    ("gdp_bn: 9000", "gdp_bn: -9000", "regions.North.gdp_bn: must be above 0"),
    ("gdp_bn: 9000", "gpd_bn: 9000", "did you mean 'gdp_bn'"),
    ("gdp_bn: 9000, ", "", "'gdp_bn' is missing"),
    ("East: 100}", "West: 100}", "unknown region 'West'"),
    ("imports_bn:\n", "imports_bn: [[0, 1], [1, 0]]\nx:\n", "unknown key 'x'"),
    ("rule: uniform_tariff", "rule: uniform", "did you mean 'uniform_tariff'"),
    ("prices: {North: 40}", "prices: {Nort: 40}", "did you mean 'North'"),
    ("price: 30", "price: cheap", "price: expected a number"),
    ("South: 300", "South: -300", "must be at least 0"),
    ("regions:", "regions: [", "not valid YAML"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG_FILES)
def test_wrong_files_are_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "mine.yaml"
    assert old in MINE
    path.write_text(MINE.replace(old, new, 1), encoding="utf-8")
    code, _, err = run(capsys, "--data", str(path))
    assert code == 2
    assert words in err
    assert err.count("\n") == 1


def test_a_trade_matrix_must_be_square(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    head, _, _ = MINE.partition("imports_bn:")
    path.write_text(head + "imports_bn: [[0, 300], [350, 0]]\n", encoding="utf-8")
    code, _, err = run(capsys, "--data", str(path))
    assert code == 2
    assert "must be square, 3 x 3" in err


def test_too_many_regions_for_groups(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    lines = [f"  R{k}: {{gdp_bn: {1000 + k}, co2_mt: 500, abatement: 0.03}}" for k in range(22)]
    path.write_text("regions:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    code, _, err = run(capsys, "--data", str(path))
    assert code == 2
    assert "too many for the strong concept" in err
    assert answer(capsys, "--data", str(path), "--no-groups")["is_strong"] is None


@pytest.mark.parametrize("words", [[], ["sweep", "--prices", "20,30", "--tariffs", "0,0.05"]])
def test_a_page_shows_the_club_that_was_asked_for(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, page = tmp_path / "mine.yaml", tmp_path / "club.html"
    world.write_text(MINE, encoding="utf-8")
    code, _, err = run(capsys, *words, "--data", str(world), "--report", str(page), "--lang", "en")
    assert code == 0, err
    shown = page.read_text(encoding="utf-8")
    assert shown.count("<figure") == (3 if words else 4)
    assert "the reader&#39;s file" in shown
    assert "North" in shown
    assert "2011" not in shown.split('id="clubs"')[1].split("</section>")[0]
