"""The rule of the house, read off the imports: nothing imports upwards, nothing goes round.

Imports for types and imports inside functions count like any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import dualcarbon

SOURCE = Path(dualcarbon.__file__).parent

FLOORS = (
    ("version", "errors"),
    ("charts", "common"),
    ("datasets",),
    ("system",),
    ("solver",),
    ("instruments",),
    ("equilibrium",),
    ("scenario",),
    ("indicators",),
    ("sweep",),
    ("experiments",),
    ("report", "responsibility", "international", "mrv"),
    ("compliance",),
    ("loop",),
    ("runs",),
    ("ledger",),
    ("lab",),
    ("cli",),
)
"""From the ground up. Rooms on one floor do not know each other."""

FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
OUTSIDE = {"__init__", "_former"}  # they hand names on, and nobody inside asks them for any
TABLES_ONLY = {"system", "solver", "instruments", "equilibrium", "scenario", "sweep", "experiments"}


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and module of every import of one of our modules."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            wanted = [i if i.removeprefix("dualcarbon.") in MODULES else node.module for i in inner]
        else:
            continue
        for module in wanted:
            found = module.removeprefix("dualcarbon.")
            if found != module and found in MODULES and found != name:
                yield node.lineno, found


def room(name: str) -> str:
    return name.partition(".")[0]


def inside() -> list[str]:
    return [name for name in MODULES if room(name) not in OUTSIDE]


def test_every_room_stands_on_a_floor() -> None:
    assert {room(name) for name in inside()} - set(FLOOR) == set()


def test_nothing_imports_upwards() -> None:
    upwards = [
        f"{name}:{line} imports {found}"
        for name in inside()
        for line, found in imports(name)
        if room(name) != room(found)
        and (room(found) in OUTSIDE or FLOOR[room(found)] >= FLOOR[room(name)])
    ]
    assert upwards == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    below = {name: {found for _, found in imports(name)} for name in inside()}
    list(TopologicalSorter(below).static_order())  # raises, naming a circle


@pytest.mark.parametrize("library", ["responsibility", "international", "mrv"])
def test_a_library_stands_on_the_ground(library: str) -> None:
    used = {
        room(found)
        for name in inside()
        if room(name) == library
        for _, found in imports(name)
        if room(found) != library
    }
    assert used <= {"common", "datasets", "errors"}


def test_the_report_takes_tables_and_needs_no_solver() -> None:
    found = [
        f"{name}:{line} imports {module}"
        for name in inside()
        if room(name) in {"report", "charts"}
        for line, module in imports(name)
        if room(module) in TABLES_ONLY
    ]
    assert found == []


def test_only_datasets_opens_the_embedded_tables() -> None:
    found = [
        name
        for name in inside()
        if room(name) != "datasets" and "datasets/tables" in MODULES[name].read_text("utf-8")
    ]
    assert found == []
