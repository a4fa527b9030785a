"""Whatever is given is used or refused: one line that says where, in time, and nothing is left.

``make test`` breaks some two hundred files and options; ``make validate`` ten thousand.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualcarbon.errors import InputError
from dualcarbon.instruments import REGISTRY
from tests import broken_files

QUICK, MANY = 12, 700
LONGEST = 5.0  # seconds that reading one file may take
NAMES = ("scenario", "project", "activity", "world", "regions", "company", "plants", "plan",
         "shipments", "prices", "precursors", "carbon prices", "events")  # fmt: skip
KEPT = Path(__file__).with_name("kept_failures.yaml")


def assert_used_or_refused(name: str, content: bytes) -> None:
    began = time.process_time()
    code, told, file = broken_files.read(broken_files.kinds()[name], content)
    assert time.process_time() - began < LONGEST
    assert code in (0, 1, 2)
    if code == 2:
        assert told.startswith("error: "), told
        assert told.rstrip("\n").count("\n") == 0, told
        assert file in told, told
        assert told.isprintable() or told.rstrip("\n").isprintable(), told


def try_files(name: str, examples: int) -> None:
    text = broken_files.kinds()[name].text

    @settings(max_examples=examples)
    @given(broken_files.broken(text))
    def tried(content: bytes) -> None:
        assert_used_or_refused(name, content)

    tried()


def test_every_kind_of_file_is_tried() -> None:
    assert set(NAMES) == set(broken_files.kinds())


@pytest.mark.parametrize("name", NAMES)
def test_a_good_file_is_used(name: str) -> None:
    kind = broken_files.kinds()[name]
    assert broken_files.read(kind, kind.text.encode())[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_file_is_used_or_refused(name: str) -> None:
    try_files(name, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_broken_files_are_used_or_refused(name: str) -> None:
    try_files(name, MANY)


@pytest.mark.parametrize("examples", [30, pytest.param(1_000, marks=pytest.mark.slow)])
def test_any_change_is_applied_or_refused(examples: int) -> None:
    changes = broken_files.CHANGES.splitlines()

    @settings(max_examples=examples)
    @given(st.sampled_from(changes).flatmap(broken_files.broken))
    def tried(content: bytes) -> None:
        code, told = broken_files.change(content.decode("utf-8", "replace"))
        assert code in (0, 2)
        assert code == 0 or told.startswith("error: ")

    tried()


@pytest.mark.parametrize("examples", [40, pytest.param(2_000, marks=pytest.mark.slow)])
def test_any_value_of_a_field_makes_an_instrument_or_one_error(examples: int) -> None:
    fields = [(key, field) for key, kind in REGISTRY.items() for field in kind.model_fields]

    @settings(max_examples=examples)
    @given(st.sampled_from(fields), broken_files.values())
    def tried(which: tuple[str, str], value: Any) -> None:
        key, field = which
        try:
            REGISTRY[key](**{field: value})
        except InputError as error:
            said = str(error)
        else:
            said = "used"
        assert said

    tried()
