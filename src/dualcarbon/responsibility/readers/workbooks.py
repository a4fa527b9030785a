"""Tables in one sheet with several lines of heads: WIOD, release of 2016, and the ADB tables.

WIOD 2016: ``WIOT2014_Nov16_ROW.xlsx`` (saved from the published xlsb) or, of the files for R and
Stata, ``WIOT2014_October16_ROW.csv`` with the columns ``IndustryCode``, ``Country``, ``RNr``,
``AUS1`` ... and, behind the industries, five of final demand for each country; million current US$.
CO2: the workbook of the European Commission's JRC beside them (``*CO2*.xlsx``, one sheet for each
country, rows ``A01`` ... ``FC_HH``, columns years, kt), or ``co2_YYYY.csv``.

ADB: ``ADB-MRIO-2022.xlsx`` and names like it, of the 62, 72 or 74 economies; heads with name,
economy and ``c1`` ... ``c35``, ``F1`` ... ``F5``; million current US$. They bring no emissions.

Sources: Timmer, Los, Stehrer and de Vries (2016), GGDC research memorandum 162; Asian Development
Bank, Multiregional Input-Output Tables, kidb.adb.org. Layouts read off public readers of them; no
published file was at hand, so that the first one read deserves a quality report.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name, unreadable
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.csvfiles import read_csv
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.matching import cells, labels
from dualcarbon.responsibility.readers.through_pymrio import CO2
from dualcarbon.responsibility.table.table import InputOutputTable

WIOD_FILES = r"WIOT(?P<year>\d{4})_(?:Nov|October)16_ROW\.(?:xlsx|csv)"
ADB_FILES = r"ADB[ -_]?MRIO.*?(?<!\d)(?P<year>20[0-3]\d)(?!\d).*\.xlsx"
JRC_FILES = "*CO2*.xlsx"
CATEGORIES = ("households", "non_profit", "government", "fixed_capital", "inventories")
CODE = re.compile(r"(?:[cr]|F)(\d+)", re.IGNORECASE)
TOP = 14
TOTALS = ("TOT", "")
HOUSEHOLDS = "FC_HH"
KILOTONNES = 1e-3


def wiod2016(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of WIOD 2016: million current US$, CO2 in Mt, ISO 3 codes, industries by code.

    Args:
        path: folder or file.
        year: 2000 to 2014.
        emissions: csv of CO2, see ``readers.emissions``; by default ``co2_YYYY.csv`` or the
            workbook of the JRC beside the table.
        co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or the layout is another one.
    """
    year, file = files.of_year(path, WIOD_FILES, year, WIOD2016.expects)
    flows = _long_heads(file) if file.suffix.lower() == ".csv" else _sheet(file)
    about = {"name": f"WIOD 2016, {year}", "source": f"WIOD release 2016 ({file.name})"}
    book = next(iter(sorted(file.parent.glob(JRC_FILES))), None)
    return _table(flows, file, year, emissions, co2, zero_output, book, **about)


def adb(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year of the ADB tables: million current US$, codes of economies, ``c1`` to ``c35``.

    Args:
        path: folder or file.
        year: which.
        emissions: csv of CO2, see ``readers.emissions``; needed unless ``co2="none"``.
        co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or the layout is another one.
    """
    year, file = files.of_year(path, ADB_FILES, year, ADB.expects)
    about = {"name": f"ADB MRIO, {year}", "source": f"Asian Development Bank ({file.name})"}
    return _table(_sheet(file), file, year, emissions, co2, zero_output, None, **about)


def _table(
    whole: pd.DataFrame,
    file: Path,
    year: int,
    emissions: str | Path | None,
    co2: str,
    zero_output: str,
    book: Path | None,
    *,
    name: str,
    source: str,
) -> InputOutputTable:
    """Put flows and final demand, labelled on both axes, and emissions together."""
    if co2 not in CO2:
        raise unknown_name("value", co2, CO2, where="co2")
    regions, sectors = labels(whole.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    bought = whole.columns.get_level_values(1).isin(sectors)
    uses = pd.MultiIndex.from_product([regions, CATEGORIES])
    found = em.none(regions, sectors)
    if co2 == "required":
        beside = em.beside(file, year) if emissions is None else Path(emissions)
        if beside is None and book is not None:
            found, source = _jrc(book, year, regions, sectors), f"{source}; CO2: {book.name}"
        else:
            given = em.needed(file, year) if beside is None else beside
            found, source = em.read(given, regions, sectors), f"{source}; emissions: {given.name}"
    table = InputOutputTable.of(
        cells(whole.loc[:, bought], "Z", industries, industries, str(file)),
        cells(whole.loc[:, ~bought], "Y", industries, uses, str(file)),
        found.F,
        F_Y=found.F_Y,
        regions=regions,
        sectors=sectors,
        categories=CATEGORIES,
        stressors=found.stressors,
        stressor_units=found.units,
        currency="MUSD",
        year=year,
        name=name,
        source=found.noted(source),
    )
    return em.treated(table, zero_output)


def _sheet(file: Path) -> pd.DataFrame:
    """Industries x (industries and uses) of the sheet with heads, totals left out.

    Raises:
        InputError: no workbook, or no lines of heads with economies and codes.
    """
    try:
        with pd.ExcelFile(file) as book:
            raw = book.parse(_largest(book), header=None, dtype=object)
    except OSError as error:
        raise unreadable(error, file) from None
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"cannot be read as a workbook: {reason}", where=str(file)) from error
    text = raw.iloc[:TOP].map(_text)
    coded = text.map(lambda cell: bool(CODE.fullmatch(cell)))
    line = next((at for at in range(1, len(text)) if coded.iloc[at].sum() > 1), None)
    if line is None:
        raise InputError("no line of heads with c1, c2, ...", where=str(file), allowed="c1 ... F5")
    first = int(np.argmax(coded.iloc[line].to_numpy()))
    if first < 2:
        raise InputError("no columns with economy and code", where=str(file))
    left = raw.iloc[line + 1 :, :first].map(_text)
    code = next(
        (c for c in range(first - 1, 0, -1) if left.iloc[:, c].str.fullmatch(CODE).sum() > 1), None
    )
    if code is None:
        raise InputError("no column with r1, r2, ... or c1, c2, ...", where=str(file))
    heads = pd.DataFrame({"region": text.iloc[line - 1, first:], "code": text.iloc[line, first:]})
    sides = pd.DataFrame({"region": left.iloc[:, code - 1], "code": left.iloc[:, code]})
    own = left.iloc[:, 0]  # WIOD 2016 has the industry's own code there
    if code >= 3 and (own != "").any():
        sides["name"] = own
    rows = sides[~sides["region"].str.upper().isin(TOTALS) & (sides["code"] != "")]
    columns = heads[~heads["region"].str.upper().isin(TOTALS) & (heads["code"] != "")]
    body = raw.loc[rows.index, columns.index]
    return _labelled(body, rows, columns, str(file))


def _labelled(
    body: pd.DataFrame, rows: pd.DataFrame, columns: pd.DataFrame, where: str
) -> pd.DataFrame:
    """Numbers of codes become the labels of industries, those behind them the uses."""
    number = rows["code"].str.extract(CODE, expand=False).astype(int)
    names = rows["name"] if "name" in rows else "c" + number.astype(str)
    label = dict(zip(number, names, strict=True))
    most = max(label)
    at = columns["code"].str.extract(r"(\d+)", expand=False).astype(int)
    use = columns["code"].str.upper().str.startswith("F") | (at > most)
    start = 1 if columns["code"].str.upper().str.startswith("F").any() else most + 1
    keys = []
    for region, k, final in zip(columns["region"], at, use, strict=True):
        if final and not 0 <= k - start < len(CATEGORIES):
            raise InputError(f"use {k - start + 1} of '{region}' is not one of five", where=where)
        keys.append((region, CATEGORIES[k - start] if final else label.get(k, f"c{k}")))
    index = pd.MultiIndex.from_arrays([rows["region"], number.map(label)])
    return body.set_axis(index, axis=0).set_axis(pd.MultiIndex.from_tuples(keys), axis=1)


def _long_heads(file: Path) -> pd.DataFrame:
    """The layout of the files for R: heads ``AUS1``, sides in columns of their own."""
    raw = read_csv(file)
    for column in ("IndustryCode", "Country", "RNr"):
        if column not in raw:
            raise InputError(f"no column '{column}'", where=str(file), allowed=list(raw)[:8])
    heads = [(m, name) for name in raw if (m := re.fullmatch(r"([A-Za-z]{3})(\d+)", str(name)))]
    raw = raw[~raw["Country"].astype(str).str.upper().isin(TOTALS)]
    rows = pd.DataFrame(
        {
            "region": raw["Country"].astype(str),
            "code": "c" + raw["RNr"].astype(int).astype(str),
            "name": raw["IndustryCode"].astype(str),
        }
    )
    found = pd.DataFrame([(m[1], f"c{m[2]}") for m, _ in heads], columns=["region", "code"])
    found = found[found["region"].str.upper() != "TOT"]
    body = raw[[heads[at][1] for at in found.index]]
    return _labelled(body, rows, found, str(file))


def _jrc(book: Path, year: int, regions: list[str], sectors: list[str]) -> em.Emissions:
    """CO2 of the JRC's workbook, kt by sheet of a country; households in their row.

    Raises:
        InputError: a sheet, the year or an industry is missing, or a cell is no number.
    """
    production, direct = [], []
    with pd.ExcelFile(book) as opened:
        sheets = {str(name).upper(): name for name in opened.sheet_names}
        for region in regions:
            if region.upper() not in sheets:
                raise InputError(f"no sheet '{region}'", where=str(book), allowed=sheets)
            sheet = opened.parse(sheets[region.upper()], index_col=0)
            sheet.columns = [str(column).removesuffix(".0") for column in sheet.columns]
            sheet.index = [str(label).strip() for label in sheet.index]
            if str(year) not in sheet:
                raise InputError(f"no CO2 of {year}", where=f"{book}, {region}")
            wanted = [*sectors, HOUSEHOLDS]
            known = sheet.loc[sheet.index.isin(wanted), [str(year)]]
            column = cells(known, region, wanted, None, str(book))[:, 0] * KILOTONNES
            production.append(column[:-1])
            direct.append(column[-1])
    F = np.concatenate(production)[None, :]
    return em.Emissions(F, np.array(direct)[None, :], ("CO2",), ("Mt",))


def _largest(book: pd.ExcelFile) -> Any:
    """The sheet with the table: the only one, or the first whose name has a year or MRIO."""
    names = [str(name) for name in book.sheet_names]
    likely = [n for n in names if re.search(r"\d{4}|MRIO|WIOT", n, re.IGNORECASE)]
    return (likely or names)[0]


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell).strip()


WIOD2016 = Reader(
    "wiod2016",
    "WIOD, release 2016",
    "a folder with WIOTYYYY_Nov16_ROW.xlsx or WIOTYYYY_October16_ROW.csv, or one of them",
    "World Input-Output Database, rug.nl/ggdc/valuechain/wiod",
    "Timmer et al. (2016), GGDC research memorandum 162",
    "CO2 of the JRC in *CO2*.xlsx beside the table, or co2_YYYY.csv",
    wiod2016,
    partial(files.years, pattern=WIOD_FILES),
)
ADB = Reader(
    "adb",
    "ADB Multiregional Input-Output Tables",
    "a folder with ADB-MRIO-YYYY.xlsx (62, 72 or 74 economies), or one such file",
    "Asian Development Bank, kidb.adb.org",
    "Asian Development Bank, Multiregional Input-Output Tables, edition of your file",
    em.NO_EMISSIONS,
    adb,
    partial(files.years, pattern=ADB_FILES),
)
