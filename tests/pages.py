"""Code in pages of documentation, run in order; what a page shows below it is what it prints."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dualcarbon.instruments import REGISTRY

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)|<img [^>]*src=\"([^\":]+)\"")


def blocks(page: Path) -> Iterator[tuple[str, str, int]]:
    """Language, content and first line of every fenced block."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield found.group(1), found.group(2), text.count("\n", 0, found.start()) + 2


def check_page(page: Path) -> None:
    """Run the Python blocks of a page and compare what they print with the text blocks."""
    names: dict[str, object] = {"__name__": page.stem}
    printed = ""
    with pytest.MonkeyPatch.context() as patch:
        for key, instrument in REGISTRY.items():
            patch.setitem(REGISTRY, key, instrument)
        known = set(REGISTRY)
        try:
            for language, content, line in blocks(page):
                if language == "python":
                    assert printed == "", f"{page.name}:{line}: earlier output is not shown"
                    printed = _run(content, names, page, line)
                elif language == "text":
                    assert _lines(printed) == _lines(content), f"{page.name}:{line}"
                    printed = ""
        finally:
            for key in set(REGISTRY) - known:
                del REGISTRY[key]
    assert printed == "", f"{page.name}: the last output is not shown"


def commands(page: Path) -> list[list[str]]:
    """Arguments of every ``$ dualcarbon`` line of a page."""
    text = "".join(content for language, content, _ in blocks(page) if language == "console")
    return [line.split()[2:] for line in text.splitlines() if line.startswith("$ dualcarbon ")]


def broken_links(page: Path) -> list[str]:
    """Relative targets of links and pictures that do not exist."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    targets = [link or picture for link, picture in found]
    return [target for target in targets if not (page.parent / target).exists()]


def _run(code: str, names: dict[str, object], page: Path, line: int) -> str:
    compiled = compile("\n" * (line - 1) + code, str(page), "exec", dont_inherit=True)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compiled, names)
    return out.getvalue()


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
