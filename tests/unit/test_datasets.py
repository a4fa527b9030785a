"""The embedded tables: readable, described, intact, and of the right shape."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon import datasets
from dualcarbon.datasets import reading
from dualcarbon.errors import InputError

KINDS = ("load", "solar", "onwind", "offwind", "hydro")
MOST_BYTES = 12_000_000
COAST = 11


def test_every_column_is_described_with_unit_source_and_grade() -> None:
    rows = datasets.catalogue()
    for name in datasets.tables():
        described = rows.loc[rows["table"] == name, "column"].tolist()
        assert described == list(datasets.load(name).columns), name
    for field in ("unit", "source", "licence", "grade", "sha256"):
        assert (rows[field].str.len() > 0).all(), field
    assert set(rows["grade"]) <= set("ABCD")


@pytest.mark.parametrize("name", datasets.tables())
def test_grades_of_rows_are_a_to_d(name: str) -> None:
    table = datasets.load(name)
    assert len(table) > 0
    if "grade" in table:
        assert set(table["grade"]) <= set("ABCD")
    if "source" in table:
        assert (table["source"].str.len() > 0).all()


@pytest.mark.parametrize("name", datasets.tables())
def test_provinces_are_known(name: str) -> None:
    table = datasets.load(name)
    for column in {"province", "from", "to"} & set(table.columns):
        assert set(table[column]) <= set(datasets.provinces())


def test_provinces_are_the_31_in_the_order_of_their_codes() -> None:
    regions = datasets.load("regions")
    assert len(datasets.provinces()) == 31
    assert datasets.provinces()[0] == "Beijing"
    assert regions["code"].is_monotonic_increasing
    assert regions["code"].is_unique
    assert regions["iso"].is_unique


def test_tiles_are_distinct() -> None:
    assert not datasets.load("regions").duplicated(["tile_row", "tile_col"]).any()


def test_load_returns_a_copy() -> None:
    table = datasets.load("regions")
    table.loc[0, "province"] = "Atlantis"
    assert datasets.load("regions").loc[0, "province"] == "Beijing"


def test_unknown_names_get_the_nearest_one() -> None:
    with pytest.raises(InputError, match="did you mean 'fleet'"):
        datasets.load("fleets")
    with pytest.raises(InputError, match="did you mean 'onwind'"):
        datasets.profiles("onwnd")


@pytest.mark.parametrize("kind", KINDS)
def test_profiles_have_a_row_per_hour_and_no_gap(kind: str) -> None:
    profile = datasets.profiles(kind)
    assert profile.shape == (8760, COAST if kind == "offwind" else 31)
    assert profile.index.equals(pd.RangeIndex(8760, name="hour"))
    assert profile.notna().to_numpy().all()
    assert profile.to_numpy().min() >= 0
    if kind != "load":
        assert profile.to_numpy().max() <= 1


def test_solar_noon_is_at_midday_in_beijing_time_and_later_in_the_west() -> None:
    profile = datasets.profiles("solar")
    noon = profile.groupby(profile.index % 24).mean().idxmax()
    assert noon["Beijing"] in {12, 13}
    assert noon["Xinjiang"] >= noon["Heilongjiang"] + 2


def test_shares_lie_between_zero_and_one() -> None:
    rps = datasets.load("rps_weights")
    assert rps[["total_share", "nonhydro_share"]].stack().between(0, 1).all()
    assert (rps["nonhydro_share"] <= rps["total_share"]).all()
    carriers = datasets.load("carriers")
    assert carriers[["efficiency", "capacity_credit"]].stack().between(0, 1).all()
    assert datasets.load("links")["efficiency"].between(0.85, 1).all()


def test_carriers_of_the_fleet_and_the_technologies_are_known() -> None:
    known = set(datasets.load("carriers")["carrier"])
    demand = set(datasets.load("flexible_demand")["carrier"])
    assert demand < known
    assert set(datasets.load("fleet")["carrier"]) == known - demand
    assert set(datasets.load("technologies")["carrier"]) == known - demand
    assert set(datasets.load("build_limits")["carrier"]) <= known
    classes = set(datasets.load("carriers")["ets_class"]) - {""}
    assert classes == set(datasets.load("ets_benchmarks")["class"])


def test_abatement_ranges_are_ordered_and_negative_costs_are_flagged() -> None:
    steps = datasets.load("abatement_steps")
    for stem in ("potential", "cost"):
        assert (steps[f"{stem}_low"] <= steps[stem]).all()
        assert (steps[stem] <= steps[f"{stem}_high"]).all()
    assert (steps["negative_cost"] == (steps["cost_low"] < 0)).all()
    keys = ["sector", "route"]
    users = datasets.load("energy_users").groupby(keys).size().index
    assert set(steps.groupby(keys).size().index) <= set(users)
    assert set(datasets.load("output_response").groupby(keys).size().index) <= set(users)


def test_the_embedded_data_are_small() -> None:
    assert sum(f.stat().st_size for f in reading.FOLDER.iterdir()) <= MOST_BYTES


def test_verify_passes_on_the_embedded_files() -> None:
    assert datasets.verify() == []


def test_verify_names_a_changed_and_a_missing_file(tmp_path: Path) -> None:
    copy = tmp_path / "tables"
    shutil.copytree(reading.FOLDER, copy)
    path = copy / "fleet.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (copy / "profile_load.npz").unlink()
    assert datasets.verify(copy) == ["fleet.csv", "profile_load.npz"]
