"""Tables in numpy arrays: WIOD archives, one archive of one's own, and the memory-mapped folder.

WIOD, release of 2013 (``wiod2013``): ``wiot2013_YYYY.npz`` beside ``co2_mt_YYYY.npz``. A table
archive has ``Z`` (N, N), ``Y`` (N, 5 R), ``x`` (N,), ``countries`` and ``industries``; an emission
archive has ``F`` (N,) and ``F_Y`` (R,), in Mt of CO2. Source: Timmer, Dietzenbacher, Los, Stehrer
and de Vries (2015), Review of International Economics 23(3): 575-605; CO2: European Commission,
Joint Research Centre (2019), accounts for WIOD.

One archive (``npz``): needed are the arrays ``Z``, ``Y`` ((N, R K) or (N, R, K)), ``F``,
``regions``, ``sectors``; there may be ``x``, ``F_Y``, ``v``, ``categories``, ``stressors``,
``stressor_units``, ``currency``, ``year``, ``name``, ``source`` and ``grade``.

The folder (``store``) is as ``responsibility.table.store.save`` writes it.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.table import store
from dualcarbon.responsibility.table.table import InputOutputTable

WIOD_FILES = r"wiot2013_(?P<year>\d{4})\.npz"
CO2_FILES = r"co2_mt_(?P<year>\d{4})\.npz"
WIOD_CATEGORIES = ("households", "non_profit", "government", "fixed_capital", "inventories")
WIOD_SOURCE = "WIOD release 2013 (Timmer et al. 2015)"
CO2_SOURCE = "CO2: European Commission JRC (2019)"

NEEDED = ("Z", "Y", "F", "regions", "sectors")
OPTIONAL = ("x", "F_Y", "v")
LABELS = ("categories", "stressors", "stressor_units")
WORDS = ("currency", "name", "source", "grade")
ALIASES = {"fd": "categories", "countries": "regions", "industries": "sectors"}


def wiod2013(
    path: Path, year: int | None, *, zero_output: str = "drop", co2: str = "required"
) -> InputOutputTable:
    """Read one year of WIOD: money in million current US$, CO2 in Mt.

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
    year, file = files.of_year(path, WIOD_FILES, year, WIOD2013.expects)
    parts = _archive(file, ("Z", "Y", "x", "countries", "industries"))
    regions = [str(name) for name in parts["countries"]]
    sectors = [str(name) for name in parts["industries"]]
    x = parts["x"].astype(float)
    source = WIOD_SOURCE if co2 == "none" else f"{WIOD_SOURCE}; {CO2_SOURCE}"
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
        categories=WIOD_CATEGORIES,
        currency="MUSD",
        year=year,
        name=f"WIOD 2013, {year}",
        source=source,
    )
    return em.treated(table, zero_output)


def _co2(folder: Path, year: int) -> em.Emissions:
    have = files.years(folder, CO2_FILES)
    if year not in have:
        raise em.MissingEmissions(
            f"no CO2 of {year}: no file co2_mt_{year}.npz; co2='none' opens the table without",
            where=str(folder),
            allowed=map(str, have) if have else "co2_mt_YYYY.npz",
        )
    parts = _archive(have[year], ("F", "F_Y"))
    F, F_Y = (np.atleast_2d(parts[name].astype(float)) for name in ("F", "F_Y"))
    return em.Emissions(F, F_Y, ("CO2",), ("Mt",))


def npz(path: Path, year: int | None, *, zero_output: str = "keep") -> InputOutputTable:
    """Read the archive.

    Args:
        path: the file.
        year: must be the year of the archive, if that has one.
        zero_output: treatment of emissions on industries without output.

    Raises:
        InputError: not such an archive, an array is missing or does not fit, or another year.
    """
    if path.is_dir():
        raise InputError("is a folder", where=str(path), allowed=NPZ.expects)
    with_all = {ALIASES.get(key, key): values for key, values in _everything(path).items()}
    missing = [key for key in NEEDED if key not in with_all]
    if missing:
        raise InputError(f"no array '{missing[0]}'", where=str(path), allowed=sorted(with_all))
    options: dict[str, Any] = {key: with_all[key] for key in OPTIONAL if key in with_all}
    options |= {key: [str(v) for v in with_all[key]] for key in LABELS if key in with_all}
    options |= {key: str(with_all[key]) for key in WORDS if key in with_all}
    stored = int(with_all["year"]) if "year" in with_all else 0
    if year is not None and stored and year != stored:
        raise InputError(f"is of {stored}, not of {year}", where=str(path))
    options.setdefault("name", path.stem)
    table = InputOutputTable.of(
        with_all["Z"],
        with_all["Y"].reshape(len(with_all["Y"]), -1),
        with_all["F"],
        regions=[str(v) for v in with_all["regions"]],
        sectors=[str(v) for v in with_all["sectors"]],
        year=stored or year or 0,
        **options,
    )
    return em.treated(table, zero_output)


def write_npz(table: InputOutputTable, path: str | Path) -> Path:
    """Write a table so that :func:`npz` gives it back; written aside and moved into place.

    Args:
        table: the table.
        path: file to write; an existing one is replaced.

    Returns:
        The path.
    """
    path = Path(path)
    arrays: dict[str, Any] = {
        name: getattr(table, name) for name in ("Z", "Y", "F", "x", "F_Y", "v", "regions")
    }
    arrays |= {name: np.array(getattr(table, name)) for name in ("sectors", *LABELS)}
    arrays |= {name: np.array(getattr(table, name)) for name in ("year", *WORDS)}
    aside = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        np.savez(aside, **arrays)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def _npz_years(path: Path) -> tuple[int, ...]:
    """The year of an archive, if it has one."""
    stored = _everything(path)
    return (int(stored["year"]),) if "year" in stored else ()


def _everything(path: Path) -> dict[str, np.ndarray]:
    _archive(path, ())
    with np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored}


def stored(
    path: Path, year: int | None, *, mapped: bool = True, verify: bool = False
) -> InputOutputTable:
    """Open a stored table.

    Args:
        path: its folder.
        year: must be that of the table, if given.
        mapped: leave the flows on disk.
        verify: compare with the checksums first.

    Raises:
        InputError: no such table, damaged, or of another year.
    """
    table = store.load(path, mapped=mapped, verify=verify)
    if year is not None and table.year and year != table.year:
        raise InputError(f"is of {table.year}, not of {year}", where=str(path))
    return table


def _stored_years(path: Path) -> tuple[int, ...]:
    """The year of a stored table."""
    return (int(store.describe(path)["year"]),)


def _archive(file: Path, keys: tuple[str, ...]) -> dict[str, np.ndarray]:
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


WIOD2013 = Reader(
    "wiod2013",
    "WIOD, release 2013, numpy archives",
    "a folder with wiot2013_YYYY.npz and co2_mt_YYYY.npz",
    "World Input-Output Database, rug.nl/ggdc/valuechain/wiod",
    "Timmer et al. (2015), Review of International Economics 23(3): 575-605",
    "CO2 in co2_mt_YYYY.npz, Mt",
    wiod2013,
    partial(files.years, pattern=WIOD_FILES),
)
OWN = ("made by yourself", "made by yourself", "in F and F_Y")
NPZ = Reader(
    "npz", "one numpy archive", "a file .npz with Z, Y, F, regions, sectors", *OWN, npz, _npz_years
)
STORE = Reader(
    "store", "folder opened memory-mapped", "a folder with table.json", *OWN, stored, _stored_years
)
