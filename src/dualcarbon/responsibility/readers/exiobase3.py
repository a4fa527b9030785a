"""EXIOBASE 3: ``IOT_YYYY_ixi.zip`` or the unpacked folder.

Text files with A or Z, Y and one folder per extension, each with a metadata file; million EUR. CO2
is the sum of combustion, cement, lime and fossil waste, without biogenic CO2 and peat decay, and
stands in the extension ``satellite`` or, from release 3.9, ``air_emissions``. Read through pymrio.
Source: Stadler et al. (2018), Journal of Industrial Ecology 22(3): 502-515.
"""

from __future__ import annotations

from pathlib import Path

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.iosystem import parsed
from dualcarbon.responsibility.readers.through_pymrio import table_of
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with IOT_YYYY_ixi.zip or IOT_YYYY_pxp.zip, or one of them, also unpacked"
PATTERN = r"IOT_(?P<year>\d{4})_(?:ixi|pxp)(?:\.zip)?"
SYSTEMS = ("ixi", "pxp")
ROWS = r"^CO2 - (?:combustion|non combustion - (?:Cement|Lime) production|waste - fossil) - air"


def read(
    path: Path,
    year: int | None,
    *,
    system: str = "ixi",
    rows: str = ROWS,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: million EUR, ISO 2 codes and five rests of continents, CO2 in Mt.

    Args:
        path: folder or archive.
        year: 1995 on.
        system: ``ixi`` industries or ``pxp`` products.
        rows: regular expression of the stressors that are summed to CO2.
        emissions, co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    if system not in SYSTEMS:
        raise unknown_name("system", system, SYSTEMS, where="system")
    pattern = PATTERN.replace("(?:ixi|pxp)", system)
    year, file = files.of_year(path, pattern, year, EXPECTS)
    io = parsed("parse_exiobase3", file)
    return table_of(
        io,
        path=path,
        year=year,
        name=f"EXIOBASE 3 {system}, {year}",
        source="EXIOBASE 3 (Stadler et al. 2018)",
        rows=rows,
        emissions=emissions,
        co2=co2,
        zero_output=zero_output,
        currency="MEUR",
    )
