"""Files of shipments as people have them: the right figure, or a doubt that is named."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dualcarbon.cli.main import exit_code
from dualcarbon.common import cells
from dualcarbon.common.intake import Choices
from dualcarbon.common.sheets import decoded, read_sheet
from dualcarbon.errors import InputError
from dualcarbon.international.cbam import Shipment, assess
from dualcarbon.international.cbam.batch import Batch, assess_batch, read_shipments

Capture = pytest.CaptureFixture[str]
COIL = "72083900"
HEADS = ("cn", "origin", "tonnes", "year", "importer")
ROW = (COIL, "CN", "100", "2026", "X")


def of(path: Path, content: str | bytes, choices: Choices | None = None) -> Batch:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return assess_batch(read_shipments(path, choices), 80)


def lines(*rows: Sequence[str], sign: str = ",") -> str:
    return "\n".join(sign.join(row) for row in rows) + "\n"


def tonnes(batch: Batch) -> list[float]:
    return batch.results["quantity"].tolist()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "shipments.csv"


READ = {
    "semicolon and decimal comma": ("cn;origin;tonnes;year\n72083900;CN;100,5;2026\n", 100.5),
    "capitals": ("CN,Origin,Tonnes,Year\n72083900,CN,100,2026\n", 100),
    "Chinese": ("税则号列,原产国,净重（吨）,年份,进口商\n72083900,中国,100,2026,甲\n", 100),
    "three letters": ("cn,origin,tonnes,year\n72083900,CHN,100,2026\n", 100),
    "kilograms in the head": (
        "HS Code,Country of origin,Net mass (kg),Year\n72083900,China,2500,2026\n",
        2.5,
    ),
    "kilograms in the cell": ("cn,origin,tonnes,year\n72083900,CN,100000 kg,2026\n", 100),
    "title above": ("Imports 2026,,,\n,,,\ncn,origin,tonnes,year\n72083900,CN,100,2026\n", 100),
    "tab": ("cn\torigin\ttonnes\tyear\n72083900\tCN\t1 234,5\t2026\n", 1234.5),
    "thousands": ('cn,origin,tonnes,year\n72083900,CN,"1,234.5",2026\n', 1234.5),
    "German": ("Warennummer;Ursprungsland;Gewicht (t);Jahr\n72083900;CN;1.234,5;2026\n", 1234.5),
    "code with blanks": ("cn,origin,tonnes,year\n7208 39 00,CN,100,2026.0\n", 100),
    "year from the day": ("cn,origin,tonnes,imported_on\n72083900,CN,100,15.03.2026\n", 100),
    "year of two digits": ("cn,origin,tonnes,year\n72083900,CN,100,26\n", 100),
    "full-width digits": ("cn,origin,tonnes,year\n72083900,CN,１００,2026\n", 100),
}


@pytest.mark.parametrize("case", READ, ids=lambda c: c.replace(" ", "_"))
def test_a_file_is_read_with_the_right_mass(csv: Path, case: str) -> None:
    content, mass = READ[case]
    found = of(csv, content)
    assert tonnes(found) == [mass]
    assert found.results["origin"].tolist() == ["China"]
    assert len(found.errors) == 0
    assert {"encoding", "separator", "decimal sign", "unit of tonnes"} <= set(found.reading)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_chinese_letters_in_any_encoding(csv: Path, encoding: str) -> None:
    found = of(csv, lines(HEADS, (COIL, "中国", "100", "2026", "甲公司")).encode(encoding))
    assert found.results["importer"].tolist() == ["甲公司"]
    assert tonnes(found) == [100]


def test_western_letters_are_not_taken_for_chinese() -> None:
    text, name, doubt = decoded("Müller, Å, ß\n".encode("cp1252"))
    assert (text, name, doubt) == ("Müller, Å, ß\n", "Windows-1252", "")
    assert decoded("甲公司与乙公司".encode("gbk"))[:2] == ("甲公司与乙公司", "GBK")


def test_a_number_of_two_meanings_is_named_not_guessed(csv: Path) -> None:
    rows = [
        '"100,5"',
        '"1,234.5"',
        '"1.234,5"',
        '"1,234"',
        "1 234",
        "100 t",
        "-",
        "n/a",
        "0",
        "inf",
    ]
    found = of(csv, lines(HEADS, *((COIL, "CN", r, "2026", "X") for r in rows)))
    assert tonnes(found) == [100.5, 1234.5, 1234.5, 1234, 100]
    messages = dict(zip(found.errors["row"], found.errors["message"], strict=True))
    assert messages[5] == "tonnes: '1,234' may be 1234 or 1.234"
    assert set(messages) == {5, 8, 9, 10, 11}
    said = of(csv, lines(HEADS, (COIL, "CN", '"1,234"', "2026", "X")), Choices(decimal="comma"))
    assert tonnes(said) == [1.234]
    shown = of(csv, lines(HEADS, *((COIL, "CN", r, "2026", "X") for r in ('"1,234"', "0.5"))))
    assert tonnes(shown) == [1234, 0.5]


def test_days_in_any_form_take_the_price_of_their_quarter(csv: Path) -> None:
    days = ("2026-03-15", "15/03/2026", "15.03.2026", "3/15/2026", "46096", "2026/3/15", "20260315",
            "15-Mar-26", "2026年3月15日")  # fmt: skip
    for day in days:
        assert cells.day(day)[0] == date(2026, 3, 15), day
    rows = [(COIL, "CN", "1", "2026", day) for day in (*days, "2026-08-15", "03/04/2026")]
    csv.write_text(lines((*HEADS[:4], "imported_on"), *rows), encoding="utf-8")
    found = assess_batch(read_shipments(csv))
    assert found.results["price_eur"].tolist() == [75.36] * len(days) + [82.32]
    assert "may be 2026-04-03 or 2026-03-04" in found.errors["message"][0]
    chosen = assess_batch(read_shipments(csv, Choices(order="month")))
    assert chosen.results["price_eur"].tolist()[-1] == 75.36


def test_further_columns_come_back_and_rows_keep_their_number(csv: Path) -> None:
    found = of(
        csv,
        "invoice,cn,origin,tonnes,year,importer\nI1,72083900,CN,100,2026,X\n,,,,,\n\n"
        "I2,72083900,CN,abc,2026,X\nI3,72083900,CN,7,2026,X\nTotal,,,107,,\n",
    )
    assert found.results["invoice"].tolist() == ["I1", "I3"]
    assert found.results["row"].tolist() == [2, 6]
    assert found.errors["row"].tolist() == [5]
    assert found.reading["rows of sums left out"] == "7"


def test_what_stands_twice_is_counted_and_said(csv: Path) -> None:
    found = of(csv, lines(HEADS, ROW, ROW))
    assert tonnes(found) == [100, 100]
    assert found.warnings["doubt"].tolist() == ["the same as row 2: both are counted"]


SCREWS = "73181595"


def test_spellings_of_an_importer_are_one(csv: Path) -> None:
    names = ("Acme GmbH", "acme gmbh", "Acme GmbH ", "ACME  GmbH")
    found = of(csv, lines(HEADS, *((SCREWS, "CN", "30", "2026", name) for name in names)))
    assert not found.results["exempt"].any()
    assert found.declarations["importer"].tolist() == ["Acme GmbH"]
    assert found.declarations["shipments"].tolist() == [4]


def test_a_row_that_cannot_be_read_leaves_the_threshold_untested(csv: Path) -> None:
    bad = ("abc", "CN", "30", "2026", "A"), (SCREWS, "CN", "x", "2026", "A")
    small, other = (SCREWS, "CN", "30", "2026", "A"), (SCREWS, "CN", "30", "2026", "B")
    found = of(csv, lines(HEADS, small, *bad, other))
    assert found.results["exempt"].tolist() == [False, True]
    assert "not tested" in found.results["notes"][0]
    later = of(csv, lines(HEADS, small, (SCREWS, "CN", "x", "2027", "A")))
    assert later.results["exempt"].tolist() == [True]
    odd_code = of(csv, lines(HEADS, small, ("7318", "CN", "30", "2026", "A")))
    assert odd_code.results["exempt"].tolist() == [False]
    other_good = of(csv, lines(HEADS, small, ("84713000", "CN", "30", "2026", "A")))
    assert other_good.results["exempt"].tolist() == [True]
    without_year = of(csv, lines(HEADS, small, (SCREWS, "CN", "20", "?", "A")))
    assert without_year.results["exempt"].tolist() == [False]


@pytest.mark.parametrize("word", ["Y", "TRUE", "ja", "是", "oui", "1", "x"])
def test_yes_in_a_few_languages(csv: Path, word: str) -> None:
    heads = ("cn", "origin", "tonnes", "year", "direct", "verified", "route")
    found = of(csv, lines(heads, ("76011010", "CN", "100", "2026", "1.6", word, "k")))
    assert found.results["embedded_t"].tolist() == [160]


def test_suspicious_values_are_warned_of(csv: Path) -> None:
    heads = ("cn", "origin", "tonnes", "year", "direct", "verified", "route", "clinker share")
    found = of(
        csv,
        lines(
            heads,
            ("76011010", "CN", "100", "2026", "1600", "yes", "K", ""),
            (COIL, "CN", "24000", "2026", "", "", "", ""),
            ("25232900", "CN", "10", "2026", "", "", "", '"16,000 %"'),
            (COIL, "CN", "100", "2026", "1.9", "yes", "C", ""),
        ),
    )
    doubts = found.warnings.groupby("row")["doubt"].apply(" ".join)
    assert "are kilograms meant" in doubts[2]
    assert "24,000 t in one shipment" in doubts[3]
    assert "only the last step has free allocation" in doubts[5]
    assert found.errors["row"].tolist() == [4]


def test_an_integrated_mill_may_declare_its_steps_as_one_process() -> None:
    """1.9 t/t of a whole mill: 148.49 EUR on the last step alone, 45.14 EUR as one process."""
    made = {"cn": COIL, "origin": "CN", "tonnes": 1, "year": 2026, "direct": 1.9, "verified": True}
    step = assess(Shipment.model_validate({**made, "route": "C"}), 80)
    whole = assess(Shipment.model_validate({**made, "route": "C", "one_process": True}), 80)
    assert step.cost_eur == pytest.approx(80 * (1.9 - 0.975 * 0.044), abs=0.01)
    assert whole.cost_eur == pytest.approx(80 * (1.9 - 0.975 * 1.370), abs=0.01)
    assert whole.status == "provisional"
    slab = {"cn": "72071210", "origin": "CN", "per_tonne": 1.06}
    with pytest.raises(InputError, match="no precursors beside them"):
        assess(Shipment.model_validate({**made, "one_process": True, "precursors": [slab]}), 80)
    with pytest.raises(InputError, match="need their production route"):
        assess(Shipment.model_validate({**made, "one_process": True}), 80)


def test_a_title_merged_cells_and_a_second_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("data")
    for row in (
        ["Imports"],
        [],
        list(HEADS),
        [72083900, "CN", 100, 2026, "X"],
        [72083900, "CN", 7.5, 2026],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("E4:E5")
    path = tmp_path / "s.xlsx"
    book.save(path)
    intake = read_shipments(path)
    found = assess_batch(intake, 80)
    assert (intake.reading["sheet"], intake.reading["heads in row"]) == ("data", "3")
    assert found.results["row"].tolist() == [4, 5]
    assert found.results["importer"].tolist() == ["X", "X"]
    with pytest.raises(InputError, match="has no sheet 'no'"):
        read_shipments(path, Choices(sheet="no"))


def test_other_tables_are_read_in_other_encodings_too(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("名称;数值\n甲;1\n".encode("gbk"))
    assert read_sheet(path).to_dict("list") == {"名称": ["甲"], "数值": ["1"]}


NAMES = (
    ("CN", "Origin", "Year"),
    ("HS code", "Country of origin", "Import year"),
    ("税号", "原产国", "年份"),
    ("Warennummer", "Ursprungsland", "Jahr"),
)


def dirty(draw: random.Random) -> tuple[bytes, list[float | None]]:
    """A file made at random, and the mass of each of its rows in tonnes as it was meant."""
    sign = draw.choice([",", ";", "\t"])
    comma = draw.random() < 0.5
    grouped = draw.choice(["", " ", "'", "." if comma else ","])
    unit = draw.choice(["t", "kg"])
    in_head = draw.random() < 0.5
    mass = draw.choice(["tonnes", "Net mass", "净重", "Weight", "Menge", "Quantity"])
    head = f"{mass} ({unit})" if in_head else mass
    names = draw.choice(NAMES)
    order = draw.sample([names[0], names[1], head, names[2], "Invoice", "Supplier"], 6)
    rows: list[list[str]] = [order]
    meant: list[float | None] = []
    for n in range(draw.randint(1, 12)):
        digits = draw.choice([0, 1, 2, 3])
        value = round(draw.uniform(1, 5000), digits) * (1000 if unit == "kg" else 1)
        value = round(value, digits)
        text = f"{value:,.{digits}f}"
        text = text.replace(",", "\0").replace(".", "," if comma else ".").replace("\0", grouped)
        if not in_head:
            text += f" {unit}"
        if draw.random() < 0.1:
            text = draw.choice(["x", "-", "n/a", "?"])
            meant.append(None)
        else:
            meant.append(value / 1000 if unit == "kg" else value)
        cell = {
            names[0]: draw.choice([COIL, "7208 39 00", "7208.39.00", "7208390000"]),
            names[1]: draw.choice(["CN", "chn", "China", "中国", "People's Republic of China"]),
            names[2]: draw.choice(["2026", "2026.0"]),
            head: text,
            "Invoice": f"I{n}",
            "Supplier": draw.choice(["Bao", "甲"]),
        }
        rows.append([cell[name] for name in order])
        if draw.random() < 0.1:
            rows.append([""] * 6)
            meant.append(None)
    if draw.random() < 0.3:
        rows.insert(0, ["Imports of the year", *[""] * 5])
    quoted = [[f'"{c}"' if sign in c else c for c in row] for row in rows]
    encoding = draw.choice(["utf-8", "utf-8-sig", "gbk", "utf-16"])
    return lines(*quoted, sign=sign).encode(encoding), meant


FILES = 200


def test_two_hundred_dirty_files_give_the_right_figure_or_a_named_doubt(csv: Path) -> None:
    right = named = 0
    for seed in range(FILES):
        content, meant = dirty(random.Random(seed))
        try:
            found = of(csv, content)
        except InputError:  # names the file and what is wrong about it
            named += len(meant)
            continue
        begin = int(found.reading["heads in row"]) + 1
        read = dict(zip(found.results["row"], found.results["quantity"], strict=True))
        told = set(found.errors["row"])
        for row, mass in enumerate(meant, start=begin):
            if row in told:
                named += 1
                assert mass is None or "may be" in str(
                    found.errors.set_index("row").loc[row, "message"]
                ), (seed, row)
            elif row in read:
                right += 1
                assert mass is not None, (seed, row)
                assert read[row] == pytest.approx(mass, rel=1e-12), (seed, row)
            else:
                assert mass is None, (seed, row)
    assert right > 1000
    assert named > 50


def test_the_verb_says_how_it_read_and_what_it_doubts(capsys: Capture, csv: Path) -> None:
    csv.write_text(
        "cn;origin;tonnes;year;note\n72083900;CN;100,5;2026;a\n72083900;CN;100,5;2026;a\n"
    )
    out = csv.with_name("out.xlsx")
    assert exit_code(("cbam", "batch", str(csv), "--out", str(out), "--format", "json")) == 0
    printed = capsys.readouterr()
    summary = json.loads(printed.out)
    assert summary["reading"]["separator"] == "semicolon"
    assert summary["warnings"][0]["row"] == 3
    assert "decimal sign: comma" in " ".join(printed.err.split())
    sheets = pd.read_excel(out, sheet_name=None)
    assert list(sheets) == ["results", "errors", "declarations", "warnings", "reading"]
    assert sheets["results"]["note"].tolist() == ["a", "a"]
    assert exit_code(("cbam", "batch", str(csv), "--decimal", "dot")) == 2
    assert "--decimal: unknown value 'dot'" in capsys.readouterr().err


def test_the_template_has_numbers_units_lists_and_a_chinese_twin(tmp_path: Path) -> None:
    english, chinese = tmp_path / "en.xlsx", tmp_path / "zh.xlsx"
    assert exit_code(("cbam", "template", str(english))) == 0
    assert exit_code(("cbam", "template", str(chinese), "--lang", "zh")) == 0
    sheet = openpyxl.load_workbook(english)["shipments"]
    assert sheet["C1"].value == "tonnes (t)"
    assert isinstance(sheet["C2"].value, int | float)
    assert len(sheet.data_validations.dataValidation) == 5
    costs = [
        assess_batch(read_shipments(p)).results["cost_eur"].tolist() for p in (english, chinese)
    ]
    assert costs[0] == costs[1]
    assert len(costs[0]) == 4
