"""Readers of the embedded tables; the only code of the package that opens data files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from dualcarbon.errors import unknown_name

FOLDER = Path(__file__).parent / "tables"
CATALOGUE = "catalogue.csv"
PROFILE = "profile_"
MATRICES = "io_"


def load(name: str) -> pd.DataFrame:
    """Return a copy of one embedded table.

    Args:
        name: name of the table, one of :func:`tables`.

    Raises:
        InputError: no such table.
    """
    if name not in tables():
        raise unknown_name("table", name, tables())
    return _table(name).copy()


def profiles(kind: str) -> pd.DataFrame:
    """Return hourly profiles of one kind, 8 760 hours of Beijing time by provinces.

    Args:
        kind: load (mean 1), solar, onwind, offwind or hydro (availability in MW/MW).

    Raises:
        InputError: no such kind.
    """
    kinds = [n.removeprefix(PROFILE) for n in _names() if n.startswith(PROFILE)]
    if kind not in kinds:
        raise unknown_name("profile", kind, kinds)
    return _profile(kind).copy()


def matrices(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of one embedded input-output table, not writable.

    Args:
        name: one of :func:`matrix_names`, such as io_compact_2011.

    Raises:
        InputError: no such table.
    """
    if name not in matrix_names():
        raise unknown_name("input-output table", name, matrix_names())
    return dict(_matrices(name))


def matrix_names() -> list[str]:
    """Return the names of the embedded input-output tables."""
    return [name for name in _names() if name.startswith(MATRICES)]


def tables() -> list[str]:
    """Return the names of the embedded tables; profiles and matrices have readers of their own."""
    return [name for name in _names() if not name.startswith((PROFILE, MATRICES))]


def catalogue() -> pd.DataFrame:
    """Return one row per column of each table: unit, year, source, licence, grade, note, sha256."""
    return _catalogue().copy()


def provinces() -> tuple[str, ...]:
    """Return the keys of the 31 provinces in the order of their GB/T 2260 codes."""
    return tuple(_table("regions")["province"])


def verify(folder: Path | None = None) -> list[str]:
    """Return the data files whose contents differ from the catalogue; none when all is well.

    Args:
        folder: where the files are; the embedded ones by default.
    """
    folder = FOLDER if folder is None else Path(folder)
    described = pd.read_csv(folder / CATALOGUE, dtype=str, keep_default_na=False)
    expected = described.drop_duplicates("file").set_index("file")["sha256"]
    return [name for name, digest in expected.items() if _digest(folder / str(name)) != digest]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@cache
def _catalogue() -> pd.DataFrame:
    return pd.read_csv(FOLDER / CATALOGUE, dtype=str, keep_default_na=False)


@cache
def _names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_catalogue()["table"]))


@cache
def _table(name: str) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"{name}.csv")
    text = table.select_dtypes(exclude=["number", "bool"]).columns
    table[text] = table[text].fillna("")
    return table


@cache
def _profile(kind: str) -> pd.DataFrame:
    with np.load(FOLDER / f"{PROFILE}{kind}.npz") as stored:
        values = stored["codes"] * float(stored["scale"])
        names = [str(name) for name in stored["provinces"]]
    hours = pd.RangeIndex(len(values), name="hour")
    return pd.DataFrame(values, index=hours, columns=pd.Index(names, name="province"))


@cache
def _matrices(name: str) -> dict[str, np.ndarray]:
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as stored:
        found = {key: stored[key] for key in stored}
    for array in found.values():
        array.flags.writeable = False
    return found
