"""Small wrong changes of the source are noticed by the tests that are named for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import mutants

FEWEST = 60


def test_every_mutant_stands_once_in_the_source() -> None:
    assert len(mutants.MUTANTS) >= FEWEST
    assert len(set(mutants.MUTANTS)) == len(mutants.MUTANTS)
    for mutant in mutants.MUTANTS:
        text = (mutants.SOURCE / "dualcarbon" / mutant.file).read_text(encoding="utf-8")
        assert text.count(mutant.right) == 1, (mutant.file, mutant.right)
        assert mutant.wrong not in (mutant.right, "")
        files = [word for word in mutant.tests.split() if word.endswith(".py")]
        assert files
        assert all((mutants.ROOT / "tests" / file).is_file() for file in files)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield Path(place)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(mutants.MUTANTS)))
def test_a_mutant_is_noticed(number: int, folder: Path) -> None:
    mutant = mutants.MUTANTS[number]
    assert mutants.noticed(mutant, folder) == mutants.NOTICED, mutant
