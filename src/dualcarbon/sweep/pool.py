"""Points solved by fresh interpreters of this machine.

The pool is the standard library's, its processes are spawned. Three things are added. They start
without the caller's main module (a script without a guard would run again, a notebook has none)
and without the working directory on the path (a stray ``numpy.py`` would be run). They say what
they do through one pipe. They end when the process that asked ends, however it ends.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.synchronize import Lock
from types import ModuleType, TracebackType
from typing import Any

from dualcarbon.errors import DualcarbonError
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

ENVIRONMENT = {"PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"}
MAIN = "__main__"
IMPORTED = ["dualcarbon.equilibrium.solve"]  # what takes longest, begun before there is work
MOST = 61  # processes that Windows can wait for
LIBRARY = logging.getLogger("dualcarbon")

logger = logging.getLogger(__name__)


class Pool(Executor):
    """Fresh interpreters of this machine.

    Args:
        workers: how many.
        progress: told what they do, from a thread of its own.
    """

    def __init__(self, workers: int, progress: Progress) -> None:
        self._progress = progress
        self._points: Sequence[Point] = ()
        self._start: Sequence[Frozen] = ()
        self._futures: list[Future[Answer] | None] = []
        self._begun = b""
        self._workers = min(workers, MOST)
        self._context = _Remembering()
        with _bare():
            reader, self._writer = self._context.Pipe(duplex=False)
        self._pool = self._opened(self._workers)
        self._listener = threading.Thread(target=self._listen, args=(reader,), daemon=True)
        self._listener.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if kind is not None:
            for process in self._context.started:
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._writer.close()
        self._listener.join()  # the pipe ends when its last writer does

    def begin(self, points: Sequence[Point], start: Sequence[Frozen] = ()) -> None:
        """Hand the points out, one by one to whoever is free.

        What was defined in the caller's main module exists in this process only, so points that
        need it are solved here.
        """
        self._points, self._start = points, start
        begun = self._begun = pickle.dumps(start)
        parcels = [pickle.dumps(point) for point in points]
        own = MAIN.encode()
        here = [own in begun or own in parcel for parcel in parcels]
        if any(here):
            logger.warning("%d points use what %s defines, so they are solved in this process;"
                           " define it in a module", sum(here), MAIN)  # fmt: skip
        with _bare():
            self._futures = [
                None if stays else self._pool.submit(_answer, parcel, begun)
                for parcel, stays in zip(parcels, here, strict=True)
            ]

    def results(self) -> list[Answer]:
        """Wait for all points; those of the main module are solved meanwhile."""
        own = {
            at: solved(self._points[at], self._start, self._progress)
            for at, future in enumerate(self._futures)
            if future is None
        }
        sent = [future for future in self._futures if future is not None]
        done, open_ = wait(sent, return_when=FIRST_EXCEPTION)
        try:
            for future in sent:
                if future in done:
                    future.result()
        except BrokenProcessPool:
            lost = [p.label for p, f in zip(self._points, self._futures, strict=True)
                    if f is not None and (f in open_ or f.exception() is not None)]  # fmt: skip
            raise DualcarbonError(
                "a process ended without an answer, perhaps for lack of memory; unfinished: "
                f"{', '.join(lost)} (allowed: fewer workers)"
            ) from None
        answers = [own[i] if f is None else f.result() for i, f in enumerate(self._futures)]
        warned(self._points, answers)
        return answers

    def finished(self) -> Iterator[tuple[int, Answer | DualcarbonError]]:
        """Points as they are done; where a process dies, its point is told from the others.

        Points are handed out in order, so the one that took its process with it is among the first
        that are open, as many as there are processes. Each of them is tried once more by itself.
        """
        for at, future in enumerate(self._futures):
            if future is None:
                yield at, self._answered(at, lambda p: solved(p, self._start, self._progress))
        left = {future: at for at, future in enumerate(self._futures) if future is not None}
        while left:
            broken = False
            for future in as_completed(list(left)):
                if isinstance(future.exception(), BrokenProcessPool):
                    broken = True
                    continue
                at = left.pop(future)
                yield at, self._answered(at, _result_of(future))
            if not broken:
                return
            open_ = sorted(left.values())
            for at in open_[: self._workers]:
                yield at, self._answered(at, self._alone)
            self._reopen(self._workers)
            left = {self._submitted(self._points[at]): at for at in open_[self._workers :]}

    def _answered(self, at: int, answer: Callable[[Point], Answer]) -> Answer | DualcarbonError:
        point = self._points[at]
        try:
            found = answer(point)
        except DualcarbonError as error:
            return error
        warned([point], [found])
        return found

    def _alone(self, point: Point) -> Answer:
        """Try a point in a process of its own.

        Raises:
            DualcarbonError: the process ends without an answer.
        """
        self._reopen(1)
        try:
            return self._submitted(point).result()
        except BrokenProcessPool:
            raise died(point.label) from None

    def _submitted(self, point: Point) -> Future[Answer]:
        with _bare():
            return self._pool.submit(_answer, pickle.dumps(point), self._begun)

    def _reopen(self, workers: int) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._opened(workers)

    def _opened(self, workers: int) -> ProcessPoolExecutor:
        with _bare():
            given = self._writer, self._context.Lock(), LIBRARY.getEffectiveLevel()
            pool = ProcessPoolExecutor(workers, self._context, _begin_worker, given)
            for module in IMPORTED * workers:
                pool.submit(import_module, module)
        return pool

    def _listen(self, reader: Connection[Any, Any]) -> None:
        with suppress(EOFError, OSError):
            while True:
                message = reader.recv()
                if isinstance(message, logging.LogRecord):
                    logging.getLogger(message.name).handle(message)
                else:
                    self._progress(message)


def _result_of(future: Future[Answer]) -> Callable[[Point], Answer]:
    return lambda _: future.result()


class _Remembering(SpawnContext):
    """Spawns processes and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        """A new process, not yet started."""
        self.started.append(SpawnProcess(*args, **kwargs))
        return self.started[-1]


@contextmanager
def _bare() -> Iterator[None]:
    """Processes begun inside know no main module, no working directory, one thread for sums."""
    main, before = sys.modules[MAIN], {name: os.environ.get(name) for name in ENVIRONMENT}
    sys.modules[MAIN] = ModuleType(MAIN)
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        sys.modules[MAIN] = main
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin_worker(writer: Connection[Any, Any], lock: Lock, level: int) -> None:
    """What a fresh interpreter does first; standard output belongs to the one that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.dup2(2, 1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Sender.through = _Sender(writer, lock)
    LIBRARY.handlers, LIBRARY.propagate = [_Sender.through], False
    LIBRARY.setLevel(level)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    os._exit(1)


class _Sender(QueueHandler):
    """Sends log records and progress to the process that asked."""

    through: _Sender
    label = ""

    def __init__(self, writer: Connection[Any, Any], lock: Lock) -> None:
        super().__init__(writer)  # type: ignore[arg-type]
        self._writer, self._lock = writer, lock

    def enqueue(self, record: logging.LogRecord) -> None:
        """Send a record with the name of the point."""
        record.msg = f"{self.label}: {record.msg}"
        self.send(record)

    def send(self, message: object) -> None:
        """Send one message whole."""
        with self._lock:
            self._writer.send(message)


def _answer(parcel: bytes, start: bytes) -> Answer:
    point: Point = pickle.loads(parcel)
    _Sender.through.label = point.label
    return solved_elsewhere(point, pickle.loads(start), _Sender.through.send)
