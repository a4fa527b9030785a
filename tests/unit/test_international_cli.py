"""Command line of linked markets and climate finance: results, and wrong inputs in one line."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from dualcarbon.cli.main import exit_code

WIND = """\
name: wind
capacity_mw: 100
unit_cost_per_kw: 5000
full_load_hours: 2200
price_per_mwh: 300
opex_share: 0.02
lifetime: 20
discount_rate: 0.06
carbon: {emission_factor: 0.5306, baseline_price_per_mwh: 300}
"""
TWO = """\
regions:
  North: {slope: 0.5, requirement: 100}
  South: {curve: steps, steps: [[50, 4], [100, 9]], requirement: 20, developing: yes}
rules: {multiplier: 1.5}
"""


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = exit_code(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_link_of_embedded_regions(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "link", "--regions", "China,EU", "--multiplier", "1.5", "--format", "json"
    )
    found = json.loads(out)
    assert code == 0
    assert found["integrity_loss_mt"] == pytest.approx(0.5 * found["volume_mt"])


def test_link_of_a_file_with_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "link.html"
    file = written(tmp_path, "two.yaml", TWO)
    words = ["link", file, "--adjust-caps", "--format", "json", "--report", str(page)]
    code, out, _ = run(capsys, *words)
    found = json.loads(out)
    assert code == 0
    assert found["extra_abatement_after_mt"] == pytest.approx(0.0, abs=1e-6)
    assert "<svg" in page.read_text(encoding="utf-8")


def test_article_6_deducts_five_and_two_percent(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "link", "--regions", "EU,India", "--article-6", "--format", "json")[1]
    found = json.loads(out)
    assert found["cancelled_mt"] == pytest.approx(0.02 * found["volume_mt"])
    fund = [flow["musd"] for flow in found["flows"] if flow["payee"] == "Adaptation Fund"]
    assert fund == [pytest.approx(0.05 * found["volume_mt"] * found["price_usd_per_t"])]


@pytest.mark.parametrize("style", ["table", "csv"])
def test_link_prints_people_and_sheets(capsys: pytest.CaptureFixture[str], style: str) -> None:
    code, out, _ = run(capsys, "link", "--regions", "China,EU,India", "--format", style)
    assert code == 0
    assert "India" in out


def test_appraisal_of_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "wind.yaml", WIND)
    code, out, _ = run(capsys, "finance", "appraise", file, "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["measures"]["project_irr"] == pytest.approx(0.09313, abs=5e-6)
    assert found["irr_status"] == "unique"


def test_appraisal_with_a_page_in_chinese(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, page = written(tmp_path, "wind.yaml", WIND), tmp_path / "wind.html"
    assert run(capsys, "finance", "appraise", file, "--report", str(page), "--lang", "zh")[0] == 0
    assert "项目评估" in page.read_text(encoding="utf-8")


def test_plain_cash_flow(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "flow.csv", "year,cash_flow\n2025,-100\n2026,60\n2027,60\n")
    code, out, _ = run(capsys, "finance", "appraise", file, "--rate", "0.1", "--format", "json")
    assert code == 0
    assert json.loads(out)["npv"] == pytest.approx(-100 + 60 / 1.1 + 60 / 1.21)


def test_gap_and_screen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "finance", "gap", "--region", "China", "--format", "json")
    assert (code, len(json.loads(out))) == (0, 1)
    text = "activity: hot_metal\nmetrics: {tco2_per_t_hot_metal: 1.4}\nsafeguards: yes\n"
    file = written(tmp_path, "iron.yaml", text)
    code, out, _ = run(capsys, "finance", "screen", file, "--format", "json")
    verdicts = {v["taxonomy"]: v for v in json.loads(out)["verdicts"]}
    assert code == 0
    assert verdicts["EU"]["outcome"] == "fail"
    assert verdicts["EU"]["decided_by"] == "specific emissions"
    assert verdicts["China"]["outcome"] == "unknown"


WRONG_OPTIONS = [
    (("link", "--regions", "China,Indea"), "did you mean 'India'"),
    (("link", "--regions", "China,China"), "given twice"),
    (("link", "--limit", "-0.1"), "limit is -0.1"),
    (("link", "--multiplier", "0.5"), "below 1, use discount"),
    (("link", "--discount", "1.5"), "discount is 1.5"),
    (("link", "--permit-tax", "-3"), "permit tax is -3"),
    (("link", "--share-of-proceeds", "0.6", "--cancellation", "0.5"), "below 1"),
    (("link", "--regions", "China,EU", "--exchange-rate", "US=0.8"), "unknown region 'US'"),
    (("link", "--exchange-rate", "China"), "is not REGION=NUMBER"),
    (("link", "--exchange-rate", "China=-1"), "exchange rate, China is -1"),
    (("link", "--requirement", "China=99999"), "exceeds what its curve offers"),
    (("link", "--regions", "China,EU", "--buyers", "EUU"), "did you mean 'EU'"),
    (("link", "--format", "xml"), "--format"),
    (("link", "--source", "rise"), "did you mean 'rice'"),
    (("link", "--source", "rice", "--regions", "Chna"), "did you mean 'China'"),
    (("link", "--source", "rice", "--year", "2031"), "unknown year"),
    (("link", "absent.yaml"), "absent.yaml: no such file"),
    (("finance", "gap", "--region", "Chin"), "did you mean 'China'"),
    (("finance", "gap", "--year", "1990"), "unknown year"),
    (("finance", "appraise", "absent.yaml"), "absent.yaml: no such file"),
    (("finance", "screen", "absent.yaml"), "template screen --out cement.yaml"),
    (("finance", "template", "projet"), "did you mean 'project'"),
    (("finance", "template", "--out", "wind.xlsx"), "unknown kind of file"),
    (("finance", "template", "--out", "no/wind.yaml"), "no such folder"),
    (("finance", "appraise", "project.docx"), "unknown kind of file"),
]


@pytest.mark.parametrize(("words", "said"), WRONG_OPTIONS)
def test_wrong_options_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


WRONG_FILES = [
    ("link", "r.yaml", TWO.replace("0.5,", "-0.5,", 1), "must be positive"),
    ("link", "r.yaml", TWO.replace("slope: 0.5, ", ""), "'North'"),
    ("link", "r.yaml", TWO.replace("multiplier", "multiplyer"), "did you mean 'multiplier'"),
    ("link", "r.yaml", TWO.replace("requirement: 100", "requirement: -1"), "must not be negative"),
    ("link", "r.yaml", TWO.replace("[50, 4]", "[0, 4]"), "step 1"),
    ("link", "r.yaml", "regions: [1, 2]", "needs a mapping 'regions'"),
    ("link", "r.yaml", "a: [", "not valid YAML"),
    ("appraise", "p.yaml", WIND.replace("lifetime: 20\n", ""), "'lifetime' is missing"),
    ("appraise", "p.yaml", WIND.replace("capacity_mw: 100\n", ""), "is missing"),
    ("appraise", "p.yaml", WIND.replace("lifetime: 20", "lifetime: long"), "lifetime"),
    ("appraise", "p.yaml", WIND.replace("opex_share", "opex_shares"), "did you mean 'opex_share'"),
    ("appraise", "p.yaml", WIND + "loans: [{share: 1.2, rate: 0.04, tenor: 9}]\n", "at most 1"),
    ("appraise", "p.yaml", WIND + "loans: [{share: 0.5, rate: 0.04, tenor: 30}]\n", "tenor"),
    ("appraise", "p.csv", "year,cash_flow\n2025,-100\n2026,many\n", "row 3, column cash_flow"),
    ("appraise", "p.csv", "year,flow\n2025,-100\n", "needs a column 'cash_flow'"),
    ("appraise", "p.csv", "key,value\nname,\n", "empty cell"),
    ("screen", "s.yaml", "activity: cemment", "did you mean 'cement'"),
    ("screen", "s.yaml", "activity: cement\ntaxonomies: [EUU]", "did you mean 'EU'"),
    ("screen", "s.yaml", "activity: cement\nmetrics: {tco2_pr_t: 1}", "did you mean 'tco2_per_t'"),
    ("screen", "s.yaml", "activity: cement\nsafeguards: maybe", "unknown answer 'maybe'"),
    ("screen", "s.yaml", "metrics: {}", "'activity' is missing"),
]


@pytest.mark.parametrize(("verb", "name", "text", "said"), WRONG_FILES)
def test_wrong_files_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, verb: str, name: str, text: str, said: str
) -> None:
    words = ["link"] if verb == "link" else ["finance", verb]
    code, out, err = run(capsys, *words, written(tmp_path, name, text))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_formula_without_a_value_is_named_by_its_cell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["year", "cash_flow"], [2025, -100], [2026, "=50+60"]):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    code, _, err = run(capsys, "finance", "appraise", str(tmp_path / "p.xlsx"))
    assert code == 2
    assert "cell B3" in err


def test_cooperation_and_its_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "game.html"
    code, out, _ = run(
        capsys, "cooperation", "--format", "json", "--report", str(page), "--lang", "zh"
    )
    found = json.loads(out)
    assert code == 0
    assert "technology" in found["shared_interests"]
    assert sum(found["side_payments_bn_usd"]["core"]["payments"].values()) == pytest.approx(0.0)
    assert "利益交汇点" in page.read_text(encoding="utf-8")
    assert run(capsys, "cooperation", "--set", "social_cost=0")[0] == 0


def test_recycle_nets_to_zero(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["recycle", "--charge", "China=520", "--charge", "India=310", "--borne", "0.6"]
    code, out, _ = run(capsys, *words, "--format", "json")
    found = json.loads(out)
    assert (code, found["revenue"]) == (0, 830.0)
    for use in ("returned", "ldc_per_head", "climate_finance"):
        assert sum(row[use] for row in found["net"].values()) == pytest.approx(0.0, abs=1e-9)
    assert "returned" in run(capsys, *words)[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cooperation", "--profile", "full,full"), "2 strategies for 3 actors"),
        (("cooperation", "--profile", "full,full,ful"), "did you mean 'full'"),
        (("cooperation", "--set", "social_cost=much"), "--set: 'much' is no number"),
        (("cooperation", "--set", "social_price=1"), "unknown assumption"),
        (("recycle", "--charge", "China"), "is not NAME=NUMBER"),
        (("recycle", "--charge", "China=-4"), "charge is -4"),
        (("recycle", "--charge", "China=4", "--share", "return=1"), "did you mean 'returned'"),
        (("recycle", "--charge", "China=4", "--borne", "2"), "share is 2"),
    ],
)
def test_wrong_games_and_uses_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_disclosure_and_belt_road(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "wind.yaml", WIND)
    code, out, _ = run(capsys, "finance", "disclose", file, "--product", "bond", "--format", "json")
    assert code == 0
    assert {row["product"] for row in json.loads(out)} == {"bond"}
    code, _, err = run(capsys, "finance", "disclose", file, "--product", "bnd")
    assert (code, "did you mean 'bond'" in err) == (2, True)
    code, out, _ = run(capsys, "finance", "belt-road", "--format", "json")
    assert code == 0
    assert all(row["source"] for row in json.loads(out))


@pytest.mark.parametrize("verb", [(), ("appraise",), ("screen",), ("disclose",), ("template",)])
def test_examples_of_the_help_work_as_printed(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verb: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = run(capsys, "finance", *verb, "--help")[1].rpartition("Example:")[2]
    commands = [line.split()[1:] for line in listed.splitlines() if line.strip()]
    assert commands
    assert [run(capsys, *words)[0] for words in commands] == [0] * len(commands)


def test_template_overwrites_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mine = written(tmp_path, "wind.yaml", "mine")
    code, _, err = run(capsys, "finance", "template", "--out", mine)
    assert (code, "exists already" in err) == (2, True)
    assert Path(mine).read_text(encoding="utf-8") == "mine"


def test_files_of_the_guide_work(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "appraise-a-project.md"
    found = re.findall(r"^```yaml\n(.*?)^```", guide.read_text(encoding="utf-8"), re.M | re.S)
    for words, text in zip((["finance", "appraise"], ["finance", "screen"], ["link"]), found,
                           strict=True):  # fmt: skip
        file = written(tmp_path, f"{words[-1]}.yaml", text)
        assert run(capsys, *words, file, "--format", "json")[0] == 0


def test_stored_values_of_formulas_are_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["year", "cash_flow"], [2025, -100], [2026, "=50+60"]):
        book.active.append(row)
    book.save(tmp_path / "p.xlsx")
    with zipfile.ZipFile(tmp_path / "p.xlsx") as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb"<v ?/>|<v></v>", b"<v>110</v>", parts[sheet])
    with zipfile.ZipFile(tmp_path / "q.xlsx", "w") as saved:
        for name, content in parts.items():
            saved.writestr(name, content)
    code, out, _ = run(capsys, "finance", "appraise", str(tmp_path / "q.xlsx"), "--format", "json")
    assert code == 0
    assert json.loads(out)["irr"] == pytest.approx(0.10)
