"""To and from pymrio: an ``IOSystem`` becomes an :class:`InputOutputTable` and back.

pymrio (Stadler 2021, Journal of Open Research Software 9(1): 8) parses most world tables. It is an
optional dependency, imported when first used.
"""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import DualcarbonError, InputError
from dualcarbon.responsibility.readers.emissions import Emissions, MissingEmissions
from dualcarbon.responsibility.readers.labelled import labels
from dualcarbon.responsibility.table.about import MEGATONNES, megatonnes
from dualcarbon.responsibility.table.table import InputOutputTable

ALL_STRESSORS = ".*"
MASS_NAMES = {"kilotonnes": "kt", "kilotonne": "kt", "tonnes": "t", "tonne": "t", "kilogram": "kg"}


def pymrio() -> Any:
    """The module pymrio.

    Raises:
        InputError: it is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pymrio as module
    except ImportError:
        raise InputError(
            "this kind of table is read through pymrio, which is not installed",
            allowed="pip install 'dualcarbon[mrio]'",
        ) from None
    return module


def parsed(parser: str, path: Path, *arguments: Any, **options: Any) -> Any:
    """Call a parser of pymrio without its warnings.

    Raises:
        InputError: pymrio is missing, or cannot read the files; says why.
    """
    call: Callable[..., Any] = getattr(pymrio(), parser)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = call(path, *arguments, **options)
            gc.collect()  # the parsers leave workbooks open
            return found
    except DualcarbonError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"pymrio cannot read this: {reason}", where=str(path)) from error


def from_pymrio(
    io: Any,
    *,
    year: int,
    name: str,
    source: str,
    emissions: Emissions | None = None,
    rows: str | Mapping[str, str] = ALL_STRESSORS,
    extension: str | None = None,
    currency: str | None = None,
    grade: str = "B",
) -> InputOutputTable:
    """Make a table of a pymrio system.

    Args:
        io: a system with Z (or A) and Y; labels need not be ordered.
        emissions: in the order of the system's regions and sectors; by default taken from its
            extensions by ``rows``.
        rows: regular expression for the stressors that are kept, or expression by new label: all
            rows that match are then summed, in Mt. Matched against the parts of a stressor's
            label joined by `` | ``.
        extension: name of the only extension to look at.
        currency: unit of money; by default that of the system.
        year, name, source, grade: as for the table.

    Raises:
        InputError: the sectors differ from region to region, labels do not fit, no stressor
            matches, or their units cannot be summed.
    """
    flows, final, output = _flows(io)
    regions, sectors = labels(flows.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    categories, columns, foreign = _final_columns(final, regions)
    if emissions is None:
        emissions = _select(io, industries, regions, rows, extension)
    if foreign:
        source += f"; left out: final demand of {', '.join(foreign)}"
    return InputOutputTable.of(
        flows.reindex(index=industries, columns=industries).to_numpy(dtype=float),
        final.reindex(index=industries, columns=columns).fillna(0.0).to_numpy(dtype=float),
        emissions.F,
        F_Y=emissions.F_Y,
        x=None if output is None else output.reindex(industries).to_numpy(dtype=float),
        regions=regions,
        sectors=sectors,
        categories=categories,
        stressors=emissions.stressors,
        stressor_units=emissions.units,
        currency=currency or _currency(io),
        year=year,
        name=name,
        source=source,
        grade=grade,
    )


def to_pymrio(table: InputOutputTable, extension: str = "emissions") -> Any:
    """Make a pymrio system of a table, with its stressors as one extension.

    Args:
        table: the table.
        extension: name of the extension.

    Raises:
        InputError: pymrio is not installed.
    """
    module = pymrio()
    rows = pd.MultiIndex.from_product([table.regions, table.sectors], names=["region", "sector"])
    columns = pd.MultiIndex.from_product(
        [table.regions, table.categories], names=["region", "category"]
    )
    stressors = pd.Index(table.stressors, name="stressor")
    direct = np.zeros((table.P, table.R, table.K))
    direct[:, :, 0] = table.F_Y
    found = {
        "name": extension,
        "F": pd.DataFrame(table.F, index=stressors, columns=rows),
        "F_Y": pd.DataFrame(direct.reshape(table.P, -1), index=stressors, columns=columns),
        "unit": pd.DataFrame({"unit": list(table.stressor_units)}, index=stressors),
    }
    return module.IOSystem(
        Z=pd.DataFrame(np.asarray(table.Z, dtype=float), index=rows, columns=rows),
        Y=pd.DataFrame(np.asarray(table.Y, dtype=float), index=rows, columns=columns),
        x=pd.DataFrame({"indout": table.x}, index=rows),
        unit=pd.DataFrame({"unit": [table.currency] * table.N}, index=rows),
        **{extension: found},
    )


def _flows(io: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series | None]:
    """Flows, final demand, and output where flows were made of coefficients."""
    if io.Z is not None:
        return io.Z, io.Y, None
    if io.A is None or io.Y is None:
        raise InputError("has neither flows Z nor coefficients A", where="pymrio system")
    A = io.A.to_numpy(dtype=float)
    if io.x is not None:
        x = io.x.reindex(io.A.index).to_numpy(dtype=float)[:, 0]
    else:
        demand = io.Y.reindex(index=io.A.index).to_numpy(dtype=float).sum(axis=1)
        x = np.linalg.solve(np.eye(len(A)) - A, demand)
    flows = pd.DataFrame(A * x, index=io.A.index, columns=io.A.columns)
    return flows, io.Y, pd.Series(x, index=io.A.index)


def _final_columns(
    final: pd.DataFrame, regions: list[str]
) -> tuple[list[str], pd.MultiIndex, list[str]]:
    """Categories, the columns by region and category, and labels that are no region."""
    if final.columns.nlevels != 2:
        raise InputError("columns need two labels, region and category", where="Y")
    present = [str(label) for label in dict.fromkeys(final.columns.get_level_values(0))]
    foreign = [label for label in present if label not in regions]
    absent = [region for region in regions if region not in present]
    if absent:
        raise InputError(f"region '{absent[0]}' has no final demand", where="Y")
    own = final.columns[~final.columns.get_level_values(0).isin(foreign)]
    categories = [str(label) for label in dict.fromkeys(own.get_level_values(1))]
    return categories, pd.MultiIndex.from_product([regions, categories]), foreign


def _currency(io: Any) -> str:
    if io.unit is None:
        return "unknown"
    units = dict.fromkeys(str(unit) for unit in io.unit["unit"])
    if len(units) > 1:
        raise InputError(
            f"flows in several units: {', '.join(units)}", where="unit", allowed="one unit of money"
        )
    return next(iter(units))


def _select(
    io: Any,
    industries: pd.MultiIndex,
    regions: list[str],
    rows: str | Mapping[str, str],
    extension: str | None = None,
) -> Emissions:
    """Take stressors out of the extensions of a system; see :func:`from_pymrio`.

    Raises:
        InputError: no extension or stressor matches, or units cannot be summed.
    """
    wanted = rows if isinstance(rows, Mapping) else {"": rows}
    parts = [_matching(io, label, pattern, extension) for label, pattern in wanted.items()]
    F, F_Y, names, units = [], [], [], []
    for label, (found, at) in zip(wanted, parts, strict=True):
        production = _aligned(found.F.iloc[at], industries)
        final = _by_region(found.F_Y, at, regions)
        unit = [str(u) for u in found.unit["unit"].iloc[at]]
        if label:
            factors = np.array([_megatonnes(u, label) for u in unit])
            F.append(factors @ production)
            F_Y.append(factors @ final)
            names.append(label)
            units.append("Mt")
        else:
            F.extend(production)
            F_Y.extend(final)
            names.extend(_words(found.F.index)[i] for i in at)
            units.extend(unit)
    return Emissions(np.array(F), np.array(F_Y), tuple(names), tuple(units))


def _matching(io: Any, label: str, pattern: str, extension: str | None) -> tuple[Any, list[int]]:
    """The first extension with matching stressors, and their positions."""
    seen: list[str] = []
    for name in io.get_extensions():
        found = getattr(io, name)
        if extension not in (None, name, found.name) or getattr(found, "F", None) is None:
            continue
        words = _words(found.F.index)
        at = [i for i, word in enumerate(words) if re.search(pattern, word)]
        if at and found.unit is not None:
            return found, at
        seen += [f"{name}: {word}" for word in words]
    if not seen:
        raise MissingEmissions(
            "brings no stressors for this year", allowed="emissions=, or co2='none'"
        )
    what = f"'{label}'" if label else "any"
    raise InputError(f"no stressor for {what} matches /{pattern}/", allowed=seen)


def _words(index: pd.Index) -> list[str]:
    """Label of each stressor as one text."""
    if index.nlevels == 1:
        return [str(label) for label in index]
    return [" | ".join(str(part) for part in label) for label in index]


def _aligned(F: pd.DataFrame, industries: pd.MultiIndex) -> np.ndarray:
    """Stressors in the order of the table."""
    placed = F.reindex(columns=industries)
    absent = [str(key) for key in industries if key not in F.columns]
    if absent:
        raise InputError(f"no stressors for industry {absent[0]}", where="F")
    return placed.fillna(0.0).to_numpy(dtype=float)


def _by_region(F_Y: pd.DataFrame | None, at: list[int], regions: list[str]) -> np.ndarray:
    """Direct stressors of final users, summed over their categories; 0 where there are none."""
    if F_Y is None:
        return np.zeros((len(at), len(regions)))
    wanted = F_Y.iloc[at].astype(float).fillna(0.0)
    sums = wanted.T.groupby(level=0, sort=False).sum().T
    return sums.reindex(columns=regions).fillna(0.0).to_numpy(dtype=float)


def _megatonnes(unit: str, label: str) -> float:
    first = unit.split()[0] if unit.split() else ""
    known = MASS_NAMES.get(first.lower(), unit)
    return MEGATONNES[known] if known in MEGATONNES else megatonnes(known, f"stressor '{label}'")
