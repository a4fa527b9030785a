"""Opened systems, and what a solve of one gave, kept on disk: read in a twentieth of a second.

A file is named by a hash of all that it depends on: world and settings, every source file and table
of this package, and the versions of Python and of the libraries that build a system. So nothing is
ever read that would be built otherwise today. It begins with the digest of its content; what is
torn or foreign is built anew. Files are written beside and put in place in one step, so any number
of processes may read and write at once.

``DUALCARBON_CACHE`` names another folder, or ``off`` for none. What is kept is a pickle, so the
folder must be the user's own.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

VARIABLE, OFF = "DUALCARBON_CACHE", "off"
MOST_BYTES = 1 << 30  # all files together; the ones used longest ago go first
LIBRARIES = ("highspy", "linopy", "numpy", "pandas", "pypsa", "scipy", "tsam", "xarray")
ENDING, DIGEST = ".system", 32

logger = logging.getLogger(__name__)


def kept(key: str, build: Callable[[], Any]) -> Any:
    """What ``build`` gives, from disk if it was built before.

    Args:
        key: says all that it depends on besides this package and its libraries.
        build: builds it; its result can be pickled.
    """
    folder = cache_folder()
    if folder is None:
        return build()
    named = hashlib.blake2b(f"{fingerprint()} {key}".encode(), digest_size=20).hexdigest()
    path = folder / f"{named}{ENDING}"
    found = _read(path)
    if found is None:
        found = build()
        _write(path, found)
    return found


def cache_folder() -> Path | None:
    """Folder of kept systems; None where they are switched off."""
    asked = os.environ.get(VARIABLE, "")
    if asked.lower() == OFF:
        return None
    if asked:
        return Path(asked)
    from platformdirs import user_cache_path

    return user_cache_path("dualcarbon", appauthor=False) / "systems"


@cache
def fingerprint() -> str:
    """Hash of this package's files and of the versions of what builds a system."""
    digest = hashlib.blake2b(digest_size=20)
    root = Path(__file__).parents[1]
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    versions = [sys.version, *(f"{name} {version(name)}" for name in LIBRARIES)]
    digest.update(" ".join(versions).encode())
    return digest.hexdigest()


def _read(path: Path) -> Any:
    """What a file holds; None if it is not there, torn, or another user's."""
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.blake2b(content[DIGEST:], digest_size=DIGEST).digest() != content[:DIGEST]:
        logger.info("%s is torn and is built anew", path)
        return None
    with suppress(OSError):
        path.touch()
    return pickle.loads(content[DIGEST:])


def _write(path: Path, found: Any) -> None:
    """Keep something; a full or read-only disk is no reason to fail."""
    content = pickle.dumps(found, protocol=5)
    digest = hashlib.blake2b(content, digest_size=DIGEST).digest()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(digest + content)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        _forget_the_oldest(path.parent)
    except OSError as error:
        logger.info("%s is not kept: %s", path, error)


def _forget_the_oldest(folder: Path) -> None:
    """Delete what was used longest ago until the rest is small enough."""
    with suppress(OSError):
        files = [(p.stat().st_mtime, p.stat().st_size, p) for p in folder.glob(f"*{ENDING}")]
        total = 0
        for _, size, path in sorted(files, reverse=True):
            total += size
            if total > MOST_BYTES:
                path.unlink(missing_ok=True)
