"""The run folder: written beside its place and moved there whole, so that none is half done."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import logging
import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.outgoing import read_csv
from dualcarbon.common.tables import apart
from dualcarbon.common.whole import alive, told_to_end
from dualcarbon.errors import InputError

RUNS = Path("runs")
MANIFEST = "manifest.json"
SCENARIOS = "scenario.resolved.yaml"
LOG = "log.txt"
PARTIAL, REPLACED = "partial", "replaced"
TRIES = 20

logger = logging.getLogger("dualcarbon")


def default_folder(names: list[str], digest: str) -> Path:
    """``runs/<name>-<hash>`` below the working directory."""
    name = "-".join(names)
    return RUNS / f"{name[:48].rstrip('-')}-{digest[:8]}"


def run_digest(parts: Mapping[str, Any]) -> str:
    """Hash of what determines a run: version, scenarios, data."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def written(folder: Path) -> Iterator[Path]:
    """Give a new folder beside the wanted one, and move it there when the block ends well.

    When the block fails or is interrupted or the process is told to end, the new folder goes and
    what was there stays. Where the place is a symbolic link, what it points to is written.

    Raises:
        InputError: the place cannot be written to, or holds something that is no run.
    """
    folder = Path(folder).resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        restored(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    _check_place(folder)
    partial = _beside(folder, PARTIAL)
    try:
        _sweep(folder)
        partial.mkdir()
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        with told_to_end(), _logged(partial / LOG):
            yield partial
        _move(partial, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a run.

    Raises:
        InputError: the folder holds no finished run.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("no finished run in this folder", where=str(folder)) from None
    return dict(manifest)


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a run, Parquet first, CSV otherwise."""
    tables: dict[str, pd.DataFrame] = {}
    for path in sorted((folder / "tables").glob("*.csv")):
        parquet = path.with_suffix(".parquet")
        table = pd.read_parquet(parquet) if parquet.is_file() else read_csv(path)
        tables[path.stem] = apart(path.stem, table)
    return tables


def is_run(folder: Path) -> bool:
    """Whether a folder holds a finished run."""
    return (folder / MANIFEST).is_file()


def _check_place(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, not a folder", where=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise InputError(
            "the folder holds something that is not a run; nothing was written",
            where=str(folder),
            allowed="a new or empty folder, or an earlier run",
        )


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(f"cannot write here: {error.strerror or error}", where=str(folder))


def restored(folder: Path) -> None:
    """Put an earlier run back that a process had moved aside when it was killed."""
    if folder.exists():
        return
    for left in _left_behind(folder, REPLACED):
        left.rename(folder)
        return


def _beside(folder: Path, state: str) -> Path:
    return folder.parent / f".{folder.name}.{state}-{_host()}-{os.getpid()}"


def _host() -> str:
    return re.sub(r"\W+", "_", platform.node()) or "host"


def _sweep(folder: Path) -> None:
    """Remove what killed runs of the same name left behind."""
    for state in (PARTIAL, REPLACED):
        for left in _left_behind(folder, state):
            shutil.rmtree(left, ignore_errors=True)


def _left_behind(folder: Path, state: str) -> Iterator[Path]:
    """Folders of processes of this machine that have ended; those of others may be at work."""
    pattern = glob.escape(f".{folder.name}.{state}-{_host()}-") + "*"
    for left in sorted(folder.parent.glob(pattern)):
        owner = left.name.rpartition("-")[2]
        if os.name == "posix" and re.fullmatch("[0-9]+", owner) and not alive(int(owner)):
            yield left


def _move(partial: Path, folder: Path) -> None:
    """Put the finished folder in its place; an earlier run goes only then.

    Where another run is moved into the same place at the same moment, the last one stays.
    """
    old = _beside(folder, REPLACED)
    for left in reversed(range(TRIES)):
        try:
            with suppress(FileNotFoundError):
                folder.rename(old)
            partial.rename(folder)
            break
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not left:
                if old.exists() and not folder.exists():
                    old.rename(folder)
                raise
            shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Write the library's log into a file while the block runs."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(min(level or logging.INFO, logging.INFO))
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()
