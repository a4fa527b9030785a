"""Readers of world tables lose nothing in silence: errors by part and label, or findings said."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility import accounts
from dualcarbon.responsibility.principles import account
from dualcarbon.responsibility.readers import read_table
from dualcarbon.responsibility.table.gases import characterised, gas_of, gwp100
from dualcarbon.responsibility.table.table import InputOutputTable
from dualcarbon.responsibility.table.units import mass, megatonnes
from tests import mrio_mocks as mocks

TRUTH = mocks.table()
ISO2 = mocks.table(regions=("AU", "CN", "US"))
NAMIBIA = mocks.table(regions=("NA", "ZA", "DE"), sectors=("01", "02", "35"))


def own_table(t: InputOutputTable, folder: Path) -> Path:
    """The csv files that pandas writes of labelled frames."""
    parts = mocks.Labelled(t)
    stressors = pd.MultiIndex.from_tuples([("CO2", "Mt")], names=["stressor", "unit"])
    parts.Z.to_csv(folder / "Z.csv")
    parts.Y.to_csv(folder / "Y.csv")
    pd.DataFrame(t.F, index=stressors, columns=parts.rows).to_csv(folder / "F.csv")
    regions = pd.Index(t.regions)
    pd.DataFrame(t.F_Y, index=stressors, columns=regions).to_csv(folder / "F_Y.csv")
    pd.DataFrame({"value": t.x}, index=parts.rows).to_csv(folder / "x.csv")
    return folder


def figaro(t: InputOutputTable, folder: Path) -> Path:
    mocks.emission_file(t, folder / f"co2_{mocks.YEAR}.csv")
    return mocks.figaro(t, folder)


def icio(t: InputOutputTable, folder: Path) -> Path:
    mocks.emission_file(t, folder / f"co2_{mocks.YEAR}.csv")
    return mocks.icio(t, folder / f"ICIO2023_{mocks.YEAR}.csv").parent


WRITERS: dict[str, tuple[Callable[[InputOutputTable, Path], Path], InputOutputTable]] = {
    "exiobase3": (mocks.exiobase3, ISO2),
    "eora26": (mocks.eora26, TRUTH),
    "figaro": (figaro, TRUTH),
    "icio": (icio, TRUTH),
    "arrays": (own_table, NAMIBIA),
}


def lines_of(file: Path) -> list[list[str]]:
    mark = "\t" if file.suffix == ".txt" else ","
    return [line.split(mark) for line in file.read_text(encoding="utf-8").splitlines()]


def write_lines(file: Path, lines: list[list[str]]) -> None:
    mark = "\t" if file.suffix == ".txt" else ","
    file.write_text("\n".join(mark.join(line) for line in lines) + "\n", encoding="utf-8")


def without_a_row(lines: list[list[str]], draw: np.random.Generator) -> None:
    del lines[int(draw.integers(len(lines)))]


def without_a_column(lines: list[list[str]], draw: np.random.Generator) -> None:
    at = int(draw.integers(max(map(len, lines))))
    for line in lines:
        del line[at : at + 1]


def an_empty_cell(lines: list[list[str]], draw: np.random.Generator) -> None:
    line = lines[int(draw.integers(len(lines)))]
    line[int(draw.integers(len(line)))] = ""


def a_word(lines: list[list[str]], draw: np.random.Generator) -> None:
    line = lines[int(draw.integers(len(lines)))]
    line[int(draw.integers(len(line)))] = "n.a."


def a_label_misspelt(lines: list[list[str]], draw: np.random.Generator) -> None:
    figures = re.compile(r"[-\d.e+]*")
    words = [
        (i, j)
        for i, line in enumerate(lines)
        for j, cell in enumerate(line)
        if not figures.fullmatch(cell)
    ]
    if words:
        i, j = words[int(draw.integers(len(words)))]
        lines[i][j] += "x"


def a_blank_behind_a_label(lines: list[list[str]], draw: np.random.Generator) -> None:
    line = lines[int(draw.integers(len(lines)))]
    line[int(draw.integers(min(3, len(line))))] += " "


def a_row_twice(lines: list[list[str]], draw: np.random.Generator) -> None:
    lines.append(list(lines[int(draw.integers(len(lines)))]))


def cut_off(lines: list[list[str]], draw: np.random.Generator) -> None:
    del lines[int(draw.integers(len(lines))) :]


CHANGES = (without_a_row, without_a_column, an_empty_cell, a_word, a_label_misspelt,
           a_blank_behind_a_label, a_row_twice, cut_off)  # fmt: skip


def outcome(kind: str, path: Path, truth: InputOutputTable) -> str:
    """``error``, ``said`` or ``same``; anything else is data lost in silence."""
    try:
        found = read_table(kind, path, mocks.YEAR)
    except InputError as error:
        return "error" if error.where or "'" in error.what else f"names nothing: {error}"
    same = (
        found.regions == truth.regions
        and np.allclose(found.Z, truth.Z)
        and np.allclose(found.Yr, truth.Yr)
        and np.allclose(found.F, truth.F)
        and np.allclose(found.F_Y, truth.F_Y)
    )
    if same:
        return "same"
    plain = ("no CO2 of", "are given", "left out", "not listed")
    if any(words in found.source for words in plain) or found.imbalance > 1e-9:
        return "said"
    return "silent"


def mutants(kind: str, count: int, folder: Path) -> dict[str, list[str]]:
    """Outcomes of ``count`` changed copies of a table."""
    writer, truth = WRITERS[kind]
    intact = folder / "intact"
    intact.mkdir()
    writer(truth, intact)
    tables = sorted(f for f in intact.rglob("*") if f.suffix in (".txt", ".csv"))
    draw = np.random.default_rng(7)
    found: dict[str, list[str]] = {}
    for number in range(count):
        copy = folder / str(number)
        shutil.copytree(intact, copy)
        file = tables[number % len(tables)].relative_to(intact)
        change = CHANGES[number // len(tables) % len(CHANGES)]
        lines = lines_of(copy / file)
        change(lines, draw)
        write_lines(copy / file, lines)
        what = f"{kind} {number}: {file} {change.__name__}"
        found.setdefault(outcome(kind, copy, truth), []).append(what)
        shutil.rmtree(copy)
    return found


@pytest.mark.parametrize("kind", WRITERS)
def test_a_changed_table_is_refused_by_name_or_says_what_is_odd(kind: str, tmp_path: Path) -> None:
    found = mutants(kind, 12, tmp_path)
    assert set(found) <= {"error", "said", "same"}, found
    assert len(found["error"]) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITERS)
def test_three_hundred_changed_tables(kind: str, tmp_path: Path) -> None:
    found = mutants(kind, 300, tmp_path)
    assert set(found) <= {"error", "said", "same"}, found


def changed(file: Path, old: str, new: str, count: int = -1) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, count), encoding="utf-8")


def test_households_under_another_region_name_are_named(tmp_path: Path) -> None:
    root = mocks.exiobase3(ISO2, tmp_path) / f"IOT_{mocks.YEAR}_ixi"
    changed(root / "satellite" / "F_Y.txt", "CN", "China")
    with pytest.raises(InputError, match=r"F_Y.*no column 'CN', 'households'.*mean 'China'"):
        read_table("exiobase3", tmp_path, mocks.YEAR)


def test_a_blank_behind_a_label_of_final_demand_is_no_other_label(tmp_path: Path) -> None:
    root = mocks.exiobase3(ISO2, tmp_path) / f"IOT_{mocks.YEAR}_ixi"
    changed(root / "Y.txt", "CN\tc2\t", "CN\tc2 \t")
    found = read_table("exiobase3", tmp_path, mocks.YEAR)
    np.testing.assert_allclose(found.Y.sum(), ISO2.Y.sum())


def test_a_row_of_co2_that_is_missing_is_said(tmp_path: Path) -> None:
    root = mocks.exiobase3(ISO2, tmp_path) / f"IOT_{mocks.YEAR}_ixi"
    for name in ("F.txt", "F_Y.txt", "unit.txt"):
        lines = lines_of(root / "satellite" / name)
        write_lines(root / "satellite" / name, [line for line in lines if "Lime" not in line[0]])
    found = read_table("exiobase3", tmp_path, mocks.YEAR)
    assert "no CO2 of non combustion - Lime production" in found.source
    np.testing.assert_allclose(found.F, ISO2.F * 0.875)


def test_region_na_and_codes_with_a_leading_zero_stay_text(tmp_path: Path) -> None:
    found = read_table("arrays", own_table(NAMIBIA, tmp_path), mocks.YEAR)
    assert found.regions == NAMIBIA.regions
    assert found.sectors == ("01", "02", "35")
    np.testing.assert_allclose(found.Z, NAMIBIA.Z)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_decimal_commas(mark: str, tmp_path: Path) -> None:
    for file in own_table(TRUTH, tmp_path).iterdir():
        text = file.read_text(encoding="utf-8").replace(",", mark).replace(".", ",")
        file.write_text(text, encoding="utf-8")
    found = read_table("arrays", tmp_path, mocks.YEAR)
    np.testing.assert_allclose(found.Z, TRUTH.Z)
    np.testing.assert_allclose(found.F_Y, TRUTH.F_Y)


def test_points_and_commas_in_numbers_are_not_guessed(tmp_path: Path) -> None:
    for file in own_table(TRUTH, tmp_path).iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    changed(tmp_path / "Z.csv", ";1.", ";1,", 1)
    with pytest.raises(InputError, match=r"Z.csv: has points and commas in numbers"):
        read_table("arrays", tmp_path, mocks.YEAR)


def test_natural_exports_of_pandas_are_read(tmp_path: Path) -> None:
    parts = mocks.Labelled(TRUTH)
    own_table(TRUTH, tmp_path)
    for file in ("Z", "Y"):
        frame = getattr(parts, file)
        frame.index.names = frame.columns.names = [None, None]
        frame.to_csv(tmp_path / f"{file}.csv")
    stressor = pd.Index(["CO2"], name="stressor")
    pd.DataFrame(TRUTH.F, index=stressor, columns=parts.rows).to_csv(tmp_path / "F.csv")
    pd.DataFrame(parts.direct, index=stressor, columns=parts.uses).to_csv(tmp_path / "F_Y.csv")
    with pytest.raises(InputError, match=r"F: no column of units.*unit=Mt"):
        read_table("arrays", tmp_path, mocks.YEAR)
    found = read_table("arrays", tmp_path, mocks.YEAR, unit="Mt")
    np.testing.assert_allclose(found.F, TRUTH.F)
    np.testing.assert_allclose(found.F_Y, TRUTH.F_Y)
    alone = pd.DataFrame(TRUTH.Yr, index=parts.rows, columns=pd.Index(TRUTH.regions))
    alone.to_csv(tmp_path / "Y.csv")
    found = read_table("arrays", tmp_path, mocks.YEAR, unit="Mt")
    np.testing.assert_allclose(found.Yr, TRUTH.Yr)
    assert found.categories == ("final demand",)


@pytest.mark.parametrize("name", ["Z", "Y", "F", "F_Y", "x"])
def test_empty_files_and_other_encodings_are_named(name: str, tmp_path: Path) -> None:
    table = mocks.table(regions=("AUS", "Côte", "USA"))
    file = own_table(table, tmp_path) / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=rf"{name}.csv, line \d: is no text in utf-8"):
        read_table("arrays", tmp_path, mocks.YEAR)
    file.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=rf"{name}.csv: is empty"):
        read_table("arrays", tmp_path, mocks.YEAR)
    own_table(table, tmp_path)
    for each in tmp_path.iterdir():
        each.write_bytes(each.read_text(encoding="utf-8").encode("latin-1"))
    assert read_table("arrays", tmp_path, encoding="latin-1").regions == table.regions


def test_figaro_beside_a_readme_empty_and_latin_1(tmp_path: Path) -> None:
    name = next(mocks.figaro(TRUTH, tmp_path).iterdir()).name
    (tmp_path / "readme.txt").write_text("read me", encoding="utf-8")
    mocks.packed(tmp_path, name.replace(".csv", ".zip"), "[mr]*.*")
    found = read_table("figaro", tmp_path, co2="none")
    np.testing.assert_allclose(found.Z, TRUTH.Z)
    for content, message in ((b"", "cannot be read"), ("rowLabels,é\n".encode("latin-1"), "UTF-8")):
        other = tmp_path / f"other{len(content)}"
        other.mkdir()
        (other / name).write_bytes(content)
        with pytest.raises(InputError, match=message):
            read_table("figaro", other, co2="none")


def test_an_extension_without_units_is_named(tmp_path: Path) -> None:
    root = mocks.exiobase3(ISO2, tmp_path) / f"IOT_{mocks.YEAR}_ixi"
    lines = lines_of(root / "satellite" / "unit.txt")
    write_lines(root / "satellite" / "unit.txt", [["stressor", "name"], *lines[1:]])
    with pytest.raises(InputError, match="unit: no column of units"):
        read_table("exiobase3", tmp_path, mocks.YEAR)


def test_rows_in_another_order_are_matched_by_label(tmp_path: Path) -> None:
    root = mocks.exiobase3(ISO2, tmp_path) / f"IOT_{mocks.YEAR}_ixi"
    for name in ("F_Y.txt", "unit.txt"):
        head = 3 if name == "F_Y.txt" else 1
        lines = lines_of(root / "satellite" / name)
        write_lines(root / "satellite" / name, [*lines[:head], *lines[: head - 1 : -1]])
    found = read_table("exiobase3", tmp_path, mocks.YEAR)
    np.testing.assert_allclose(found.F_Y, ISO2.F_Y)


def test_two_editions_in_one_folder_are_asked_for(tmp_path: Path) -> None:
    for edition, seed in ((2021, 1), (2023, 2)):
        mocks.icio(mocks.table(seed=seed), tmp_path / f"ICIO{edition}_{mocks.YEAR}.csv")
    mocks.emission_file(TRUTH, tmp_path / f"co2_{mocks.YEAR}.csv")
    with pytest.raises(InputError, match=r"2 editions of 2009.*ICIO2021_2009.csv, ICIO2023_2009"):
        read_table("icio", tmp_path, mocks.YEAR)
    newer = read_table("icio", tmp_path / f"ICIO2023_{mocks.YEAR}.csv", mocks.YEAR)
    np.testing.assert_allclose(newer.Z, mocks.table(seed=2).Z)
    assert "ICIO2023" in newer.source


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("1000 t", 1e-3), ("tonnes", 1e-6), ("kilogram CO2-eq", 1e-9), ("ktCO2", 1e-3),
     ("MtCO2", 1.0), ("Gg_CO2", 1e-3), ("万吨", 1e-2), ("million tonnes", 1.0)],
)  # fmt: skip
def test_masses_as_people_write_them(unit: str, factor: float, tmp_path: Path) -> None:
    assert megatonnes(unit) == pytest.approx(factor)
    own_table(TRUTH, tmp_path)
    for name in ("F.csv", "F_Y.csv"):
        changed(tmp_path / name, "Mt", unit)
    assert read_table("arrays", tmp_path, mocks.YEAR).stressor_units == (unit,)


@pytest.mark.parametrize("unit", ["Mt C", "MtC", "tonnes of carbon"])
def test_a_mass_of_carbon_is_no_mass_of_co2(unit: str) -> None:
    assert mass(unit) is not None
    with pytest.raises(InputError, match="mass of carbon; multiply by 44/12"):
        megatonnes(unit)


def test_methane_is_called_methane_and_a_sum_needs_factors(tmp_path: Path) -> None:
    mocks.exiobase3(ISO2, tmp_path)
    methane = read_table("exiobase3", tmp_path, mocks.YEAR, rows="^CH4")
    assert methane.stressors == ("CH4",)
    both = "^CH4|^CO2 - combustion"
    with pytest.raises(InputError, match="several gases cannot be added: CO2, CH4"):
        read_table("exiobase3", tmp_path, mocks.YEAR, rows=both)
    sums = read_table("exiobase3", tmp_path, mocks.YEAR, rows=both, gwp="AR6")
    assert (sums.stressors, sums.stressor_units) == (("GHG",), ("Mt CO2e",))
    np.testing.assert_allclose(sums.F, ISO2.F * (0.5 + 3.0 * 27.9))
    with pytest.raises(InputError, match=r"unknown assessment report 'AR7'.*AR6"):
        read_table("exiobase3", tmp_path, mocks.YEAR, rows=both, gwp="AR7")


@pytest.mark.parametrize(
    ("label", "unit", "gas"),
    [("CO2 - combustion - air", "kg", "CO2"), ("CO2_bio - combustion - air", "kg", "CO2 biogenic"),
     ("co2_excl_short_cycle_org_c_total", "kilotonnes", "CO2"), ("Methane, rice", "t", "CH4"),
     ("甲烷", "t", "CH4"), ("HFC-134a", "t", "HFC-134a"), ("Greenhouse gases", "kt CO2e", "GHG"),
     ("air emissions", "Mt CO2", "CO2"), ("all", "kg CO2-eq", "GHG"), ("land", "km2", None)],
)  # fmt: skip
def test_which_gas_a_stressor_is(label: str, unit: str, gas: str | None) -> None:
    assert gas_of(label, unit) == gas


def test_greenhouse_gases_are_summed_by_their_factors() -> None:
    factors = gwp100()
    F = np.vstack([TRUTH.F, 0.1 * TRUTH.F, 0.01 * TRUTH.F, TRUTH.F])
    table = InputOutputTable.of(
        TRUTH.Z, TRUTH.Y, F, F_Y=np.vstack([TRUTH.F_Y] * 4), regions=TRUTH.regions,
        sectors=TRUTH.sectors, stressors=("CO2", "CH4", "N2O", "energy"),
        stressor_units=("Mt", "Mt CH4", "kt", "TJ"),
    )  # fmt: skip
    found = characterised(table)
    size = 1 + 0.1 * factors["CH4"] + 1e-5 * factors["N2O"]
    np.testing.assert_allclose(found.F, TRUTH.F * size)
    assert found.stressor_units == ("Mt CO2e",)
    assert "IPCC AR6; left out: energy" in found.source
    each = [accounts(table, ["CBA"], stressor=name)["CBA"] for name in ("CO2", "CH4", "N2O")]
    whole = each[0] + factors["CH4"] * each[1] + factors["N2O"] * 1e-3 * each[2]
    np.testing.assert_allclose(accounts(found, ["CBA"])["CBA"], whole)


@pytest.mark.parametrize(
    ("labels", "units", "message"),
    [(("CO2", "GHG"), ("Mt", "Mt CO2e"), "stands beside its parts"),
     (("CO2", "HFC"), ("Mt", "t"), "mixture without one factor: give it in CO2e"),
     (("CO2", "dust"), ("Mt", "t"), "stressor 'dust': names no greenhouse gas")],
)  # fmt: skip
def test_sums_that_would_be_wrong_are_refused(
    labels: tuple[str, ...], units: tuple[str, ...], message: str
) -> None:
    table = InputOutputTable.of(
        TRUTH.Z, TRUTH.Y, np.vstack([TRUTH.F] * 2), regions=TRUTH.regions, sectors=TRUTH.sectors,
        stressors=labels, stressor_units=units,
    )  # fmt: skip
    with pytest.raises(InputError, match=message):
        characterised(table)


def test_imports_make_the_income_account_fall_short_and_it_says_so() -> None:
    home = mocks.table(regions=("CHN",))
    v = 0.6 * home.v
    table = InputOutputTable.of(
        home.Z, home.Y, home.F, v=v, regions=home.regions, sectors=home.sectors
    )
    found = account(table, "income")
    assert found.gap.iloc[0] == pytest.approx(1 - found.ratio.iloc[0])
    assert found.ratio.iloc[0] < 0.9


def test_negative_flows_are_a_finding_and_sums_hold() -> None:
    from dualcarbon.responsibility.quality import assess

    Z = TRUTH.Z.copy()
    Z[0, 4] = -0.5
    table = InputOutputTable.of(
        Z, TRUTH.Y, TRUTH.F, F_Y=TRUTH.F_Y, regions=TRUTH.regions, sectors=TRUTH.sectors
    )
    assert "negative_flows" in {finding.key for finding in assess(table).findings}
    found = accounts(table, ["PBA", "CBA", "income", "final_production"])
    np.testing.assert_allclose(found.sum(), table.world[0])


def test_emissions_that_lack_an_industry_are_named(tmp_path: Path) -> None:
    file = mocks.emission_file(TRUTH, tmp_path / f"co2_{mocks.YEAR}.csv")
    mocks.figaro(TRUTH, tmp_path)
    frame = pd.read_csv(file)
    frame[~((frame["region"] == "CHN") & (frame["sector"] == "c2"))].to_csv(file, index=False)
    with pytest.raises(InputError, match=r"no row of CO2, CHN, c2 \(1 are missing\); write 0"):
        read_table("figaro", tmp_path, mocks.YEAR)
    frame[frame["sector"] != "households"].to_csv(file, index=False)
    assert "no direct emissions" in read_table("figaro", tmp_path, mocks.YEAR).source
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)
    file.write_text(buffer.getvalue().replace(",", ";").replace(".", ","), encoding="utf-8")
    found = read_table("figaro", tmp_path, mocks.YEAR)
    np.testing.assert_allclose(found.F, TRUTH.F)


def test_a_template_is_a_table_that_balances(tmp_path: Path) -> None:
    from dualcarbon.responsibility.readers.template import FILES, write_template

    files = write_template(tmp_path / "own", regions=["CHN", "USA"], sectors=["steel", "01"])
    assert [file.name for file in files] == list(FILES)
    found = read_table("arrays", tmp_path / "own", 2020)
    assert (found.regions, found.sectors) == (("CHN", "USA"), ("steel", "01"))
    assert found.imbalance == 0
    np.testing.assert_allclose(accounts(found, ["CBA", "income"]).sum(), found.world[0])
    with pytest.raises(InputError, match=r"Z.csv: is there already"):
        write_template(tmp_path / "own")
    with pytest.raises(InputError, match="region 'CHN' stands twice"):
        write_template(tmp_path / "other", regions=["CHN", "CHN"])
