"""Labels and stressors of a pymrio system, in the order of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dualcarbon.errors import InputError
from dualcarbon.responsibility.readers.emissions import Emissions, MissingEmissions
from dualcarbon.responsibility.table.units import MEGATONNES, megatonnes

MASS_NAMES = {"kilotonnes": "kt", "kilotonne": "kt", "tonnes": "t", "tonne": "t", "kilogram": "kg"}


def labels(index: pd.MultiIndex) -> tuple[list[str], list[str]]:
    """Regions and sectors in the order in which they appear.

    Raises:
        InputError: a region has other sectors than the first, or an industry stands twice.
    """
    if index.nlevels != 2:
        raise InputError("rows need two labels, region and sector", where="Z")
    regions = [str(label) for label in dict.fromkeys(index.get_level_values(0))]
    sectors = [str(label) for label in dict.fromkeys(index.get_level_values(1))]
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise InputError(f"industry {twice} stands twice", where="Z")
    if len(index) != len(regions) * len(sectors):
        have = set(index)
        absent = next((r, s) for r in regions for s in sectors if (r, s) not in have)
        raise InputError(
            f"region '{absent[0]}' has no sector '{absent[1]}'; all regions need the same sectors",
            where="Z",
        )
    return regions, sectors


def select(
    io: Any,
    industries: pd.MultiIndex,
    regions: list[str],
    rows: str | Mapping[str, str],
    extension: str | None = None,
) -> Emissions:
    """Take stressors out of the extensions of a system; see ``iosystem.from_pymrio``.

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
