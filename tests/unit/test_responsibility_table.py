"""Tables that are wrong give one clear error, never a figure."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dualcarbon.errors import CheckFailed, InputError
from dualcarbon.responsibility import InputOutputTable, LeontiefSystem, account, accounts
from dualcarbon.responsibility.leontief.iterate import footprint
from dualcarbon.responsibility.principles import mixture, principle
from dualcarbon.responsibility.table.units import megatonnes
from tests.io_tables import random_table

REGIONS, SECTORS = ("CHN", "USA"), ("farms", "mills", "power")


def parts(**changes: Any) -> dict[str, Any]:
    """Arguments of a correct table, some of them changed."""
    draw = np.random.default_rng(1)
    right = {
        "Z": draw.uniform(0.1, 1.0, (6, 6)),
        "Y": draw.uniform(5.0, 9.0, (6, 4)),
        "F": draw.uniform(0.1, 1.0, (1, 6)),
        "regions": REGIONS,
        "sectors": SECTORS,
    }
    return right | changes


def with_cell(name: str, at: tuple[int, ...], value: float) -> dict[str, Any]:
    array = np.array(parts()[name])
    array[at] = value
    return {name: array}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "Z not square": ({"Z": np.ones((6, 5))}, r"Z: must be square, is 6 x 5"),
    "Z a vector": ({"Z": np.ones(6)}, r"Z: must be square, is 6"),
    "Z of text": ({"Z": np.full((6, 6), "one")}, r"Z: has cells that are no numbers"),
    "missing region": ({"regions": ("CHN",)}, r"Z: 6 industries, but 1 regions x 3 sectors = 3"),
    "region twice": ({"regions": ("CHN", "CHN")}, r"region 'CHN' stands twice, at 1 and 2"),
    "region without label": ({"regions": ("CHN", "")}, r"region 2 has no label"),
    "label NaN": ({"sectors": ("farms", float("nan"), "power")}, r"sector 2 has no label"),
    "no sectors": ({"sectors": ()}, r"no sector labels"),
    "one text": ({"regions": "CHN"}, r"a list of region labels is needed, got 'CHN'"),
    "NaN in Z": (
        with_cell("Z", (1, 3), np.nan),
        r"Z, region 'CHN', sector 'mills', sold to region 'USA', sector 'farms': nan is no number",
    ),
    "infinite Z": (with_cell("Z", (5, 0), np.inf), r"Z, region 'USA', sector 'power', sold to"),
    "NaN in Y": (with_cell("Y", (4, 2), np.nan), r"Y, region 'USA', sector 'mills', column 3"),
    "NaN in F": (with_cell("F", (0, 2), np.nan), r"F, region 'CHN', sector 'power': nan"),
    "F missing": ({"F": None}, r"F: the stressors of production are missing"),
    "F of other size": ({"F": np.ones((1, 5))}, r"F: must have 6 columns, .* is 1 x 5"),
    "F_Y of other size": ({"F_Y": np.ones((1, 3))}, r"F_Y: must be 1 stressors x 2 regions"),
    "NaN in F_Y": ({"F_Y": [1.0, np.nan]}, r"F_Y, region 'USA': nan is no number"),
    "x of other size": ({"x": np.ones(5)}, r"x: must have 6 figures, is 5"),
    "NaN in v": ({"v": [1, 1, np.nan, 1, 1, 1]}, r"v, region 'CHN', sector 'power': nan"),
    "Y rows": ({"Y": np.ones((5, 4))}, r"Y: must have 6 rows, is 5 x 4"),
    "Y columns": ({"Y": np.ones((6, 3))}, r"Y: 3 columns are not the same number for each of 2"),
    "categories": ({"categories": ("hh", "gov", "inv")}, r"Y: 3 categories, but 4 columns"),
    "stressor labels": ({"stressors": ("CO2", "CH4")}, r"stressors: 2 labels for 1 rows of F"),
    "unit count": ({"stressor_units": ("Mt", "kt")}, r"stressor_units: 2 units for 1 stressors"),
    "no unit": ({"stressor_units": " "}, r"stressor 'CO2': a stressor without a unit"),
    "unit in wrong case": ({"stressor_units": "mt CO2"}, r"can be misread; did you mean 'Mt'"),
    "currency": ({"currency": ""}, r"currency: must not be empty"),
    "year": ({"year": 20090}, r"year: 20090 is no year"),
    "grade": ({"grade": "E"}, r"unknown grade 'E'"),
    "population region": ({"population": {"CHM": 1.0}}, r"population: .*did you mean 'CHN'"),
    "population sign": ({"population": {"CHN": -1.0}}, r"population, region 'CHN'.*more than 0"),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_wrong_parts_are_named(case: str) -> None:
    changes, message = WRONG[case]
    with pytest.raises(InputError, match=message):
        InputOutputTable.of(**parts(**changes))


def test_a_correct_table_is_taken_as_it_is() -> None:
    given = parts()
    table = InputOutputTable.of(**given)
    assert np.shares_memory(table.Z, given["Z"])
    assert (table.N, table.R, table.S, table.K, table.P) == (6, 2, 3, 2, 1)
    assert table.rows("USA") == slice(3, 6)
    np.testing.assert_allclose(table.Yr.sum(), given["Y"].sum())
    np.testing.assert_allclose(table.x, table.sales)
    np.testing.assert_allclose(table.v + table.Z.sum(axis=0), table.x)
    with pytest.raises(ValueError, match="read-only"):
        table.Z[0, 0] = 1.0
    with pytest.raises(InputError, match=r"unknown region 'US'; did you mean 'USA'"):
        table.rows("US")
    with pytest.raises(InputError, match="unknown stressor 'CO'"):
        table.stressor("CO")


def test_single_precision_and_mapped_tables_are_solved_in_double(tmp_path: Any) -> None:
    table = random_table(2, regions=6, sectors=50)
    np.save(tmp_path / "Z.npy", table.Z.astype(np.float32))
    mapped = np.load(tmp_path / "Z.npy", mmap_mode="r")
    single = InputOutputTable.of(
        mapped, table.Y, table.F, regions=table.regions, sectors=table.sectors,
        stressors=table.stressors,
    )  # fmt: skip
    assert single.Z.dtype == np.float32
    double = replace(single, Z=np.asarray(single.Z, dtype=float))
    np.testing.assert_allclose(
        accounts(single, ["CBA", "income"]), accounts(double, ["CBA", "income"]), rtol=1e-12
    )


def pair(final: float) -> InputOutputTable:
    """Two industries that sell to each other, and so much to final users."""
    table = InputOutputTable.of(**parts())
    Z, Y = table.Z.copy(), table.Y.copy()
    Z[:2], Z[:, :2], Y[:2] = 0.0, 0.0, 0.0
    Z[0, 1] = Z[1, 0] = 3.0
    Y[:2, 0] = final
    return InputOutputTable.of(**parts(Z=Z, Y=Y))


def singular() -> InputOutputTable:
    """All that the two industries produce goes to each other."""
    return pair(0.0)


def unproductive() -> InputOutputTable:
    """The two industries buy more than they sell: their final demand is negative."""
    return pair(-1.0)


@pytest.mark.parametrize("precision", ["mixed", "double"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (singular, r"region 'CHN', sector '(farms|mills)': I - A is singular"),
        (unproductive, r"not productive.*spectral radius of A below 1"),
    ],
)
def test_tables_without_a_solution(
    wrong: Callable[[], InputOutputTable], message: str, precision: str
) -> None:
    with pytest.raises(InputError, match=message):
        account(LeontiefSystem.of(wrong(), precision=precision), "CBA")
    with pytest.raises(InputError, match=r"not productive|singular"):
        footprint(wrong())


def test_an_ill_conditioned_table_is_solved_in_double_precision(
    caplog: pytest.LogCaptureFixture,
) -> None:
    table = random_table(4, regions=6, sectors=50)
    scarce = np.array(table.Y)
    scarce *= 1e-5
    tight = InputOutputTable.of(
        table.Z, scarce, table.F, regions=table.regions, sectors=table.sectors,
        stressors=table.stressors,
    )  # fmt: skip
    with caplog.at_level(logging.WARNING):
        found = account(LeontiefSystem.of(tight), "CBA").check(1e-9)
    assert "double precision" in caplog.text
    exact = account(LeontiefSystem.of(tight, precision="double"), "CBA")
    np.testing.assert_allclose(found.values, exact.values, rtol=1e-12)


def test_an_unbalanced_table_is_told(caplog: pytest.LogCaptureFixture) -> None:
    table = random_table(8)
    rounded, off, wrong = (replace(table, x=table.x * (1 + d)) for d in (1e-4, 0.02, 0.2))
    with caplog.at_level(logging.WARNING):
        account(rounded, "CBA", tolerance=1e-10)
        assert not caplog.text
        account(off, "CBA", tolerance=1e-10)
    assert "output and sales differ by 2 %" in caplog.text
    with pytest.raises(InputError, match="differ by 17% of output: wrong units, labels or a miss"):
        account(wrong, "CBA")
    with pytest.raises(InputError, match="differ by 17% of output"):
        footprint(wrong)


def test_accounts_that_do_not_add_up_are_told(caplog: pytest.LogCaptureFixture) -> None:
    table = random_table(8)
    unlike = LeontiefSystem(replace(table, x=table.x * 1.02))
    with caplog.at_level(logging.WARNING):
        account(unlike, "CBA")
    assert "the regions sum to 0.9" in caplog.text
    with pytest.raises(CheckFailed, match="is the table balanced"):
        account(unlike, "CBA", tolerance=1e-6)
    with pytest.raises(CheckFailed, match="is the table balanced"):
        account(LeontiefSystem(replace(table, v=table.v * 0.9)), "income", tolerance=1e-6)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("CBB", r"unknown principle 'CBB'; did you mean"),
        ("0.5*PBA+0.6*CBA", r"weights sum to 1.1 \(allowed: a sum of 1\)"),
        ("-0.5*PBA+1.5*CBA", "weights must not be negative"),
        ("half*PBA+0.5*CBA", "weight 'half' is no number"),
        ("0.5*PBA+0.5*CBC", "unknown principle 'CBC'"),
    ],
)
def test_wrong_principles(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        principle(name)


def test_mixtures_say_what_they_sum_to() -> None:
    assert mixture({principle("PBA"): 1.0}).sums_to == "world"
    assert mixture({principle("PBA"): 0.5, principle("full_production"): 0.5}).sums_to == "more"
    assert mixture({principle("TCBA_outputw"): 1.0}).sums_to == "other"


def test_masses_in_megatonnes() -> None:
    assert megatonnes("kt CO2") == 1e-3
    assert megatonnes("Gg_CO2") == 1e-3
    with pytest.raises(InputError, match="unit 'TJ' is no mass"):
        megatonnes("TJ")


def test_unknown_backends_and_precisions() -> None:
    table = random_table(1)
    with pytest.raises(InputError, match="unknown backend 'cuda'"):
        LeontiefSystem.of(table, backend="cuda")
    with pytest.raises(InputError, match="unknown precision 'single'"):
        LeontiefSystem.of(table, precision="single")
