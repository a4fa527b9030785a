"""Files that users give: a key or a column that stands twice is refused in each of them."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from pydantic import Field, model_validator

from dualcarbon.cli.main import exit_code
from dualcarbon.common import documents
from dualcarbon.common.records import Record
from dualcarbon.common.sheets import read_sheet
from dualcarbon.errors import InputError

ASSESS = "cbam assess --cn 72071111 --origin TR --tonnes 1 --year 2026"
PRECURSORS = """[
  {"cn": "26011200", "origin": "BR",
   "per_tonne": 1.4, "per_tonne": 1.5}
]
"""
PROJECT = "name: wind\nlifetime: 20\nopex: 10\nlifetime: 25\n"
CLUB = "regions:\n  North: {gdp_bn: 9000, co2_mt: 3000,\n    gdp_bn: 8000, abatement: 0.02}\n"
REGIONS = "regions:\n  North: {slope: 0.5}\n  South: {slope: 0.4}\n  North: {slope: 0.3}\n"
SCENARIO = "extends: teaching\ninstruments:\n  carbon: {cap: 1e8}\n  carbon: {cap: 2e8}\n"
REFORM = "instruments:\n  tax: {rate: 10}\ninstruments:\n  tax: {rate: 20}\n"

GIVEN = {
    "scenario": ("run FILE", "a.yaml", SCENARIO, "'carbon'", "line 4"),
    "scenario beside others": (
        "run FILE",
        "b.yaml",
        f"name: one\nextends: teaching\n---\n{SCENARIO}",
        "'carbon'",
        "line 7",
    ),
    "reform": ("attribute teaching --reforms FILE", "r.yaml", REFORM, "'instruments'", "line 3"),
    "project": ("finance appraise FILE", "p.yaml", PROJECT, "'lifetime'", "line 4"),
    "project of keys and values": (
        "finance appraise FILE",
        "p.csv",
        "key,value\nlifetime,20\nloans.1.share,0.5\nlifetime,25\n",
        "'lifetime'",
        "row 4",
    ),
    "cash flow": (
        "finance appraise FILE",
        "f.csv",
        "year,cash_flow,cash_flow\n2025,-100,-90\n2026,120,130\n",
        "'cash_flow'",
        "line 1",
    ),
    "activity": (
        "finance screen FILE",
        "s.yaml",
        "activity: cement\nmetrics:\n  tco2_per_t: 0.4\n  tco2_per_t: 0.5\n",
        "'tco2_per_t'",
        "line 4",
    ),
    "regions to link": ("link FILE", "l.yaml", REGIONS, "'North'", "line 4"),
    "club": ("club --data FILE", "c.yaml", CLUB, "'gdp_bn'", "line 3"),
    "precursors": (f"{ASSESS} --precursors FILE", "p.json", PRECURSORS, "'per_tonne'", "line 3"),
    "shipments": (
        "cbam batch FILE",
        "s.csv",
        "cn,origin,tonnes,year,tonnes\n72071111,TR,1,2026,2\n",
        "'tonnes'",
        "line 1",
    ),
    "certificate prices": (
        f"{ASSESS} --prices FILE",
        "c.csv",
        "period,eur_per_t\n2026-Q1,75\n2026-Q1,76\n",
        "'2026-Q1'",
        "row 3",
    ),
    "parts of a carbon price": (
        "price effective FILE",
        "t.csv",
        "name,kind,price,price\nETS,ets,10,11\n",
        "'price'",
        "line 1",
    ),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_what_stands_twice_is_refused_with_file_and_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, name, text, key, line = GIVEN[kind]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    code = exit_code([str(path) if word == "FILE" else word for word in command.split()])
    said = capsys.readouterr().err
    assert code == 2, said
    assert said.count("\n") == 1
    assert "stands twice" in said
    assert key in said
    assert re.search(rf"{re.escape(name)}, {line}\b", said), said


@pytest.mark.parametrize("words", ["finance appraise", "cbam batch"])
def test_a_column_twice_in_a_workbook_is_refused(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for row in (("key", "value", "value"), ("lifetime", 20, 25)):
        book.active.append(row)
    book.save(tmp_path / "two.xlsx")
    assert exit_code([*words.split(), str(tmp_path / "two.xlsx")]) == 2
    assert "two.xlsx, line 1: column 'value' stands twice" in capsys.readouterr().err


def test_sheets_keep_cells_as_they_stand_and_drop_what_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\ufefforigin, tonnes,\nNA,007,\n\nTR,,\n", encoding="utf-8")
    found = read_sheet(path)
    assert found.to_dict("list") == {"origin": ["NA", "TR"], "tonnes": ["007", ""]}


def test_json_is_read_as_strictly_as_yaml() -> None:
    assert documents.parse_json('{"a": {"b": 1}, "c": {"b": 2}}', "f") == {
        "a": {"b": 1},
        "c": {"b": 2},
    }
    with pytest.raises(InputError, match=r"f, line 2: not valid JSON"):
        documents.parse_json('{"a": 1,\n b: 2}', "f")


def test_an_error_is_placed_within_what_holds_it() -> None:
    bare, placed = InputError("is odd"), InputError("is odd", where="b", allowed="c", nearest="d")
    assert str(bare.within("a")) == "a: is odd"
    assert str(placed.within("a", ".")) == "a.b: is odd; did you mean 'd'? (allowed: c)"
    assert str(placed.within("a").within("f", ": ")).startswith("f: a, b: is odd")


class Inner(Record):
    share: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _odd(self) -> Inner:
        if self.share == 0.5:
            raise ValueError("half is no answer")
        return self


class Outer(Record):
    parts: tuple[Inner, ...]


@pytest.mark.parametrize(
    ("share", "said"),
    [(2, "must be at most 1, got 2"), (0.5, "half is no answer"), (".inf", "expected a number")],
)
def test_a_record_within_a_record_names_the_whole_way(share: object, said: str) -> None:
    with pytest.raises(InputError, match=rf"^parts\.1(\.share)?: {said}"):
        Outer(parts=({"share": 0.1}, {"share": share}))
    with pytest.raises(InputError, match=rf"^(share: )?{said}"):
        Inner(share=share)
    with pytest.raises(InputError, match=r"finite number"):
        Inner(share=float("nan"))
