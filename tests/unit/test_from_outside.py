"""What comes from outside is refused or harmless: files, tables, networks, names, formulas."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pypsa
import pytest
from pydantic import Field

import dualcarbon as dc
from dualcarbon.cli.main import exit_code, main
from dualcarbon.common import documents
from dualcarbon.common.outgoing import as_written, defused, read_csv, write_csv
from dualcarbon.common.records import LONGEST_NAME, Record, file_name
from dualcarbon.common.sheets import read_sheet
from dualcarbon.common.whole import whole
from dualcarbon.errors import InputError, SolveError
from dualcarbon.instruments import CarbonMarket, CarbonTax, GreenCertificates, Instrument
from dualcarbon.instruments.claims import Eligibility
from dualcarbon.report.export import write_workbook
from dualcarbon.runs import folder as runfolder
from dualcarbon.scenario.documents import load_scenarios
from dualcarbon.scenario.model import Scenario
from tests.oracle import user_networks

TEMPLATE = "responsibility/readers/template.py"
SOURCE = Path(__file__).resolve().parents[2] / "src" / "dualcarbon"


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# documents


def billion_laughs(levels: int = 11) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(lines)


BAD_YAML = {
    "aliases of aliases": (billion_laughs(), "line", "written out"),
    "merged aliases": (
        "a0: &a0 {x: 1}\n"
        + "\n".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 11)),
        "line",
        "written out",
    ),
    "an alias of itself": ("a: &a [1, *a]", "line 1", "inside of what it names"),
    "brackets": ("[" * 300_000, "line 1", "nested too deeply"),
    "dashes": ("- " * 300_000 + "x", "line 1", "nested too deeply"),
    "questions": ("? " * 300_000, "line 1", "nested too deeply"),
    "braces": ("{a: " * 300_000, "line 1", "nested too deeply"),
    "length": ("x" * 5_000_000, "bad.yaml", "4,000,000"),
    "a month of 99": ("name: x\nday: 2001-99-99", "line 2", "is no date"),
    "digits": ("a: " + "9" * 5_000, "line 1", "whole number"),
    "tagged number": ("a: !!int x", "line 1", "whole number"),
    "tagged truth": ("a: !!bool x", "line 1", "true or false"),
    "tagged time": ("a: !!timestamp x", "line 1", "is no date"),
    "a list as key": ("? [a]\n: b", "line 1", "a key"),
    "code": ("a: !!python/object/apply:os.getcwd []", "line 1", "constructor"),
    "control characters": ("a: \x00", "bad.yaml", "not valid YAML"),
}
BAD_JSON = {
    "brackets": ("[" * 300_000, "nested too deeply"),
    "digits": ("9" * 5_000, "too many digits"),
    "no number": ('{"a": NaN}', "'NaN' is no number"),
    "without end": ('{"a": Infinity}', "'Infinity' is no number"),
    "half a letter": ('["\\ud800"]', "half of a letter"),
    "a comma": ("[1,]", "line 1"),
}


@pytest.mark.parametrize("case", BAD_YAML)
def test_a_bad_yaml_file_is_one_error(case: str) -> None:
    text, *told = BAD_YAML[case]
    with pytest.raises(InputError) as error:
        documents.parse_all(text, "bad.yaml")
    assert all(part in str(error.value) for part in ("bad.yaml", *told))


@pytest.mark.parametrize("case", BAD_JSON)
def test_a_bad_json_file_is_one_error(case: str) -> None:
    text, told = BAD_JSON[case]
    with pytest.raises(InputError, match=told) as error:
        documents.parse_json(text, "bad.json")
    assert "bad.json" in str(error.value)


def test_numbers_are_read_as_they_look() -> None:
    text = "[010, 1:30, 0x1F, 1_000, 4e9, -5, +3, 2025-01-01, {<<: {a: 1}, b: 2}]"
    ten, clock, hexadecimal, *rest = documents.parse(text, "x")
    assert (ten, clock, hexadecimal) == (10, "1:30", "0x1F")
    assert rest[:4] == [1000, 4e9, -5, 3]
    assert rest[5] == {"a": 1, "b": 2}


@pytest.mark.parametrize("name", ["a" * 5_000, "zero\0byte", "."])
def test_a_place_that_cannot_be_read_is_one_error(name: str) -> None:
    with pytest.raises(InputError):
        documents.read_text(Path(name))


def test_a_device_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="too large"):
        documents.read_text(Path("/dev/zero"))


# scenarios


def test_each_scenario_of_a_file_extends_its_parent(tmp_path: Path) -> None:
    text = "name: one\nextends: teaching_link\n---\nname: two\nextends: teaching\n"
    one, two = load_scenarios([written(tmp_path, text)])
    assert set(one.instruments) == set(load_scenarios(["teaching_link"])[0].instruments)
    assert set(two.instruments) == set(load_scenarios(["teaching"])[0].instruments)
    assert one.world == two.world == "teaching"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: one\nextends: teaching\n---\nname: two\nextends: nowhere\n", "'nowhere'"),
        ("name: one\nextends: teaching\n---\nextends: teaching\n", "scenario 2: 'name' is missing"),
        ("name: one\nextends: teaching\n---\nname: ONE\nextends: teaching\n", "given twice"),
        ("", "a.yaml: expected a mapping"),
        ("---\n---\n", "a.yaml: expected a mapping"),
        ("name: one\nextends: teaching\n---\nname: two\nextends: a.yaml\n", "in a circle"),
    ],
)
def test_a_file_of_scenarios_is_whole_or_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        load_scenarios([written(tmp_path, text)])
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("extends=today", "laid over"),
        ("name=../../x", "files are named by it"),
        ("green.share=yes", "expected a number"),
        ("green.share={202: 0.3, 2030: 0.4}", "year 202"),
        ("green.share={}", "holds no number"),
        ("carbon.cap={}", "holds no number"),
        ("green.share.²=0.3", "green.share"),
        ("green.eligible.vintages=[newer]", "did you mean 'new'"),
        ("tax={rate: 50, carriers: [coal_ucs]}", "'coal_ucs'"),
    ],
)
def test_a_change_that_means_nothing_is_refused(change: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        load_scenarios(["teaching"], [change])
    assert told in str(error.value)


NAMES = ["../../x", "a/b", "a\\b", "C:x", ".hidden", "-option", "", " x", "x ", "x.", "a\nb",
         "a\0b", "nul", "COM1.txt", "a" * (LONGEST_NAME + 1), "碳" * LONGEST_NAME, "a\u202eb",
         "x\x1b[2J", "a?", "a*", "<a>", "a|b", '"a"']  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(InputError, match="name"):
        Scenario.of({"name": name, "world": "teaching"})


@pytest.mark.parametrize("name", ["碳市场 2030", "teaching-link_2", "a.b", "été", "a=b, c"])
def test_a_name_may_be_of_any_language(name: str) -> None:
    assert file_name(name) == name


def test_offsets_have_names_of_their_own() -> None:
    step = {"name": "forest", "quantity": 1e6, "price": 50}
    with pytest.raises(InputError, match="'forest' are given twice"):
        CarbonMarket(cap=1e8, offset_limit=0.05, offsets=[step, step])


def test_truth_is_no_number_anywhere() -> None:
    class Inner(Record):
        """A record inside."""

        size: float = 0.0
        there: bool = False

    class Outer(Record):
        """A record around it."""

        by_name: dict[str, Inner] = Field(default_factory=dict)
        sizes: tuple[int, ...] = ()
        share: float | dict[int, float] = 0.0

    assert Outer(by_name={"a": {"there": True}}).by_name["a"].there
    for given in ({"share": True}, {"sizes": [1, False]}, {"by_name": {"a": {"size": True}}}):
        with pytest.raises(InputError, match=r"expected a (whole )?number"):
            Outer(**given)


# networks


def network(load: float = 100.0) -> pypsa.Network:
    n = user_networks.blank(slices=2)
    n.add("Bus", "town", carrier="AC")
    n.add("Load", "town", bus="town", p_set=load)
    n.add("Generator", ["coal", "gas", "wind"], bus="town", carrier=["coal", "gas", "wind"],
          p_nom=[0.8 * load, 0.8 * load, 0.2 * load], marginal_cost=[20.0, 60.0, 0.0],
          efficiency=[0.4, 0.5, 1.0])  # fmt: skip
    user_networks.carriers(n, renewable=["wind"], coal=0.34, gas=0.2)
    return n


CELLS = [
    ("generators", "coal", "marginal_cost"),
    ("generators", "coal", "efficiency"),
    ("generators", "coal", "p_nom"),
    ("carriers", "coal", "co2_emissions"),
    ("loads", "town", "p_set"),
]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, "much"])
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: ".".join(cell))
def test_what_is_no_figure_in_a_network_is_named(cell: tuple[str, str, str], value: Any) -> None:
    component, name, column = cell
    n = network()
    table = n.c[component].static
    table[column] = table[column].astype(object if isinstance(value, str) else float)
    table.loc[name, column] = value
    with pytest.raises(InputError) as error:
        dc.solve_equilibrium(n, [CarbonTax(rate=10)])
    assert all(part in str(error.value) for part in ("expected a finite number", *cell))


def test_what_is_no_figure_in_a_series_is_named() -> None:
    n = network()
    n.loads_t.p_set["town"] = [100.0, np.nan]
    with pytest.raises(InputError, match=r"loads.*'p_set'.*'town' at 2030-01-01 01:00"):
        dc.solve_equilibrium(n, [CarbonTax(rate=10)])


def test_weights_are_figures() -> None:
    n = network()
    n.snapshot_weightings.loc[n.snapshots[0], "generators"] = np.nan
    with pytest.raises(InputError, match=r"snapshot_weightings.*'generators'"):
        dc.solve_equilibrium(n, [CarbonTax(rate=10)])


def test_what_pypsa_leaves_open_may_stay_open() -> None:
    n = network()
    n.generators["p_nom_max"], n.generators["ramp_limit_up"] = np.inf, np.nan
    prices = dc.solve_equilibrium(n, [CarbonMarket(cap=5e5)]).prices
    assert prices["price"].tolist() == pytest.approx([(60 - 20) / (0.34 / 0.4 - 0.2 / 0.5)])


@pytest.mark.parametrize("factor", [1e-2, 1e-1, 1.0, 1e3])
def test_a_price_does_not_depend_on_the_size(factor: float) -> None:
    prices = dc.solve_equilibrium(network(100.0 * factor), [CarbonMarket(cap=5e5 * factor)]).prices
    assert prices["price"].tolist() == pytest.approx([(60 - 20) / (0.34 / 0.4 - 0.2 / 0.5)])


def test_a_network_within_the_tolerance_is_refused() -> None:
    with pytest.raises(InputError, match=r"greatest load is 0.01 MW .*allowed: at least 0.1 MW"):
        dc.solve_equilibrium(network(0.01), [CarbonMarket(cap=50.0)])


MISSPELT: dict[str, Instrument] = {
    "tax.carriers": CarbonTax(rate=50, carriers=("coall",)),
    "carbon.carriers": CarbonMarket(cap=5e5, carriers=("coall",)),
    "green.eligible.carriers": GreenCertificates(
        share=0.1, eligible=Eligibility(carriers=("wnd",))
    ),
}


@pytest.mark.parametrize("where", MISSPELT)
def test_a_misspelt_carrier_is_refused_on_any_network(where: str) -> None:
    with pytest.raises(InputError) as error:
        dc.solve_equilibrium(network(), [MISSPELT[where]])
    assert where in str(error.value)
    assert "did you mean" in str(error.value)


def test_a_cap_over_nothing_stays_with_the_government() -> None:
    n = network()
    n.loads.loc["town", "p_set"] = 15.0  # which wind serves
    equilibrium = dc.solve_equilibrium(n, [CarbonMarket(cap=5e5, floor=50)])
    equilibrium.check()
    assert equilibrium.solution.emissions.to_numpy().sum() == pytest.approx(0.0, abs=1e-6)
    assert equilibrium.prices["price"].tolist() == pytest.approx([50.0])
    assert equilibrium.settlement["amount"].sum() == pytest.approx(0.0)


@pytest.mark.parametrize(("costs", "sign"), [((20.0, 60.0), 1), ((60.0, 20.0), -1)])
def test_a_limit_from_both_sides_keeps_its_sign(costs: tuple[float, float], sign: int) -> None:
    """Emissions that are fixed below what the market would emit cost; above it, they pay."""
    n = network()
    n.generators.loc[["coal", "gas"], "marginal_cost"] = costs
    n.add("GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions",
          sense="==", constant=5e5)  # fmt: skip
    prices = dc.solve_equilibrium(n, [GreenCertificates(share=0.01)]).prices
    found = prices.loc[prices["instrument"] == "network", "price"].tolist()
    assert found == pytest.approx([sign * (60 - 20) / (0.34 / 0.4 - 0.2 / 0.5)])


def test_a_cost_without_a_bottom_is_no_infeasible_system() -> None:
    n = network()
    n.add("Generator", "gift", bus="town", carrier="gas", p_nom_extendable=True, marginal_cost=-5.0)
    n.add("Generator", "sink", bus="town", carrier="AC", p_nom_extendable=True, p_min_pu=-1.0,
          p_max_pu=0.0)  # fmt: skip
    with pytest.raises(SolveError, match="falls without limit"):
        dc.solve_equilibrium(n, [CarbonTax(rate=1)])


# tables that leave

FORMULAS = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")']
HARMLESS = ["steel", "-5", "+1.5e3", "-", "–", "5%", "'quoted'", "碳", ""]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_written_as_a_formula(text: str, tmp_path: Path) -> None:
    table = pd.DataFrame({text: [text, "plain"], "number": [-1.5, 2.0]})
    write_csv(table, tmp_path / "t.csv")
    raw = pd.read_csv(tmp_path / "t.csv")
    assert raw.columns[0].startswith("'")
    assert raw.iloc[0, 0].startswith("'")
    assert raw["number"].tolist() == [-1.5, 2.0]
    again = table.rename(columns={text: text.replace("\r", "\n")}).replace("\r", "\n", regex=True)
    pd.testing.assert_frame_equal(read_csv(tmp_path / "t.csv"), again)
    write_workbook({"t": table}, tmp_path / "t.xlsx", first=False)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["t"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("text", [*HARMLESS, *FORMULAS, "'=1", "''=1", "'"])
def test_what_was_written_is_read_again(text: str) -> None:
    assert as_written(defused(text)) == text.replace("\r", "\n")
    assert text not in HARMLESS or defused(text) == text


def test_a_workbook_holds_any_text_and_number(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": ["x\x00\x1b", "y" * 40_000, "=1", np.inf, -np.inf, np.nan]})
    write_workbook({"t": table}, tmp_path / "t.xlsx", first=False)
    cells = [row[0].value for row in openpyxl.load_workbook(tmp_path / "t.xlsx")["t"].iter_rows()]
    assert cells[1:] == ["x\ufffd\ufffd", "y" * 32_767, "=1", "inf", "-inf"]


def test_there_is_one_writer_of_csv_and_one_of_workbooks() -> None:
    texts = {p.relative_to(SOURCE).as_posix(): p.read_text("utf-8") for p in SOURCE.rglob("*.py")}
    csv = {name for name, text in texts.items() if ".to_csv(" in text or "csv.writer" in text}
    books = {name for name, text in texts.items() if "Workbook(" in text or ".to_excel(" in text}
    reads = {"ledger/statement.py", TEMPLATE}  # compared, and our own names
    assert csv == {"common/outgoing.py", *reads}
    assert books == {"report/export.py"}


def test_a_batch_of_shipments_writes_no_formula(tmp_path: Path) -> None:
    written(tmp_path, "cn,origin,tonnes,year,importer\n72071111,TR,1,2026,=cmd|calc\n", "s.csv")
    for out in (tmp_path / "o.csv", tmp_path / "o.xlsx"):
        exit_code(["cbam", "batch", str(tmp_path / "s.csv"), "--out", str(out), "--price", "80",
                   "--quiet"])  # fmt: skip
    cells = pd.read_csv(tmp_path / "o.csv").astype(str).to_numpy().ravel()
    assert "=cmd|calc" not in cells
    for sheet in openpyxl.load_workbook(tmp_path / "o.xlsx"):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_terminal_is_not_steered_by_what_a_file_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, 'extends: teaching\n"\\e[2J\\a": 1\n')
    assert exit_code(["run", str(path)]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_output_is_written_whatever_the_terminal_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit) as end:
        main(["scenarios", "--lang", "zh", "--format", "json"])
    assert end.value.code == 0
    said = stream.buffer.getvalue().decode("latin-1")  # type: ignore[attr-defined]
    assert any("碳" in row["title"] for row in json.loads(said))


# files that are whole or absent


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = written(tmp_path, "before")

    def fail(part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        whole(path, fail)
    assert path.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_is_full_or_read_only_is_one_error(number: int, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    written(tmp_path / "run", "{}", "manifest.json")

    def fill() -> None:
        with runfolder.written(tmp_path / "run") as partial:
            written(partial, "half")
            raise OSError(number, os.strerror(number))

    with pytest.raises(InputError, match="cannot write here"):
        fill()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["manifest.json"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    path, other = tmp_path / "a.csv", tmp_path / f".a.part-{os.getpid()}.csv"
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    left = written(tmp_path, "half", f".a.part-{gone}.csv")
    of_another = written(tmp_path, "half", f".b.part-{gone}.csv")
    whole(path, lambda part: part.write_text("whole", encoding="utf-8"))
    assert path.read_text("utf-8") == "whole"
    assert not left.exists()
    assert of_another.exists()
    assert not other.exists()


def test_a_table_that_is_given_reads_formulas_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, "name,note\nx,'=1+1\n", "t.csv")
    assert read_sheet(path).to_numpy().tolist() == [["x", "=1+1"]]
