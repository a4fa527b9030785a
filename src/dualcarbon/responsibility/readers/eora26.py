"""Eora26: ``Eora26_YYYY_bp.zip`` or its unpacked files with their labels.

Tab-separated ``_T``, ``_FD``, ``_Q``, ``_QY``, ``_VA`` without heads, labels in ``labels_*.txt`` or
``indices.zip``; thousand US$. The region ``ROW`` holds statistical discrepancies and is left out
by pymrio. CO2 is the sum of the rows ``I-GHG-CO2 emissions`` (Gg) without bunkers (memo items),
fires of vegetation and decay of wetlands; the indicators differ between editions, so compare the
world total with a published one.
Source: Lenzen, Moran, Kanemoto and Geschke (2013), Economic Systems Research 25(1): 20-49.
"""

from __future__ import annotations

from pathlib import Path

from dualcarbon.errors import unknown_name
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.iosystem import parsed
from dualcarbon.responsibility.readers.through_pymrio import table_of
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with Eora26_YYYY_bp.zip, or its files Eora26_YYYY_bp_T.txt ... and labels_*.txt"
PATTERN = r"Eora26_(?P<year>\d{4})_(?:bp|pp)(?:_T\.txt|\.zip)"
PRICES = ("bp", "pp")
LEFT_OUT = "memo:|forest fires|grassland fires|vegetation fires|wetlands"
ROWS = rf"(?i)^I-GHG-CO2 emissions \|(?!.*(?:{LEFT_OUT}))"


def read(
    path: Path,
    year: int | None,
    *,
    price: str = "bp",
    rows: str = ROWS,
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: thousand US$, Eora's ISO 3 codes, CO2 in Mt.

    Args:
        path: folder; a subfolder for each year is found too.
        year: 1990 on.
        price: ``bp`` basic or ``pp`` purchasers' prices.
        rows: regular expression of the stressors, matched against ``indicator | source``, that are
            summed to CO2.
        emissions, co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or pymrio cannot read a file.
    """
    if price not in PRICES:
        raise unknown_name("price", price, PRICES, where="price")
    folder = path / str(year) if (path / str(year)).is_dir() else path
    pattern = PATTERN.replace("(?:bp|pp)", price)
    year, file = files.of_year(folder, pattern, year, EXPECTS)
    io = parsed("parse_eora26", file.parent, year=year, price=price)
    return table_of(
        io,
        path=path,
        year=year,
        name=f"Eora26 {price}, {year}",
        source="Eora26 (Lenzen et al. 2013)",
        rows=rows,
        emissions=emissions,
        co2=co2,
        zero_output=zero_output,
        currency="kUSD",
    )
