"""A table in one numpy archive, with its labels; and the writer of such archives.

Needed are the arrays ``Z``, ``Y`` ((N, R K) or (N, R, K)), ``F``, ``regions``, ``sectors``; there
may be ``x``, ``F_Y``, ``v``, ``categories``, ``stressors``, ``stressor_units``, ``currency``,
``year``, ``name``, ``source`` and ``grade``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers.wiod2013 import archive
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a file .npz with Z, Y, F, regions, sectors"
NEEDED = ("Z", "Y", "F", "regions", "sectors")
OPTIONAL = ("x", "F_Y", "v")
LABELS = ("categories", "stressors", "stressor_units")
WORDS = ("currency", "name", "source", "grade")
ALIASES = {"fd": "categories", "countries": "regions", "industries": "sectors"}


def read(path: Path, year: int | None, *, zero_output: str = "keep") -> InputOutputTable:
    """Read the archive.

    Args:
        path: the file.
        year: must be the year of the archive, if that has one.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: not such an archive, an array is missing or does not fit, or another year.
    """
    if path.is_dir():
        raise InputError("is a folder", where=str(path), allowed=EXPECTS)
    with_all = {ALIASES.get(key, key): values for key, values in _everything(path).items()}
    missing = [key for key in NEEDED if key not in with_all]
    if missing:
        raise InputError(f"no array '{missing[0]}'", where=str(path), allowed=sorted(with_all))
    options: dict[str, Any] = {key: with_all[key] for key in OPTIONAL if key in with_all}
    options |= {key: [str(v) for v in with_all[key]] for key in LABELS if key in with_all}
    options |= {key: str(with_all[key]) for key in WORDS if key in with_all}
    stored = int(with_all["year"]) if "year" in with_all else 0
    if year is not None and stored and year != stored:
        raise InputError(f"is of {stored}, not of {year}", where=str(path))
    options.setdefault("name", path.stem)
    table = InputOutputTable.of(
        with_all["Z"],
        with_all["Y"].reshape(len(with_all["Y"]), -1),
        with_all["F"],
        regions=[str(v) for v in with_all["regions"]],
        sectors=[str(v) for v in with_all["sectors"]],
        year=stored or year or 0,
        **options,
    )
    return em.treated(table, zero_output)


def write(table: InputOutputTable, path: str | Path) -> Path:
    """Write a table so that :func:`read` gives it back; written aside and moved into place.

    Args:
        table: the table.
        path: file to write; an existing one is replaced.

    Returns:
        The path.
    """
    path = Path(path)
    arrays: dict[str, Any] = {
        name: getattr(table, name) for name in ("Z", "Y", "F", "x", "F_Y", "v", "regions")
    }
    arrays |= {name: np.array(getattr(table, name)) for name in ("sectors", *LABELS)}
    arrays |= {name: np.array(getattr(table, name)) for name in ("year", *WORDS)}
    aside = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        np.savez(aside, **arrays)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def years(path: Path) -> tuple[int, ...]:
    """The year of an archive, if it has one."""
    stored = _everything(path)
    return (int(stored["year"]),) if "year" in stored else ()


def _everything(path: Path) -> dict[str, np.ndarray]:
    archive(path, ())
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored}
