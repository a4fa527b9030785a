"""Exports: CSV, Parquet, the workbook and the IAMC format."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.report import iamc
from dualcarbon.report.export import write_tables
from tests.report_world import SCENARIOS, YEARS, run_tables

CODELIST = Path(iamc.__file__).with_name("iamc_codelist.yaml")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return run_tables()


@pytest.fixture(scope="module")
def folder(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("run")
    write_tables(tables, place)
    return place


def test_every_table_comes_back_as_it_went(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        parquet = pd.read_parquet(folder / "tables" / f"{name}.parquet")
        csv = pd.read_csv(folder / "tables" / f"{name}.csv")
        assert list(parquet.columns) == list(csv.columns) == list(table.columns)
        assert len(parquet) == len(csv) == len(table)
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "tables" / "generation.parquet"),
        tables["generation"].reset_index(drop=True),
        check_dtype=False,
    )


def test_nothing_half_written_is_left(folder: Path) -> None:
    assert [p.name for p in folder.rglob("*") if ".part" in p.name] == []


def test_workbook_explains_itself_and_holds_every_table(
    tables: dict[str, pd.DataFrame], folder: Path
) -> None:
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    assert book.sheetnames == ["about", *tables]
    sheet = book["generation"]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.max_row == len(tables["generation"]) + 1
    assert sheet["E2"].value == pytest.approx(tables["generation"]["twh"].iloc[0])
    units = {(r[0], r[1]): r[3] for r in book["about"].iter_rows(min_row=3, values_only=True)}
    assert units["generation", "twh"] == "TWh per year"
    assert units["settlement", "bn_cny"] == "bn CNY per year"


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    write_tables({"odd": pd.DataFrame({"name": ["=1+1"]})}, tmp_path)
    cell = openpyxl.load_workbook(tmp_path / "tables.xlsx")["odd"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_columns_of_text_and_numbers_can_be_written(tmp_path: Path) -> None:
    mixed = pd.DataFrame({"value": [1.5, "2025: 1.0"]}, dtype=object)
    write_tables({"mixed": mixed}, tmp_path)
    assert list(pd.read_parquet(tmp_path / "tables" / "mixed.parquet")["value"]) == [
        "1.5",
        "2025: 1.0",
    ]


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write tables"):
        write_tables({}, tmp_path / "file")


def test_iamc_has_its_columns_and_known_variables(tables: dict[str, pd.DataFrame]) -> None:
    wide = iamc.iamc_table(tables)
    assert list(wide.columns) == ["model", "scenario", "region", "variable", "unit", *YEARS]
    assert set(wide["scenario"]) == set(SCENARIOS)
    assert set(wide["region"]) == {"China", *datasets.provinces()}
    listed = yaml.safe_load(CODELIST.read_text("utf-8"))
    described = {name: entry["unit"] for item in listed for name, entry in item.items()}
    used = dict(zip(wide["variable"], wide["unit"], strict=True))
    assert used == {name: described[name] for name in used}
    assert not wide.duplicated(["scenario", "region", "variable"]).any()
    assert all(entry["description"] for item in listed for entry in item.values())


def test_iamc_sums_agree_with_the_tables(tables: dict[str, pd.DataFrame]) -> None:
    wide = iamc.iamc_table(tables).set_index(["scenario", "region", "variable"])
    made = tables["generation"]
    ours = made[(made["scenario"] == "today") & (made["year"] == 2030)]
    ours = ours[~ours["carrier"].isin(["phs", "battery"])]
    whole = wide.at[("today", "China", "Secondary Energy|Electricity"), 2030]
    assert whole == pytest.approx(ours["twh"].sum() * 3.6e-3)
    head = "Secondary Energy|Electricity|"
    parts = [wide.at[("today", "China", head + s), 2030] for s in
             ("Coal", "Gas", "Nuclear", "Hydro", "Wind", "Solar", "Biomass", "Other")]  # fmt: skip
    assert sum(parts) == pytest.approx(whole)
    provinces = wide.loc["today"].xs("Secondary Energy|Electricity", level="variable")[2030]
    assert provinces.drop("China").sum() == pytest.approx(whole)
    trade = wide.loc["today"].xs("Trade|Secondary Energy|Electricity|Volume", level="variable")
    assert trade[2030].sum() == pytest.approx(0.0, abs=1e-9)


def test_iamc_of_nothing_is_empty() -> None:
    assert list(iamc.iamc_table({}).columns) == iamc.INDEX
    assert iamc.iamc_table({"generation": run_tables()["generation"].iloc[:0]}).empty


def test_an_invented_world_is_not_called_china(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["generation"].assign(province="Westland")
    assert set(iamc.iamc_table({"generation": table})["region"]) == {"Westland", iamc.INVENTED}
