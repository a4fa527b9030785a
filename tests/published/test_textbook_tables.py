"""Tables worked out in textbooks and papers: our figures to the digits that are printed."""

from __future__ import annotations

import numpy as np
import pytest

from dualcarbon.errors import InputError
from dualcarbon.responsibility import InputOutputTable, LeontiefSystem, accounts
from dualcarbon.responsibility.impact import multipliers, parsed, shock
from tests.io_tables import random_table

MILLER_BLAIR = InputOutputTable.of(
    [[150.0, 500.0], [200.0, 100.0]], [[350.0], [1700.0]], [[1.0, 1.0]],
    regions=["one"], sectors=["1", "2"], name="Miller and Blair (2009), table 2.3",
)  # fmt: skip
LEONTIEF = InputOutputTable.of(
    [[25.0, 20.0], [14.0, 6.0]], [[55.0], [30.0]], [[50.0, 10.0]],
    regions=["one"], sectors=["agriculture", "manufacture"], name="Leontief (1970)",
    stressors=("waste",), stressor_units=("g",),
)  # fmt: skip


def test_miller_and_blair_chapter_2() -> None:
    system = LeontiefSystem.of(MILLER_BLAIR)
    np.testing.assert_allclose(system.A, [[0.15, 0.25], [0.20, 0.05]])
    L = system.solve(np.eye(2))
    np.testing.assert_allclose(L, [[1.2541, 0.3300], [0.2640, 1.1221]], atol=5e-5)
    new = system.solve(np.array([600.0, 1500.0]))
    np.testing.assert_allclose(new, [1247.5, 1841.6], atol=0.05)


def test_miller_and_blair_multipliers_and_ghosh() -> None:
    found = multipliers(LeontiefSystem.of(MILLER_BLAIR))
    np.testing.assert_allclose(found["output"], [1.518, 1.452], atol=5e-4)
    np.testing.assert_allclose(found["forward"], [1.254 + 0.660, 0.132 + 1.122], atol=1e-3)
    assert found[["backward_index", "forward_index"]].mean().tolist() == pytest.approx([1, 1])


def test_a_new_final_demand_is_the_old_one_and_a_shock() -> None:
    system = LeontiefSystem.of(MILLER_BLAIR)
    changes = {("one", "1"): 250.0, ("one", "2"): -200.0}
    found = shock(system, changes).loc["one"]
    assert found["output"] == pytest.approx((1247.5 - 1000) + (1841.6 - 2000), abs=0.1)
    assert found["value_added"] == pytest.approx(50.0)
    assert found["demand"] == 50.0


def test_leontief_1970_pollution_by_final_demand() -> None:
    """60 g of pollution, 42.62 for agriculture's final demand and 17.38 for manufacture's."""
    system = LeontiefSystem.of(LEONTIEF)
    np.testing.assert_allclose(system.A, [[0.25, 0.40], [0.14, 0.12]])
    carried = system.multipliers[0] * LEONTIEF.Yr[:, 0]
    np.testing.assert_allclose(carried, [42.62, 17.38], atol=0.005)
    assert accounts(system, ["PBA", "CBA"]).loc["one"].tolist() == pytest.approx([60, 60])


def test_a_shock_of_all_final_demand_is_the_whole_table() -> None:
    table = random_table(5)
    system = LeontiefSystem.of(table)
    changes = {
        (region, sector): float(table.Yr[i * table.S + j].sum())
        for i, region in enumerate(table.regions)
        for j, sector in enumerate(table.sectors)
    }
    found = shock(system, changes)
    assert found["output"].sum() == pytest.approx(table.x.sum())
    assert found["stressor"].to_numpy() + table.F_Y[0] == pytest.approx(
        accounts(system, ["PBA"])["PBA"].to_numpy()
    )
    assert found["value_added"].sum() == pytest.approx(found["demand"].sum())


def test_changes_as_people_write_them() -> None:
    assert parsed("one:1=-10%", MILLER_BLAIR) == (("one", "1"), -35.0)
    assert parsed("one:2=5e3", MILLER_BLAIR) == (("one", "2"), 5000.0)
    for text, words in (
        ("one=5", "is no change"), ("one:1=much", "'much' is no amount"),
        ("two:1=5", "unknown region 'two'"), ("one:3=5", "unknown sector '3'"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            parsed(text, MILLER_BLAIR)
    with pytest.raises(InputError, match="no change of final demand"):
        shock(LeontiefSystem.of(MILLER_BLAIR), {})
