"""Who solves the points of a sweep: this process, others of this machine, or a cluster."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

from dualcarbon.errors import DualcarbonError, InputError
from dualcarbon.sweep.points import (
    Answer,
    Executor,
    Point,
    Progress,
    died,
    solved,
    solved_elsewhere,
    warned,
)
from dualcarbon.sweep.sessions import Frozen
from dualcarbon.version import __version__


def executor(
    workers: int = 1, cluster: str | None = None, progress: Progress = lambda message: None
) -> Executor:
    """Choose who solves points: this process, some of this machine, or those of a cluster.

    Args:
        workers: processes of this machine; 1 is this process.
        cluster: address of a ``dask.distributed`` scheduler, such as ``tcp://10.0.0.1:8786``;
            then ``workers`` does not matter.
        progress: told what is solved next.

    Raises:
        InputError: the cluster does not answer.
    """
    if cluster is not None:
        return Cluster(cluster, progress)
    if workers > 1:
        from dualcarbon.sweep.pool import Pool

        return Pool(workers, progress)
    return Here(progress)


class Here(Executor):
    """Solves points one after another in this process."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._points: Sequence[Point] = ()
        self._start: Sequence[Frozen] = ()

    def __exit__(self, *_: object) -> None:
        self._points = ()

    def begin(self, points: Sequence[Point], start: Sequence[Frozen] = ()) -> None:
        """Keep the points until their results are asked for."""
        self._points, self._start = points, start

    def results(self) -> list[Answer]:
        """Solve them now."""
        return [solved(point, self._start, self._progress) for point in self._points]

    def finished(self) -> Iterator[tuple[int, Answer | DualcarbonError]]:
        """Solve one after another, each when it is asked for."""
        for at, point in enumerate(self._points):
            try:
                yield at, solved(point, self._start, self._progress)
            except DualcarbonError as error:
                yield at, error


PATIENCE = "10s"  # until a scheduler that does not answer is given up
LIBRARY = logging.getLogger("dualcarbon")


def connected(address: str) -> Any:
    """A client of a ``dask.distributed`` scheduler.

    Raises:
        InputError: the extra ``cluster`` is not installed, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("the package 'distributed' is not installed", where="--cluster",
                         allowed="pip install 'dualcarbon[cluster]'") from None  # fmt: skip
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers: {error}", where=f"--cluster {address}",
                         allowed="e.g. tcp://10.0.0.1:8786") from None  # fmt: skip


class Cluster(Executor):
    """The workers of a scheduler; each solves one point at a time and needs this version.

    Args:
        address: of the scheduler, such as ``tcp://10.0.0.1:8786``.
        progress: told what they do, from a thread of its own.

    Raises:
        InputError: the extra ``cluster`` is not installed, or nobody answers.
    """

    def __init__(self, address: str, progress: Progress) -> None:
        self._client = connected(address)
        self._progress = progress
        self._topic = f"dualcarbon-{uuid.uuid4().hex}"
        self._client.subscribe_topic(self._topic, self._heard)
        self._points: Sequence[Point] = ()
        self._futures: list[Any] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._client.cancel(self._futures)
        self._client.close()

    def begin(self, points: Sequence[Point], start: Sequence[Frozen] = ()) -> None:
        """Send the start once and hand the points out in order."""
        self._points = points
        [begun] = self._client.scatter([tuple(start)])
        self._futures = [
            self._client.submit(
                _answer, point, begun, self._topic, __version__, pure=False, priority=-at
            )
            for at, point in enumerate(points)
        ]

    def results(self) -> list[Answer]:
        """Gather the answers as soon as all are there, or one has failed."""
        from distributed import KilledWorker, as_completed

        label = {f.key: p.label for f, p in zip(self._futures, self._points, strict=True)}
        try:
            for future in as_completed(self._futures, loop=self._client.loop):
                future.result()
        except KilledWorker:
            raise died(label[future.key]) from None
        answers = [future.result() for future in self._futures]
        warned(self._points, answers)
        return answers

    def finished(self) -> Iterator[tuple[int, Answer | DualcarbonError]]:
        """Gather the answers as they come; after a worker dies, its points are tried elsewhere."""
        from distributed import KilledWorker, as_completed

        place = {future.key: at for at, future in enumerate(self._futures)}
        for future in as_completed(self._futures, loop=self._client.loop):
            at = place[future.key]
            try:
                answer = future.result()
            except KilledWorker:
                yield at, died(self._points[at].label)
            except DualcarbonError as error:
                yield at, error
            else:
                warned([self._points[at]], [answer])
                yield at, answer

    def _heard(self, event: tuple[float, Any]) -> None:
        message = event[1]
        if "logged" in message:
            logging.getLogger("dualcarbon").log(message["level"], message["logged"])
        else:
            self._progress(message["progress"])


def _answer(point: Point, start: Sequence[Frozen], topic: str, version: str) -> Answer:
    """Solve a point on a worker; one at a time, since warnings and log belong to the process."""
    from distributed import get_worker

    if version != __version__:
        raise DualcarbonError(f"the workers of the cluster have dualcarbon {__version__}, "
                              f"this is {version}")  # fmt: skip
    worker = get_worker()
    with _one_at_a_time:
        handler = _Events(worker, topic, point.label)
        level = LIBRARY.level
        LIBRARY.addHandler(handler)
        LIBRARY.setLevel(logging.INFO)
        try:
            return solved_elsewhere(
                point, start, lambda message: worker.log_event(topic, {"progress": message})
            )
        finally:
            LIBRARY.removeHandler(handler)
            LIBRARY.setLevel(level)


class _Events(logging.Handler):
    """Log records as events of the cluster."""

    def __init__(self, worker: Any, topic: str, label: str) -> None:
        super().__init__()
        self._worker, self._topic, self._label = worker, topic, label

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{self._label}: {record.getMessage()}"
        self._worker.log_event(self._topic, {"logged": text, "level": record.levelno})


_one_at_a_time = threading.Lock()
