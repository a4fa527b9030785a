"""The tutorials run as printed: every block of code, and the output shown below it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

TUTORIALS = sorted((Path(__file__).resolve().parents[2] / "docs" / "tutorial").glob("*.md"))
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(path: Path) -> list[tuple[str, str, int]]:
    """Language, content and first line of every fenced block."""
    text = path.read_text(encoding="utf-8")
    return [
        (m.group(1), m.group(2), text.count("\n", 0, m.start()) + 2) for m in FENCE.finditer(text)
    ]


def run(code: str, names: dict[str, object], path: Path, line: int) -> str:
    """Run a block in the tutorial's namespace and return what it prints."""
    compiled = compile("\n" * (line - 1) + code, str(path), "exec")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compiled, names)
    return out.getvalue()


def test_there_are_tutorials() -> None:
    assert len(TUTORIALS) >= 5


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda p: p.stem)
def test_tutorial_prints_what_it_shows(path: Path) -> None:
    names: dict[str, object] = {"__name__": path.stem}
    printed = ""
    for language, content, line in blocks(path):
        if language == "python":
            assert printed == "", f"{path.name}:{line}: output of the block before is not shown"
            printed = run(content, names, path, line)
        elif language == "text":
            assert printed.rstrip() == content.rstrip(), f"{path.name}:{line}"
            printed = ""
    assert printed == ""


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda p: p.stem)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+\.md)\)", path.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert missing == []
