"""The theory pages name code and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dualcarbon.instruments import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "theory").glob("*.md"))
PACKAGES = (
    "instruments|system|solver|equilibrium|indicators|sweep|experiments"
    "|responsibility|international|mrv|compliance|ledger|common|loop"
)
CODE = re.compile(rf"`((?:{PACKAGES})/[\w/]+\.py)`")
TESTS = re.compile(r"`((?:analytic|oracle|property|published|unit)/test_\w+\.py)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_page_names_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = [ROOT / "src" / "dualcarbon" / name for name in CODE.findall(text)]
    tests = [ROOT / "tests" / name for name in TESTS.findall(text)]
    assert code
    assert tests
    assert [path for path in code + tests if not path.is_file()] == []


def test_every_instrument_has_a_page() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    modules = {cls.__module__.removeprefix("dualcarbon.") for cls in REGISTRY.values()}
    missing = [name for name in modules if f"{name.replace('.', '/')}.py" not in text]
    assert missing == []
