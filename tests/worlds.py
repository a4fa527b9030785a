"""Models that tests share: each is built once in a process, and copied where it must be new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from dualcarbon.equilibrium.package import Package
from dualcarbon.equilibrium.solve import Equilibrium, Session
from dualcarbon.instruments import Instrument
from dualcarbon.system.teaching import build_teaching
from tests.oracle import small_case


@cache
def opened(build: Callable[..., Any], *args: Any) -> Session:
    """The session on what a function builds: a network, or a network and its energy users.

    It has solved nothing and must not: solve on a copy.
    """
    built = build(*args)
    return Session.open(*built) if isinstance(built, tuple) else Session.open(built)


def anew(
    instruments: Iterable[Instrument],
    build: Callable[..., Any],
    *args: Any,
    double_claims: Iterable[tuple[str, str]] = (),
) -> Equilibrium:
    """Solve a package on a model that holds nothing of any other."""
    return opened(build, *args).copy().solve(Package.of(instruments, double_claims))


def small() -> tuple[Any, Any]:
    """The case that the tests write down twice: two buses, two years, two slices."""
    return small_case.network(), small_case.users()


def teaching() -> tuple[Any, Any]:
    """The teaching world."""
    return build_teaching()


def assert_same_prices(warm: Equilibrium, cold: Equilibrium) -> None:
    """Prices are equal, or both lie in the interval of a degenerate dual."""
    keys = ["instrument", "item", "period", "region"]
    both = warm.prices.merge(cold.prices, on=keys, validate="one_to_one")
    assert len(both) == len(warm.prices) == len(cold.prices)
    apart = both[(both["price_x"] - both["price_y"]).abs() > 1e-6 * (1 + both["price_y"].abs())]
    if apart.empty:
        return
    intervals = warm.price_intervals().set_index(keys)
    for row in apart.itertuples():
        key = (row.instrument, row.item, row.period, row.region)
        if key in intervals.index:
            low, high = intervals.loc[key, ["low", "high"]]
            slack = 1e-3 * (1.0 + abs(high if high < 1e9 else low))
            assert low - slack <= row.price_y <= high + slack, key
