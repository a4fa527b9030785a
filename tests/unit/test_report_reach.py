"""Nothing in the report is there for its tests alone: every builder is reached, every text used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import dualcarbon
from dualcarbon import datasets
from dualcarbon.report.text import slug, strings

PACKAGE = Path(dualcarbon.__file__).parent
REPORT, CHARTS = PACKAGE / "report", PACKAGE / "charts"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


@cache
def names_used() -> frozenset[str]:
    """Names that any module of the package speaks of, other than by defining or importing them."""
    found = set()
    for path in modules(PACKAGE):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    templates = "".join(p.read_text(encoding="utf-8") for p in REPORT.rglob("*.j2"))
    return frozenset(found | set(re.findall(r"\w+", templates)))


def definitions(path: Path) -> Iterator[str]:
    """Names of functions, classes, methods and constants that a module defines."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (n.name for n in node.body if isinstance(n, ast.FunctionDef))
        if isinstance(node, ast.Assign):
            yield from (
                name.id
                for target in node.targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            )


def test_everything_that_report_and_charts_define_is_used_by_the_package() -> None:
    used = names_used()
    idle = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in modules(REPORT, CHARTS)
        for name in definitions(path)
        if name not in used and not name.startswith("__")
    }
    assert idle == set()


def constants(folder: Path) -> set[str]:
    """Strings in the code of a folder."""
    return {
        node.value
        for path in modules(folder)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def patterns(folder: Path) -> set[str]:
    """Strings that the code of a folder puts together, as the catalogue writes keys."""
    found = set()
    for path in modules(folder):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.sub(r"[^a-z0-9.]+", "_", str(v.value).lower()).replace(".", r"\.")
                    if isinstance(v, ast.Constant)
                    else "(.+)"
                    for v in node.values
                ]
                found.add("".join(parts))
    return found


def kinds() -> set[str]:
    """Kinds of names that the report asks the catalogue for."""
    found = {"unit", "carrier", "scenario", "revenue_regime"}
    for path in modules(REPORT):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = {"name": 0, "own": len(node.args) - 1}.get(node.func.attr)
            if place is not None and node.args and isinstance(node.args[place], ast.Constant):
                found.add(str(node.args[place].value))
    return found


@cache
def things() -> tuple[frozenset[str], re.Pattern[str]]:
    """Keys of things as the catalogue writes them: in code and data, and put together in code."""
    words = {w for word in constants(PACKAGE) for w in (word, *re.split(r"[.|/,]", word))}
    for name in datasets.tables():
        for _, column in datasets.load(name).items():
            if column.dtype == object or str(column.dtype).startswith("str"):
                words |= {str(value) for value in column.dropna().unique()}
    described = datasets.catalogue()
    for column in ("unit", "table", "grade", "source"):
        words |= set(described[column].astype(str))
    for path in PACKAGE.rglob("*.yaml"):
        words |= {path.stem}
        if REPORT not in path.parents:
            keys = re.findall(r"^\s*([\w ]+):", path.read_text("utf-8"), flags=re.MULTILINE)
            words |= set(keys)
    words |= {re.sub(r"[ _]20\d\d$", "", word) for word in words}
    made = {pattern for pattern in patterns(PACKAGE) if re.search("[a-z]{4}|_to_", pattern)}
    return frozenset(slug(word) for word in words), re.compile("|".join(made))


def test_every_text_is_used() -> None:
    code, (known, put_together) = constants(REPORT), things()
    templates = "".join(p.read_text(encoding="utf-8") for p in REPORT.rglob("*.j2"))
    asked = code | constants(PACKAGE / "cli") | set(re.findall(r"text\('([\w.]+)'", templates))
    made = [p for p in patterns(REPORT) if re.match(r"[a-z_]+\\\.", p)]
    named = kinds()

    def is_used(key: str) -> bool:
        kind, _, tail = key.partition(".")
        if key in asked or (kind in named and (tail in known or put_together.fullmatch(tail))):
            return True
        return any(
            (found := re.fullmatch(p, key)) and {slug(g) for g in found.groups()} <= known
            for p in made
        )

    assert {key for key in strings() if not is_used(key)} == set()
