"""Roads to neutrality, the uses of consumption and the targets behind them, as tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common.tables import conformed_all
from dualcarbon.responsibility.breakdown import breakdown
from dualcarbon.responsibility.leontief.system import LeontiefSystem
from dualcarbon.responsibility.roads import ROADS, Roads, roads
from dualcarbon.responsibility.table.countries import named
from dualcarbon.responsibility.targets import SOURCE, targets_of

GRADE = "D"
REGISTRY = "NDCs as submitted to the UNFCCC, as collected in November 2026"


def roads_tables(
    system: LeontiefSystem,
    regions: Sequence[str],
    *,
    given: Mapping[str, pd.Series] | None = None,
    home_path: str = "",
) -> dict[str, pd.DataFrame]:
    """Roads of several regions.

    Args:
        system: of a world table; regions: whose roads; given: see ``roads.roads``.
        home_path: what the given paths are.

    Returns:
        ``responsibility_roads`` (region, year, road, mt, observed), ``responsibility_neutrality``
        (region, road, level_mt, nearly, neutral) and ``responsibility_targets`` (of every region
        of the table), with source and grade.

    Raises:
        InputError: see ``roads.roads``.
    """
    table = system.table
    found = [roads(system, region, given=given) for region in regions]
    source = f"{table.name}; {SOURCE}" + (f"; {home_path}" if home_path else "")
    about = {"source": source, "grade": GRADE}
    tables = {
        "responsibility_roads": named(pd.concat([_long(r) for r in found]).assign(**about)),
        "responsibility_neutrality": named(
            pd.concat([_years(r) for r in found], ignore_index=True).assign(**about)
        ),
        "responsibility_targets": targets_table(table.regions),
    }
    return conformed_all(tables)


def targets_table(regions: Sequence[str]) -> pd.DataFrame:
    """The targets that the paths of regions run through, each with its grade."""
    table = datasets.load("ndc_paths")
    codes = list(dict.fromkeys(str(targets_of(region)["region"].iloc[0]) for region in regions))
    rows = table[table["region"].isin(codes)].copy()
    rows["order"] = rows["region"].map({code: at for at, code in enumerate(codes)})
    rows = rows.sort_values(["order", "target_year"]).drop(columns="order")
    for column in ("base", "scope", "submitted", "note"):
        rows[column] = rows[column].astype(object).where(rows[column].notna(), "").astype(str)
    return named(rows.reset_index(drop=True).assign(source=REGISTRY))


def uses_table(system: LeontiefSystem) -> pd.DataFrame:
    """Consumption of every region by use: region, by, part, value, share, year, unit, source."""
    table = system.table
    wide = breakdown(system, "use")
    long = wide.reset_index().melt("region", var_name="part", value_name="value")
    long["share"] = long["value"] / long["region"].map(wide.sum(axis=1))
    long = long.assign(
        by="use",
        year=table.year,
        unit=table.stressor_units[0],
        source=table.source,
        grade=table.grade,
    )
    return named(long)


def _long(found: Roads) -> pd.DataFrame:
    long = found.paths[list(ROADS)].reset_index().melt("year", var_name="road", value_name="mt")
    return long.assign(region=found.region, observed=long["year"] <= found.observed)


def _years(found: Roads) -> pd.DataFrame:
    table = found.neutral().reset_index().assign(region=found.region)
    for column in ("nearly", "neutral"):
        table[column] = table[column].astype("Int64")
    return table
