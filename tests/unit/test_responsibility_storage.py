"""Storage, aggregation, exchange with pymrio, embedded table and national series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon import datasets
from dualcarbon.datasets.countries import alpha3, country
from dualcarbon.errors import InputError
from dualcarbon.responsibility import InputOutputTable, accounts
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.history.series import table_series
from dualcarbon.responsibility.readers import available_years, read_table
from dualcarbon.responsibility.readers.iosystem import from_pymrio, to_pymrio
from dualcarbon.responsibility.table import store
from dualcarbon.responsibility.table.aggregate import aggregate
from dualcarbon.responsibility.table.countries import names, population_of
from dualcarbon.responsibility.table.embedded import load_table, years
from tests.io_tables import WIOD, needs_wiod
from tests.small_world import small_world

ARRAYS = ("Z", "Y", "x", "F", "F_Y", "v")
INPUTS = Path(__file__).parents[2] / "tools" / "inputs"


def assert_same(found: InputOutputTable, table: InputOutputTable, rtol: float = 0.0) -> None:
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(found, name), getattr(table, name), rtol=rtol)
    for name in ("regions", "sectors", "categories", "stressors", "stressor_units", "year"):
        assert getattr(found, name) == getattr(table, name)


@pytest.mark.parametrize(("precision", "rtol"), [("double", 0.0), ("single", 1e-7)])
def test_a_stored_table_comes_back(precision: str, rtol: float, tmp_path: Path) -> None:
    table = load_table()
    folder = store.save(table, tmp_path / "compact", precision=precision)
    found = store.load(folder, verify=True)
    assert_same(found, table, rtol)
    assert isinstance(found.Z, np.memmap)
    assert found.population == table.population
    assert [p.name for p in tmp_path.iterdir()] == ["compact"]
    assert available_years("store", folder) == (table.year,)
    same = read_table("store", folder, mapped=False)
    assert not isinstance(same.Z, np.memmap)
    if precision == "double":
        pd.testing.assert_frame_equal(accounts(found, ["CBA"]), accounts(table, ["CBA"]))


def test_a_stored_table_is_not_overwritten_by_chance_nor_anything_else(tmp_path: Path) -> None:
    table = small_world(1)
    folder = store.save(table, tmp_path / "t")
    with pytest.raises(InputError, match="exists already"):
        store.save(table, folder)
    other = small_world(2)
    assert_same(store.load(store.save(other, folder, overwrite=True)), other)
    plain = tmp_path / "photos"
    plain.mkdir()
    with pytest.raises(InputError, match="left alone"):
        store.save(table, plain, overwrite=True)
    with pytest.raises(InputError, match="precision"):
        store.save(table, tmp_path / "u", precision="half")


def test_damage_is_found(tmp_path: Path) -> None:
    folder = store.save(small_world(1), tmp_path / "t")
    with pytest.raises(InputError, match="is no stored table"):
        store.load(tmp_path)
    values = np.load(folder / "x.npy")
    np.save(folder / "x.npy", values * 2)
    with pytest.raises(InputError, match="differs from its checksum"):
        store.load(folder, verify=True)
    np.save(folder / "x.npy", values[:-1])
    with pytest.raises(InputError, match="has the shape"):
        store.load(folder)
    (folder / "x.npy").unlink()
    with pytest.raises(InputError, match="missing or damaged"):
        store.load(folder)
    about = (folder / "table.json").read_text(encoding="utf-8")
    (folder / "table.json").write_text(about.replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(InputError, match="format 9"):
        store.load(folder)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 99),
    regions=st.lists(st.sampled_from("AB"), min_size=4, max_size=4),
    sectors=st.lists(st.sampled_from("xyz"), min_size=3, max_size=3),
)
def test_aggregation_keeps_every_sum(seed: int, regions: list[str], sectors: list[str]) -> None:
    table = small_world(seed, regions=4, sectors=3, stressors=2)
    found = aggregate(
        table,
        dict(zip(table.regions, regions, strict=True)),
        dict(zip(table.sectors, sectors, strict=True)),
    )
    assert set(found.regions) == set(regions)
    assert set(found.sectors) == set(sectors)
    for name in ARRAYS:
        assert getattr(found, name).sum() == pytest.approx(getattr(table, name).sum())
    np.testing.assert_allclose(found.world, table.world)
    np.testing.assert_allclose(found.sales, found.x)


def test_aggregation_equals_that_of_pymrio() -> None:
    table = small_world(5, regions=4, sectors=3)
    regions = dict(zip(table.regions, ["north", "south", "north", "south"], strict=True))
    sectors = dict(zip(table.sectors, ["goods", "services", "goods"], strict=True))
    found = aggregate(table, regions, sectors)
    io = to_pymrio(table).aggregate(
        region_agg=list(regions.values()), sector_agg=list(sectors.values()), inplace=False
    )
    rows = pd.MultiIndex.from_product([found.regions, found.sectors])
    uses = pd.MultiIndex.from_product([found.regions, found.categories])
    np.testing.assert_allclose(found.Z, io.Z.loc[rows, rows].to_numpy(), rtol=1e-12)
    np.testing.assert_allclose(found.Y, io.Y.loc[rows, uses].to_numpy(), rtol=1e-12)
    np.testing.assert_allclose(found.F, io.emissions.F[rows].to_numpy(), rtol=1e-12)


def test_aggregating_alike_sectors_leaves_consumption_accounts_unchanged() -> None:
    table = small_world(3)
    inputs = table.Z / table.x
    inputs[:, 1::3] = inputs[:, 0::3]
    inputs[:, 2::3] = inputs[:, 0::3]
    x = np.linalg.solve(np.eye(table.N) - inputs, table.Y.sum(axis=1))
    alike = InputOutputTable.of(
        inputs * x, table.Y, np.full(table.N, 0.3) * x, F_Y=table.F_Y,
        regions=table.regions, sectors=table.sectors, categories=table.categories,
    )  # fmt: skip
    joined = aggregate(alike, None, dict.fromkeys(table.sectors, "all"))
    np.testing.assert_allclose(
        accounts(joined, ["CBA"]).to_numpy(), accounts(alike, ["CBA"]).to_numpy(), rtol=1e-12
    )


def test_labels_without_a_group_and_unknown_ones_are_named(tmp_path: Path) -> None:
    table = small_world(1)
    with pytest.raises(InputError, match="region without a group: 'R1', 'R2'"):
        aggregate(table, {"R0": "A"})
    assert aggregate(table, {"R0": "A"}, other_regions="rest").regions == ("A", "rest")
    with pytest.raises(InputError, match="unknown sector 'S9'"):
        aggregate(table, None, {"S0": "a", "S1": "a", "S2": "a", "S9": "b"})
    with pytest.raises(InputError, match="empty group"):
        aggregate(table, {"R0": "A", "R1": "", "R2": "A"})
    with pytest.raises(InputError, match="no such file"):
        aggregate(table, tmp_path / "none.csv")
    twice = pd.DataFrame({"region": ["R0", "R0", "R1", "R2"], "group": list("ABAA")})
    with pytest.raises(InputError, match="'R0' stands twice"):
        aggregate(table, twice)
    with pytest.raises(InputError, match="two columns"):
        aggregate(table, twice[["region"]])


def test_pymrio_and_back() -> None:
    table = small_world(7, stressors=2)
    found = from_pymrio(
        to_pymrio(table), year=table.year, name="t", source="s", currency=table.currency
    )
    assert_same(found, table, 1e-12)
    both = {"rows": {"all": "CO2|CH4"}, "year": 0, "name": "t", "source": "s"}
    with pytest.raises(InputError, match="several gases cannot be added: CO2, CH4"):
        from_pymrio(to_pymrio(table), **both)
    summed = from_pymrio(to_pymrio(table), gwp="AR6", **both)
    np.testing.assert_allclose(summed.F, np.array([[1.0, 27.9]]) @ table.F)
    assert summed.stressors == ("GHG",)
    assert summed.stressor_units == ("Mt CO2e",)


def test_tables_of_pymrio_that_do_not_fit_are_named() -> None:
    io = to_pymrio(small_world(7))
    with pytest.raises(InputError, match="no stressor"):
        from_pymrio(io, year=0, name="t", source="s", rows="xenon")
    io.Z = io.Z.iloc[:-1, :-1]
    with pytest.raises(InputError, match="region 'R2' has no sector 'S2'"):
        from_pymrio(io, year=0, name="t", source="s")


def test_embedded_tables_are_balanced_to_the_rounding_of_their_source() -> None:
    assert years() == (2004, 2009, 2011)
    for year in years():
        table = load_table(year=year)
        assert (table.R, table.S, table.K) == (16, 17, 5)
        assert table.imbalance < 1e-3
        assert (table.x > 0).all()
        assert table.population is not None
        assert set(table.population) == set(table.regions)
        world = national.population(["WLD"]).set_index("year")["value"]
        assert sum(table.population.values()) == pytest.approx(world[year])
    with pytest.raises(InputError, match="did you mean '2009'"):
        load_table(year=2008)
    with pytest.raises(InputError, match="did you mean 'compact'"):
        load_table("compactt")


@needs_wiod
def test_the_embedded_table_is_the_aggregate_of_the_full_one() -> None:
    for year in years():
        full = read_table("wiod2013", WIOD, year, zero_output="keep")
        found = aggregate(full, INPUTS / "compact_regions.csv", INPUTS / "compact_sectors.csv")
        table = load_table(year=year)
        for name in ("Z", "Y", "x"):
            assert np.array_equal(getattr(found, name), getattr(table, name))
        np.testing.assert_allclose(found.F, table.F, atol=1e-5)
        assert found.regions == table.regions


@needs_wiod
def test_aggregation_moves_the_consumption_accounts_by_less_than_three_percent() -> None:
    groups = pd.read_csv(INPUTS / "compact_regions.csv", comment="#").set_index("wiod")["region"]
    for year in years():
        full = accounts(read_table("wiod2013", WIOD, year), ["CBA"])["CBA"]
        wanted = full.groupby(groups).sum()
        found = accounts(load_table(year=year), ["CBA"])["CBA"]
        assert (found / wanted - 1).abs().max() < 0.03
        assert found["CHN"] == pytest.approx(wanted["CHN"], rel=0.012)


def test_national_series_hold_the_figures_of_their_editions() -> None:
    def of(frame: pd.DataFrame, region: str, year: int) -> float:
        return float(frame.query("region == @region and year == @year")["value"].iloc[0])

    new, old = national.consumption(), national.consumption(2022)
    assert of(new, "CHN", 2019) == pytest.approx(9931, abs=1)
    assert of(new, "USA", 2019) == pytest.approx(5699, abs=1)
    assert of(old, "CHN", 2019) == pytest.approx(9959, abs=1)
    assert of(national.territorial(2024), "CHN", 2022) == pytest.approx(11351, abs=1)
    assert of(national.territorial(2022), "USA", 2019) == pytest.approx(5259, abs=1)
    assert set(new["vintage"]) == {2024}
    assert new["year"].min() == 1990
    assert national.territorial()["year"].min() == 1850
    with pytest.raises(InputError, match="no territorial CO2 of an edition 2019"):
        national.territorial(2019)
    with pytest.raises(InputError, match="unknown region 'CHM'"):
        national.consumption(regions=["CHM"])


def test_countries_sum_to_the_world_but_for_bunkers() -> None:
    frame = national.territorial()
    recent = frame[frame["year"] == 2019].set_index("region")["value"]
    countries = recent.drop(["WLD", "EU27"]).sum()
    assert 0.95 < countries / recent["WLD"] < 1.0


def test_codes_of_world_tables_are_countries() -> None:
    assert alpha3("CN") == alpha3("CHN") == "CHN"
    assert alpha3("ROM") == "ROU"
    assert alpha3("UK") == "GBR"
    assert country("XX") is None
    found = population_of(["CN", "US", "RoW"], 2009)
    assert found is not None
    world = national.population(["WLD"]).query("year == 2009")["value"].iloc[0]
    assert sum(found.values()) == pytest.approx(world)
    assert population_of(["Middle Earth"], 2009) is None
    assert names("zh")["CHN"] == "中国"
    assert names("zh")["ABW"] == "Aruba"
    with pytest.raises(InputError, match="language"):
        names("fr")


def test_deciles_of_a_country_average_to_its_mean() -> None:
    frame = national.footprint_deciles()
    means = frame.groupby("region")["t_per_head"].mean()
    assert means["CHN"] == pytest.approx(8.0, abs=0.01)
    assert means["USA"] == pytest.approx(21.1, abs=0.01)
    for _, group in frame.groupby("region"):
        assert group["decile"].tolist() == list(range(1, 11))
        assert group["t_per_head"].is_monotonic_increasing


def test_budgets_grow_with_warming_and_shrink_with_certainty() -> None:
    for _, group in datasets.load("carbon_budgets").groupby("key"):
        by = group.set_index(["warming_c", "probability"])["budget_gt"]
        assert by[1.5, 0.66] <= by[1.5, 0.5]
        assert by[2.0, 0.83] < by[2.0, 0.66]
        assert by[1.5, 0.66] < by[2.0, 0.66]


def test_published_accounts_are_those_of_the_comparison() -> None:
    frame = national.published_accounts(["CHN", "USA"]).query("year == 2009")
    means = frame.groupby("region")[["production_mt", "consumption_mt"]].mean()
    assert means.loc["CHN", "production_mt"] == pytest.approx(7390, abs=10)
    assert means.loc["USA", "consumption_mt"] == pytest.approx(5742, abs=10)


def test_matrices_are_read_only_and_known_by_name() -> None:
    parts = datasets.matrices("io_compact_2011")
    with pytest.raises(ValueError, match="read-only"):
        parts["Z"][0, 0] = 1
    with pytest.raises(InputError, match="did you mean 'io_compact_2011'"):
        datasets.matrices("io_compact_2012")


@needs_wiod
@pytest.mark.slow
def test_the_full_series_runs_and_stays_near_the_published_models() -> None:
    with_co2 = range(2000, 2012)
    assert available_years("wiod2013", WIOD) == tuple(range(1995, 2012))
    steps: list[tuple[int, int]] = []

    def read(year: int) -> InputOutputTable:
        return read_table("wiod2013", WIOD, year).balanced()

    found = table_series(with_co2, read, ["PBA", "CBA"], progress=lambda *s: steps.append(s))
    assert steps == [(count, 12) for count in range(1, 13)]
    values = found.set_index(["principle", "year", "region"])["value"]
    sums = values.groupby(["year", "principle"]).sum().unstack()
    np.testing.assert_allclose(sums["CBA"], sums["PBA"], rtol=1e-7)
    published = national.published_accounts(["CHN", "USA", "JPN", "DEU", "IND"])
    for principle, column in (("PBA", "production_mt"), ("CBA", "consumption_mt")):
        spread = published.groupby(["year", "region"])[column].agg(["min", "max"])
        for (year, region), (low, high) in spread.iterrows():
            if year in with_co2:
                assert 0.85 * low < values[principle, year, region] < 1.15 * high
    for year in range(1995, 2000):
        table = read_table("wiod2013", WIOD, year, co2="none")
        assert table.imbalance < 1e-3
