"""The kinds of tables that can be read: what is expected on disk, how to cite, who reads it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.table import InputOutputTable


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
    """

    kind: str
    title: str
    expects: str
    source: str
    cite: str
    emissions: str

    @property
    def module(self) -> ModuleType:
        """The module that reads this kind; loaded when first used."""
        return import_module(f"dualcarbon.responsibility.readers.{self.kind}")

    @property
    def read(self) -> Callable[..., InputOutputTable]:
        """Its function ``read(path, year, **options)``."""
        return self.module.read

    @property
    def options(self) -> dict[str, Any]:
        """Options of ``read`` with their defaults."""
        parameters = inspect.signature(self.read).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def _of(*readers: Reader) -> Mapping[str, Reader]:
    return {reader.kind: reader for reader in readers}


READERS: Mapping[str, Reader] = _of(
    Reader(
        "wiod2013",
        "WIOD, release 2013, numpy archives",
        "a folder with wiot2013_YYYY.npz and co2_mt_YYYY.npz",
        "World Input-Output Database, rug.nl/ggdc/valuechain/wiod",
        "Timmer et al. (2015), Review of International Economics 23(3): 575-605",
        "CO2 in co2_mt_YYYY.npz, Mt",
    ),
)


def read_table(
    kind: str, path: str | Path, year: int | None = None, **options: Any
) -> InputOutputTable:
    """Read a world table.

    Args:
        kind: one of :data:`READERS`.
        path: the folder or file with the data, see ``READERS[kind].expects``.
        year: which year; may be left out where there is only one.
        options: of that reader, see ``READERS[kind].options``.

    Raises:
        InputError: unknown kind or option, a missing file or year, or a file that is not as it
            should be.
    """
    reader = _reader(kind)
    for option in options:
        if option not in reader.options:
            raise unknown_name("option", option, reader.options, where=f"reader '{kind}'")
    return reader.read(files.existing(path, reader.expects), year, **options)


def available_years(kind: str, path: str | Path) -> tuple[int, ...]:
    """Years of a kind of table that a folder or file holds; none where no file is as expected.

    Raises:
        InputError: unknown kind, or no such folder.
    """
    reader = _reader(kind)
    folder = files.existing(path, reader.expects)
    pattern = getattr(reader.module, "PATTERN", None)
    return tuple(files.years(folder, pattern)) if pattern else ()


def _reader(kind: str) -> Reader:
    if kind not in READERS:
        raise unknown_name("kind of table", kind, READERS)
    return READERS[kind]
