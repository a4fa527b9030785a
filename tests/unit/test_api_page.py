"""The page of the Python interface names what exists, and leaves out nothing public."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name

import pytest

import dualcarbon
from dualcarbon import international

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md"
NAMED = re.compile(r"^\.\. auto(?:function|class|module):: ([\w.]+)", re.MULTILINE)
LIBRARY = re.compile(r"^\.\. automodule:: ([\w.]+)", re.MULTILINE)


def named() -> list[str]:
    found = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    return [name if name.startswith("dualcarbon.") else f"dualcarbon.{name}" for name in found]


@pytest.mark.parametrize("name", named())
def test_what_the_page_names_exists_and_is_documented(name: str) -> None:
    assert (resolve_name(name).__doc__ or "").strip()


def test_page_names_nothing_twice_and_every_public_name() -> None:
    found = named()
    assert len(found) == len(set(found))
    public = {f"dualcarbon.{name}" for name in set(dualcarbon.__all__) - {"__version__"}}
    assert public <= set(found)
    mechanisms = [m for m in dir(international) if hasattr(getattr(international, m), "__all__")]
    assert {f"dualcarbon.international.{m}" for m in mechanisms} <= set(found)


@pytest.mark.parametrize("package", LIBRARY.findall(PAGE.read_text("utf-8")))
def test_every_public_name_of_a_library_is_documented(package: str) -> None:
    module = import_module(package)
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if callable(thing):
            assert (thing.__doc__ or "").strip(), f"{package}.{name}"
