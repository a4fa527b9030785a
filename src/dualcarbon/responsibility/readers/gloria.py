"""GLORIA: ``GLORIA_MRIOs_VV_YYYY`` and ``GLORIA_SatelliteAccounts_0VV_YYYY`` with the ReadMe.

Supply and use tables in csv files without heads, labels in ``GLORIA_ReadMe_0VV.xlsx``, thousand
US$; pymrio makes an input-output table of products of them. CO2 is the EDGAR total without
short-cycle carbon. Regions without any flow are left out by pymrio.
Source: Lenzen et al. (2022), Journal of Industrial Ecology 26(1): 116-130.
"""

from __future__ import annotations

import re
from pathlib import Path

from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.iosystem import parsed
from dualcarbon.responsibility.readers.through_pymrio import table_of
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = (
    "a folder with GLORIA_MRIOs_VV_YYYY(.zip), GLORIA_SatelliteAccounts_0VV_YYYY(.zip) and "
    "GLORIA_ReadMe_0VV.xlsx"
)
PATTERN = r"GLORIA_MRIOs_\d+_(?P<year>\d{4}).*"
ROWS = r"co2_excl_short_cycle_org_c_total_EDGAR_consistent"


def read(
    path: Path,
    year: int | None,
    *,
    rows: str = ROWS,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: thousand US$, GLORIA's ISO 3 codes, products, CO2 in Mt.

    Args:
        path: folder with the three parts.
        year: which.
        rows: regular expression of the satellites that are summed to CO2; one total is enough.
        emissions, co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    year, file = files.of_year(path, PATTERN, year, EXPECTS)
    version = int(re.findall(r"\d+", file.name)[0])
    io = parsed("parse_gloria", file.parent, year=year, version=version)
    return table_of(
        io,
        path=path,
        year=year,
        name=f"GLORIA {version}, {year}",
        source="GLORIA (Lenzen et al. 2022)",
        rows=rows,
        emissions=emissions,
        co2=co2,
        zero_output=zero_output,
        currency="kUSD",
    )
