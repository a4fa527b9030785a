"""What a reader of world tables is, and how it finds its files."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dualcarbon.errors import InputError
from dualcarbon.responsibility.table.table import InputOutputTable

ENDING = re.compile(r"(?:_T)?\.(?:zip|csv|txt|xlsx|npz)$", re.IGNORECASE)


@dataclass(frozen=True)
class Reader:
    """One kind of table.

    Attributes:
        kind: key of the registry.
        title: name of the database and release.
        expects: files that must be there.
        source: where the files come from.
        cite: what to cite.
        emissions: which emissions the table brings, or that a file of them must be given.
        read: ``read(path, year, **options)``.
        years: years that a folder or file holds.
    """

    kind: str
    title: str
    expects: str
    source: str
    cite: str
    emissions: str
    read: Callable[..., InputOutputTable]
    years: Callable[[Path], Iterable[int]]

    @property
    def options(self) -> dict[str, Any]:
        """Options of ``read`` with their defaults."""
        parameters = inspect.signature(self.read).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def existing(path: str | Path, expects: str) -> Path:
    """Return a path that exists.

    Raises:
        InputError: it does not; says what is expected there.
    """
    found = Path(path).expanduser()
    if not found.exists():
        raise InputError("no such file or folder", where=str(path), allowed=expects)
    return found


def years(path: Path, pattern: str) -> dict[int, Path]:
    """Files or folders of a folder by year.

    Args:
        path: the folder that holds them, or one of them.
        pattern: regular expression for the whole name; its group ``year`` has 4 or 2 digits. Of
            several for one year the first by name counts; see :func:`editions`.
    """
    return {year: entries[0] for year, entries in editions(path, pattern).items()}


def editions(path: Path, pattern: str) -> dict[int, list[Path]]:
    """Files or folders by year, one for each edition: packed and unpacked count as the same.

    Args:
        path, pattern: see :func:`years`. Editions differ by what the group ``edition`` matches or,
            where there is none, by the name without its ending.
    """
    names = re.compile(pattern, re.IGNORECASE)
    single = not path.is_dir() or names.fullmatch(path.name)
    entries: Iterable[Path] = [path] if single else sorted(path.iterdir())
    found: dict[int, dict[str, Path]] = {}
    for entry in entries:
        match = names.fullmatch(entry.name)
        if match:
            edition = match.groupdict().get("edition") or ENDING.sub("", entry.name)
            found.setdefault(_full(match.group("year")), {}).setdefault(edition.lower(), entry)
    return {year: list(entries.values()) for year, entries in sorted(found.items())}


def of_year(path: Path, pattern: str, year: int | None, expects: str) -> tuple[int, Path]:
    """The file of one year; without a year, the only one there is.

    Raises:
        InputError: no such file in the folder, the year is not there or must be named, or there are
            several editions of it.
    """
    found = editions(path, pattern)
    if not found:
        raise InputError("holds none of the files expected", where=str(path), allowed=expects)
    if year is None:
        if len(found) > 1:
            raise InputError("the year is missing", where=str(path), allowed=map(str, found))
        year = next(iter(found))
    if year not in found:
        nearest = min(found, key=lambda have: abs(have - year))
        raise InputError(
            f"no table of {year}", where=str(path), allowed=map(str, found), nearest=str(nearest)
        )
    if len(found[year]) > 1:
        raise InputError(
            f"{len(found[year])} editions of {year}; name the file instead of its folder",
            where=str(path),
            allowed=[entry.name for entry in found[year]],
        )
    return year, found[year][0]


def _full(digits: str) -> int:
    """A year of two digits is one between 1990 and 2089."""
    year = int(digits)
    return year if year > 99 else year + (1900 if year >= 90 else 2000)
