"""Readers of world tables: each on a small table in the real layout, and what users get wrong."""

from __future__ import annotations

import builtins
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers import READERS, available_years, read_table
from dualcarbon.responsibility.table.table import InputOutputTable
from tests import mrio_mocks as mocks

FIVE = ("households", "non_profit", "government", "fixed_capital", "inventories")
ISO2 = ("AU", "CN", "US")
TRUTH = mocks.table()


def assert_same(found: InputOutputTable, truth: InputOutputTable, categories: tuple[str, ...]):
    assert found.regions == truth.regions
    assert found.sectors == truth.sectors
    assert found.categories == categories
    assert found.year == mocks.YEAR
    for name in ("Z", "Y", "x", "F", "F_Y", "v"):
        np.testing.assert_allclose(
            getattr(found, name), getattr(truth, name), rtol=1e-9, atol=1e-9, err_msg=name
        )
    assert found.stressors == ("CO2",)
    assert found.stressor_units == ("Mt",)


def icio_of_later_releases(t: InputOutputTable, folder: Path) -> Path:
    return mocks.icio(t, folder / f"{mocks.YEAR}_SML.csv").parent


def icio_with_provinces(t: InputOutputTable, folder: Path) -> Path:
    return mocks.icio(t, folder / f"ICIO2021_{mocks.YEAR}.csv", provinces=True).parent


def exiobase_archive(t: InputOutputTable, folder: Path) -> Path:
    return mocks.exiobase3(t, folder, zipped=True)


def figaro_flat(t: InputOutputTable, folder: Path) -> Path:
    return mocks.figaro(t, folder, flat=True)


def figaro_archive(t: InputOutputTable, folder: Path) -> Path:
    name = next(mocks.figaro(t, folder).iterdir()).name
    return mocks.packed(folder, name.replace(".csv", ".zip"), "matrix_*")


def eora_archive(t: InputOutputTable, folder: Path) -> Path:
    return mocks.packed(mocks.eora26(t, folder), f"Eora26_{mocks.YEAR}_bp.zip", "*.txt")


def gloria_archives(t: InputOutputTable, folder: Path) -> Path:
    mocks.gloria(t, folder)
    for name in (f"GLORIA_MRIOs_59_{mocks.YEAR}", f"GLORIA_SatelliteAccounts_059_{mocks.YEAR}"):
        mocks.packed(folder, f"{name}.zip", f"{name}/*")
    return folder


def wiod2016_for_r(t: InputOutputTable, folder: Path) -> Path:
    return mocks.wiod2016(t, folder, "csv")


LAYOUTS: dict[str, tuple[str, Callable[[InputOutputTable, Path], Path], str]] = {
    "wiod2013": ("wiod2013", mocks.wiod2013, "MUSD"),
    "wiod": ("wiod", mocks.wiod, "MUSD"),
    "icio": ("icio", icio_of_later_releases, "MUSD"),
    "icio with provinces": ("icio", icio_with_provinces, "MUSD"),
    "exiobase3": ("exiobase3", mocks.exiobase3, "MEUR"),
    "exiobase3 archive": ("exiobase3", exiobase_archive, "MEUR"),
    "eora26": ("eora26", mocks.eora26, "kUSD"),
    "gloria": ("gloria", mocks.gloria, "kUSD"),
    "figaro": ("figaro", mocks.figaro, "MEUR"),
    "eora26 archive": ("eora26", eora_archive, "kUSD"),
    "gloria archives": ("gloria", gloria_archives, "kUSD"),
    "figaro archive": ("figaro", figaro_archive, "MEUR"),
    "figaro flat": ("figaro", figaro_flat, "MEUR"),
    "wiod2016": ("wiod2016", mocks.wiod2016, "MUSD"),
    "wiod2016 for R": ("wiod2016", wiod2016_for_r, "MUSD"),
    "adb": ("adb", mocks.adb, "MUSD"),
}
WITHOUT_EMISSIONS = {"icio", "figaro", "adb"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_in_the_layout_of_its_database_is_read_exactly(layout: str, tmp_path: Path) -> None:
    kind, write, currency = LAYOUTS[layout]
    truth = TRUTH
    if kind == "wiod2013":
        truth = mocks.table(categories=FIVE)
    if kind == "exiobase3":
        truth = mocks.table(regions=ISO2)
    if kind == "wiod2016":
        truth = mocks.table(sectors=("A01", "A02", "A03"), categories=FIVE)
    if kind == "adb":
        truth = mocks.table(sectors=("c1", "c2", "c3"), categories=FIVE)
    folder = tmp_path / "data"
    folder.mkdir()
    path = write(truth, folder)
    options = {}
    if kind in WITHOUT_EMISSIONS:
        options["emissions"] = mocks.emission_file(truth, tmp_path / "co2.csv")
    found = read_table(kind, path, mocks.YEAR, **options)
    codes = {"icio": ("HFCE", "GFCF"), "figaro": ("P3_S14", "P51G")}
    assert_same(found, truth, codes.get(kind, truth.categories))
    assert found.currency == currency
    assert found.population is not None
    assert set(found.population) == set(truth.regions)
    assert available_years(kind, path) == (mocks.YEAR,)


@pytest.mark.parametrize("kind", sorted(set(READERS) - {"wiod2013", "npz", "store"}))
def test_a_wrong_folder_says_what_is_expected(kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_table(kind, tmp_path, 2009, **({"co2": "none"} if kind in WITHOUT_EMISSIONS else {}))
    assert str(tmp_path) in str(error.value)
    assert error.value.allowed is not None


@pytest.mark.parametrize("kind", READERS)
def test_a_path_that_is_not_there(kind: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read_table(kind, tmp_path / "nowhere", 2009)


def test_unknown_kind_and_option_get_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'exiobase3'"):
        read_table("exiobase", tmp_path)
    with pytest.raises(InputError, match="did you mean 'zero_output'"):
        read_table("wiod2013", tmp_path, 2009, zero_outputs="drop")


def test_years_that_are_not_there(tmp_path: Path) -> None:
    table = mocks.table(categories=FIVE)
    for year in (2008, 2009):
        mocks.wiod2013(table, tmp_path, year)
    (tmp_path / "co2_mt_2008.npz").unlink()
    assert available_years("wiod2013", tmp_path) == (2008, 2009)
    with pytest.raises(InputError, match="no table of 2012; did you mean '2009'"):
        read_table("wiod2013", tmp_path, 2012)
    with pytest.raises(InputError, match="the year is missing"):
        read_table("wiod2013", tmp_path)
    with pytest.raises(InputError, match=r"no CO2 of 2008.*co2='none'.*2009"):
        read_table("wiod2013", tmp_path, 2008)
    assert read_table("wiod2013", tmp_path, 2008, co2="none").world == 0


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "wiot2013_2009.npz").write_bytes(b"not an archive")
    with pytest.raises(InputError, match="is no numpy archive"):
        read_table("wiod2013", tmp_path, 2009)
    np.savez(tmp_path / "wiot2013_2009.npz", Z=np.eye(2))
    with pytest.raises(InputError, match="no array 'Y'"):
        read_table("wiod2013", tmp_path, 2009)


def test_emissions_on_industries_without_output(tmp_path: Path) -> None:
    table = mocks.table(categories=FIVE)
    Z, Y, x = table.Z.copy(), table.Y.copy(), table.x.copy()
    Z[4], Z[:, 4], Y[4], x[4] = 0, 0, 0, 0
    idle = InputOutputTable.of(
        Z, Y, table.F, F_Y=table.F_Y, x=x, regions=table.regions, sectors=table.sectors,
        categories=FIVE, year=mocks.YEAR,
    )  # fmt: skip
    mocks.wiod2013(idle, tmp_path)
    kept = read_table("wiod2013", tmp_path, zero_output="keep")
    dropped = read_table("wiod2013", tmp_path)
    spread = read_table("wiod2013", tmp_path, zero_output="spread")
    assert kept.F[0, 4] == table.F[0, 4]
    assert dropped.F[0, 4] == spread.F[0, 4] == 0
    np.testing.assert_allclose(kept.world - dropped.world, table.F[0, 4])
    by_region = spread.F.reshape(3, 3).sum(axis=1)
    np.testing.assert_allclose(by_region, table.F.reshape(3, 3).sum(axis=1))
    assert "on industries without output: drop" in dropped.source
    with pytest.raises(InputError, match="zero_output"):
        read_table("wiod2013", tmp_path, zero_output="forget")


def test_tables_without_emissions_ask_for_them(tmp_path: Path) -> None:
    mocks.figaro(TRUTH, tmp_path)
    with pytest.raises(InputError, match="bring no emissions"):
        read_table("figaro", tmp_path)
    assert read_table("figaro", tmp_path, co2="none").F.sum() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="value"), "no column 'value'"),
        (lambda f: f.assign(region="AUX"), "unknown region 'AUX'"),
        (lambda f: f.assign(sector="c3"), "unknown sector 'c3'"),
        (lambda f: f.assign(value="much"), "'much' is no number"),
        (lambda f: pd.concat([f, f.head(1)]), "stands twice"),
        (lambda f: f.assign(unit=["Mt"] * (len(f) - 1) + ["kt"]), "more than one unit"),
        (lambda f: f.assign(unit="MT"), "can be misread"),
    ],
)
def test_wrong_emission_files(
    change: Callable[[pd.DataFrame], pd.DataFrame], message: str, tmp_path: Path
) -> None:
    mocks.figaro(TRUTH, tmp_path)
    file = mocks.emission_file(TRUTH, tmp_path / "co2.csv")
    change(pd.read_csv(file)).to_csv(file, index=False)
    with pytest.raises(InputError, match=message):
        read_table("figaro", tmp_path, emissions=file)


def test_figaro_with_a_missing_industry_or_another_layout(tmp_path: Path) -> None:
    mocks.figaro(TRUTH, tmp_path)
    file = next(tmp_path.glob("matrix_*"))
    cells = pd.read_csv(file, index_col=0)
    cells.drop(index="CHN_c2").to_csv(file)
    with pytest.raises(InputError, match="no row 'CHN', 'c2'"):
        read_table("figaro", tmp_path, co2="none")
    cells.rename(columns={"CHN_c2": "total"}).to_csv(file)
    with pytest.raises(InputError, match="'total' is not AREA_CODE"):
        read_table("figaro", tmp_path, co2="none")
    file.unlink()
    mocks.figaro(TRUTH, tmp_path, flat=True)
    file = next(tmp_path.glob("flatfile_*"))
    long = pd.read_csv(file)
    pd.concat([long, long.head(1)]).to_csv(file, index=False)
    with pytest.raises(InputError, match=r"cell \w+, \w+, \w+, \w+ stands twice"):
        read_table("figaro", tmp_path, co2="none")
    long.rename(columns={"colIi": "column"}).to_csv(file, index=False)
    with pytest.raises(InputError, match="no column 'colIi'"):
        read_table("figaro", tmp_path, co2="none")


def test_missing_pymrio_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **options: object) -> object:
        if name.split(".")[0] == "pymrio":
            raise ImportError(name)
        return real(name, *rest, **options)

    mocks.eora26(TRUTH, tmp_path)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"dualcarbon\[mrio\]"):
        read_table("eora26", tmp_path)


def test_what_pymrio_cannot_read_is_an_input_error(tmp_path: Path) -> None:
    mocks.eora26(TRUTH, tmp_path)
    (tmp_path / "labels_Q.txt").unlink()
    with pytest.raises(InputError, match="pymrio cannot read this"):
        read_table("eora26", tmp_path)


def test_stressors_that_do_not_match_are_listed(tmp_path: Path) -> None:
    mocks.exiobase3(mocks.table(regions=ISO2), tmp_path)
    with pytest.raises(InputError, match=r"(?s)no stressor.*CO2 - combustion - air"):
        read_table("exiobase3", tmp_path, rows="^carbon dioxide")


def test_available_years_of_real_layouts(tmp_path: Path) -> None:
    names = ("IOT_1995_ixi.zip", "IOT_2019_pxp.zip", "GLORIA_MRIOs_59_2001.zip", "2018_SML.csv",
             "ICIO2021_1999.csv", "wiot95_row_apr12.xlsx", "wiot11_row_sep12.xlsx",
             "Eora26_2015_bp.zip", "matrix_eu-ic-io_prod-by-prod_24ed_2010.csv")  # fmt: skip
    for name in names:
        (tmp_path / name).touch()
    found = {
        kind: available_years(kind, tmp_path) for kind in READERS if kind not in ("store", "npz")
    }
    assert found["exiobase3"] == (1995, 2019)
    assert found["gloria"] == (2001,)
    assert found["icio"] == (1999, 2018)
    assert found["wiod"] == (1995, 2011)
    assert found["eora26"] == (2015,)
    assert found["figaro"] == (2010,)
    assert found["wiod2013"] == found["arrays"] == ()


def write_frames(folder: Path, suffix: str) -> None:
    """The parts of the table in files of labels, in another order than the table's."""
    parts = mocks.Labelled(TRUTH)
    stressors = pd.MultiIndex.from_tuples([("CO2", "Mt")], names=["stressor", "unit"])
    frames = {
        "Z": mocks.shuffled(parts.Z),
        "Y": mocks.shuffled(parts.Y),
        "F": pd.DataFrame(TRUTH.F, index=stressors, columns=parts.rows),
        "F_Y": pd.DataFrame(TRUTH.F_Y, index=stressors, columns=pd.Index(TRUTH.regions)),
        "x": pd.DataFrame({"value": TRUTH.x}, index=parts.rows),
    }
    first = frames["Z"].index[0]
    assert first != (TRUTH.regions[0], TRUTH.sectors[0])
    for name, frame in frames.items():
        if suffix == "csv":
            frame.to_csv(folder / f"{name}.csv")
            continue
        if name != "x":
            levels = {
                "Z": ["to_region", "to_sector"],
                "Y": ["to_region", "category"],
                "F": ["region", "sector"],
                "F_Y": ["region"],
            }[name]
            frame = frame.copy()
            frame.columns.names = levels
            frame = frame.stack(list(range(len(levels)))).rename("value")
        frame.reset_index().to_parquet(folder / f"{name}.parquet")


@pytest.mark.parametrize(("kind", "suffix"), [("arrays", "csv"), ("parquet", "parquet")])
def test_labelled_files_are_matched_by_label(kind: str, suffix: str, tmp_path: Path) -> None:
    write_frames(tmp_path, suffix)
    found = read_table(kind, tmp_path, mocks.YEAR)
    order = [TRUTH.regions.index(region) for region in found.regions]
    sectors = [TRUTH.sectors.index(sector) for sector in found.sectors]
    rows = [r * TRUTH.S + s for r in order for s in sectors]
    np.testing.assert_allclose(found.Z, TRUTH.Z[np.ix_(rows, rows)])
    np.testing.assert_allclose(found.Yr, TRUTH.Yr[np.ix_(rows, order)])
    np.testing.assert_allclose(found.F[0], TRUTH.F[0, rows])
    np.testing.assert_allclose(found.F_Y[0], TRUTH.F_Y[0, order])
    (tmp_path / f"F.{suffix}").unlink()
    with pytest.raises(InputError, match=r"no F \("):
        read_table(kind, tmp_path, mocks.YEAR)


def test_a_label_in_one_part_only_is_named(tmp_path: Path) -> None:
    write_frames(tmp_path, "csv")
    text = (tmp_path / "F.csv").read_text(encoding="utf-8")
    (tmp_path / "F.csv").write_text(text.replace("USA", "US"), encoding="utf-8")
    with pytest.raises(InputError, match=r"no column 'USA', 'c\d+'; did you mean 'US"):
        read_table("arrays", tmp_path)


def test_an_archive_gives_the_table_back(tmp_path: Path) -> None:
    from dualcarbon.responsibility.readers.archives import write_npz

    file = write_npz(TRUTH, tmp_path / "mock.npz")
    assert [f.name for f in tmp_path.iterdir()] == ["mock.npz"]
    found = read_table("npz", file)
    assert_same(found, TRUTH, TRUTH.categories)
    assert found.name == TRUTH.name
    assert available_years("npz", file) == (mocks.YEAR,)
    with pytest.raises(InputError, match="is of 2009, not of 2010"):
        read_table("npz", file, 2010)
    shutil.copy(file, tmp_path / "short.npz")
    np.savez(tmp_path / "short.npz", Z=TRUTH.Z, Y=TRUTH.Y)
    with pytest.raises(InputError, match="no array 'F'"):
        read_table("npz", tmp_path / "short.npz")
