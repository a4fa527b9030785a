"""Files that are whole or absent, however the process ends that writes them."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file under another name and move it into place once it is complete.

    What was there stays until then. What killed processes left beside it is removed.

    Args:
        path: the file; where it is a symbolic link, what it points to is written.
        write: writes the path that it is given.
    """
    path = path.resolve() if path.is_symlink() else path
    for left in path.parent.glob(".*.part-*"):
        owner = re.fullmatch(r".*\.part-([0-9]+)", left.stem)
        of_this = owner is not None and left.name.startswith(f".{path.stem[:NAMED]}.part-")
        if owner is not None and of_this and not alive(int(owner[1])):
            left.unlink(missing_ok=True)
    part = path.with_name(f".{path.stem[:NAMED]}.part-{os.getpid()}{path.suffix}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


NAMED = 40  # letters of a file's name that the name of its part begins with


def alive(process: int) -> bool:
    """Whether a process of this machine has not ended."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


@contextmanager
def told_to_end() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does, so that it is cleaned up.

    In the main thread only, and only where nobody else has asked for these signals.
    """
    before: dict[int, Any] = {}

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
