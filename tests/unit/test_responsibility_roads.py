"""Roads to neutrality: identities of the paths, the targets behind them, a market's path."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon import datasets
from dualcarbon.errors import InputError
from dualcarbon.responsibility import LeontiefSystem, accounts
from dualcarbon.responsibility.history import national
from dualcarbon.responsibility.roads import ROADS, of_run, roads
from dualcarbon.responsibility.table.embedded import load_table
from dualcarbon.responsibility.tables.roads import roads_tables, targets_table, uses_table
from dualcarbon.responsibility.targets import HORIZON, index_of, observed, targets_of

SYSTEM = LeontiefSystem.of(load_table())
TABLE = SYSTEM.table
LAST = national.LAST_YEAR[national.TERRITORIAL]


def test_all_roads_start_at_the_accounts_of_the_table() -> None:
    known = accounts(SYSTEM, ["PBA", "CBA"])
    for region in ("CHN", "USA", "EU"):
        path = roads(SYSTEM, region).paths.loc[TABLE.year]
        assert path["production"] == pytest.approx(known.loc[region, "PBA"], rel=1e-9)
        assert path["consumption"] == pytest.approx(known.loc[region, "CBA"], rel=1e-9)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(TABLE.regions), st.integers(2040, 2075))
def test_the_parts_of_the_roads_fit_together(region: str, year: int) -> None:
    """Whole less production is what is imported; all consumption is all production, each year."""
    zero = dict.fromkeys(TABLE.regions, year)
    found = roads(SYSTEM, region, net_zero=zero)
    paths = found.paths
    np.testing.assert_allclose(paths["whole"] - paths["production"], paths["imported"])
    assert (paths["whole"] >= paths["consumption"] - 1e-9).all()
    assert paths.index[0] == TABLE.year
    assert paths.index[-1] == HORIZON
    assert (found.neutral()["neutral"] == year).all()
    assert (found.neutral()["nearly"] <= year).all()


def test_world_consumption_is_world_production_in_every_year() -> None:
    every = [roads(SYSTEM, region).paths for region in TABLE.regions]
    production = sum(path["production"] for path in every)
    consumption = sum(path["consumption"] for path in every)
    np.testing.assert_allclose(production, consumption, rtol=1e-9)


def test_consumption_is_neutral_only_when_the_last_partner_is() -> None:
    found = roads(SYSTEM, "CHN").neutral()
    assert found.loc["production", "neutral"] == 2060
    assert found.loc["consumption", "neutral"] == found.loc["whole", "neutral"] == 2070
    soon = roads(SYSTEM, "CHN", net_zero={"CHN": 2050, "IND": 2055, "ROW": 2055}).neutral()
    assert soon.loc["production", "neutral"] == 2050
    assert soon.loc["consumption", "neutral"] == 2060  # Russia


def test_a_path_is_observed_then_runs_through_the_targets() -> None:
    seen = observed("EU")
    path = index_of("EU", 2011) * float(seen[2011])
    assert path.loc[2015] == pytest.approx(seen[2015])
    assert path.loc[2030] == pytest.approx(0.45 * seen[1990])
    assert path.loc[2035] == pytest.approx(0.30625 * seen[1990])
    assert path.loc[2050] == 0
    ahead = path.loc[LAST:2050]
    assert (ahead.diff().dropna() <= 1e-9).all()


def test_no_target_lets_a_path_rise() -> None:
    """Russia may emit more than it does: its path is held, not raised."""
    for region in ("RUS", "CHN", "IND"):
        path = index_of(region, 2011).loc[LAST:]
        assert (path.diff().dropna() <= 1e-12).all(), region


def test_markets_lead_the_path_where_they_are_given() -> None:
    given = pd.Series({2025: 10_000.0, 2030: 9_000.0, 2035: 6_000.0})
    found = roads(SYSTEM, "CHN", given={"CHN": given})
    home = found.paths["production"]
    assert home[2030] / home[2025] == pytest.approx(0.9)
    assert home[2035] / home[2025] == pytest.approx(0.6)
    assert home[2025] == pytest.approx(home[LAST])
    assert home[2060] == 0
    imported = roads(SYSTEM, "CHN").paths["imported"]
    np.testing.assert_allclose(found.paths["imported"], imported)


def test_the_path_of_a_run() -> None:
    rows = [("today", y, "co2_mt", v) for y, v in ((2025, 11_000.0), (2035, 8_000.0))]
    table = pd.DataFrame(rows, columns=["scenario", "year", "indicator", "value"])
    name, path = of_run({"indicators": table})
    assert (name, path.to_dict()) == ("today", {2025: 11_000.0, 2035: 8_000.0})
    with pytest.raises(InputError, match="unknown scenario 'tody'; did you mean 'today'"):
        of_run({"indicators": table}, "tody")
    with pytest.raises(InputError, match="no CO2 of all sectors"):
        of_run({})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: roads(SYSTEM, "CHM"), "unknown region 'CHM'; did you mean 'CHN'"),
        (lambda: roads(SYSTEM, "CHN", net_zero={"XX": 2050}), "unknown region 'XX'"),
        (lambda: roads(SYSTEM, "CHN", net_zero={"CHN": 2020}), "2020 is not after 2024"),
        (lambda: index_of("CHN", 1700), "1700 is outside the series"),
        (lambda: index_of("CHN", 2011, given=pd.Series({2010: 1.0})), "years must rise from 2024"),
        (lambda: index_of("CHN", 2011, given=pd.Series({2025: 0.0})), "must start above zero"),
        (lambda: targets_of("NOR"), "region 'NOR': no target is known"),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()


def test_every_target_has_a_grade_a_status_and_a_year_of_net_zero() -> None:
    table = datasets.load("ndc_paths")
    assert set(table["grade"]) <= {"B", "D"}
    assert table["net_zero"].between(2045, 2075).all()
    both = table.dropna(subset=["left_low"])
    assert (both["left_low"] <= both["left_high"]).all()
    assert both["left_high"].between(0.05, 1.0).all()
    assert table.loc[table["region"] == "USA", "status"].eq("withdrawn").all()
    assert set(targets_table(TABLE.regions)["region"]) <= set(table["region"])


def test_tables_of_roads_and_uses() -> None:
    found = roads_tables(SYSTEM, ["CHN"])
    assert set(found["responsibility_roads"]["road"]) == set(ROADS)
    assert (found["responsibility_neutrality"]["grade"] == "D").all()
    uses = uses_table(SYSTEM).query("region == 'CHN'").set_index("part")["value"]
    anchors = {"households": 2018, "government": 758, "fixed_capital": 4684}
    assert uses[list(anchors)].to_dict() == pytest.approx(anchors, abs=0.6)
    assert uses.sum() == pytest.approx(accounts(SYSTEM, ["CBA"]).loc["CHN", "CBA"])
