"""OECD Inter-Country Input-Output tables: one csv or zip per year.

``ICIO2021_2018.csv``, ``ICIO2023_2018.csv`` or, of later releases, ``2018_SML.csv``: rows
``AUS_A01_02``, columns the same and then ``AUS_HFCE`` and so on, rows ``TLS``, ``VA``, ``OUT`` at
the end, million US$. Archives of several years, as the OECD offers them, must be unpacked.
Provinces of China and Mexico (``CN1``, ``MX1``, ...) are joined by pymrio. The tables bring no
emissions: take those of the OECD (IO_GHG, or the TECO2 production accounts).
Source: OECD, Inter-Country Input-Output Tables; Yamano and Webb (2018).
"""

from __future__ import annotations

from pathlib import Path

from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.iosystem import parsed
from dualcarbon.responsibility.readers.through_pymrio import table_of
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with ICIO2021_YYYY.csv, ICIO2023_YYYY.csv or YYYY_SML.csv (or .zip)"
PATTERN = r"(?:ICIO\d{4}_)?(?P<year>\d{4})(?:_SML)?\.(?:csv|zip)"


def read(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: million US$, ISO 3 codes.

    The column of discrepancies belongs to no region; it is left out, and the source says so.

    Args:
        path: folder or file.
        year: which.
        emissions: csv of CO2 by region and sector, see ``readers.emissions``; needed unless
            ``co2="none"``.
        co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, PATTERN, year, EXPECTS)
    io = parsed("parse_oecd", file)
    return table_of(
        io,
        path=path,
        year=year,
        name=f"OECD ICIO, {year}",
        source=f"OECD ICIO ({file.name})",
        rows=None,
        emissions=emissions,
        co2=co2,
        zero_output=zero_output,
        currency="MUSD",
    )
