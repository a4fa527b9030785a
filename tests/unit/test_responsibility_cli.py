"""``dualcarbon responsibility``: what it prints, and what it says when something is wrong."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.responsibility import InputOutputTable, accounts
from dualcarbon.responsibility.principles import PRINCIPLES, USUAL
from dualcarbon.responsibility.table.embedded import load_table
from tests.io_tables import WIOD, needs_wiod, wiod

Capture = pytest.CaptureFixture[str]
COLUMNS = [
    "PBA",
    "CBA",
    "final_production",
    "income",
    "full_production",
    "full_production_gross",
    "EEBT",
    "shared_lenzen",
    "shared_5050",
    "mean_PBA_CBA",
    "mean_CBA_income",
    "TCBA_exportw",
    "TCBA_outputw",
    "TBEET_adj",
    "benchmark_stage",
    "benchmark_finalprod",
]


def said(capsys: Capture, *arguments: str) -> str:
    """What ``responsibility`` prints to standard output."""
    code = exit_code(["responsibility", *arguments])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


def refused(capsys: Capture, *arguments: str) -> str:
    """The one line of a wrong call."""
    assert exit_code(["responsibility", *arguments]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    return lines[-1]


@pytest.fixture(scope="module")
def compact() -> InputOutputTable:
    return load_table()


def test_csv_has_the_named_columns(capsys: Capture, compact: InputOutputTable) -> None:
    printed = pd.read_csv(io.StringIO(said(capsys, "--format", "csv"))).set_index("region")
    assert list(printed.columns) == COLUMNS == list(USUAL)
    assert list(printed.index) == list(compact.regions)
    np.testing.assert_allclose(printed, accounts(compact), rtol=1e-9)


@needs_wiod
def test_a_table_from_disk(capsys: Capture) -> None:
    arguments = ["--table", "wiod2013", "--path", str(WIOD), "--year", "2009", "--format", "csv"]
    printed = pd.read_csv(io.StringIO(said(capsys, *arguments))).set_index("region")
    assert list(printed.columns) == COLUMNS
    assert printed.loc["CHN", "CBA"] == pytest.approx(6860.2, abs=0.05)
    np.testing.assert_allclose(printed, accounts(wiod(2009)), rtol=1e-9)


def test_json_says_what_the_figures_are(capsys: Capture) -> None:
    told = json.loads(said(capsys, "--principles", "PBA,0.5*PBA+0.5*CBA", "--format", "json"))
    assert told["unit"] == "Mt CO2"
    assert {"table", "year", "source", "grade"} <= told.keys()
    assert told["principles"]["PBA"]["title_zh"].startswith("领地排放")
    assert set(told["rows"][0]) == {"region", "PBA", "0.5*PBA+0.5*CBA"}


def test_per_head_and_chosen_regions(capsys: Capture, compact: InputOutputTable) -> None:
    wanted = list(compact.regions[:2])
    told = said(capsys, "compact", "--per-capita", "--regions", ",".join(wanted), "--format", "csv")
    printed = pd.read_csv(io.StringIO(told)).set_index("region")
    assert list(printed.index) == wanted
    assert printed["PBA"].between(0.3, 40.0).all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_table_for_people(capsys: Capture, lang: str) -> None:
    told = said(capsys, "--principles", "all", "--lang", lang)
    for principle in PRINCIPLES.values():
        title = principle.title_zh if lang == "zh" else principle.title_en
        assert title.split()[0] in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compcat"], "unknown verb or table 'compcat'; did you mean 'compact'"),
        (["rankng"], "unknown verb or table 'rankng'; did you mean 'ranking'? (allowed: verbs acc"),
        (["rankng"], "; tables compact, "),
        (["compact", "--table", "wiod2013"], "TABLE is 'compact', but --table is 'wiod2013'"),
        (["--table", "wiod2013"], "--path: needed to read 'wiod2013'"),
        (["--table", "wiot", "--path", "."], "unknown kind of table 'wiot'"),
        (["--path", "."], "--table: the kind of table is needed"),
        (["--principles", "CBB"], "unknown principle 'CBB'; did you mean"),
        (["--principles", ","], "no principle named"),
        (["--regions", "XXX"], "--regions: unknown region 'XXX'"),
        (["--stressor", "CH5"], "unknown stressor 'CH5'"),
        (["--format", "xls"], "--format: unknown value 'xls'"),
        (["--year", "1066"], "1066"),
    ],
    ids=" ".join,
)
def test_wrong_calls(capsys: Capture, arguments: list[str], message: str) -> None:
    assert message in refused(capsys, *arguments)


def test_title_names_the_year_once(capsys: Capture) -> None:
    title = said(capsys, "--per-capita", "--year", "2009").strip().splitlines()[0]
    assert title.startswith("compact world table, 2009, t per head.")


def test_remark_on_the_table_follows_the_answer_and_no_error(capsys: Capture) -> None:
    remark = "output and sales differ"
    assert exit_code(["responsibility", "--principles", "PBA"]) == 0
    assert capsys.readouterr().err.count(remark) == 1
    assert exit_code(["responsibility", "--regions", "XXX"]) == 2
    assert remark not in capsys.readouterr().err
