"""WIOD, release of 2013, as numpy archives: ``wiot2013_YYYY.npz`` beside ``co2_mt_YYYY.npz``.

A table archive has ``Z`` (N, N), ``Y`` (N, 5 R), ``x`` (N,), ``countries`` and ``industries``; an
emission archive has ``F`` (N,) and ``F_Y`` (R,), in Mt of CO2. Source: Timmer, Dietzenbacher, Los,
Stehrer and de Vries (2015), Review of International Economics 23(3): 575-605; CO2: European
Commission, Joint Research Centre (2019), accounts for WIOD.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.table.table import InputOutputTable

EXPECTS = "a folder with wiot2013_YYYY.npz and co2_mt_YYYY.npz"
PATTERN = r"wiot2013_(?P<year>\d{4})\.npz"
EMISSIONS = r"co2_mt_(?P<year>\d{4})\.npz"
CATEGORIES = ("households", "non_profit", "government", "fixed_capital", "inventories")
SOURCE = "WIOD release 2013 (Timmer et al. 2015)"
CO2 = "CO2: European Commission JRC (2019)"


def read(
    path: Path, year: int | None, *, zero_output: str = "drop", co2: str = "required"
) -> InputOutputTable:
    """Read one year: money in million current US$, CO2 in Mt.

    Direct emissions of households stand in their region of residence. Primary inputs are
    ``x - colsum(Z)``: the archive has no rows of value added.

    Args:
        path: the folder.
        year: 1995 to 2011; CO2 is there from 2000.
        zero_output: what becomes of the emissions on industries without output, see
            :func:`dualcarbon.responsibility.readers.emissions.on_zero_output`.
        co2: ``required``, or ``none`` to open a table without emissions (all 0).

    Raises:
        InputError: a file, the year or its emissions are missing, or an archive is not as it
            should be.
    """
    if co2 not in ("required", "none"):
        raise unknown_name("value", co2, ("required", "none"), where="co2")
    year, file = files.of_year(path, PATTERN, year, EXPECTS)
    parts = archive(file, ("Z", "Y", "x", "countries", "industries"))
    regions = [str(name) for name in parts["countries"]]
    sectors = [str(name) for name in parts["industries"]]
    x = parts["x"].astype(float)
    source = SOURCE if co2 == "none" else f"{SOURCE}; {CO2}"
    found = em.none(regions, sectors) if co2 == "none" else _co2(file.parent, year)
    if found.F.shape[1] != len(x) or found.F_Y.shape[1] != len(regions):
        raise InputError(
            f"has {found.F.shape[1]} industries, the table {len(x)}", where=f"CO2 of {year}"
        )
    table = InputOutputTable.of(
        parts["Z"],
        parts["Y"],
        found.F,
        F_Y=found.F_Y,
        x=x,
        regions=regions,
        sectors=sectors,
        categories=CATEGORIES,
        currency="MUSD",
        year=year,
        name=f"WIOD 2013, {year}",
        source=source,
    )
    return em.treated(table, zero_output)


def _co2(folder: Path, year: int) -> em.Emissions:
    have = files.years(folder, EMISSIONS)
    if year not in have:
        raise em.MissingEmissions(
            f"no CO2 of {year}: no file co2_mt_{year}.npz; co2='none' opens the table without",
            where=str(folder),
            allowed=map(str, have) if have else "co2_mt_YYYY.npz",
        )
    parts = archive(have[year], ("F", "F_Y"))
    F, F_Y = (np.atleast_2d(parts[name].astype(float)) for name in ("F", "F_Y"))
    return em.Emissions(F, F_Y, ("CO2",), ("Mt",))


def archive(file: Path, keys: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Read the named arrays of a numpy archive.

    Raises:
        InputError: not such an archive, or an array is missing.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            missing = [key for key in keys if key not in stored]
            if missing:
                raise InputError(
                    f"no array '{missing[0]}'", where=str(file), allowed=sorted(stored)
                )
            return {key: stored[key] for key in keys}
    except (OSError, ValueError, BadZipFile, EOFError):
        raise InputError("is no numpy archive (.npz)", where=str(file)) from None
