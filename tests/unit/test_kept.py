"""Opened systems on disk: read only when all they depend on is the same, and never half-written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dualcarbon.scenario.documents import load_scenario
from dualcarbon.sweep import kept as disk
from dualcarbon.sweep.kept import kept
from dualcarbon.sweep.sessions import Sessions

pytestmark = pytest.mark.builds


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUALCARBON_CACHE", str(tmp_path / "systems"))
    return tmp_path / "systems"


class Builder:
    """Builds a list, and counts how often."""

    def __init__(self, content: Any = ("a", 1.5)) -> None:
        self.content, self.times = content, 0

    def __call__(self) -> Any:
        self.times += 1
        return self.content


def test_what_was_built_once_is_read(folder: Path) -> None:
    build = Builder()
    assert [kept("one", build) for _ in range(3)] == [("a", 1.5)] * 3
    assert build.times == 1
    kept("two", build)
    assert build.times == 2
    assert len(list(folder.iterdir())) == 2


def test_another_version_or_table_is_another_system(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Builder()
    kept("one", build)
    monkeypatch.setattr(disk, "fingerprint", lambda: "other files")
    kept("one", build)
    assert build.times == 2


@pytest.mark.parametrize(
    "spoil", [lambda b: b[:-1], lambda b: b"", lambda b: b[:40] + b"x" + b[41:]]
)
def test_a_torn_file_is_built_anew(folder: Path, spoil: Any) -> None:
    build = Builder()
    kept("one", build)
    path = next(folder.iterdir())
    path.write_bytes(spoil(path.read_bytes()))
    assert kept("one", build) == build.content
    assert build.times == 2
    kept("one", build)
    assert build.times == 2


def test_off_keeps_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUALCARBON_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    build = Builder()
    kept("one", build)
    kept("one", build)
    assert build.times == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_text("a file stands where the folder should be", encoding="utf-8")
    assert kept("one", Builder()) == ("a", 1.5)


def test_many_at_once_agree_and_leave_no_pieces(folder: Path) -> None:
    content = list(range(50_000))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept("one", Builder(content)), range(24)))
    assert all(f == content for f in found)
    assert [p.suffix for p in folder.iterdir()] == [".system"]


def test_what_was_used_longest_ago_goes_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "MOST_BYTES", 2500)
    for at, key in enumerate("abc"):
        kept(key, Builder("x" * 1000))
        newest = max(folder.iterdir(), key=lambda p: p.stat().st_mtime_ns)
        os.utime(newest, (at, at))
    kept("d", Builder("x" * 1000))
    again = {key: Builder("x" * 1000) for key in "abcd"}
    for key in "dc":
        kept(key, again[key])
    assert [b.times for b in again.values()] == [0, 0, 0, 0]
    kept("a", again["a"])
    assert again["a"].times == 1


def test_a_system_from_disk_is_solved_bit_by_bit_as_one_just_built(folder: Path) -> None:
    scenario = load_scenario("teaching")
    built, read = (Sessions().of(scenario).solve(scenario.package()) for _ in range(2))
    assert len(list(folder.glob("*.system"))) == 1
    assert np.array_equal(built.solution.raw.x, read.solution.raw.x)
    assert np.array_equal(built.solution.raw.dual, read.solution.raw.dual)
    assert built.explain("carbon-balance") == read.explain("carbon-balance")
    read.resolve(carbon={"offset_limit": 0.02}).check()
