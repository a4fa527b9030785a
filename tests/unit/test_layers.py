"""Nothing imports upwards, not even for types, and the libraries do not know one another."""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "dualcarbon"
ORDER = (
    ("version", "errors"),
    ("common", "datasets", "charts"),
    ("system",),
    ("solver",),
    ("instruments",),
    ("equilibrium",),
    ("scenario",),
    ("indicators",),
    ("sweep",),
    ("experiments",),
    ("report", "responsibility", "international", "ledger"),
    ("loop",),
    ("runs",),
    ("lab",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
STILL = {("sweep", "experiments"), ("report", "responsibility")}
"""What is left to mend; shrinks only."""


def imported(tree: ast.AST) -> set[str]:
    """Modules of the package that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("dualcarbon.")}


def edges(package: str = "") -> dict[str, set[str]]:
    """Which part of a package imports which other; parts are its modules and sub-packages."""
    folder, prefix = ROOT / package, "dualcarbon." + (f"{package}." if package else "")
    found: dict[str, set[str]] = defaultdict(set)
    for file in folder.rglob("*.py"):
        part = file.relative_to(folder).parts[0].removesuffix(".py")
        if part in ("__init__", "_former"):
            continue
        names = imported(ast.parse(file.read_text(encoding="utf-8")))
        parts = {n.removeprefix(prefix).split(".")[0] for n in names if n.startswith(prefix)}
        found[part] |= {p for p in parts - {part} if (folder / p).exists()
                        or (folder / f"{p}.py").exists()}  # fmt: skip
    return found


def test_nothing_imports_upwards() -> None:
    found = edges()
    assert set(found) <= set(RANK)
    upwards = {(a, b) for a, others in found.items() for b in others if RANK[b] >= RANK[a]}
    assert upwards - {("common", "datasets"), ("datasets", "common")} <= STILL


@pytest.mark.parametrize("library", ["responsibility", "international"])
def test_a_library_stands_on_the_ground_and_its_parts_form_no_circle(library: str) -> None:
    assert edges()[library] <= {"common", "datasets", "errors"}
    list(TopologicalSorter(edges(library)).static_order())
