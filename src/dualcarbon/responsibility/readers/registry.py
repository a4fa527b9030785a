"""The kinds of tables that can be read: what is expected on disk, how to cite, who reads it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.history.national import population_of
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.table.table import InputOutputTable


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


WIOD = "World Input-Output Database, rug.nl/ggdc/valuechain/wiod"
TIMMER = "Timmer et al. (2015), Review of International Economics 23(3): 575-605"
OWN = "made by yourself"
AS_GIVEN = "in F and F_Y"
NO_EMISSIONS = "none: co2_YYYY.csv beside the table"

READERS: Mapping[str, Reader] = _of(
    Reader(
        "wiod2013",
        "WIOD, release 2013, numpy archives",
        "a folder with wiot2013_YYYY.npz and co2_mt_YYYY.npz",
        WIOD,
        TIMMER,
        "CO2 in co2_mt_YYYY.npz, Mt",
    ),
    Reader(
        "wiod",
        "WIOD, release 2013, as published",
        "a folder with wiotYY_row_*.xlsx and AIR_*.zip, or one such xlsx file",
        WIOD,
        TIMMER,
        "CO2 of the air emission accounts AIR_*",
    ),
    Reader(
        "icio",
        "OECD Inter-Country Input-Output tables",
        "a folder with ICIO2021_YYYY.csv, ICIO2023_YYYY.csv or YYYY_SML.csv (or .zip)",
        "OECD, oe.cd/icio",
        "OECD, Inter-Country Input-Output Tables, edition of your file",
        NO_EMISSIONS,
    ),
    Reader(
        "exiobase3",
        "EXIOBASE 3",
        "a folder with IOT_YYYY_ixi.zip or IOT_YYYY_pxp.zip, or one of them, also unpacked",
        "Zenodo, doi 10.5281/zenodo.3583070",
        "Stadler et al. (2018), Journal of Industrial Ecology 22(3): 502-515",
        "CO2 of combustion, cement, lime and fossil waste",
    ),
    Reader(
        "eora26",
        "Eora26",
        "a folder with Eora26_YYYY_bp.zip, or its unpacked files and labels_*.txt",
        "worldmrio.com, licence needed",
        "Lenzen et al. (2013), Economic Systems Research 25(1): 20-49",
        "CO2 of the rows I-GHG-CO2 emissions",
    ),
    Reader(
        "gloria",
        "GLORIA",
        "a folder with GLORIA_MRIOs_VV_YYYY, GLORIA_SatelliteAccounts_0VV_YYYY and the ReadMe",
        "Industrial Ecology Virtual Laboratory, ielab.info",
        "Lenzen et al. (2022), Journal of Industrial Ecology 26(1): 116-130",
        "CO2 of the EDGAR total without short-cycle carbon",
    ),
    Reader(
        "figaro",
        "FIGARO, Eurostat",
        "a folder with matrix_eu-ic-io_ind-by-ind_25ed_YYYY.csv or flatfile_eu-ic-io_... (or .zip)",
        "Eurostat, ESA supply, use and input-output tables, database",
        "Eurostat, FIGARO tables (naio_10_fcp), edition of your file",
        NO_EMISSIONS,
    ),
    Reader(
        "npz", "one numpy archive", "a file .npz with Z, Y, F, regions, sectors", OWN, OWN, AS_GIVEN
    ),
    Reader("parquet", "long parquet files", "a folder with Z, Y and F.parquet", OWN, OWN, AS_GIVEN),
    Reader("arrays", "csv files with labels", "a folder with Z, Y and F.csv", OWN, OWN, AS_GIVEN),
    Reader("store", "folder opened memory-mapped", "a folder with table.json", OWN, OWN, AS_GIVEN),
)


def read_table(
    kind: str, path: str | Path, year: int | None = None, **options: Any
) -> InputOutputTable:
    """Read a world table; the population of its countries is added where the table has none.

    Args:
        kind: one of :data:`READERS`.
        path: the folder or file with the data, see ``READERS[kind].expects``.
        year: which year; may be left out where there is only one.
        options: of that reader, see ``READERS[kind].options``.

    Raises:
        InputError: unknown kind or option, a missing file or year, or a file that is not as it
            should be.
    """
    reader = reader_of(kind)
    for option in options:
        if option not in reader.options:
            raise unknown_name("option", option, reader.options, where=f"reader '{kind}'")
    table = reader.read(files.existing(path, reader.expects), year, **options)
    if table.population is None and table.year:
        return replace(table, population=population_of(table.regions, table.year))
    return table


def available_years(kind: str, path: str | Path) -> tuple[int, ...]:
    """Years of a kind of table that a folder or file holds; none where no file is as expected.

    Raises:
        InputError: unknown kind, or no such folder.
    """
    reader = reader_of(kind)
    folder = files.existing(path, reader.expects)
    pattern = getattr(reader.module, "PATTERN", None)
    return tuple(files.years(folder, pattern)) if pattern else reader.module.years(folder)


def reader_of(kind: str) -> Reader:
    """The reader of a kind of table.

    Raises:
        InputError: unknown kind; names the nearest.
    """
    if kind not in READERS:
        raise unknown_name("kind of table", kind, READERS)
    return READERS[kind]
