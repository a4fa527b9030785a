"""Rules of the project that a test can keep: versions, licence, locks and shape of the code."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import dualcarbon

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dualcarbon"
MODULES = sorted(SOURCE.rglob("*.py"))

LOCKS = ("run.txt", "test.txt", "docs.txt")  # each takes in the one before
BUILD = {"hatchling", "editables"}  # what installs our package without fetching anything
MOST_BYTES_OF_DATA = 12_000_000

TEXT_SUFFIXES = {".py", ".md", ".toml", ".yaml", ".yml", ".cff", ".txt", ".json", ".html", ".j2"}
NOT_OURS = {"build", "dist", "runs", "node_modules"}
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|tmp|work|Users)/\w")


def pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_files() -> Iterator[Path]:
    """Every text file of the project, hidden and generated folders left out."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [s for s in subfolders if s not in NOT_OURS and not s.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if path.suffix in TEXT_SUFFIXES or name == "Makefile":
                yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in MODULES:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_version_stands_in_one_place_and_agrees_everywhere() -> None:
    version = dualcarbon.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert pyproject()["tool"]["hatch"]["version"]["path"] == "src/dualcarbon/version.py"
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {version}\n" in citation
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version}]" in changelog


def test_installed_version_is_that_of_the_source() -> None:
    try:
        installed = importlib.metadata.version("dualcarbon")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("dualcarbon is used from its source folder, not installed")
    assert installed == dualcarbon.__version__


def test_licence_is_apache_2_and_shipped() -> None:
    assert pyproject()["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert (ROOT / "NOTICE").is_file()
    assert (SOURCE / "py.typed").is_file()


def test_development_tools_are_named_alike_twice() -> None:
    settings = pyproject()
    extra = settings["project"]["optional-dependencies"]["dev"]
    assert settings["dependency-groups"]["dev"] == extra


def lock(name: str) -> list[str]:
    """Lines of a lock file, comments left out."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins(name: str) -> set[str]:
    """What a lock file pins itself, without the files it takes in."""
    return {line for line in lock(name) if not line.startswith("-")}


def requirements(*extras: str) -> set[str]:
    """Normalised names of what the package and its extras ask for."""
    project = pyproject()["project"]
    named = [*project["dependencies"]]
    for extra in extras:
        named += project["optional-dependencies"][extra]
    return {name_of(requirement) for requirement in named}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_exact_versions_and_names_no_index(name: str) -> None:
    assert pins(name)
    assert [p for p in pins(name) if not re.fullmatch(r"[\w.-]+==[\w.!+]+( ; .+)?", p)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_takes_wheels_only_and_the_lock_below_it(name: str) -> None:
    below = LOCKS[: LOCKS.index(name)][-1:]
    options = [line for line in lock(name) if line.startswith("-")]
    assert options == ["--only-binary :all:", *(f"-r {one}" for one in below)]


def test_locks_share_no_package() -> None:
    named = [name_of(pin) for name in LOCKS for pin in pins(name)]
    assert sorted(set(named)) == sorted(named)


def test_locks_hold_every_direct_requirement_where_it_is_needed() -> None:
    run, test, docs = ({name_of(pin) for pin in pins(name)} for name in LOCKS)
    assert requirements("markets") | BUILD <= run
    assert requirements("markets", "dev") <= run | test
    assert requirements("docs") <= run | test | docs


def test_what_only_tests_need_is_not_needed_to_run() -> None:
    tools = requirements("dev") - requirements("markets") - {"dask"}  # which linopy asks for
    assert tools & {name_of(pin) for pin in pins("run.txt")} == set()


def test_what_has_no_wheel_is_in_an_extra_of_its_own() -> None:
    alone = {name_of(r) for r in pyproject()["project"]["optional-dependencies"]["peers"]}
    assert alone == {"pygambit"}
    assert alone & requirements("markets", "dev", "docs", "mrio", "cluster") == set()
    assert alone & {name_of(pin) for name in LOCKS for pin in pins(name)} == set()


@pytest.mark.parametrize("name", LOCKS)
def test_second_line_of_a_lock_says_how_many_packages_it_brings(name: str) -> None:
    second = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()[1]
    said = re.fullmatch(
        r"# (\d+) (?:more )?packages, about [\d,]+ MB, \d+ to \d+ seconds, the first time only",
        second,
    )
    assert said is not None
    assert int(said[1]) == len(pins(name))


def name_of(requirement: str) -> str:
    """The normalised name of a distribution, without extras and version."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_public_names_exist_and_are_documented() -> None:
    public = dualcarbon.__all__
    assert len(public) == len(set(public))
    undocumented = [name for name in public if not is_documented(name, getattr(dualcarbon, name))]
    assert undocumented == []


def is_documented(name: str, thing: object) -> bool:
    """Whether a class, function or module has a docstring of its own; a value needs none."""
    if not (inspect.isclass(thing) or inspect.isroutine(thing) or inspect.ismodule(thing)):
        return True
    text = thing.__doc__ or ""
    return bool(text.strip()) and not text.startswith(f"{name}(")


def test_no_path_of_one_machine_in_any_text() -> None:
    found = [
        f"{relative(path)}: {match.group()}"
        for path in text_files()
        for match in MACHINE_PATH.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_only_the_command_line_prints() -> None:
    found = [
        f"{relative(path)}:{node.lineno}"
        for path, tree in trees()
        if path.name != "cli.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print"
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    found = [relative(path) for path, tree in trees() if tree.body and not ast.get_docstring(tree)]
    assert found == []


def test_shipped_data_stays_within_its_budget() -> None:
    data = [p for p in SOURCE.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}]
    assert sum(p.stat().st_size for p in data) <= MOST_BYTES_OF_DATA
