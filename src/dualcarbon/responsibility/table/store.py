"""A table on disk that opens memory-mapped: a folder of ``.npy`` files with a description.

``table.json`` has the labels, the types and, as wanted, the SHA-256 of each file. Only the flows
stay on disk when the folder is opened; everything else is small.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.checks import locked
from dualcarbon.responsibility.table.table import InputOutputTable

FORMAT = 1
DESCRIPTION = "table.json"
MAPPED = ("Z", "Y")
SMALL = ("x", "F", "F_Y", "v")
WORDS = ("regions", "sectors", "categories", "stressors", "stressor_units")
FACTS = ("currency", "year", "name", "source", "grade")
PRECISIONS = {"single": np.float32, "double": np.float64}
BLOCK = 1 << 24


def save(
    table: InputOutputTable,
    folder: str | Path,
    *,
    precision: str = "double",
    checksums: bool = True,
    overwrite: bool = False,
) -> Path:
    """Write a table; it is written beside its place and moved there when it is whole.

    Args:
        table: the table.
        folder: where it shall be.
        precision: of flows and final demand: ``double``, or ``single`` for half the size (7
            digits). Output, stressors and primary inputs are always double.
        checksums: note the SHA-256 of each file.
        overwrite: replace an existing table.

    Returns:
        The folder.

    Raises:
        InputError: unknown precision, or the folder exists and is not to be replaced or is no
            table.
    """
    if precision not in PRECISIONS:
        raise unknown_name("precision", precision, PRECISIONS)
    folder = Path(folder)
    if folder.exists() and not overwrite:
        raise InputError("exists already", where=str(folder), allowed="overwrite=True")
    if folder.exists() and not (folder / DESCRIPTION).is_file():
        raise InputError("is not a stored table and is left alone", where=str(folder))
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        for name in MAPPED:
            values = np.asarray(getattr(table, name))
            np.save(aside / f"{name}.npy", values.astype(PRECISIONS[precision], copy=False))
        for name in SMALL:
            np.save(aside / f"{name}.npy", np.asarray(getattr(table, name), dtype=float))
        about = _description(table, precision)
        if checksums:
            about["sha256"] = {n: _digest(aside / f"{n}.npy") for n in (*MAPPED, *SMALL)}
        text = json.dumps(about, ensure_ascii=False, indent=1)
        (aside / DESCRIPTION).write_text(text, encoding="utf-8")
        _move(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def load(folder: str | Path, *, mapped: bool = True, verify: bool = False) -> InputOutputTable:
    """Open a stored table.

    Args:
        folder: as written by :func:`save`.
        mapped: leave flows and final demand on disk and read them when they are used.
        verify: compare the files with their checksums first.

    Raises:
        InputError: no such table, a file is missing or damaged, or of a later format.
    """
    folder = Path(folder)
    about = describe(folder)
    if verify:
        _verify(folder, about)
    parts: dict[str, Any] = {}
    for name in (*MAPPED, *SMALL):
        file = folder / f"{name}.npy"
        try:
            array = np.load(file, mmap_mode="r" if mapped and name in MAPPED else None)
        except (OSError, ValueError, EOFError):
            raise InputError("is missing or damaged", where=str(file)) from None
        if list(array.shape) != about["shapes"][name]:
            raise InputError(f"has the shape {array.shape}", where=str(file))
        parts[name] = array if name in MAPPED else locked(array)
    parts |= {name: tuple(about[name]) for name in WORDS}
    parts |= {name: about[name] for name in (*FACTS, "population")}
    return InputOutputTable(**parts)


def describe(folder: str | Path) -> dict[str, Any]:
    """What a stored table is, without opening its arrays.

    Raises:
        InputError: no such table, or of a later format.
    """
    file = Path(folder) / DESCRIPTION
    try:
        about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError("is no stored table", where=str(folder), allowed=DESCRIPTION) from None
    if about.get("format") != FORMAT:
        raise InputError(
            f"format {about.get('format')} is not known", where=str(file), allowed=str(FORMAT)
        )
    return about


def _description(table: InputOutputTable, precision: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "precision": precision,
        **{name: getattr(table, name) for name in FACTS},
        "population": None if table.population is None else dict(table.population),
        **{name: list(getattr(table, name)) for name in WORDS},
        "shapes": {name: list(getattr(table, name).shape) for name in (*MAPPED, *SMALL)},
    }


def _verify(folder: Path, about: dict[str, Any]) -> None:
    for name, digest in about.get("sha256", {}).items():
        file = folder / f"{name}.npy"
        if not file.is_file() or _digest(file) != digest:
            raise InputError("differs from its checksum", where=str(file))


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _move(aside: Path, folder: Path) -> None:
    """Put a finished folder in its place; an old one is moved away first."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.replace(old)
    aside.replace(folder)
    shutil.rmtree(old, ignore_errors=True)
