"""One model of the teaching world, solved under many packages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.instruments import Instrument
from tests import worlds

Solver = Callable[..., Equilibrium]


@pytest.fixture(scope="session")
def teaching() -> Session:
    """A session on the teaching world."""
    return worlds.opened(worlds.teaching).copy()


@pytest.fixture(scope="session")
def solve(teaching: Session) -> Solver:
    """Solve the teaching world under some instruments and check every invariant."""

    def solved(
        *instruments: Instrument, double_claims: Iterable[tuple[str, str]] = ()
    ) -> Equilibrium:
        equilibrium = teaching.solve(Package.of(instruments, double_claims))
        equilibrium.check()
        return equilibrium

    return solved
