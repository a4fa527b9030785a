"""What the readmes and guides show is what happens, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dualcarbon import datasets
from dualcarbon.cli.main import exit_code
from tests.pages import ROOT, broken_links, check_page, commands

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
WITH_OUTPUT = [page for page in GUIDES if page.stem != "scenarios"]  # it has a test of its own
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MOST_LINES_OF_A_README = 200
MOST_BYTES_OF_A_PICTURE = 400_000
NUMBER = re.compile(r"[+−]?\d+(?:\.\d+)?")


def names(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def rows(page: Path, marker: str) -> list[str]:
    """Lines of the first table that has the marker in its head."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|") and marker in line)
    body = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        body.append(line)
    return body


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("page", [READMES[0], *WITH_OUTPUT], ids=names)
def test_code_prints_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_page(page)


def test_both_readmes_run_the_same_code() -> None:
    code = [re.sub(r" *#.*", "", page.read_text("utf-8").split("```python")[1]) for page in READMES]
    assert code[0].split("```")[0] == code[1].split("```")[0]


@pytest.mark.usefixtures("warm")
def test_commands_of_the_readme_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = commands(READMES[0])
    assert len(found) >= 2
    assert [line for line in found if exit_code(line) != 0] == []


def test_both_readmes_give_the_same_figures() -> None:
    english = [NUMBER.findall(row) for row in rows(READMES[0], "| ours |")]
    chinese = [NUMBER.findall(row) for row in rows(READMES[1], "| 本模型 |")]
    assert [sorted(row) for row in english] == [sorted(row) for row in chinese]


@pytest.mark.parametrize("page", READMES, ids=names)
def test_readme_counts_the_grades_of_the_data(page: Path) -> None:
    grades = datasets.catalogue()["grade"].value_counts()
    counts = {str(n) for n in (*grades, grades.sum())}
    text = page.read_text(encoding="utf-8")
    said = text.partition("data list|show|verify")[0][-420:]
    assert counts <= set(NUMBER.findall(said))


@pytest.mark.parametrize("page", READMES, ids=names)
def test_readme_is_short(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_README


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*"))
    assert pictures
    assert max(p.stat().st_size for p in pictures) <= MOST_BYTES_OF_A_PICTURE
