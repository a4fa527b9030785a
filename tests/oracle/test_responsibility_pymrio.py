"""Against pymrio: its accounts of production, consumption, imports and exports, and its Ghosh."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dualcarbon.responsibility import InputOutputTable, LeontiefSystem, account
from dualcarbon.responsibility.flows import detailed
from dualcarbon.responsibility.leontief.iterate import footprint, output_for
from tests.io_tables import needs_wiod, random_table, wiod

pymrio = pytest.importorskip("pymrio")
FIELDS = ("D_pba", "D_cba", "D_imp", "D_exp", "M")


def solved(table: InputOutputTable, *, ghosh: bool = False) -> Any:
    """The table as pymrio's system with every account calculated."""
    rows = pd.MultiIndex.from_product([table.regions, table.sectors], names=["region", "sector"])
    columns = pd.MultiIndex.from_product(
        [table.regions, table.categories], names=["region", "category"]
    )
    direct = np.zeros((table.P, table.R, table.K))
    direct[:, :, 0] = table.F_Y
    stressors = pd.Index(table.stressors, name="stressor")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        system = pymrio.IOSystem(
            Z=pd.DataFrame(np.array(table.Z, dtype=float), rows, rows),
            Y=pd.DataFrame(np.array(table.Y, dtype=float), rows, columns),
            stressors={
                "name": "stressors",
                "F": pd.DataFrame(np.array(table.F), stressors, rows),
                "F_Y": pd.DataFrame(direct.reshape(table.P, -1), stressors, columns),
            },
        )
        return system.calc_all(include_ghosh=ghosh)


def close(found: np.ndarray, theirs: pd.DataFrame, tolerance: float = 1e-12) -> None:
    """Equal to a share of each figure, and of the largest where figures cancel."""
    wanted = theirs.to_numpy()
    size = np.abs(wanted).max()
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


@pytest.fixture(scope="module")
def test_system() -> tuple[InputOutputTable, Any]:
    """pymrio's own test system, as our table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pymrio.load_test().calc_all()
    extension = theirs.emissions
    table = InputOutputTable.of(
        theirs.Z.to_numpy(),
        theirs.Y.to_numpy(),
        extension.F.to_numpy(),
        F_Y=extension.F_Y.T.groupby(level="region", sort=False).sum().T.to_numpy(),
        regions=list(theirs.get_regions()),
        sectors=list(theirs.get_sectors()),
        categories=list(theirs.get_Y_categories()),
        stressors=[" ".join(name) for name in extension.F.index],
        stressor_units="kg",
    )
    return table, extension


@pytest.mark.parametrize("precision", ["mixed", "double"])
def test_accounts_of_pymrios_test_system(
    test_system: tuple[InputOutputTable, Any], precision: str
) -> None:
    table, extension = test_system
    found = detailed(LeontiefSystem.of(table, precision=precision), rows_at_once=5)
    for field in FIELDS:
        close(getattr(found, field), getattr(extension, field))


def test_regional_accounts_of_pymrios_test_system(
    test_system: tuple[InputOutputTable, Any],
) -> None:
    table, extension = test_system
    for name, theirs in (("PBA", extension.D_pba_reg), ("CBA", extension.D_cba_reg)):
        close(account(table, name).values.T.to_numpy(), theirs[list(table.regions)])


@needs_wiod
@pytest.mark.parametrize("precision", ["mixed", "double"])
def test_accounts_of_the_full_wiod(precision: str) -> None:
    table = wiod(2009)
    theirs = solved(table).stressors
    found = detailed(LeontiefSystem.of(table, precision=precision))
    for field in FIELDS:
        close(getattr(found, field), getattr(theirs, field))


@needs_wiod
def test_income_account_from_pymrios_ghosh_inverse() -> None:
    table = wiod(2009)
    theirs = solved(table, ghosh=True)
    enabled = table.v * (theirs.G.to_numpy() @ theirs.stressors.S.to_numpy().T).T
    by_hand = enabled.reshape(table.P, table.R, table.S).sum(axis=2) + table.F_Y
    found = account(table, "income").check(1e-10)
    np.testing.assert_allclose(found.values.to_numpy(), by_hand.T, rtol=1e-12)


@needs_wiod
def test_one_footprint_keeps_its_bound() -> None:
    table = wiod(2009)
    exact = LeontiefSystem.of(table, precision="double")
    true = (exact.multipliers @ table.Yr)[0]
    for tolerance in (1e-4, 1e-10):
        found = footprint(table, tolerance=tolerance)
        assert (np.abs(found.values - true) <= found.bound + 1e-12 * true).all()
        assert found.bound.sum() <= tolerance * true.sum() * 10
    np.testing.assert_allclose(found.values, true, rtol=1e-10)
    output = output_for(table, table.Yr[:, 0])
    wanted = exact.consumption_output[:, 0]
    assert np.abs(output.values - wanted).sum() <= 1e-10 * wanted.sum()


def test_random_tables_of_both_sizes_of_precision() -> None:
    table = random_table(5, regions=6, sectors=50, categories=3, stressors=3)
    theirs = solved(table).stressors
    for precision in ("mixed", "double"):
        found = detailed(LeontiefSystem.of(table, precision=precision), rows_at_once=7)
        for field in FIELDS:
            close(getattr(found, field), getattr(theirs, field))
