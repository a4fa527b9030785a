"""The command line: examples work, data go to standard output, everything else does not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import dualcarbon as dc
from dualcarbon.cli.console import cell, show
from dualcarbon.cli.main import exit_code
from dualcarbon.runs import folder as runfolder
from tests.rows import rows_match

VERBS = (
    (),
    ("run",),
    ("compare",),
    ("explain",),
    ("check",),
    ("report",),
    ("export",),
    ("data",),
    ("data", "list"),
    ("data", "show"),
    ("data", "verify"),
    ("scenarios",),
    ("schema",),
)
pytestmark = pytest.mark.usefixtures("warm")

Capture = pytest.CaptureFixture[str]
MOST_SECONDS_OF_HELP = 2.0
HEAVY = ("pandas", "numpy", "pydantic", "pypsa", "linopy")


def said(capsys: Capture, *arguments: str) -> str:
    """What a command that must succeed prints to standard output."""
    code = exit_code(arguments)
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return printed.out


def examples(capsys: Capture, *verb: str) -> list[list[str]]:
    """Commands at the end of a help page."""
    end = said(capsys, *verb, "--help").rpartition("Example:")[2]
    return [line.split()[1:] for line in end.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def home(warm: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the run that the examples of 'report' and 'export' start from."""
    home = tmp_path_factory.mktemp("home")
    before = Path.cwd()
    os.chdir(home)
    try:
        dc.run(["teaching", "teaching_link"], out="runs/teaching")
    finally:
        os.chdir(before)
    return home


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    return home


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_ends_with_an_example(verb: tuple[str, ...], capsys: Capture) -> None:
    commands = examples(capsys, *verb)
    assert commands
    assert commands[-1][: len(verb)] == list(verb)


@pytest.mark.parametrize(
    "verb", [v for v in VERBS if v not in {("run",), ("compare",), ()}], ids=" ".join
)
def test_example_works(verb: tuple[str, ...], at_home: Path, capsys: Capture) -> None:
    commands = examples(capsys, *verb)
    assert said(capsys, *commands[-1])
    assert all(command[0] == "run" for command in commands[:-1])


def test_run_prints_json_alone_and_writes_the_folder(at_home: Path, capsys: Capture) -> None:
    command = examples(capsys, "run")[0]
    code = exit_code([*command, "--format", "json", "--lang", "zh"])
    printed = capsys.readouterr()
    assert code == 0
    answer = json.loads(printed.out)
    assert answer["folder"] == "runs/teaching"
    assert set(answer["scenarios"]) == {"teaching", "teaching_link"}
    assert set(answer["scenarios"]["teaching"]) == {"2025", "2030"}
    assert "solve teaching_link" in printed.err
    assert "报告: runs/teaching/report.html" in printed.err
    report = (at_home / "runs/teaching/report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in report


def test_run_without_out_names_the_folder_after_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    out = said(capsys, "run", "teaching", "--set", "carbon.offset_limit=0")
    assert "RE share" in out
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("teaching-")
    assert runfolder.is_run(folder)
    resolved = (folder / "scenario.resolved.yaml").read_text(encoding="utf-8")
    again = dc.load_scenario(folder / "scenario.resolved.yaml")
    assert again.instruments["carbon"].offset_limit == 0
    assert "offset_limit: 0.0" in resolved


@pytest.mark.parametrize(
    "group", [(), ("cbam",), ("price",), ("club",), ("finance",), ("data",), ("responsibility",)]
)
def test_help_of_a_group_says_what_each_verb_does_in_full(
    group: tuple[str, ...], capsys: Capture
) -> None:
    listed = said(capsys, *group, "--help").partition("Options:")[2].partition("Example:")[0]
    assert listed.count(":\n") >= (1 if group else 5)
    assert "..." not in listed


def test_reforms_are_listed_beside_scenarios(capsys: Capture) -> None:
    for lang in ("en", "zh"):
        listed = json.loads(
            said(capsys, "scenarios", "--reforms", "--lang", lang, "--format", "json")
        )
        assert {"linked", "merit_order"} <= {row["name"] for row in listed}
        assert all(row["title"] and row["description"] for row in listed)
    assert "merit_order" not in said(capsys, "scenarios")


def test_compare_two_scenarios_of_a_run(at_home: Path, capsys: Capture) -> None:
    pair = ("runs/teaching:teaching", "runs/teaching:teaching_link")
    rows = json.loads(said(capsys, "compare", *pair, "--format", "json"))
    rows_match("comparison", rows)
    stored = pd.read_csv(at_home / "runs/teaching/tables/indicators.csv")
    stored = stored.set_index(["scenario", "year", "indicator"])["value"]
    row = next(r for r in rows if r["indicator"] == "renewable_share" and r["year"] == 2030)
    assert row["first"] == pytest.approx(stored["teaching", 2030, "renewable_share"])
    assert row["second"] == pytest.approx(stored["teaching_link", 2030, "renewable_share"])
    assert row["change_pct"] == pytest.approx(100 * (row["second"] / row["first"] - 1))
    table = said(capsys, "compare", "runs/teaching", "runs/teaching")
    assert "renewable_share" in table


def test_explain_reads_the_duals_of_the_run(
    at_home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words as of the scenario solved again, which an older folder still is."""
    one = ("explain", "runs/teaching", "carbon-balance", "--lang", "en")
    rows = Path("runs/teaching/rows_teaching.parquet")
    away = rows.rename(rows.with_suffix(".away"))
    try:
        assert exit_code(one) == 0
        again = capsys.readouterr()
    finally:
        away.rename(rows)
    assert "solved again" in again.err
    monkeypatch.setattr("dualcarbon.sweep.sessions.Sessions", lambda: pytest.fail("solved again"))
    assert said(capsys, *one) == again.out
    assert exit_code(["explain", "runs/teaching", "carbon-balance", "--scenario", "teachin"]) == 2
    assert "did you mean 'teaching'" in capsys.readouterr().err


def test_explain_lists_constraints_and_explains_one(at_home: Path, capsys: Capture) -> None:
    assert "carbon-balance: " in said(capsys, "explain", "runs/teaching", "--lang", "en")
    one = ("explain", "runs/teaching", "carbon-balance", "--scenario", "teaching", "--lang", "en")
    text = said(capsys, *one)
    assert "one more t" in text
    assert "CNY" in text
    chinese = said(capsys, "explain", "runs/teaching", "carbon-balance", "--lang", "zh")
    assert "右端项每增加1吨" in chinese
    assert exit_code(["explain", "runs/teaching", "--lang", "fr"]) == 2
    assert "--lang" in capsys.readouterr().err
    assert exit_code(["explain", "runs/teaching:teaching", "carbon-balanse"]) == 2
    assert "did you mean 'carbon-balance'" in capsys.readouterr().err


def test_check_of_a_run_folder_reproduces_it(at_home: Path, capsys: Capture) -> None:
    rows = json.loads(said(capsys, "check", "runs/teaching", "--format", "json"))
    rows_match("invariants", rows)
    assert all(row["holds"] for row in rows)
    assert "the run folder's cost comes out again" in [row["invariant"] for row in rows]


def test_report_in_the_other_language_lies_beside_the_first(at_home: Path, capsys: Capture) -> None:
    for lang in ("en", "zh"):
        path = at_home / said(capsys, "report", "runs/teaching", "--lang", lang).strip()
        assert f'lang="{lang}' in path.read_text(encoding="utf-8")
    path = Path(said(capsys, "report", "runs/teaching", "--out", "mine.html").strip())
    assert path == Path("mine.html")
    assert path.is_file()


@pytest.mark.parametrize("to", ["xlsx", "csv", "parquet", "netcdf", "iamc"])
def test_export(to: str, at_home: Path, capsys: Capture, tmp_path: Path) -> None:
    paths = said(capsys, "export", "runs/teaching", "--to", to, "--out", str(tmp_path)).split()
    assert paths
    assert all(Path(path).stat().st_size > 0 for path in paths)
    assert all(Path(path).is_relative_to(tmp_path) for path in paths)


def test_data_are_shown_with_unit_grade_and_source(capsys: Capture) -> None:
    tables = json.loads(said(capsys, "data", "list", "--format", "json"))
    assert {"fleet", "profile_onwind"} <= {row["table"] for row in tables}
    shown = json.loads(said(capsys, "data", "show", "tariffs", "--format", "json"))
    assert len(shown["rows"]) == 31
    about = {column["column"]: column for column in shown["columns"]}
    assert about["coal_benchmark_cny_per_mwh"]["unit"] == "CNY/MWh"
    assert all(column["grade"] in "ABCD" and column["source"] for column in shown["columns"])
    assert said(capsys, "data", "show", "profile_solar", "--format", "csv").count("\n") == 8761
    assert "北京" in said(capsys, "data", "show", "regions", "--rows", "1")


def test_version(capsys: Capture) -> None:
    assert said(capsys, "--version").strip() == f"dualcarbon {dc.__version__}"


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_tables_fit_the_terminal(
    width: str, at_home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    for lang in ("en", "zh"):
        pair = ("runs/teaching:teaching", "runs/teaching:teaching_link")
        out = said(capsys, "compare", *pair, "--lang", lang)
        assert max(map(len, out.splitlines())) <= int(width)
        assert "…" not in out


def test_lists_of_narrow_terminals_leave_empty_cells_out(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    show("Reforms", ["reform", "alone", "added last", "Shapley value"],
         [["all reforms", "", "", 2.0], ["one", None, 1.0, 2.0]])  # fmt: skip
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:4] == ["all reforms", "Shapley value: 2.00"]
    assert "alone: –" in lines[4:]


def test_cells_are_legible() -> None:
    cells = [cell(v) for v in (0.28512, 9.876, 95.04, 12345.6, 0.0, 2e-7, None, float("nan"))]
    assert cells == ["0.285", "9.88", "95.0", "12,346", "0", "2.0e-07", "–", "–"]
    assert [cell(True), cell(2030), cell("x")] == ["yes", "2030", "x"]


def environment() -> dict[str, str]:
    """The environment in which another Python finds the package."""
    return {**os.environ, "PYTHONPATH": str(Path(dc.__file__).parents[1])}


def run_python(code: str) -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, env=environment()
    )
    return done.stdout


def test_help_comes_at_once_and_loads_nothing_heavy() -> None:
    start = processor_seconds_of_children()
    code = "import sys, dualcarbon.cli as c; c.main"
    loaded = f"{code}; print(sorted(set({HEAVY}) & set(sys.modules)))"
    assert run_python(loaded).strip() == "[]"
    run_python("from dualcarbon.cli import main; main(['run', '--help'])")
    assert processor_seconds_of_children() - start < 2 * MOST_SECONDS_OF_HELP


def processor_seconds_of_children() -> float:
    """What processes started here have used, which does not depend on what else runs."""
    used = os.times()
    return used.children_user + used.children_system


def test_public_names_are_loaded_when_used() -> None:
    code = "import sys, dualcarbon as dc; print('pandas' in sys.modules, callable(dc.run))"
    assert run_python(code).split() == ["False", "True"]
    loop = "import dualcarbon as dc; print(callable(dc.loop.loop_tables))"
    assert run_python(loop).strip() == "True"
    assert set(dc.__all__) <= set(dir(dc))
    with pytest.raises(AttributeError, match="no_such_name"):
        dc.no_such_name  # noqa: B018


@pytest.mark.skipif(os.name != "posix", reason="closes a POSIX pipe")
@pytest.mark.parametrize("streams", [("stdout",), ("stdout", "stderr")], ids="+".join)
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["finance", "template", "project"],
        ["data", "list"],
        ["price", "schemes", "--format", "json"],
    ],
)
def test_closed_pipe_ends_quietly(
    words: list[str], streams: tuple[str, ...], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", f"from dualcarbon.cli import main; main({words!r})"]
    read, write = os.pipe()
    os.close(read)
    try:
        to = {"stderr": subprocess.PIPE} | dict.fromkeys(streams, write)
        done = subprocess.run(
            command, cwd=tmp_path, timeout=60, env=environment(), check=False, **to
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr or b"") == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_interrupt_leaves_nothing_partial(tmp_path: Path) -> None:
    code = "from dualcarbon.cli import main; main(['run', 'teaching', '--out', 'runs/it'])"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "solve teaching" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.strip().endswith("interrupted; nothing partial was left behind")
    assert "Traceback" not in rest
    assert list((tmp_path / "runs").iterdir()) == []
