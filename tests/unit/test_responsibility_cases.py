"""Inputs as people have them, where they lie beside the project: each ends as it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility.principles import account, accounts
from dualcarbon.responsibility.quality import assess
from dualcarbon.responsibility.readers import read_table
from dualcarbon.responsibility.table.units import megatonnes

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "mrio"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")
WORLD = 51.76  # Mt, production and households of the small world


@pytest.mark.parametrize(
    ("case", "kind", "words"),
    [
        ("02b_exio_FY_region", "exiobase3", "F_Y.*'CN', 'households'; did you mean 'China'"),
        ("08_eora_full_heterogeneous", "eora26", "region 'AUS' has no sector 'c2a'"),
        ("16_two_editions", "icio", "2 editions of 2018.*ICIO2021_2018.csv, ICIO2023_2018.csv"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(case: str, kind: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_table(kind, CASES / case)


@pytest.mark.parametrize(
    ("case", "kind"),
    [("03b_exio_x_Y_label", "exiobase3"), ("06_csv_namibia", "arrays"),
     ("24_exio_rows_ch4", "exiobase3")],
)  # fmt: skip
def test_what_can_be_read_is_whole(case: str, kind: str) -> None:
    found = read_table(kind, CASES / case)
    assert float(found.world[0]) == pytest.approx(WORLD, abs=0.005)
    assert found.Y.sum() == pytest.approx(1650, abs=40)
    assert accounts(found, ["CBA"])["CBA"].sum() == pytest.approx(float(found.world[0]))


def test_region_na_and_semicolons() -> None:
    assert read_table("arrays", CASES / "06_csv_namibia").regions[0] == "NA"
    found = read_table("arrays", CASES / "14_semicolon")
    assert found.Z[0, 0] == 2.559
    assert found.F[0, 0] == 7.074


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("1000_t", 1e-3), ("MtCO2", 1.0), ("kilogram_CO2-eq", 1e-9), ("ktCO2", 1e-3),
     ("tonnes", 1e-6)],
)  # fmt: skip
def test_units_are_masses_of_co2(unit: str, factor: float) -> None:
    found = read_table("arrays", CASES / f"15_unit_{unit}")
    assert megatonnes(found.stressor_units[0]) == pytest.approx(factor)


def test_one_region_with_imports_says_what_income_sums_to() -> None:
    found = account(read_table("arrays", CASES / "11_single_region_imports"), "income")
    assert found.ratio.iloc[0] == pytest.approx(0.65, abs=0.005)


def test_negative_flows_are_flagged_and_sums_hold() -> None:
    table = read_table("npz", CASES / "12_negative_flows" / "t.npz")
    assert "negative_flows" in {finding.key for finding in assess(table).findings}
    found = accounts(table, ["PBA", "CBA", "income"])
    assert found.sum().to_numpy() == pytest.approx(float(table.world[0]))


def test_methane_is_methane() -> None:
    found = read_table("exiobase3", CASES / "24_exio_rows_ch4", rows="^CH4")
    assert found.stressors == ("CH4",)
    with pytest.raises(InputError, match="several gases cannot be added"):
        read_table("exiobase3", CASES / "24_exio_rows_ch4", rows="^CH4|^CO2 - comb")
