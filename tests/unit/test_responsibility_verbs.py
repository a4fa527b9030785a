"""Verbs that read the accounts: examples work, formats agree, wrong input is told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.responsibility.rights import RULES

Capture = pytest.CaptureFixture[str]
VERBS = (
    "flows",
    "decompose",
    "paths",
    "tiers",
    "budgets",
    "series",
    "ranking",
    "cumulative",
    "uncertainty",
)


def said(capsys: Capture, *arguments: str) -> str:
    code = exit_code(["responsibility", *arguments])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


def frame(capsys: Capture, *arguments: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(said(capsys, *arguments, "--format", "csv")))


@pytest.mark.parametrize("verb", VERBS)
def test_examples_of_the_help_work(capsys: Capture, verb: str) -> None:
    end = said(capsys, verb, "--help").rpartition("Example:")[2]
    commands = [line.split()[2:] for line in end.splitlines() if line.strip()]
    assert commands
    for command in commands:
        assert said(capsys, *command).strip()


@pytest.mark.parametrize("verb", VERBS)
def test_formats_hold_the_same_rows(capsys: Capture, verb: str) -> None:
    few = ("--draws", "3") if verb == "uncertainty" else ()
    table = frame(capsys, verb, *few)
    data = json.loads(said(capsys, verb, *few, "--format", "json"))
    assert len(data["rows"]) == len(table)
    assert "title" in data
    text = said(capsys, verb, *few)
    assert any(unit in text for unit in ("Mt", "Gt", " t"))


def test_flows_can_be_all_or_those_of_one_region(capsys: Capture) -> None:
    every = frame(capsys, "flows", "--top", "0", "--year", "2009")
    assert len(every) == 16 * 15
    assert every["net"].sum() == pytest.approx(0.0, abs=1e-6)
    some = frame(capsys, "flows", "--top", "3", "--region", "RUS")
    assert len(some) == 3
    assert ((some["from"] == "RUS") | (some["to"] == "RUS")).all()


def test_effects_sum_to_the_change(capsys: Capture) -> None:
    table = frame(capsys, "decompose", "--from", "2004", "--to", "2009")
    parts = table.drop(columns=["region", "change"]).sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["change"].to_numpy(), abs=1e-5)


def test_budgets_sum_to_the_whole_under_every_rule(capsys: Capture) -> None:
    table = frame(capsys, "budgets", "--gt", "400", "--regions", "CHN,USA,EU27")
    sums = table.groupby("rule")["value"].sum()
    assert set(sums.index) == set(RULES)
    assert sums.to_numpy() == pytest.approx(400.0)


def test_series_of_tables_are_the_accounts_of_each_year(capsys: Capture) -> None:
    table = frame(capsys, "series", "CHN", "--table", "compact", "--years", "2004-2009")
    assert list(dict.fromkeys(table["year"])) == [2004, 2009]
    one = table.query("year == 2009 and principle == 'CBA'")["value"].iloc[0]
    whole = frame(capsys, "accounts", "--year", "2009").set_index("region")
    assert one == pytest.approx(whole.loc["CHN", "CBA"])


def test_extraction_takes_at_least_what_the_industry_emits(capsys: Capture) -> None:
    data = json.loads(
        said(capsys, "extract", "--region", "CHN", "--sectors", "metals", "--format", "json")
    )
    assert data["extracted"] == ["CHN:metals"]
    assert data["change"] < -data["own"] < 0


def test_cumulative_figures_are_those_of_the_series(capsys: Capture) -> None:
    table = frame(capsys, "cumulative", "CHN,USA", "--end", "2019").set_index("region")
    assert table["total_gt"].round(1).to_dict() == {"CHN": 226.7, "USA": 410.1}
    assert table.loc["USA", "per_present_head"] == pytest.approx(1220, rel=0.005)


def test_gainers_come_first(capsys: Capture) -> None:
    table = frame(capsys, "ranking", "--gain-from", "CBA")
    assert table["region"].iloc[0] == "CHN"
    assert table["change"].sum() == pytest.approx(0.0, abs=1e-5)


def test_tiers_follow_the_thresholds_given(capsys: Capture) -> None:
    table = frame(capsys, "tiers", "CHN", "--survival", "1", "--luxury", "5", "--wasteful", "20")
    assert table["survival"].max() == 1
    assert table["ordinary"].max() == 4
    assert table["luxury"].max() == pytest.approx(15)


def test_the_page_and_its_tables_are_written(capsys: Capture, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    page = Path(said(capsys, "report", "--out", str(out), "--lang", "zh").strip())
    assert page.name == "report.html"
    assert "碳责任" in page.read_text(encoding="utf-8")
    names = {p.stem for p in out.glob("*.csv")}
    assert {"responsibility_accounts", "responsibility_papers"} <= names
    assert not list(out.glob("*.part"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["flows", "--region", "CHX"], "did you mean 'CHN'"),
        (["flows", "--method", "MRO"], "did you mean 'MRIO'"),
        (["flows", "--top", "-1"], "--top: must not be negative"),
        (["flows", "--year", "1990"], "no embedded table of 1990"),
        (["flows", "--format", "xlsx"], "--format: unknown value 'xlsx'"),
        (["decompose", "--from", "2011", "--to", "2004"], "--from: 2011 is not before 2004"),
        (["decompose", "--regions", "XXX"], "--regions: unknown region 'XXX'"),
        (["decompose", "--method", "one"], "unknown method 'one'"),
        (["paths", "--threshold", "2"], "threshold: 2 is no share"),
        (["paths", "--top", "0"], "--top: must be at least 1"),
        (["paths", "--region", "Mars"], "unknown region 'Mars'"),
        (["tiers", "CHN", "--survival", "50"], "thresholds must rise"),
        (["tiers", "CHN", "--luxury", "-1"], "luxury: a threshold must be"),
        (["tiers", "CHN", "--rates", "1,2"], "2 rates for 4 tiers"),
        (["tiers", "CHN", "--rates", "a,b,c,d"], "--rates: 'a' is no number"),
        (["tiers", "CHN", "--thresholds", "publish"], "did you mean 'published'"),
        (["tiers", "NOR,CHX"], "unknown region 'CHX'"),
        (["budgets", "--gt", "-4"], "budget: a remaining budget must be above zero"),
        (["budgets", "--by-account", "XBA"], "unknown principle 'XBA'"),
        (["budgets", "--rules", "gdr"], "unknown rule 'gdr'"),
        (["budgets", "--rules", ","], "--rules: names nothing"),
        (["budgets", "--year", "2040"], "2040 is outside the series"),
        (["budgets", "--start", "1500"], "start: 1500 is outside the series"),
        (["budgets", "--regions", "EU27,DEU"], "member of EU27"),
        (["budgets", "--budget", "forster"], "unknown budget"),
        (["series", "--years", "2010-2000"], "--years: 2010 is after 2000"),
        (["series", "--years", "now"], "--years: 'now' is no span"),
        (["series", "--years", "1700-1800"], "1700 is outside the series"),
        (["series", "--vintages", "new"], "--vintages"),
        (["series", "--vintages", "2019"], "no territorial CO2 of an edition 2019"),
        (["series", "CHX"], "unknown region 'CHX'"),
        (["series", "CHX", "--table", "compact"], "REGIONS: unknown region 'CHX'"),
        (["series", "--table", "compact", "--years", "1990-1995"], "no embedded table in"),
        (["series", "--table", "compat"], "unknown embedded table"),
        (["series", "--table", "compact", "--principles", "XBA"], "unknown principle"),
        (["ranking", "--gain-from", "CBX"], "unknown principle 'CBX'"),
        (["cumulative", "--start", "1500"], "start: 1500 is outside the series"),
        (["cumulative", "--basis", "both"], "unknown basis 'both'"),
        (["cumulative", "CHX"], "unknown region 'CHX'"),
        (["extract"], "name a region, sectors or both"),
        (["extract", "--region", "CHN", "--sectors", "steel"], "unknown sector 'steel'"),
        (["extract", "--region", "CHN", "--kind", "half"], "unknown kind 'half'"),
        (["uncertainty", "--draws", "0"], "draws: must be at least 1"),
        (["uncertainty", "--flows", "-1"], "flows: a deviation"),
        (["report", "--out", "x", "--lang", "fr"], "--lang: unknown value 'fr'"),
    ],
)
def test_wrong_input_is_told_in_one_line(capsys: Capture, arguments: list[str], words: str) -> None:
    assert exit_code(["responsibility", *arguments]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("error: ")
    assert words in error
