"""Free allocation: how much of it remains, and the benchmarks that it is counted by.

Column A of the benchmarks is for actual data, column B for default values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.cbam import official
from dualcarbon.international.cbam.goods import Good
from dualcarbon.international.cbam.law import TODAY, law_of
from dualcarbon.international.cbam.official import BenchmarkCell

FIRST_YEAR, LAST_YEAR = 2026, 2100

BENCHMARKS_REVISED_FROM = 2027
"""Revised benchmarks apply to imports from this year; the act is not adopted (2025/2620, recital
10)."""


def cbam_factor(year: int, law: str = TODAY) -> Decimal:
    """Share of free allocation that remains in a year: 0.975 in 2026, in force zero from 2034.

    Args:
        year: year of the import.
        law: see :mod:`~dualcarbon.international.cbam.law`; ``proposal-616`` keeps more from 2028.

    Raises:
        InputError: before 2026, when nothing is owed; an unknown law.

    Source: Directive 2003/87/EC, Article 10a(1a), as amended by Directive (EU) 2023/959;
    COM(2026) 616.
    """
    check_year(year)
    return law_of(law).kept.get(year, Decimal(0))


def correction_factor(year: int, law: str = TODAY) -> tuple[Decimal, bool]:
    """Cross-sectoral correction factor of a year, and whether it has been published.

    One stands for a factor not yet published: the upper bound of free allocation, hence the lower
    bound of the certificates due.

    Source: Directive 2003/87/EC, Article 10a(5); Implementing Decision (EU) 2026/1862.
    """
    published = law_of(law).correction
    return published.get(year, Decimal(1)), year in published


def check_year(year: int, where: str = "year") -> None:
    """Refuse a year without an obligation.

    Raises:
        InputError: outside 2026 to 2100.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            f"no certificates are due for {year}",
            where=where,
            allowed=f"{FIRST_YEAR} (first year of the obligation) to {LAST_YEAR}",
        )


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

TWO_GRADES = "/"
"""Between two letters: the same process in two grades of alloy, of which the benchmark has one."""

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
        route: letter of :data:`ROUTES`; of two, such as ``C/F``, that which the row has.

    Raises:
        InputError: no benchmark, an unknown route, or actual data without a route that is needed.

    Source: Implementing Regulation (EU) 2025/2620, Annex, points 5.1 to 5.3.
    """
    row = official.benchmarks().get(good.table_cn)
    if row is None:
        raise InputError(f"no benchmark for CN {good.cn}", where="cn")
    cells, notes = _of_period(row[column], year)
    routed = {cell.route: cell for cell in cells if cell.route}
    if route and TWO_GRADES in route:
        letters = route.split(TWO_GRADES)
        route = next((letter for letter in letters if letter in routed), letters[0])
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
