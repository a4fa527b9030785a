"""Every way of solving gives the same accounts, and each knows when it must not be used."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from dualcarbon.errors import InputError
from dualcarbon.responsibility import InputOutputTable, LeontiefSystem, account, accounts
from dualcarbon.responsibility.leontief import system as module
from dualcarbon.responsibility.leontief.iterate import footprint
from dualcarbon.responsibility.leontief.splitting import Splitting
from tests.io_tables import needs_wiod, random_table, wiod


@pytest.fixture
def rounds_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds over trade for tables of any size, whatever they cost."""
    monkeypatch.setattr(module, "LARGE", 0)

    def always(self: LeontiefSystem, count: int) -> int:
        return self._splitting.rounds() if self._splitting else 0

    monkeypatch.setattr(LeontiefSystem, "rounds_for", always)


def traded_little(seed: int, **changes: Any) -> InputOutputTable:
    """A random table with a fiftieth of the trade, as little as the rounds are made for."""
    table = random_table(seed, **changes)
    home = table.region_of[:, None] == table.region_of
    Z = np.where(home, table.Z, table.Z / 50)
    return InputOutputTable.of(
        Z, table.Y, table.F, regions=table.regions, sectors=table.sectors,
        stressors=table.stressors,
    )  # fmt: skip


@pytest.mark.usefixtures("rounds_always")
@pytest.mark.parametrize("seed", range(4))
def test_rounds_over_trade_are_as_exact_as_a_factorisation(seed: int) -> None:
    table = traded_little(seed, regions=4, sectors=8, empty=bool(seed % 2))
    mixed = LeontiefSystem.of(table)
    double = LeontiefSystem.of(table, precision="double")
    for name in ("multipliers", "consumption_output"):
        np.testing.assert_allclose(getattr(mixed, name), getattr(double, name), rtol=1e-10)
    assert isinstance(mixed._splitting, Splitting)
    assert "_factors" not in mixed.__dict__


@needs_wiod
@pytest.mark.usefixtures("rounds_always")
def test_rounds_on_the_full_wiod() -> None:
    table = wiod(2009)
    mixed = LeontiefSystem.of(table)
    found = accounts(mixed, ["CBA", "income", "benchmark_stage"], tolerance=1e-10)
    assert mixed._splitting is not None
    assert mixed._splitting.contraction < 0.2
    exact = accounts(LeontiefSystem.of(table, precision="double"), list(found.columns))
    np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_rounds_are_chosen_where_they_are_less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 0)
    system = LeontiefSystem.of(traded_little(1, regions=5, sectors=60))
    rounds = system.rounds_for(1)
    assert rounds > 0
    most = 300 // (3 * (2 * rounds - 2))
    assert system.rounds_for(most - 1) == rounds
    assert system.rounds_for(300) == 0
    assert LeontiefSystem.of(system.table, precision="double").rounds_for(1) == 0
    system.solve(np.eye(300))
    assert "_factors" in system.__dict__
    assert system._splitting is None


@pytest.mark.usefixtures("rounds_always")
def test_rounds_refuse_what_is_not_productive() -> None:
    table = traded_little(3, regions=2, sectors=4)
    Y = np.array(table.Y)
    Y[4:] -= 0.9 * table.x[4:, None] / Y.shape[1]
    wrong = InputOutputTable.of(
        table.Z, Y, table.F, regions=table.regions, sectors=table.sectors,
        stressors=table.stressors,
    )  # fmt: skip
    with pytest.raises(InputError, match="not productive"):
        account(wrong, "CBA")
    with pytest.raises(InputError, match="not productive"):
        footprint(wrong)


@pytest.mark.parametrize("precision", ["mixed", "double"])
def test_another_array_module_gives_the_same(
    monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    """numpy under the name of cupy: the calls are those that cupy offers too."""
    fake, linalg, package = ModuleType("cupy"), ModuleType("linalg"), ModuleType("cupyx")
    for name in ("asarray", "array", "empty", "ones", "abs", "where", "float32", "float64"):
        setattr(fake, name, getattr(np, name))
    fake.asnumpy = np.asarray  # type: ignore[attr-defined]
    fake.cuda = ModuleType("cuda")  # type: ignore[attr-defined]
    fake.cuda.runtime = ModuleType("runtime")
    fake.cuda.runtime.getDeviceCount = lambda: 1
    linalg.lu_factor, linalg.lu_solve = scipy.linalg.lu_factor, scipy.linalg.lu_solve  # type: ignore[attr-defined]
    for name, stub in (("cupy", fake), ("cupyx", package), ("cupyx.scipy.linalg", linalg)):
        monkeypatch.setitem(sys.modules, name, stub)
    table = random_table(6, regions=4, sectors=70)
    found = accounts(LeontiefSystem.of(table, backend="cupy", precision=precision))
    np.testing.assert_allclose(found, accounts(table), rtol=1e-10)


def test_without_cupy_the_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(InputError, match=r"backend 'cupy' cannot be used .*dualcarbon\[gpu\]"):
        LeontiefSystem.of(random_table(1), backend="cupy")


def test_precision_is_double_where_single_would_not_converge() -> None:
    table = random_table(4, regions=6, sectors=50)
    system = LeontiefSystem.of(replace(table))
    assert system._factors.single
    assert system._factors.rounding < 1e-5
    np.testing.assert_allclose(
        system.multipliers, LeontiefSystem.of(table, precision="double").multipliers, rtol=1e-11
    )
