"""The verbs that list, convert and show world tables, and the page that describes them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dualcarbon.cli.app import app
from dualcarbon.cli.main import exit_code
from dualcarbon.responsibility.readers import READERS, read_table
from dualcarbon.responsibility.table import store
from dualcarbon.responsibility.table.embedded import load_table
from tests import mrio_mocks as mocks
from tests.pages import ROOT

RUN = CliRunner()
PAGE = ROOT / "docs" / "reference" / "input-output-tables.md"


def run(*arguments: str) -> str:
    result = RUN.invoke(app, ["responsibility", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_tables_lists_every_kind_and_the_years_of_a_folder(tmp_path: Path) -> None:
    kinds = [row["kind"] for row in json.loads(run("tables", "--format", "json"))]
    assert kinds == ["compact", *READERS]
    for year in (1999, 2000, 2001, 2009):
        (tmp_path / f"wiot2013_{year}.npz").touch()
    rows = json.loads(run("tables", "wiod2013", "--path", str(tmp_path), "--format", "json"))
    assert rows[0]["years"] == "1999–2001, 2009"
    assert "Timmer" in rows[0]["cite"]
    assert "wiod2013" in run("tables")


def test_the_page_describes_every_kind() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [kind for kind in READERS if f"| `{kind}` |" not in text] == []


def test_convert_keeps_aggregates_and_reads_again(tmp_path: Path) -> None:
    truth = mocks.table()
    mocks.figaro(truth, tmp_path)
    mocks.emission_file(truth, tmp_path / f"co2_{mocks.YEAR}.csv")
    groups = tmp_path / "regions.csv"
    groups.write_text("region,group\nAUS,rest\nCHN,China\nUSA,rest\n", encoding="utf-8")
    out = tmp_path / "kept"
    options = ["--table", "figaro", "--path", str(tmp_path), "--regions", str(groups)]
    run("convert", *options, "--out", str(out), "--single")
    found = store.load(out)
    assert found.regions == ("rest", "China")
    assert found.Z.dtype == np.float32
    np.testing.assert_allclose(found.world, truth.world)
    run("convert", "store", "--path", str(out), "--out", str(tmp_path / "kept.npz"))
    np.testing.assert_allclose(read_table("npz", tmp_path / "kept.npz").F, found.F)


@pytest.mark.parametrize(
    "arguments",
    [
        "tables exiobase",
        "tables --path .",
        "convert compact --out . ",
        "convert compact --year 2008 --out t",
        "convert compact --single --out t.npz",
        "convert compact --regions none.csv --out t",
        "convert wiod2013 --out t",
        "convert compact --option co2=none --out t",
        "quality wiod2013 --path . --option co2",
        "quality compact --table wiod2013",
        "quality --format xml",
    ],
)
def test_wrong_arguments_end_with_one_line_and_code_two(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(f"dualcarbon responsibility {arguments}".split()[1:]) == 2
    assert list(tmp_path.iterdir()) == []


def test_data_shows_an_input_output_table_by_industry() -> None:
    result = RUN.invoke(app, ["data", "show", "io_compact_2011", "--rows", "0", "--format", "json"])
    shown = json.loads(result.stdout)
    table = load_table(year=2011)
    assert len(shown["rows"]) == table.N
    assert {row["column"] for row in shown["columns"]} == {"Z", "Y", "x", "F", "F_Y"}
    assert sum(row["F"] for row in shown["rows"]) == pytest.approx(table.F.sum())
