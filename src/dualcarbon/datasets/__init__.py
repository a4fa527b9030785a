"""Embedded data: tables, hourly profiles, matrices; each figure with unit, source and grade."""

from dualcarbon.datasets.reading import (
    catalogue,
    load,
    matrices,
    matrix_names,
    profiles,
    provinces,
    tables,
    verify,
)

__all__ = [
    "catalogue",
    "load",
    "matrices",
    "matrix_names",
    "profiles",
    "provinces",
    "tables",
    "verify",
]
