"""Aggregation of a table by a mapping of regions and sectors; every sum stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.table import InputOutputTable

Groups: TypeAlias = Mapping[str, str] | pd.DataFrame | str | Path
Array = npt.NDArray[np.floating[Any]]
MOST_NAMED = 5


def aggregate(
    table: InputOutputTable,
    regions: Groups | None = None,
    sectors: Groups | None = None,
    *,
    other_regions: str | None = None,
    other_sectors: str | None = None,
) -> InputOutputTable:
    """Join regions and sectors into groups.

    With the 0/1 matrix G of groups by industries: Z' = G Z G^T, Y' = G Y D^T, x' = G x, F' = F G^T;
    the sums of money and of stressors are those of the table. Accounts of the aggregate differ from
    the aggregated accounts as soon as intensities differ within a group (Miller and Blair 2009,
    section 4.9): aggregate results, not tables, where you can.

    Args:
        table: the table.
        regions, sectors: group of each label: a mapping, a csv file or a frame with two columns
            (label, group); None keeps them as they are. Groups come in the order in which they
            first appear.
        other_regions, other_sectors: group of all labels that the mapping does not name.

    Raises:
        InputError: a label has no group, the mapping names an unknown label or one twice, or the
            file cannot be read.
    """
    region_names, R = grouping(
        "region", table.regions, regions, other=other_regions, where="regions"
    )
    sector_names, S = grouping(
        "sector", table.sectors, sectors, other=other_sectors, where="sectors"
    )
    industry = sparse.kron(R, S, format="csr")
    demand = sparse.kron(R, sparse.identity(table.K), format="csr")
    return InputOutputTable.of(
        _both_sides(industry, table.Z, industry),
        _both_sides(industry, table.Y, demand),
        np.asarray(table.F @ industry.T),
        F_Y=np.asarray(table.F_Y @ R.T),
        x=industry @ table.x,
        v=industry @ table.v,
        regions=region_names,
        sectors=sector_names,
        categories=table.categories,
        stressors=table.stressors,
        stressor_units=table.stressor_units,
        currency=table.currency,
        year=table.year,
        name=f"{table.name}, {len(region_names)} regions x {len(sector_names)} sectors",
        source=f"{table.source}; aggregated",
        grade=table.grade,
        population=_people(table, region_names, R),
    )


def grouping(
    kind: str, labels: Sequence[str], given: Groups | None, *, other: str | None, where: str
) -> tuple[tuple[str, ...], sparse.csr_matrix]:
    """Names of the groups, and the 0/1 matrix of groups by labels.

    Args:
        kind: what the labels are, for errors.
        labels: labels of the table.
        given: group of each label, or None for each on its own.
        other: group of the labels that are not named.
        where: name of the argument or file, for errors.

    Raises:
        InputError: see :func:`aggregate`.
    """
    if given is None and other is None:
        return tuple(labels), sparse.identity(len(labels), format="csr")
    if isinstance(given, str | Path):
        where = str(given)
    pairs = _pairs(given if given is not None else {}, kind, where)
    for label in pairs:
        if label not in labels:
            raise unknown_name(kind, label, labels, where=where)
    missing = [label for label in labels if label not in pairs]
    if missing and other is None:
        named = ", ".join(f"'{label}'" for label in missing[:MOST_NAMED])
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        raise InputError(f"{kind} without a group: {named}{more}", where=where)
    group_of = [pairs.get(label, str(other)) for label in labels]
    names = tuple(dict.fromkeys([*pairs.values(), *group_of]))
    position = {name: row for row, name in enumerate(names)}
    rows = [position[group] for group in group_of]
    ones = np.ones(len(labels))
    shape = (len(names), len(labels))
    return names, sparse.csr_matrix((ones, (rows, np.arange(len(labels)))), shape=shape)


def _pairs(given: Groups, kind: str, where: str) -> dict[str, str]:
    """Label to group, in the order given."""
    if isinstance(given, Mapping):
        return {str(label): _named(group, label, where) for label, group in given.items()}
    if not isinstance(given, pd.DataFrame):
        file = Path(given)
        if not file.is_file():
            raise InputError("no such file", where=where, allowed=f"csv with {kind}, group")
        given = pd.read_csv(file, dtype=str, keep_default_na=False, comment="#")
    if given.shape[1] < 2:
        raise InputError("needs two columns", where=where, allowed=f"{kind}, group")
    pairs: dict[str, str] = {}
    for label, group in zip(given.iloc[:, 0], given.iloc[:, 1], strict=True):
        if str(label) in pairs:
            raise InputError(f"{kind} '{label}' stands twice", where=where)
        pairs[str(label)] = _named(group, label, where)
    return pairs


def _named(group: Any, label: Any, where: str) -> str:
    name = str(group).strip()
    if not name or name.lower() == "nan":
        raise InputError(f"'{label}' has an empty group", where=where)
    return name


def _both_sides(rows: sparse.csr_matrix, values: Array, columns: sparse.csr_matrix) -> Array:
    """G values C^T for dense values, which may be memory-mapped."""
    return np.asarray((columns @ (rows @ values).T).T)


def _people(
    table: InputOutputTable, names: tuple[str, ...], R: sparse.csr_matrix
) -> dict[str, float] | None:
    """Persons of the groups all of whose members are known."""
    if table.population is None:
        return None
    known = np.array([table.population.get(region, np.nan) for region in table.regions])
    sums = np.array([known[row.indices].sum() for row in R])
    kept = {
        name: float(persons)
        for name, persons in zip(names, sums, strict=True)
        if np.isfinite(persons)
    }
    return kept or None
