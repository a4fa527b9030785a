"""Benchmarks of free allocation: column A for actual data, column B for default values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.cbam import official
from dualcarbon.international.cbam.goods import Good
from dualcarbon.international.cbam.official import BenchmarkCell

Column = Literal["A", "B"]

ROUTES = {
    "A": "grey clinker",
    "B": "white clinker",
    "C": "carbon steel, blast furnace and basic oxygen furnace",
    "D": "carbon steel, direct reduction and electric arc furnace",
    "E": "carbon steel, scrap and electric arc furnace",
    "F": "low-alloy steel, blast furnace and basic oxygen furnace",
    "G": "low-alloy steel, direct reduction and electric arc furnace",
    "H": "low-alloy steel, scrap and electric arc furnace",
    "J": "high-alloy steel, electric arc furnace",
    "K": "primary aluminium",
    "L": "secondary aluminium",
}
SAME_PROCESS = {"C": "F", "D": "G", "E": "H", "F": "C", "G": "D", "H": "E", "J": "E"}
"""The route of the same process in the other grade of alloy."""

SECOND_PERIOD, LAST_OF_SECOND = 2028, 2030


@dataclass(frozen=True)
class Benchmark:
    """The benchmark that applies, tCO2e per tonne, with the route it stands for."""

    value: Decimal
    column: Column
    route: str | None
    notes: tuple[str, ...]


@cache
def benchmark(good: Good, column: Column, year: int, route: str | None = None) -> Benchmark:
    """The benchmark of a good.

    A route that the row does not know is read as the same process in the other grade of alloy.
    Without a route, default values take the highest benchmark of the row; actual data must name
    theirs.

    Args:
        good: see :func:`~dualcarbon.international.cbam.goods.good`.
        column: ``A`` for actual data, ``B`` for default values.
        year: year of production; two sets of benchmarks apply to 2026-27 and to 2028-30.
        route: letter of :data:`ROUTES`.

    Raises:
        InputError: no benchmark, an unknown route, or actual data without a route that is needed.

    Source: Implementing Regulation (EU) 2025/2620, Annex, points 5.1 to 5.3.
    """
    row = official.benchmarks().get(good.table_cn)
    if row is None:
        raise InputError(f"no benchmark for CN {good.cn}", where="cn")
    cells, notes = _of_period(row[column], year)
    routed = {cell.route: cell for cell in cells if cell.route}
    if not routed:
        return Benchmark(cells[0].value, column, None, notes)
    if route is None and column == "A":
        raise InputError(
            f"actual emissions of CN {good.cn} need their production route",
            where="route",
            allowed=[f"{r} ({ROUTES[r]})" for r in routed],
        )
    return _of_route(routed, column, route, notes)


def check_route(route: str | None) -> None:
    """Refuse a letter that stands for no route.

    Raises:
        InputError: not one of :data:`ROUTES`.
    """
    if route is not None and route not in ROUTES:
        raise unknown_name("production route", route, ROUTES, where="route")


def _of_period(
    cells: Sequence[BenchmarkCell], year: int
) -> tuple[Sequence[BenchmarkCell], tuple[str, ...]]:
    if all(cell.period is None for cell in cells):
        return cells, ()
    period = "1" if year < SECOND_PERIOD else "2"
    late = year > LAST_OF_SECOND
    notes = ("no benchmark after 2030 published: that of 2028-30 kept",) if late else ()
    return [cell for cell in cells if cell.period == period], notes


def _of_route(
    routed: dict[str, BenchmarkCell], column: Column, route: str | None, notes: tuple[str, ...]
) -> Benchmark:
    if route in routed:
        return Benchmark(routed[route].value, column, route, notes)
    same = SAME_PROCESS.get(route or "")
    if same in routed:
        note = f"row has no route {route}: same process, route {same}"
        return Benchmark(routed[same].value, column, same, (*notes, note))
    if column == "A":
        raise unknown_name("production route", str(route), routed, where="route")
    top = max(routed.values(), key=lambda cell: cell.value)
    why = "no route in the row of default values" if route is None else f"row has no route {route}"
    note = f"{why}: highest benchmark, route {top.route}"
    return Benchmark(top.value, column, top.route, (*notes, note))
