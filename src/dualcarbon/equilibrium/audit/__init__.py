"""Overlap audit: which instruments regulate the same unit, what each costs it, how they add up."""

from __future__ import annotations

from dualcarbon.equilibrium.audit.burden import burden_table
from dualcarbon.equilibrium.audit.double_claims import (
    double_claim_table,
    saving_table,
    token_table,
)
from dualcarbon.equilibrium.audit.pairs import pair_table
from dualcarbon.equilibrium.audit.parties import party_table, spread_table

__all__ = [
    "burden_table",
    "double_claim_table",
    "pair_table",
    "party_table",
    "saving_table",
    "spread_table",
    "token_table",
]
