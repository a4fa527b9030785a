"""Overlap audit: which instruments regulate the same unit, what each costs it, how they add up."""

from __future__ import annotations

from dualcarbon.equilibrium.overlaps.burden import burden_table
from dualcarbon.equilibrium.overlaps.pairs import pair_table
from dualcarbon.equilibrium.overlaps.parties import party_table, spread_table

__all__ = ["burden_table", "pair_table", "party_table", "spread_table"]
