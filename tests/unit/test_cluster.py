"""Points solved by the workers of a ``dask.distributed`` scheduler."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from dualcarbon.errors import DualcarbonError, InputError
from dualcarbon.sweep import executors
from dualcarbon.sweep.executors import executor

distributed = pytest.importorskip("distributed")


class _OnPath(distributed.WorkerPlugin):
    """Workers find the points of the tests, also those that are started anew."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def setup(self, worker: object) -> None:
        sys.path.insert(0, self.folder)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
    ) as opened:
        yield opened.scheduler_address


@pytest.fixture
def points(project_root: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> ModuleType:
    """Points that the workers know as well."""
    folder = str(project_root / "tests")
    monkeypatch.syspath_prepend(folder)
    with distributed.Client(address, set_as_default=False) as client:
        client.run(exec, f"import sys; sys.path.insert(0, {folder!r})")
    return import_module("sweep_points")


def test_answers_and_words_come_back(
    points: ModuleType, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with executor(cluster=address, progress=told.append) as solver:
        solver.begin([points.Square(3), points.Talks(2), points.Square(1)])
        with pytest.warns(UserWarning, match=r"^a warning \[square 2\]$"):
            assert [answer.value for answer in solver.results()] == [9, 4, 1]
    assert "square 2: multiply" in told
    assert "square 2: a logged word" in [r.getMessage() for r in caplog.records]


def test_failing_point_is_named(points: ModuleType, address: str) -> None:
    with executor(cluster=address) as solver:
        solver.begin([points.Square(1), points.Fails(4)])
        with pytest.raises(InputError, match="square 4: number: cannot use 4"):
            solver.results()


def test_points_come_as_they_are_done(points: ModuleType, address: str) -> None:
    with executor(cluster=address) as solver:
        solver.begin([points.Square(3), points.Fails(4), points.Square(5)])
        found = dict(solver.finished())
    assert (found[0].value, found[2].value) == (9, 25)
    assert "square 4: number" in str(found[1])


@pytest.mark.slow
def test_point_that_takes_workers_with_it_is_named(points: ModuleType, address: str) -> None:
    with distributed.Client(address, set_as_default=False) as client:
        folder = str(Path(points.__file__).parent)
        client.register_plugin(_OnPath(folder))
    with executor(cluster=address) as solver:
        solver.begin([points.Dies(7), points.Square(5)])
        found = dict(solver.finished())
    assert found[1].value == 25
    assert str(found[0]).startswith("square 7: the process that solved it ended")


def test_other_version_is_refused(
    points: ModuleType, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "__version__", "0.0.1")
    with executor(cluster=address) as solver:
        solver.begin([points.Square(1)])
        with pytest.raises(DualcarbonError, match=r"this is 0\.0\.1"):
            solver.results()


def test_unreachable_cluster_is_named() -> None:
    with pytest.raises(InputError, match="--cluster nowhere: no scheduler answers"):
        executor(cluster="nowhere")
