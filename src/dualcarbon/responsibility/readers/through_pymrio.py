"""Databases read through pymrio: WIOD as published, OECD ICIO, EXIOBASE 3, Eora26 and GLORIA.

WIOD, release of 2013: ``wiotYY_row_*.xlsx``; CO2 stands in ``AIR_*.zip`` or a folder of that name
beside the tables, one xls file per country with a sheet per year, in Gg (Genty, Arto and Neuwahl
2012, WIOD deliverable 4.6).

ICIO: ``ICIO2021_2018.csv``, ``ICIO2023_2018.csv`` or, of later releases, ``2018_SML.csv``: rows
``AUS_A01_02``, columns the same and then ``AUS_HFCE`` and so on, rows ``TLS``, ``VA``, ``OUT`` at
the end, million US$. Archives of several years, as the OECD offers them, must be unpacked.
Provinces of China and Mexico (``CN1``, ``MX1``, ...) are joined by pymrio. The tables bring no
emissions: take those of the OECD (IO_GHG, or the TECO2 production accounts).

EXIOBASE 3: ``IOT_YYYY_ixi.zip`` or the unpacked folder: text files with A or Z, Y and one folder
per extension, each with a metadata file; million EUR. CO2 is the sum of combustion, cement, lime
and fossil waste, without biogenic CO2 and peat decay, and stands in the extension ``satellite`` or,
from release 3.9, ``air_emissions``.

Eora26: ``Eora26_YYYY_bp.zip`` or its unpacked files: tab-separated ``_T``, ``_FD``, ``_Q``,
``_QY``, ``_VA`` without heads, labels in ``labels_*.txt`` or ``indices.zip``; thousand US$. The
region ``ROW`` holds statistical discrepancies and is left out by pymrio. CO2 is the sum of the rows
``I-GHG-CO2 emissions`` (Gg) without bunkers (memo items), fires of vegetation and decay of
wetlands; the indicators differ between editions, so compare the world total with a published one.

GLORIA: ``GLORIA_MRIOs_VV_YYYY`` and ``GLORIA_SatelliteAccounts_0VV_YYYY`` with the ReadMe: supply
and use tables in csv files without heads, labels in ``GLORIA_ReadMe_0VV.xlsx``, thousand US$;
pymrio makes an input-output table of products of them. CO2 is the EDGAR total without short-cycle
carbon. Regions without any flow are left out by pymrio.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.csvfiles import read_csv
from dualcarbon.responsibility.readers.emissions import MissingEmissions
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.iosystem import THE_GAS, from_pymrio, parsed, stressors_of
from dualcarbon.responsibility.readers.matching import cells, labels, texts
from dualcarbon.responsibility.table.table import InputOutputTable

CO2 = ("required", "none")
WIOD_FILES = r"wiot(?P<year>\d{2})_.*\.xlsx"
ICIO_FILES = r"(?:ICIO\d{4}_)?(?P<year>\d{4})(?:_SML)?\.(?:csv|zip)"
EXIOBASE_FILES = r"IOT_(?P<year>\d{4})_(?:ixi|pxp)(?:\.zip)?"
EORA_FILES = r"Eora26_(?P<year>\d{4})_(?:bp|pp)(?:_T\.txt|\.zip)"
GLORIA_FILES = r"(?P<edition>GLORIA_MRIOs_\d+_(?P<year>\d{4})).*"
ICIO_TOTALS = re.compile(r"(?:^|_)(?:TLS|VA|VALU|TAXSUB|OUT|OUTPUT|TOTAL)$")
SYSTEMS, PRICES = ("ixi", "pxp"), ("bp", "pp")

WIOD_ROWS = r"^CO2$"
EXIOBASE_PARTS = (
    "combustion",
    "non combustion - Cement production",
    "non combustion - Lime production",
    "waste - fossil",
)
EXIOBASE_ROWS = rf"^CO2 - (?:{'|'.join(EXIOBASE_PARTS)}) - air"
EORA_LEFT_OUT = "memo:|forest fires|grassland fires|vegetation fires|wetlands"
EORA_ROWS = rf"(?i)^I-GHG-CO2 emissions \|(?!.*(?:{EORA_LEFT_OUT}))"
GLORIA_ROWS = r"co2_excl_short_cycle_org_c_total_EDGAR_consistent"


def wiod(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of WIOD: million current US$, CO2 in Mt, ISO 3 codes, industries by WIOD code.

    Args:
        path: folder or file.
        year: 1995 to 2011; air emissions end in 2009.
        emissions, co2, zero_output: see :func:`table_of`.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, WIOD_FILES, year, WIOD.expects)
    io = parsed("parse_wiod", file, names=("c_codes", "full"))
    about = {"name": f"WIOD 2013, {year}", "source": "WIOD release 2013 (Timmer et al. 2015)"}
    given: dict[str, Any] = {"emissions": emissions, "co2": co2, "zero_output": zero_output}
    table = table_of(
        io, path, year, rows=WIOD_ROWS, extension="AIR", currency="MUSD", **about, **given
    )
    bare = int(((table.F[0] == 0) & (table.x > 0)).sum()) if table.F.any() else 0
    said = f"{table.source}; {bare} industries with output and CO2 of 0 or left empty"
    return replace(table, source=said) if bare else table


def icio(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of ICIO: million US$, ISO 3 codes.

    The column of discrepancies belongs to no region; it is left out, and the source says so.

    Args:
        path: folder or file.
        year: which.
        emissions: csv of CO2 by region and sector, see ``readers.emissions``; needed unless
            ``co2="none"``.
        co2, zero_output: see :func:`table_of`.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, ICIO_FILES, year, ICIO.expects)
    _numbers_only(file)
    io = parsed("parse_oecd", file)
    about = {"name": f"OECD ICIO, {year}", "source": f"OECD ICIO ({file.name})"}
    given: dict[str, Any] = {"emissions": emissions, "co2": co2, "zero_output": zero_output}
    return table_of(io, path, year, rows=None, currency="MUSD", **about, **given)


def exiobase3(
    path: Path,
    year: int | None,
    *,
    system: str = "ixi",
    rows: str = EXIOBASE_ROWS,
    gwp: str | None = None,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of EXIOBASE: million EUR, ISO 2 codes and five rests of continents, CO2 in Mt.

    Args:
        path: folder or archive.
        year: 1995 on.
        system: ``ixi`` industries or ``pxp`` products.
        rows: regular expression of the stressors that are summed.
        emissions, co2, zero_output, gwp: see :func:`table_of`.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    if system not in SYSTEMS:
        raise unknown_name("system", system, SYSTEMS, where="system")
    pattern = EXIOBASE_FILES.replace("(?:ixi|pxp)", system)
    year, file = files.of_year(path, pattern, year, EXIOBASE3.expects)
    io = parsed("parse_exiobase3", file)
    name, source = f"EXIOBASE 3 {system}, {year}", "EXIOBASE 3 (Stadler et al. 2018)"
    if rows == EXIOBASE_ROWS:
        found = stressors_of(io)
        absent = [part for part in EXIOBASE_PARTS if f"CO2 - {part} - air" not in " ".join(found)]
        source += f"; no CO2 of {', '.join(absent)}" if absent else ""
    given: dict[str, Any] = {"emissions": emissions, "co2": co2, "zero_output": zero_output}
    given["gwp"] = gwp
    return table_of(io, path, year, name=name, source=source, rows=rows, currency="MEUR", **given)


def eora26(
    path: Path,
    year: int | None,
    *,
    price: str = "bp",
    rows: str = EORA_ROWS,
    gwp: str | None = None,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of Eora26: thousand US$, Eora's ISO 3 codes, CO2 in Mt.

    Args:
        path: folder; a subfolder for each year is found too.
        year: 1990 on.
        price: ``bp`` basic or ``pp`` purchasers' prices.
        rows: regular expression of the stressors, matched against ``indicator | source``, that are
            summed.
        emissions, co2, zero_output, gwp: see :func:`table_of`.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    if price not in PRICES:
        raise unknown_name("price", price, PRICES, where="price")
    folder = path / str(year) if (path / str(year)).is_dir() else path
    pattern = EORA_FILES.replace("(?:bp|pp)", price)
    year, file = files.of_year(folder, pattern, year, EORA26.expects)
    io = parsed("parse_eora26", file.parent, year=year, price=price)
    name, source = f"Eora26 {price}, {year}", "Eora26 (Lenzen et al. 2013)"
    given: dict[str, Any] = {"emissions": emissions, "co2": co2, "zero_output": zero_output}
    given["gwp"] = gwp
    return table_of(io, path, year, name=name, source=source, rows=rows, currency="kUSD", **given)


def gloria(
    path: Path,
    year: int | None,
    *,
    rows: str = GLORIA_ROWS,
    gwp: str | None = None,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of GLORIA: thousand US$, GLORIA's ISO 3 codes, products, CO2 in Mt.

    Args:
        path: folder with the three parts.
        year: which.
        rows: regular expression of the satellites that are summed; one total is enough.
        emissions, co2, zero_output, gwp: see :func:`table_of`.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, GLORIA_FILES, year, GLORIA.expects)
    version = int(re.findall(r"\d+", file.name)[0])
    io = parsed("parse_gloria", file.parent, year=year, version=version)
    name, source = f"GLORIA {version}, {year}", "GLORIA (Lenzen et al. 2022)"
    given: dict[str, Any] = {"emissions": emissions, "co2": co2, "zero_output": zero_output}
    given["gwp"] = gwp
    return table_of(io, path, year, name=name, source=source, rows=rows, currency="kUSD", **given)


def _numbers_only(file: Path) -> None:
    """Check that no cell of an ICIO table is empty or a word, which pymrio would read as 0.

    Raises:
        InputError: naming the first one by row and column.
    """
    table = texts(read_csv(file, index_col=0))
    rows = [label for label in table.index if not ICIO_TOTALS.search(label)]
    columns = [label for label in table.columns if not ICIO_TOTALS.search(label)]
    for label in (*rows, *columns):
        if "_" not in label:
            raise InputError(f"label '{label}' is not REGION_CODE", where=str(file))
    cells(table.loc[rows, columns], "table", rows, columns, str(file))


def table_of(
    io: Any,
    path: Path,
    year: int,
    *,
    name: str,
    source: str,
    rows: str | None,
    emissions: str | Path | None,
    co2: str,
    zero_output: str,
    extension: str | None = None,
    currency: str | None = None,
    gwp: str | None = None,
) -> InputOutputTable:
    """Make a table with one gas in Mt, CO2 by default, of a parsed system.

    Args:
        io: the pymrio system.
        path: its files, for errors.
        year, name, source, extension, currency: see ``iosystem.from_pymrio``.
        rows: regular expression of the stressors that are summed; the table calls them what they
            are. None where the database brings no emissions.
        gwp: assessment report, such as ``AR6``, to sum rows of several gases in Mt of CO2e.
        emissions: csv with emissions to take instead, see ``readers.emissions``; by default
            ``co2_YYYY.csv`` beside the table, if there is one.
        co2: ``none`` opens the table without emissions.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: there are no emissions and none are given.
    """
    if co2 not in CO2:
        raise unknown_name("value", co2, CO2, where="co2")
    if emissions is None and co2 == "required":
        emissions = em.needed(path, year) if rows is None else em.beside(path, year)
    flows = io.Z if io.Z is not None else io.A
    given = None
    if emissions is not None or co2 == "none":
        regions, sectors = labels(texts(flows).index)
        given = em.read(emissions, regions, sectors) if emissions else em.none(regions, sectors)
    said = source if emissions is None else f"{source}; emissions: {Path(emissions).name}"
    try:
        table = from_pymrio(
            io,
            year=year,
            name=name,
            source=said,
            emissions=given,
            rows={THE_GAS: rows or ""},
            gwp=gwp,
            extension=extension,
            currency=currency,
        )
    except MissingEmissions:
        raise
    except InputError as error:
        raise error.within(str(path)) from None
    return em.treated(table, zero_output)


WIOD = Reader(
    "wiod",
    "WIOD, release 2013, as published",
    "a folder with wiotYY_row_*.xlsx and AIR_*.zip, or one such xlsx file",
    "World Input-Output Database, rug.nl/ggdc/valuechain/wiod",
    "Timmer et al. (2015), Review of International Economics 23(3): 575-605",
    "CO2 of the air emission accounts AIR_*",
    wiod,
    partial(files.years, pattern=WIOD_FILES),
)
ICIO = Reader(
    "icio",
    "OECD Inter-Country Input-Output tables",
    "a folder with ICIO2021_YYYY.csv, ICIO2023_YYYY.csv or YYYY_SML.csv (or .zip)",
    "OECD, oe.cd/icio",
    "OECD, Inter-Country Input-Output Tables, edition of your file",
    em.NO_EMISSIONS,
    icio,
    partial(files.years, pattern=ICIO_FILES),
)
EXIOBASE3 = Reader(
    "exiobase3",
    "EXIOBASE 3",
    "a folder with IOT_YYYY_ixi.zip or IOT_YYYY_pxp.zip, or one of them, also unpacked",
    "Zenodo, doi 10.5281/zenodo.3583070",
    "Stadler et al. (2018), Journal of Industrial Ecology 22(3): 502-515",
    "CO2 of combustion, cement, lime and fossil waste",
    exiobase3,
    partial(files.years, pattern=EXIOBASE_FILES),
)
EORA26 = Reader(
    "eora26",
    "Eora26",
    "a folder with Eora26_YYYY_bp.zip, or its unpacked files and labels_*.txt",
    "worldmrio.com, licence needed",
    "Lenzen et al. (2013), Economic Systems Research 25(1): 20-49",
    "CO2 of the rows I-GHG-CO2 emissions",
    eora26,
    partial(files.years, pattern=EORA_FILES),
)
GLORIA = Reader(
    "gloria",
    "GLORIA",
    "a folder with GLORIA_MRIOs_VV_YYYY, GLORIA_SatelliteAccounts_0VV_YYYY and the ReadMe",
    "Industrial Ecology Virtual Laboratory, ielab.info",
    "Lenzen et al. (2022), Journal of Industrial Ecology 26(1): 116-130",
    "CO2 of the EDGAR total without short-cycle carbon",
    gloria,
    partial(files.years, pattern=GLORIA_FILES),
)
