"""Writes the tables and profiles, and the catalogue that describes every column of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tools import (
    build_abatement_steps,
    build_border,
    build_carriers,
    build_cbam_law,
    build_club_cbam,
    build_clubs,
    build_compact_tables,
    build_demand,
    build_energy_users,
    build_ets_benchmarks,
    build_fleet,
    build_flexible_demand,
    build_fuel_prices,
    build_international,
    build_law,
    build_ledger,
    build_links,
    build_mac_regions,
    build_mrv,
    build_national,
    build_observed_prices,
    build_profiles,
    build_province_balance_2024,
    build_regions,
    build_rice,
    build_rights,
    build_rps_weights,
    build_spot_prices,
    build_statistics,
    build_tariffs,
    build_technologies,
    simple,
)
from tools.common import Column, Table

BUILDERS: tuple[Callable[[Path], Table], ...] = (
    build_regions.build,
    build_carriers.build,
    simple.coal_rates,
    build_fleet.build,
    build_fleet.coal,
    build_technologies.build,
    build_fuel_prices.build,
    build_demand.build,
    build_links.build,
    build_province_balance_2024.build,
    build_ets_benchmarks.build,
    build_rps_weights.build,
    build_law.rules,
    build_law.mechanism_prices,
    build_observed_prices.build,
    build_spot_prices.build,
    build_tariffs.build,
    build_statistics.build,
    build_energy_users.build,
    build_energy_users.statistics,
    build_energy_users.responses,
    build_abatement_steps.build,
    simple.build_limits,
    simple.build_tiers,
    simple.user_outlook,
    simple.plant_operation,
    simple.coal_operation,
    simple.heat,
    simple.utilisation,
    simple.storage_plan,
    simple.potentials,
    simple.nuclear_pipeline,
    simple.ccer_supply,
    build_flexible_demand.build,
    build_flexible_demand.charging,
    build_national.countries,
    build_national.emissions,
    build_national.vintages,
    build_rights.published,
    build_rights.gdp,
    build_rights.budgets,
    build_rights.footprints,
    simple.gwp,
    simple.ndc,
    build_mac_regions.build,
    *build_international.BUILDERS,
    build_clubs.regions,
    build_clubs.imports,
    build_clubs.regions_2023,
    build_clubs.imports_2023,
    build_clubs.elasticities,
    build_club_cbam.build,
    build_rice.regions,
    build_rice.paths,
    build_rice.globals_,
    *build_border.BUILDERS,
    *build_cbam_law.BUILDERS,
    *build_mrv.BUILDERS,
    *build_ledger.BUILDERS,
)
FULL = 65535  # of unsigned 16-bit integers


def build_all(raw: Path, target: Path) -> list[str]:
    """Write all tables, profiles, matrices and the catalogue to ``target``; return their names."""
    target.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    for builder in BUILDERS:
        table = builder(raw)
        path = target / f"{table.name}.csv"
        _write(path, table.frame)
        rows += [_described(table.name, path, column) for column in table.columns]
    profiles = build_profiles.build(raw)
    for kind, column in build_profiles.columns().items():
        path = target / f"profile_{kind}.npz"
        _pack(path, profiles[kind])
        rows.append(_described(f"profile_{kind}", path, column))
    for year in build_compact_tables.YEARS:
        name = f"{build_compact_tables.NAME}_{year}"
        path = target / f"{name}.npz"
        np.savez(path, **build_compact_tables.build(raw, year))
        rows += [_described(name, path, column) for column in build_compact_tables.columns(year)]
    _write(target / "catalogue.csv", pd.DataFrame(rows))
    return list(dict.fromkeys(row["table"] for row in rows))


def _write(path: Path, frame: pd.DataFrame) -> None:
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _pack(path: Path, profile: pd.DataFrame) -> None:
    """Store a profile as 16-bit integers with one scale: value = code * scale."""
    scale = float(profile.to_numpy().max()) / FULL
    codes = np.rint(profile.to_numpy() / scale).astype(np.uint16)
    names = np.array(list(profile.columns), dtype="U16")
    np.savez(path, codes=codes, scale=np.array(scale), provinces=names)


def _described(table: str, path: Path, column: Column) -> dict[str, str]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "table": table,
        "column": column.name,
        "unit": column.unit,
        "year": column.year,
        "source": column.source,
        "licence": column.licence,
        "grade": column.grade,
        "note": column.note,
        "file": path.name,
        "sha256": digest,
    }
