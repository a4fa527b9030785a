"""What must hold for responsibility accounts of any balanced table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.responsibility import PRINCIPLES, InputOutputTable, LeontiefSystem, account
from dualcarbon.responsibility.principles import mixture
from dualcarbon.responsibility.principles.base import bilateral, exports, imports
from dualcarbon.responsibility.principles.shared import shared
from dualcarbon.responsibility.principles.technology import benchmark_finalprod, benchmark_stage
from tests.io_tables import random_table, tables

EXACT = {"rtol": 1e-10, "atol": 1e-10}
SINGLE = {"categories": 1, "empty": False}
repeated = settings(max_examples=15)


def values(table: InputOutputTable | LeontiefSystem, name: str) -> np.ndarray:
    """(R, P) the account."""
    return account(table, name).values.to_numpy()


def inverse(table: InputOutputTable) -> np.ndarray:
    A = table.Z * LeontiefSystem.of(table).per_output
    return np.linalg.inv(np.eye(table.N) - A)


@repeated
@given(tables())
def test_regions_sum_to_what_the_principle_says(table: InputOutputTable) -> None:
    system = LeontiefSystem.of(table)
    for name, principle in PRINCIPLES.items():
        found = account(system, name).check(1e-10)
        if principle.sums_to == "world":
            np.testing.assert_allclose(found.total, table.world, **EXACT, err_msg=name)


@repeated
@given(tables(regions=1))
def test_one_region_answers_for_everything(table: InputOutputTable) -> None:
    for name in PRINCIPLES:
        np.testing.assert_allclose(values(table, name)[0], table.world, **EXACT, err_msg=name)


@repeated
@given(tables(traded=False))
def test_without_trade_all_principles_agree(table: InputOutputTable) -> None:
    system = LeontiefSystem.of(table)
    for name in PRINCIPLES:
        found = values(system, name)
        np.testing.assert_allclose(found, values(system, "PBA"), **EXACT, err_msg=name)


@repeated
@given(tables(), st.floats(0.1, 10.0))
def test_accounts_scale_with_emissions(table: InputOutputTable, factor: float) -> None:
    scaled = replace(table, F=table.F * factor, F_Y=table.F_Y * factor)
    for name in PRINCIPLES:
        np.testing.assert_allclose(
            values(scaled, name), factor * values(table, name), rtol=1e-10, atol=1e-9, err_msg=name
        )


@repeated
@given(tables())
def test_consumption_is_production_less_exports_plus_imports(table: InputOutputTable) -> None:
    system = LeontiefSystem.of(table)
    flows = bilateral(system)
    household = table.F_Y.T
    np.testing.assert_allclose(flows.sum(axis=2).T + household, values(system, "PBA"), **EXACT)
    np.testing.assert_allclose(flows.sum(axis=1).T + household, values(system, "CBA"), **EXACT)
    balance = values(system, "PBA") - exports(flows).T + imports(flows).T
    np.testing.assert_allclose(balance, values(system, "CBA"), **EXACT)


@repeated
@given(tables())
def test_nothing_and_everything_passed_on_are_production_and_consumption(
    table: InputOutputTable,
) -> None:
    system = LeontiefSystem.of(table)
    none, all_ = np.zeros(table.N), np.ones(table.N)
    household = table.F_Y
    kept = shared(system, none, none) + household
    np.testing.assert_allclose(kept.T, values(system, "PBA"), **EXACT)
    passed = shared(system, all_, all_) + household
    np.testing.assert_allclose(passed.T, values(system, "CBA"), **EXACT)


@repeated
@given(tables())
def test_benchmarks_between_their_limits(table: InputOutputTable) -> None:
    system = LeontiefSystem.of(table)
    none, household = np.zeros((table.P, table.N)), table.F_Y
    for found, name in (
        (benchmark_stage(system, none), "PBA"),
        (benchmark_stage(system, system.q), "CBA"),
        (benchmark_finalprod(system, none), "final_production"),
        (benchmark_finalprod(system, system.multipliers), "CBA"),
    ):
        np.testing.assert_allclose((found + household).T, values(system, name), **EXACT)
    np.testing.assert_allclose(
        values(system, "benchmark_stage"), values(system, "TBEET_adj"), **EXACT
    )


@repeated
@given(tables())
def test_income_account_is_that_of_the_ghosh_inverse(table: InputOutputTable) -> None:
    used = table.x != 0
    x = np.where(used, table.x, 1.0)
    G = np.linalg.inv(np.eye(table.N) - table.Z / x[:, None])
    enabled = table.v * (G @ (table.F / x).T).T
    by_hand = enabled.reshape(table.P, table.R, table.S).sum(axis=2) + table.F_Y
    np.testing.assert_allclose(values(table, "income"), by_hand.T, **EXACT)


@repeated
@given(tables())
def test_full_production_is_that_of_explicit_inverses(table: InputOutputTable) -> None:
    system = LeontiefSystem.of(table)
    A, net, gross = system.A, np.zeros((table.P, table.R)), np.zeros((table.P, table.R))
    total = system.q @ inverse(table)
    for r in range(table.R):
        own = table.region_of == r
        outside = np.eye(int((~own).sum())) - A[np.ix_(~own, ~own)]
        chain = np.linalg.solve(outside, A[np.ix_(~own, own)] @ table.x[own])
        net[:, r] = table.F[:, own].sum(axis=1) + system.q[:, ~own] @ chain
        bought = table.Z[np.ix_(~own, own)].sum(axis=1)
        gross[:, r] = table.F[:, own].sum(axis=1) + total[:, ~own] @ bought
    np.testing.assert_allclose(values(system, "full_production"), (net + table.F_Y).T, **EXACT)
    np.testing.assert_allclose(
        values(system, "full_production_gross"), (gross + table.F_Y).T, **EXACT
    )
    more = values(system, "full_production_gross") - values(system, "full_production")
    assert (more >= -1e-9).all()
    assert (values(system, "full_production") >= values(system, "PBA") - 1e-9).all()


@repeated
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_regions_and_sectors_does_not_matter(
    table: InputOutputTable, shuffler: object
) -> None:
    regions, sectors = list(range(table.R)), list(range(table.S))
    shuffler.shuffle(regions)  # type: ignore[attr-defined]
    shuffler.shuffle(sectors)  # type: ignore[attr-defined]
    rows = np.array([r * table.S + s for r in regions for s in sectors])
    Y = table.Y.reshape(table.N, table.R, table.K)[rows][:, regions].reshape(table.N, -1)
    other = InputOutputTable.of(
        table.Z[np.ix_(rows, rows)],
        Y,
        table.F[:, rows],
        F_Y=table.F_Y[:, regions],
        regions=[table.regions[r] for r in regions],
        sectors=[table.sectors[s] for s in sectors],
        stressors=table.stressors,
    )
    for name in PRINCIPLES:
        here, there = account(table, name).values, account(other, name).values
        np.testing.assert_allclose(there.loc[here.index], here, **EXACT, err_msg=name)


@repeated
@given(tables(**SINGLE), st.floats(0.1, 0.9))
def test_cutting_a_sector_into_two_alike_changes_nothing(
    table: InputOutputTable, share: float
) -> None:
    """Adding up sectors with the same intensities and inputs leaves the chains as they are."""
    S, twice = table.S, table.S + 1
    spread = np.kron(np.eye(table.R), np.eye(S)[:, [0, *range(S)]])
    weight = np.where(np.arange(twice) == 0, share, np.where(np.arange(twice) == 1, 1 - share, 1))
    cut = spread * np.tile(weight, table.R)
    finer = InputOutputTable.of(
        cut.T @ table.Z @ cut,
        cut.T @ table.Y,
        table.F @ cut,
        F_Y=table.F_Y,
        regions=table.regions,
        sectors=[f"s{i}" for i in range(twice)],
        stressors=table.stressors,
    )
    for name in ("PBA", "CBA", "final_production", "income", "full_production", "EEBT"):
        np.testing.assert_allclose(values(finer, name), values(table, name), **EXACT, err_msg=name)


@repeated
@given(tables())
def test_same_technology_everywhere_needs_no_adjustment(table: InputOutputTable) -> None:
    """With equal intensities and inputs in all regions the adjusted accounts are consumption."""
    S, R = table.S, table.R
    draw = np.random.default_rng(S * R)
    shares = draw.uniform(0.1, 1.0, (R, S, R * S))
    shares /= shares.sum(axis=0)
    recipe = np.tile(draw.uniform(0.1, 0.6, (S, S)) / S, R)
    A = (shares * recipe[None]).reshape(R * S, R * S)
    Y = draw.uniform(1.0, 2.0, (R * S, R))
    x = np.linalg.solve(np.eye(R * S) - A, Y.sum(axis=1))
    f = np.tile(draw.uniform(0.1, 1.0, S), R)
    alike = InputOutputTable.of(A * x, Y, f * x, x=x, regions=table.regions, sectors=table.sectors)
    for name in ("TCBA_exportw", "TCBA_outputw", "TBEET_adj", "standard_technology"):
        np.testing.assert_allclose(values(alike, name), values(alike, "CBA"), **EXACT, err_msg=name)


@repeated
@given(tables(), st.floats(0.0, 1.0))
def test_mixtures_lie_between_their_parts(table: InputOutputTable, weight: float) -> None:
    parts = {PRINCIPLES["PBA"]: weight, PRINCIPLES["CBA"]: 1.0 - weight}
    mixed = mixture(parts).account(LeontiefSystem.of(table)).check(1e-10).values.to_numpy()
    ends = values(table, "PBA"), values(table, "CBA")
    assert (mixed <= np.maximum(*ends) + 1e-9).all()
    assert (mixed >= np.minimum(*ends) - 1e-9).all()
    np.testing.assert_allclose(values(table, "1*CBA"), ends[1], **EXACT)
    np.testing.assert_allclose(
        values(table, "0.5*PBA+0.5*CBA"), values(table, "mean_PBA_CBA"), **EXACT
    )


def test_bilateral_trade_without_intermediates_is_consumption() -> None:
    table = random_table(7)
    home = table.region_of[:, None] == table.region_of
    final_only = InputOutputTable.of(
        np.where(home, table.Z, 0.0),
        table.Y,
        table.F,
        regions=table.regions,
        sectors=table.sectors,
        stressors=table.stressors,
    )
    np.testing.assert_allclose(values(final_only, "EEBT"), values(final_only, "CBA"), **EXACT)


def test_emissions_without_output_stay_where_they_are_emitted() -> None:
    table = random_table(3, empty=True)
    F = table.F.copy()
    F[:, -1] = 5.0
    stuck = replace(table, F=F)
    for name in PRINCIPLES:
        more = values(stuck, name) - values(table, name)
        np.testing.assert_allclose(more[:-1], 0.0, atol=1e-12, err_msg=name)
        np.testing.assert_allclose(more[-1], 5.0, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", ["CBA", "final_production", "shared_lenzen"])
def test_an_unbalanced_table_is_told_by_the_sum(name: str) -> None:
    table = random_table(11)
    wrong = LeontiefSystem(replace(table, x=table.x * 1.05))
    assert account(wrong, name).gap.max() > 1e-3


@repeated
@given(tables())
def test_consumption_by_use_product_and_industry_sums_to_consumption(
    table: InputOutputTable,
) -> None:
    from dualcarbon.responsibility.breakdown import WAYS, breakdown

    system = LeontiefSystem.of(table)
    for way in WAYS:
        parts = breakdown(system, way)
        np.testing.assert_allclose(
            parts.sum(axis=1), values(system, "CBA")[:, 0], **EXACT, err_msg=way
        )
    L = inverse(table)
    f = table.F[0] * system.per_output
    use = [[f @ L @ table.Y[:, r * table.K + k] for k in range(table.K)] for r in range(table.R)]
    found = breakdown(system, "use")[list(table.categories)]
    np.testing.assert_allclose(found, np.array(use), **EXACT)


@repeated
@given(tables(regions=3, sectors=2))
def test_electricity_with_its_users_by_brute_force(table: InputOutputTable) -> None:
    """Round by round: suppliers pass what they have on to users and to one another."""
    suppliers = np.arange(table.N) % table.S == 0
    alive = table.x != 0
    share = np.divide(table.Z, table.x[:, None], out=np.zeros_like(table.Z), where=alive[:, None])
    final = np.divide(table.Yr, table.x[:, None], out=np.zeros_like(table.Yr),
                      where=alive[:, None])  # fmt: skip
    home = np.kron(np.eye(table.R), np.ones((table.S, 1)))
    left = np.where(suppliers & alive, table.F[0], 0.0)
    account_of = home.T @ np.where(suppliers & alive, 0.0, table.F[0]) + table.F_Y[0]
    for _ in range(3000):
        passed = left @ np.where(suppliers[None, :], 0.0, share)
        account_of = account_of + home.T @ passed + left @ final
        left = np.where(suppliers, left @ share, 0.0)
        if np.abs(left).sum() < 1e-13:
            break
    np.testing.assert_allclose(values(table, "producer_electricity")[:, 0], account_of, rtol=1e-8)


def test_a_table_without_a_known_supplier_of_electricity_says_so() -> None:
    from dualcarbon.errors import InputError
    from tests.small_world import small_world

    with pytest.raises(InputError, match="no sector is known to supply electricity"):
        account(small_world(1), "producer_electricity")
