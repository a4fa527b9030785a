"""The policy points of the sweep: the levers of today's carbon and certificate markets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STRINGENCY = ((0.98, 0.96), (0.97, 0.94), (0.965, 0.93), (0.96, 0.92))
OFFSET_LIMIT = (0.05, 0.025, 0.01)
EXTRA_GROWTH = (0.018, 0.0215)  # from where certificates are scarce
CAP_FACTOR = (1.0, 0.98, 0.96)
CAP_OFFSET_LIMIT = (0.05, 0.02)


@dataclass(frozen=True)
class Point:
    """A point of the sweep.

    Attributes:
        label: what is set.
        changes: changes of the package by instrument key, for ``Package.changed``.
    """

    label: str
    changes: dict[str, dict[str, Any]]


def sweep_points(growth: float, cap: dict[int, float]) -> list[Point]:
    """Thirty points in an order in which neighbours differ in one lever.

    Args:
        growth: yearly growth of the renewable obligation today, as a share of consumption.
        cap: covered emissions of today by year, t CO2, for the points with a mass cap.
    """
    return [*_standard_points(growth), *_cap_points(growth + EXTRA_GROWTH[0], cap)]


def _standard_points(growth: float) -> list[Point]:
    points = []
    for extra, (near, far), limit in _to_and_fro(EXTRA_GROWTH, STRINGENCY, OFFSET_LIMIT):
        carbon = {"stringency": {2025: 1.0, 2030: near, 2035: far}, "offset_limit": limit}
        points.append(
            Point(
                f"stringency {near:g} and {far:g}, offsets {limit:.0%}, "
                f"obligation +{100 * (growth + extra):.2g} points a year",
                {"carbon": carbon, "green": {"share_growth": growth + extra}},
            )
        )
    return points


def _cap_points(growth: float, cap: dict[int, float]) -> list[Point]:
    points = []
    for factor, limit in _to_and_fro(CAP_FACTOR, CAP_OFFSET_LIMIT):
        carbon = {
            "benchmarks": None,
            "stringency": 1.0,
            "cap": {year: factor * tons for year, tons in cap.items()},
            "offset_limit": limit,
        }
        changes = {"carbon": carbon, "green": {"share_growth": growth}}
        points.append(Point(f"mass cap of {factor:.0%}, offsets {limit:.0%}", changes))
    return points


def _to_and_fro(*levels: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """All combinations, each lever turned back and forth so that steps are small."""
    if len(levels) == 1:
        return [(level,) for level in levels[0]]
    found = []
    rest = _to_and_fro(*levels[1:])
    for i, level in enumerate(levels[0]):
        found += [(level, *tail) for tail in (rest if i % 2 == 0 else rest[::-1])]
    return found
