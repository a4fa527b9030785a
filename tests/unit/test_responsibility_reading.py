"""Flows, per head, cumulative emissions and rankings read off the accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.responsibility import LeontiefSystem, accounts
from dualcarbon.responsibility.flows import METHODS, flows
from dualcarbon.responsibility.history.per_head import (
    DEFINITIONS,
    cumulative,
    cumulative_per_head,
    debt,
    per_head,
    ratios,
)
from dualcarbon.responsibility.ranking import changes, gainers, ranking
from tests.small_world import small_world

TABLE = small_world(3)
SYSTEM = LeontiefSystem.of(TABLE)
ACCOUNTS = accounts(SYSTEM)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from(METHODS))
def test_flows_add_up_to_the_accounts_and_net_to_zero(seed: int, regions: int, method: str) -> None:
    table = small_world(seed, regions=regions)
    found = flows(table, method=method)
    both = accounts(table, ["PBA", "CBA" if method == "MRIO" else "EEBT"])
    direct = table.F_Y[0]
    assert found.matrix.sum(axis=1).to_numpy() + direct == pytest.approx(both["PBA"].to_numpy())
    assert found.matrix.sum().to_numpy() + direct == pytest.approx(both.iloc[:, 1].to_numpy())
    assert found.net_exports.sum() == pytest.approx(0.0, abs=1e-9)
    assert found.balance.to_numpy() == pytest.approx(-found.balance.to_numpy().T)


def test_no_trade_leaves_the_balance_empty() -> None:
    home = np.kron(np.eye(3), np.ones((3, 3))) * 0.1
    Y = np.kron(np.eye(3), np.ones((3, 1)))
    x = np.linalg.solve(np.eye(9) - home, Y.sum(axis=1))
    table = type(TABLE).of(home * x, Y, x, regions=TABLE.regions, sectors=TABLE.sectors)
    for method in METHODS:
        assert flows(table, method=method).traded == pytest.approx(0.0, abs=1e-12)


def test_transfers_of_the_beneficiaries_net_to_zero() -> None:
    found = flows(SYSTEM)
    paid = found.transfers(50.0)
    assert paid.sum(axis=1).to_numpy() == pytest.approx(50.0 * found.net_exports.to_numpy())
    assert paid.to_numpy().sum() == pytest.approx(0.0, abs=1e-9)


def test_largest_flows_come_first_and_carry_their_return() -> None:
    found = flows(SYSTEM)
    top = found.largest(4)
    assert list(top["value"]) == sorted(top["value"], reverse=True)
    first = top.iloc[0]
    assert first["returned"] == found.matrix.loc[first["to"], first["from"]]
    mine = found.largest(10, region="R1")
    assert ((mine["from"] == "R1") | (mine["to"] == "R1")).all()
    assert len(mine) == 4


def test_per_head_is_tonnes() -> None:
    people = {"R0": 1e6, "R1": 2e6, "R2": 4e6}
    heads = per_head(ACCOUNTS, people)
    assert heads.loc["R1", "PBA"] == pytest.approx(ACCOUNTS.loc["R1", "PBA"] / 2)
    assert per_head(ACCOUNTS, people, unit="kt CO2").loc["R1", "PBA"] == pytest.approx(
        heads.loc["R1", "PBA"] / 1000
    )
    assert ratios(heads, "R0", "R2")["CBA"] == pytest.approx(
        4 * ACCOUNTS.loc["R0", "CBA"] / ACCOUNTS.loc["R2", "CBA"]
    )


YEARS = pd.RangeIndex(2000, 2004, name="year")
EMITTED = pd.DataFrame({"A": [1.0, 2.0, 3.0, 4.0], "B": [4.0, 4.0, 4.0, 4.0]}, index=YEARS)
PEOPLE = pd.DataFrame({"A": [1e6, 1e6, 2e6, 4e6], "B": [2e6] * 4}, index=YEARS)


def test_the_three_definitions_differ_as_their_formulas_do() -> None:
    a = {k: cumulative_per_head(EMITTED, PEOPLE, k, 2000)["A"] for k in DEFINITIONS}
    assert a == pytest.approx(
        {"per_present_head": 10 / 4, "sum_per_head": 1 + 2 + 1.5 + 1, "per_person_year": 10 / 8}
    )
    b = {k: cumulative_per_head(EMITTED, PEOPLE, k, 2000)["B"] for k in DEFINITIONS}
    assert b == pytest.approx({"per_present_head": 8, "sum_per_head": 8, "per_person_year": 2})


def test_history_counts_from_any_start_year() -> None:
    assert cumulative(EMITTED, 2000)["A"] == 10
    assert cumulative(EMITTED, 2002)["A"] == 7
    assert cumulative(EMITTED, 2001, 2002)["A"] == 5


def test_debts_and_credits_sum_to_zero() -> None:
    owed = debt(EMITTED, PEOPLE, 2000)
    assert owed.sum() == pytest.approx(0.0)
    assert owed["A"] == pytest.approx(10 - (5 / 3 + 6 / 3 + 7 / 2 + 8 * 4 / 6))


def test_changes_of_scaled_accounts_sum_to_zero_in_the_unit() -> None:
    moved = changes(ACCOUNTS).mul(ACCOUNTS["PBA"], axis=0)
    assert moved.sum().to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert changes(ACCOUNTS)["PBA"].to_numpy() == pytest.approx(0.0)


def test_ranking_names_the_best_and_the_worst_principle() -> None:
    ranked = ranking(ACCOUNTS)
    moved = changes(ACCOUNTS)
    assert list(ranked.index) == list(ACCOUNTS["PBA"].sort_values(ascending=False).index)
    for region, row in ranked.iterrows():
        assert moved.loc[region, row["best"]] == moved.loc[region].min()
        assert row["range"] == pytest.approx(row["worst_change"] - row["best_change"])
    order = gainers(ACCOUNTS, "CBA")
    assert order["change"].is_monotonic_increasing
    assert order["account"].to_numpy() == pytest.approx(ACCOUNTS.loc[order.index, "CBA"].to_numpy())
    assert gainers(ACCOUNTS, "PBA")["change"].to_numpy() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: flows(TABLE, method="mria"), "did you mean 'MRIO'"),
        (lambda: flows(TABLE, stressor="SO2"), "unknown stressor 'SO2'"),
        (lambda: flows(TABLE).transfers(-1.0), "price: must be zero or more"),
        (lambda: flows(TABLE).largest(region="R7"), "unknown region 'R7'"),
        (lambda: per_head(ACCOUNTS, {"R0": 1, "R1": 1}), "population: unknown region 'R2'"),
        (lambda: per_head(ACCOUNTS, {"R0": 1, "R1": 0, "R2": 1}), "population of 'R1'"),
        (lambda: ratios(ACCOUNTS, "R0", "R5"), "unknown region 'R5'"),
        (lambda: cumulative(EMITTED, 1990), "start: 1990 is outside the series"),
        (lambda: cumulative(EMITTED, 2000, 2050), "end: 2050"),
        (lambda: cumulative(EMITTED, 2003, 2001), "start: 2003 is after 2001"),
        (lambda: cumulative_per_head(EMITTED, PEOPLE, "per_head", 2000), "unknown definition"),
        (lambda: debt(EMITTED, PEOPLE.iloc[1:], 2000), "no population of 2000"),
        (lambda: debt(EMITTED, PEOPLE[["A"]], 2000), "population: unknown region 'B'"),
        (lambda: changes(ACCOUNTS, "PBB"), "did you mean 'PBA'"),
        (lambda: gainers(ACCOUNTS, "CBX"), "unknown principle 'CBX'"),
        (lambda: changes(ACCOUNTS * 0), "not above zero"),
    ],
)
def test_wrong_input_is_named(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()
