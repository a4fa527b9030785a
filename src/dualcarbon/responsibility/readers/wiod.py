"""WIOD, release of 2013, as published: ``wiotYY_row_*.xlsx`` with the air emission accounts.

CO2 stands in ``AIR_*.zip`` or a folder of that name beside the tables, one xls file per country
with a sheet per year, in Gg. Read through pymrio. Source: Timmer et al. (2015), Review of
International Economics 23(3): 575-605; Genty, Arto and Neuwahl (2012), WIOD deliverable 4.6.
"""

from __future__ import annotations

from pathlib import Path

from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.iosystem import parsed
from dualcarbon.responsibility.readers.through_pymrio import table_of
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with wiotYY_row_*.xlsx and AIR_*.zip, or one such xlsx file"
PATTERN = r"wiot(?P<year>\d{2})_.*\.xlsx"
ROWS = r"^CO2$"


def read(
    path: Path,
    year: int | None,
    *,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: million current US$, CO2 in Mt, ISO 3 codes, industries by WIOD code.

    Args:
        path: folder or file.
        year: 1995 to 2011; air emissions end in 2009.
        emissions, co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, PATTERN, year, EXPECTS)
    io = parsed("parse_wiod", file, names=("c_codes", "full"))
    return table_of(
        io,
        path=path,
        year=year,
        name=f"WIOD 2013, {year}",
        source="WIOD release 2013 (Timmer et al. 2015)",
        rows=ROWS,
        extension="AIR",
        emissions=emissions,
        co2=co2,
        zero_output=zero_output,
        currency="MUSD",
    )
