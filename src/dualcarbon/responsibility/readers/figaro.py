"""FIGARO, the inter-country tables of Eurostat, in the csv layouts of its yearly editions.

``matrix_eu-ic-io_ind-by-ind_25ed_2023.csv``: first column ``rowLabels`` with ``AT_A01`` and, at the
end, primary inputs ``W2_D1``; columns ``AT_A01`` and ``AT_P3_S14``. ``flatfile_...``: one row per
cell with ``refArea``, ``rowIi`` or ``rowPi``, ``counterpartArea``, ``colIi`` or ``colPi``, and
``obsValue``. Million EUR; ``FIGW1`` is the rest of the world. The tables bring no emissions: take
the air emission accounts of Eurostat. Source: Remond-Tiedrez and Rueda-Cantuche (eds., 2019), EU
inter-country supply, use and input-output tables, Eurostat; layout of the editions 2022 to 2026.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.readers import emissions as em
from dualcarbon.responsibility.readers import files
from dualcarbon.responsibility.readers.csvfiles import read_csv
from dualcarbon.responsibility.readers.files import Reader
from dualcarbon.responsibility.readers.matching import cells
from dualcarbon.responsibility.readers.through_pymrio import CO2
from dualcarbon.responsibility.table.table import InputOutputTable

PATTERN = (
    r"(?:matrix|flatfile)_eu-ic-io_(?:ind-by-ind|prod-by-prod)_(?:\d+ed_)?(?P<year>\d{4})"
    r"(?:_v\d+)?\.(?:csv|zip)"
)
SYSTEMS = {"ixi": "ind-by-ind", "pxp": "prod-by-prod"}
PRIMARY = "W2"


def figaro(
    path: Path,
    year: int | None,
    *,
    system: str = "ixi",
    emissions: str | Path | None = None,
    co2: str = "required",
    zero_output: str = "drop",
) -> InputOutputTable:
    """Read one year: million EUR, ISO 2 codes as Eurostat uses them.

    Args:
        path: folder or file.
        year: 2010 on.
        system: ``ixi`` industries or ``pxp`` products.
        emissions: csv of CO2 by region and sector, see ``readers.emissions``; needed unless
            ``co2="none"``.
        co2, zero_output: see ``readers.through_pymrio.table_of``.

    Raises:
        InputError: a file, the year or the emissions are missing, or the layout is another one.
    """
    if system not in SYSTEMS:
        raise unknown_name("system", system, SYSTEMS, where="system")
    if co2 not in CO2:
        raise unknown_name("value", co2, CO2, where="co2")
    pattern = PATTERN.replace("(?:ind-by-ind|prod-by-prod)", SYSTEMS[system])
    year, file = files.of_year(path, pattern, year, FIGARO.expects)
    if emissions is None and co2 == "required":
        emissions = em.needed(path, year)
    whole = _matrix(file) if file.name.lower().startswith("matrix") else _flat(file)
    industries = whole.index[whole.index.get_level_values(0) != PRIMARY]
    regions = [str(label) for label in dict.fromkeys(industries.get_level_values(0))]
    sectors = [str(label) for label in dict.fromkeys(industries.get_level_values(1))]
    used = dict.fromkeys(whole.columns.get_level_values(1))
    categories = [str(label) for label in used if label not in set(sectors)]
    rows = pd.MultiIndex.from_product([regions, sectors])
    final = pd.MultiIndex.from_product([regions, categories])
    if not categories:
        raise InputError("no column of final demand", where=str(file))
    inner = whole.loc[industries]
    flows = inner.loc[:, inner.columns.get_level_values(1).isin(sectors)]
    demand = inner.loc[:, inner.columns.get_level_values(1).isin(categories)]
    found = em.read(emissions, regions, sectors) if emissions else em.none(regions, sectors)
    source = "Eurostat FIGARO" + (f"; emissions: {Path(emissions).name}" if emissions else "")
    if whole.attrs.get("unlisted"):
        source += f"; {whole.attrs['unlisted']} cells that are not listed read as 0"
    table = InputOutputTable.of(
        cells(flows, "Z", rows, rows, str(file)),
        cells(demand, "Y", rows, final, str(file)),
        found.F,
        F_Y=found.F_Y,
        regions=regions,
        sectors=sectors,
        categories=categories,
        stressors=found.stressors,
        stressor_units=found.units,
        currency="MEUR",
        year=year,
        name=f"FIGARO {system}, {year}",
        source=found.noted(f"{source} ({file.name})"),
    )
    return em.treated(table, zero_output)


def _matrix(file: Path) -> pd.DataFrame:
    """Cells of the matrix layout, both axes labelled by area and code."""
    placed = read_csv(file, index_col=0)
    for axis in (0, 1):
        names = [str(label) for label in placed.axes[axis]]
        wrong = [name for name in names if "_" not in name]
        if wrong or not names:
            raise InputError(
                f"label '{wrong[0] if wrong else ''}' is not AREA_CODE",
                where=str(file),
                allowed="AT_A01, AT_P3_S14, W2_D1",
            )
        split = pd.MultiIndex.from_tuples([tuple(name.split("_", 1)) for name in names])
        placed = placed.set_axis(split, axis=axis)
    return placed


def _flat(file: Path) -> pd.DataFrame:
    """Cells of the flat layout without primary inputs; a cell that is not listed is 0."""
    heads = list(read_csv(file, nrows=0).columns)
    row = next((h for h in heads if h in ("rowIi", "rowPi")), None)
    column = next((h for h in heads if h in ("colIi", "colPi")), None)
    wanted = ["refArea", row, "counterpartArea", column, "obsValue"]
    if not set(wanted) <= set(heads):
        raise InputError(
            f"no column '{next(str(w) for w in ('rowIi', 'colIi', *wanted) if w not in heads)}'",
            where=str(file),
            allowed="refArea, rowIi, counterpartArea, colIi, obsValue",
        )
    keys = wanted[:4]
    types = dict.fromkeys(keys, "category")
    long = read_csv(file, usecols=wanted, dtype=types)
    long = long[long["refArea"] != PRIMARY]
    if long.empty:
        raise InputError("has no cells", where=str(file))
    figures = pd.to_numeric(long["obsValue"], errors="coerce")
    wrong = figures.isna() | long[keys].isna().any(axis=1)
    if wrong.any():
        at = int(np.argmax(wrong.to_numpy()))
        cell = ", ".join(str(long[key].iloc[at]) for key in keys)
        what = f"'{long['obsValue'].iloc[at]}' is no number"
        raise InputError(what, where=f"{file}, cell {cell}")
    codes, names = zip(*(pd.factorize(long[key]) for key in keys), strict=True)
    sizes = [len(labels) for labels in names]
    rows, columns = codes[0] * sizes[1] + codes[1], codes[2] * sizes[3] + codes[3]
    shape = (sizes[0] * sizes[1], sizes[2] * sizes[3])
    places = np.ravel_multi_index((rows, columns), shape)
    listed = np.bincount(places, minlength=shape[0] * shape[1])
    if listed.max() > 1:
        at = int(np.argmax(listed[places] > 1))
        cell = ", ".join(str(long[key].iloc[at]) for key in keys)
        raise InputError(f"cell {cell} stands twice", where=str(file))
    placed = np.zeros(shape)
    placed[rows, columns] = figures
    axes = [pd.MultiIndex.from_product([list(n) for n in pair]) for pair in (names[:2], names[2:])]
    found = pd.DataFrame(placed, index=axes[0], columns=axes[1])
    found.attrs["unlisted"] = placed.size - len(long)
    return found


FIGARO = Reader(
    "figaro",
    "FIGARO, Eurostat",
    "a folder with matrix_eu-ic-io_ind-by-ind_25ed_YYYY.csv or flatfile_eu-ic-io_... (or .zip)",
    "Eurostat, ESA supply, use and input-output tables, database",
    "Eurostat, FIGARO tables (naio_10_fcp), edition of your file",
    em.NO_EMISSIONS,
    figaro,
    partial(files.years, pattern=PATTERN),
)
