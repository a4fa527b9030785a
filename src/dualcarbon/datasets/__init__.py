"""Embedded data: compact tables and hourly profiles, each figure with unit, source and grade."""

from dualcarbon.datasets.reading import catalogue, load, profiles, provinces, tables, verify

__all__ = ["catalogue", "load", "profiles", "provinces", "tables", "verify"]
