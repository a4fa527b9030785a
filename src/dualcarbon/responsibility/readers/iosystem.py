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

from dualcarbon.errors import DualcarbonError, InputError, nearest_name
from dualcarbon.responsibility.readers.emissions import NO_DIRECT, Emissions, MissingEmissions
from dualcarbon.responsibility.readers.matching import cells, labels, texts
from dualcarbon.responsibility.table import gases
from dualcarbon.responsibility.table.table import InputOutputTable
from dualcarbon.responsibility.table.units import CO2E, megatonnes

ALL_STRESSORS = ".*"
THE_GAS = "*"


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
    gwp: str | None = None,
) -> InputOutputTable:
    """Make a table of a pymrio system; labels are matched, nothing that is missing becomes 0.

    Args:
        io: a system with Z (or A) and Y; labels need not be ordered.
        emissions: in the order of the system's regions and sectors; by default taken from its
            extensions by ``rows``.
        rows: regular expression for the stressors that are kept, or expression by new label: all
            rows that match are then summed, in Mt; the label ``*`` stands for the gas that they
            are. Matched against the parts of a stressor's label joined by `` | ``.
        gwp: assessment report, such as ``AR6``, by whose factors rows of several gases are summed.
        extension: name of the only extension to look at.
        currency: unit of money; by default that of the system.
        year, name, source, grade: as for the table.

    Raises:
        InputError: the sectors differ from region to region; a label is missing, unknown or twice
            or a cell empty (named by part, row and column); no stressor matches; their units cannot
            be summed, or they are of several gases and ``gwp`` is not given.
    """
    flows, final, output = _flows(io)
    regions, sectors = labels(flows.index)
    industries = pd.MultiIndex.from_product([regions, sectors])
    final, categories, columns, foreign = _final_columns(final, regions)
    if emissions is None:
        emissions = _select(io, industries, regions, rows, extension, gwp)
    if foreign:
        source += f"; left out: final demand of {', '.join(foreign)}"
    return InputOutputTable.of(
        cells(flows, "Z", industries, industries),
        cells(final, "Y", industries, columns),
        emissions.F,
        F_Y=emissions.F_Y,
        x=None if output is None else cells(output.to_frame("x"), "x", industries, None)[:, 0],
        regions=regions,
        sectors=sectors,
        categories=categories,
        stressors=emissions.stressors,
        stressor_units=emissions.units,
        currency=currency or _currency(io),
        year=year,
        name=name,
        source=emissions.noted(source),
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
    if io.Y is None:
        raise InputError("has no final demand Y", where="pymrio system")
    if io.Z is not None:
        return texts(io.Z, "Z"), texts(io.Y, "Y"), None
    if io.A is None:
        raise InputError("has neither flows Z nor coefficients A", where="pymrio system")
    coefficients, final = texts(io.A, "A"), texts(io.Y, "Y")
    names = pd.MultiIndex.from_product(labels(coefficients.index))
    A = cells(coefficients, "A", names, names)
    if io.x is not None:
        x = cells(texts(io.x, "x"), "x", names, None)[:, 0]
    else:
        x = np.linalg.solve(np.eye(len(A)) - A, cells(final, "Y", names, None).sum(axis=1))
    return pd.DataFrame(A * x, index=names, columns=names), final, pd.Series(x, index=names)


def _final_columns(
    final: pd.DataFrame, regions: list[str]
) -> tuple[pd.DataFrame, list[str], pd.MultiIndex, list[str]]:
    """Final demand of the regions, its categories and columns, and labels that are no region."""
    if final.columns.nlevels != 2:
        raise InputError("columns need two labels, region and category", where="Y")
    present = list(dict.fromkeys(final.columns.get_level_values(0)))
    foreign = [label for label in present if label not in regions]
    absent = [region for region in regions if region not in present]
    if absent:
        raise InputError(
            f"region '{absent[0]}' has no final demand",
            where="Y",
            nearest=nearest_name(absent[0], foreign),
        )
    own = final.loc[:, ~final.columns.get_level_values(0).isin(foreign)]
    categories = list(dict.fromkeys(own.columns.get_level_values(1)))
    return own, categories, pd.MultiIndex.from_product([regions, categories]), foreign


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
    gwp: str | None = None,
) -> Emissions:
    """Take stressors out of the extensions of a system; see :func:`from_pymrio`.

    Raises:
        InputError: no extension or stressor matches, a label or figure is missing, or units or
            gases cannot be summed.
    """
    wanted = rows if isinstance(rows, Mapping) else {"": rows}
    parts = [_matching(io, label, pattern, extension) for label, pattern in wanted.items()]
    F, F_Y, names, units, notes = [], [], [], [], []
    for label, (found, at) in zip(wanted, parts, strict=True):
        words = [_words(found.F.index)[i] for i in at]
        where = found.name or "extension"
        chosen = texts(found.F.iloc[at].set_axis(words, axis=0), f"{where} F")
        production = cells(chosen, f"{where} F", chosen.index, industries)
        final = _by_region(found, at, words, regions, where)
        unit = _units(found, at, words, where)
        if label:
            name, said, factors = _one_gas(label, words, unit, gwp)
            F.append(factors @ production)
            F_Y.append(factors @ final)
            names.append(name)
            units.append(said)
            notes.append(f"{name}: sum of {len(at)} rows" + (f", IPCC {gwp}" if gwp else ""))
        else:
            F.extend(production)
            F_Y.extend(final)
            names.extend(words)
            units.extend(unit)
        if found.F_Y is None:
            notes.append(NO_DIRECT)
    return Emissions(np.array(F), np.array(F_Y), tuple(names), tuple(units), "; ".join(notes))


def _one_gas(
    label: str, words: list[str], units: list[str], gwp: str | None
) -> tuple[str, str, np.ndarray]:
    """Label and unit of a sum of stressors, and Mt in a unit of each.

    Raises:
        InputError: of several gases without ``gwp``, or a label that says another gas.
    """
    if gwp is not None:
        return gases.GHG, f"Mt {CO2E}", gases.summed(words, units, gwp)
    found = list(dict.fromkeys(gases.gas_of(*pair) for pair in zip(words, units, strict=True)))
    said = [gas or "no greenhouse gas" for gas in found]
    if len(found) > 1:
        raise InputError(
            f"rows of several gases cannot be added: {', '.join(said)}",
            where="rows",
            allowed="one gas, or gwp=AR6 for CO2e",
        )
    name = (found[0] or words[0]) if label == THE_GAS else label
    named = gases.gas_of(name)
    if named and found[0] and named != found[0]:
        raise InputError(f"'{words[0]}' is {found[0]}, not {name}", where="rows")
    factors = np.array(
        [megatonnes(u, f"stressor '{w}'") for w, u in zip(words, units, strict=True)]
    )
    return name, f"Mt {CO2E}" if found[0] == gases.GHG else "Mt", factors


def _matching(io: Any, label: str, pattern: str, extension: str | None) -> tuple[Any, list[int]]:
    """The first extension with matching stressors, and their positions."""
    seen: list[str] = []
    for name in io.get_extensions():
        found = getattr(io, name)
        if extension not in (None, name, found.name) or getattr(found, "F", None) is None:
            continue
        words = _words(found.F.index)
        at = [i for i, word in enumerate(words) if re.search(pattern, word)]
        if at:
            return found, at
        seen += [f"{name}: {word}" for word in words]
    if not seen:
        raise MissingEmissions(
            "brings no stressors for this year",
            where="F of the extensions",
            allowed="emissions=, or co2='none'",
        )
    what = f"'{label}'" if label else "any"
    raise InputError(f"no stressor for {what} matches /{pattern}/", allowed=seen)


def stressors_of(io: Any) -> list[str]:
    """Labels of the stressors of all extensions of a system."""
    parts = [getattr(io, name) for name in io.get_extensions()]
    return [word for part in parts if part.F is not None for word in _words(part.F.index)]


def _words(index: pd.Index) -> list[str]:
    """Label of each stressor as one text, without blanks around it."""
    if index.nlevels == 1:
        return [str(label).strip() for label in index]
    return [" | ".join(str(part).strip() for part in label) for label in index]


def _units(found: Any, at: list[int], words: list[str], where: str) -> list[str]:
    """The unit of each stressor, by its label.

    Raises:
        InputError: the extension has no units, or none of a stressor.
    """
    place = f"{where} unit"
    if found.unit is None or "unit" not in found.unit:
        raise InputError("no column of units", where=place, allowed="a column 'unit'")
    units = found.unit["unit"].set_axis(_words(found.unit.index), axis=0)
    units = units[~units.index.duplicated()]
    missing = [word for word in words if word not in units.index or pd.isna(units[word])]
    if missing:
        raise InputError(
            f"no unit of stressor '{missing[0]}'", where=place,
            nearest=nearest_name(missing[0], map(str, units.index)),
        )  # fmt: skip
    return [str(units[word]) for word in words]


def _by_region(
    found: Any, at: list[int], words: list[str], regions: list[str], where: str
) -> np.ndarray:
    """Direct stressors of final users, summed over their categories; 0 where there are none.

    Raises:
        InputError: a stressor is missing, a region is missing or unknown, or a cell is empty.
    """
    if found.F_Y is None:
        return np.zeros((len(at), len(regions)))
    place = f"{where} F_Y"
    named = found.F_Y.set_axis(_words(found.F_Y.index), axis=0)
    direct = texts(named, place)
    missing = [word for word in words if word not in direct.index]
    if missing:
        raise InputError(f"no row '{missing[0]}'", where=place)
    direct = direct.loc[words]
    if direct.columns.nlevels == 1:
        return cells(direct, place, words, regions)
    uses = pd.MultiIndex.from_product([regions, dict.fromkeys(direct.columns.get_level_values(1))])
    figures = cells(direct, place, words, uses)
    return figures.reshape(len(words), len(regions), -1).sum(axis=2)
